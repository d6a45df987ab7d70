internal import Foundation
internal import GRDB
internal import Vocabulary

/// The keys of lines that are paid, by which a record is found that was paid under nearly the same ID: those of a close
/// stand in `similarityKeys`, four bytes for each line, one behind the other.
///
/// So a run reads four bytes of a line, and no more than the lines whose key some row has.
enum SimilarityKeys {
  /// A line whose key a row may have.
  struct Line: Sendable {
    var key: UInt32
    var number: Int64
  }

  /// As they stand in the ledger, whatever the machine.
  static func bytes(_ keys: [UInt32]) -> [UInt8] {
    keys.flatMap { key in (0..<4).map { UInt8(truncatingIfNeeded: key >> (8 * $0)) } }
  }

  /// The key of the line at a place in what ``bytes(_:)`` gave.
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
      "the ledger has lost the keys of some of its lines, by which similar IDs are found: zpay ledger says more"
    )
  }

  /// The lines of a piece that a filter lets through, in order.
  static func lines(
    of piece: ClosedRange<Int64>, with filter: KeyFilter, _ db: Database
  ) throws -> [Line] {
    var lines: [Line] = []
    let rows = try Row.fetchCursor(
      db, sql: "SELECT firstLine, keys FROM similarityKeys WHERE firstLine BETWEEN ? AND ?",
      arguments: [piece.lowerBound, piece.upperBound])
    while let row = try rows.next() {
      let first: Int64 = try row.value("firstLine")
      try row.withUnsafeData(named: "keys") { data in
        data?.withUnsafeBytes { bytes in
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

/// Says of most keys that are not among some that they are not.
struct KeyFilter: Sendable {
  private var words: [UInt64]
  private let factor: UInt32
  private let shift: UInt32
  private static let bitsOfAKey = 32
  /// What one filter takes for another key, the next one need not.
  private static let factors: [UInt32] = [0x9E37_79B1, 0x85EB_CA77, 0xC2B2_AE3D]

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

/// The rows that may be nearly a record that is paid, with their keys; what is paid itself is none of them.
struct RowKeys {
  struct Row: Sendable {
    var key: UInt32
    var index: Int32
  }

  let rows: [Row]
  let filter: KeyFilter
  private let records: RecordTables

  /// - Parameter isAsked: whether a row is one of them.
  init(
    _ records: RecordTables, _ workers: Workers,
    _ isAsked: @Sendable (_ index: Int32, _ record: ServiceRecord) -> Bool
  ) {
    self.records = records
    let pieces = records.pieces()
    rows = workers.map(pieces.count) { number in
      let (piece, table) = (pieces[number], records.tables[pieces[number].table])
      var rows: [Row] = []
      for row in piece.rows {
        let (index, record) = (piece.first + Int32(row - piece.rows.lowerBound), table.records[row])
        guard isAsked(index, record) else { continue }
        let key = table.withID(of: record) { SimilarityKey.key(of: $0, table.activity) }
        rows.append(Row(key: key, index: index))
      }
      return rows
    }.flatMap(\.self)
    filter = KeyFilter(rows.lazy.map(\.key), number: 0)
  }

  /// Of each row that has one, the first payment of another record whose ID is nearly its own.
  ///
  /// - Parameters:
  ///   - lines: that the filter has let through, in order.
  ///   - takenBack: records whose payments do not count.
  func similarPayments(
    among lines: [SimilarityKeys.Line], except takenBack: Set<RecordIdentity>,
    _ closes: [QuarterClose], _ db: Database
  ) throws -> [Int32: SimilarPayment] {
    // Most lines are of no row, and most rows of no line: what both filters let through is little.
    let ofLines = KeyFilter(lines.lazy.map(\.key), number: 1)
    let asked = rows.filter { ofLines.mayContain($0.key) }
    let (ofRows, keys) = (KeyFilter(asked.lazy.map(\.key), number: 2), Set(asked.lazy.map(\.key)))
    var left = Dictionary(grouping: asked.lazy.map(\.index)) { index in
      records.withID(of: index) { SimilarityKey.text(of: $0) }
    }
    var id = try RowStatement(db, sql: "SELECT recordID FROM paymentLine WHERE lineID = ?")
    let payment = try db.makeStatement(sql: "SELECT * FROM paidLine WHERE lineID = ?")
    var similar: [Int32: SimilarPayment] = [:]
    for line in lines where ofRows.mayContain(line.key) && keys.contains(line.key) {
      // A key may be that of two records which have nothing in common.
      id.bind(line.number)
      guard try id.step() else { continue }
      var paidID = id.text(0)
      let text = paidID.withUTF8 { SimilarityKey.text(of: $0) }
      guard let like = left[text],
        let row = try GRDB.Row.fetchOne(payment, arguments: [line.number])
      else { continue }
      let paid = try PaymentLine(row)
      guard !takenBack.contains(paid.record) else { continue }
      let found = SimilarPayment(
        record: paid.record,
        payment: PriorPayment(
          quarter: try closes.quarter(ofNumber: row.value("closeNumber")),
          physicianID: paid.physicianID, day: paid.day, cents: paid.amountCents))
      let ofActivity = like.filter { records.table(of: $0).activity == paid.record.activity }
      for index in ofActivity { similar[index] = found }
      let others = like.count == ofActivity.count ? [] : like.filter { similar[$0] == nil }
      left[text] = others.isEmpty ? nil : others
    }
    id.reset()
    return similar
  }
}
