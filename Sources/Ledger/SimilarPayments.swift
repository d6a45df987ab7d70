internal import Foundation
internal import GRDB
internal import Vocabulary

/// The keys of lines that are paid, by which a record is found that was paid under nearly the same ID: those of a close
/// stand in `lineKeys`, four bytes for each line, one behind the other.
///
/// So a run reads four bytes of a line, and no more than the lines whose key some row has.
enum LineKeys {
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
  static func pieces(_ db: Database, rowCount: Int) throws -> [ClosedRange<Int64>] {
    let rows = try Int64.fetchAll(db, sql: "SELECT firstLine FROM lineKeys ORDER BY firstLine")
    return stride(from: 0, to: rows.count, by: rowCount).map {
      rows[$0]...rows[min($0 + rowCount, rows.count) - 1]
    }
  }

  /// The lines of a piece that a filter lets through, in order.
  static func lines(
    of piece: ClosedRange<Int64>, with filter: KeyFilter, _ db: Database
  ) throws -> [Line] {
    var lines: [Line] = []
    let rows = try Row.fetchCursor(
      db, sql: "SELECT firstLine, keys FROM lineKeys WHERE firstLine BETWEEN ? AND ?",
      arguments: [piece.lowerBound, piece.upperBound])
    while let row = try rows.next() {
      let first: Int64 = try row.value("firstLine")
      try row.withUnsafeData(named: "keys") { data in
        data?.withUnsafeBytes { bytes in
          for place in 0..<bytes.count / 4 {
            let key = key(at: place, in: bytes)
            if filter.mayContain(key) { lines.append(Line(key: key, number: first + Int64(place))) }
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
  private let mask: UInt32
  private static let bitsOfAKey = 32

  init(_ keys: some Collection<UInt32>) {
    var count = 64
    while count < Self.bitsOfAKey * keys.count, count < 1 << 31 { count *= 2 }
    words = Array(repeating: 0, count: count / 64)
    mask = UInt32(count - 1)
    for key in keys { words[Int((key & mask) >> 6)] |= 1 << UInt64(key & 63) }
  }

  func mayContain(_ key: UInt32) -> Bool {
    words[Int((key & mask) >> 6)] & 1 << UInt64(key & 63) != 0
  }
}

/// The rows that may be nearly a record that is paid, with their keys.
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
    filter = KeyFilter(rows.lazy.map(\.key))
  }

  /// Of each row that has one, the first payment of another record whose ID is nearly its own.
  ///
  /// - Parameters:
  ///   - lines: that the filter has let through, in order.
  ///   - takenBack: records whose payments do not count.
  ///   - programs: the plan's keys.
  func similarPayments(
    among lines: [LineKeys.Line], except takenBack: Set<RecordIdentity>, _ programs: [String],
    _ closes: [QuarterClose], _ db: Database
  ) throws -> [Int32: SimilarPayment] {
    // Most lines are of no row: only few rows have to be put in order.
    let of = KeyFilter(lines.lazy.map(\.key))
    let rowsByKey = Dictionary(grouping: rows.lazy.filter { of.mayContain($0.key) }, by: \.key)
    guard !rowsByKey.isEmpty else { return [:] }
    let payment = try db.makeStatement(sql: "SELECT * FROM paidLine WHERE lineID = ?")
    var similar: [Int32: SimilarPayment] = [:]
    for line in lines {
      let rows = (rowsByKey[line.key] ?? []).filter { similar[$0.index] == nil }
      guard !rows.isEmpty, let row = try GRDB.Row.fetchOne(payment, arguments: [line.number])
      else { continue }
      let paid = try PaymentLine(row)
      guard !takenBack.contains(paid.record) else { continue }
      let found = SimilarPayment(
        record: paid.record,
        payment: PriorPayment(
          quarter: try closes.quarter(ofNumber: row.value("closeNumber")),
          physicianID: paid.physicianID, day: paid.day, cents: paid.amountCents))
      for row in rows where isLike(row.index, paid.record, programs) { similar[row.index] = found }
    }
    return similar
  }

  /// Whether a row is another record than one that is paid, and nearly the same.
  private func isLike(_ index: Int32, _ paid: RecordIdentity, _ programs: [String]) -> Bool {
    let (table, record) = (records.table(of: index), records[index])
    guard table.activity == paid.activity else { return false }
    var id = paid.id
    return id.withUTF8 { paidID in
      table.withID(of: record) { own in
        SimilarityKey.areEqual(own, paidID)
          && (!areEqual(own, paidID) || programs[Int(record.program)] != paid.program)
      }
    }
  }
}
