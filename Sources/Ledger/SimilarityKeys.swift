internal import Crypto
internal import Foundation
internal import GRDB
internal import Vocabulary

/// The keys of lines that are paid, by which a record is found that was paid under its ID or nearly the same: those of a
/// close stand in `similarityKeys`, four bytes for each line, one behind the other.
///
/// So a run reads four bytes of a line, and no more than the lines whose key some row has: a record that is paid has the
/// key of its line, whatever its ID is.
enum SimilarityKeys {
  /// A line whose key a row may have.
  struct Line: Sendable {
    var key: UInt32
    var number: Int64
  }

  /// Keys as they stand in the ledger, whatever the machine.
  struct Bytes: Sendable {
    private(set) var bytes: [UInt8] = []

    init(count: Int) { bytes.reserveCapacity(4 * count) }

    mutating func append(_ key: UInt32) {
      withUnsafeBytes(of: key.littleEndian) { bytes.append(contentsOf: $0) }
    }
  }

  /// The key of the line at a place in ``Bytes``.
  static func key(at place: Int, in bytes: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self))
  }

  /// The first and the last row's number of pieces that threads read beside each other, each of so many rows.
  ///
  /// - Throws: ``LedgerError`` where not every line has its key: work that may be paid twice would not be seen.
  static func pieces(
    _ db: Database, _ closes: [QuarterClose], rowCount: Int
  ) throws -> [ClosedRange<Int64>] {
    var rows: [Int64] = []
    var next = closes.first?.firstLine ?? 1
    let stored = try Row.fetchCursor(
      db, sql: "SELECT firstLine, length(keys) AS count FROM similarityKeys ORDER BY firstLine")
    while let row = try stored.next() {
      let count = try row.value("count") as Int64? ?? 0
      guard try row.value("firstLine") == next, count > 0, count % 4 == 0 else { throw lost }
      rows.append(next)
      next += count / 4
    }
    guard next == closes.last.map({ $0.firstLine &+ $0.lineCount }) ?? 1 else { throw lost }
    return stride(from: 0, to: rows.count, by: rowCount).map {
      rows[$0]...rows[min($0 + rowCount, rows.count) - 1]
    }
  }

  private static var lost: LedgerError {
    LedgerError(
      .unusable,
      "the ledger has lost the keys of some of its lines, by which what is paid is found: zpay ledger says more"
    )
  }

  /// The lines of a piece that a filter lets through, in order.
  ///
  /// - Throws: ``LedgerError`` where the keys are not those that were written.
  static func lines(
    of piece: ClosedRange<Int64>, with filter: KeyFilter, _ db: Database
  ) throws -> [Line] {
    var lines: [Line] = []
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT firstLine, keys, checksum FROM similarityKeys WHERE firstLine BETWEEN ? AND ?",
      arguments: [piece.lowerBound, piece.upperBound])
    while let row = try rows.next() {
      let (first, sum): (Int64, Int64) = (try row.value("firstLine"), try row.value("checksum"))
      try row.withUnsafeData(named: "keys") { data in
        try (data ?? Data()).withUnsafeBytes { bytes in
          guard checksum(ofKeys: bytes, firstLine: first) == sum else { throw lost }
          for place in 0..<bytes.count / 4 {
            let key = key(at: place, in: bytes)
            if filter.mayContain(key) {
              lines.append(Line(key: key, number: first &+ Int64(place)))
            }
          }
        }
      }
    }
    return lines
  }
}

/// Of the keys of lines that follow each other: by a key that was damaged nobody would see that a record is paid.
func checksum(ofKeys keys: UnsafeRawBufferPointer, firstLine: Int64) -> Int64 {
  var hash = SHA256()
  withUnsafeBytes(of: firstLine.littleEndian) { hash.update(bufferPointer: $0) }
  hash.update(bufferPointer: keys)
  return checksum(hash.finalize())
}

/// The keys that a close keeps of its lines (``SimilarityKeys``), beside what they must be.
struct StoredKeys {
  private let rows: RowCursor
  /// Those of the row that is being read, and the place of the next one.
  private var keys = Data()
  private var place = 0
  private var isRight = true

  init(_ db: Database, _ close: QuarterClose) throws {
    rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT firstLine, keys, checksum FROM similarityKeys WHERE closeNumber = ?
        ORDER BY firstLine
        """,
      arguments: [close.number])
  }

  private var isAtEndOfRow: Bool { place == keys.count / 4 }

  /// - Parameter number: of the line that comes next.
  mutating func check(_ record: RecordIdentity, number: Int64) throws {
    guard isRight else { return }
    if isAtEndOfRow {
      guard let row = try rows.next(), let next = try row.value("keys") as Data? else {
        isRight = false
        return
      }
      (keys, place) = (next, 0)
      let sum = keys.withUnsafeBytes { checksum(ofKeys: $0, firstLine: number) }
      isRight =
        try row.value("firstLine") == number && !isAtEndOfRow && keys.count % 4 == 0
        && row.value("checksum") == sum
      guard isRight else { return }
    }
    var id = record.id
    let key = id.withUTF8 { SimilarityKey.key(of: $0, record.activity) }
    isRight = keys.withUnsafeBytes { SimilarityKeys.key(at: place, in: $0) } == key
    place += 1
  }

  /// Whether all were, and none is left.
  mutating func areRight() throws -> Bool {
    try isRight && isAtEndOfRow && rows.next() == nil
  }
}

/// Says of most keys that are not among some that they are not.
struct KeyFilter: Sendable {
  private var words: [UInt64]
  private let factor: UInt32
  private let shift: UInt32
  private static let bitsOfAKey = 16
  /// What one filter takes for another key, the next one need not.
  private static let factors: [UInt32] = [
    0x9E37_79B1, 0x85EB_CA77, 0xC2B2_AE3D, 0x27D4_EB2F, 0x1656_67B1,
  ]
  static let count = factors.count

  /// - Parameter number: among filters that keys pass one behind the other, from 0.
  init(_ keys: some Collection<UInt32>, number: Int) {
    var bits: UInt32 = 6
    while bits < 31, 1 << bits < Self.bitsOfAKey * keys.count { bits += 1 }
    words = Array(repeating: 0, count: 1 << Int(bits - 6))
    (factor, shift) = (Self.factors[number], 32 - bits)
    for key in keys {
      let place = place(of: key)
      words[Int(place >> 6)] |= 1 << UInt64(place & 63)
    }
  }

  private func place(of key: UInt32) -> UInt32 { (key &* factor) >> shift }

  func mayContain(_ key: UInt32) -> Bool {
    let place = place(of: key)
    return words[Int(place >> 6)] & 1 << UInt64(place & 63) != 0
  }
}
