internal import GRDB
internal import Vocabulary

/// Rows with the keys by which what is paid is found: a row that has no line's key is neither paid nor nearly so.
struct RowKeys {
  struct Row: Sendable {
    var key: UInt32
    var index: Int32
  }

  private(set) var rows: [Row]
  private let records: RecordTables

  /// Those of the rows that are undecided.
  init(_ records: RecordTables, _ workers: Workers) {
    self.records = records
    let pieces = records.pieces()
    rows = workers.map(pieces.count) { number in
      let (piece, table) = (pieces[number], records.tables[pieces[number].table])
      var rows: [Row] = []
      rows.reserveCapacity(piece.rows.count)
      for row in piece.rows where table.records[row].reason == .undecided {
        let key = table.withID(of: table.records[row]) { SimilarityKey.key(of: $0, table.activity) }
        rows.append(Row(key: key, index: piece.first + Int32(row - piece.rows.lowerBound)))
      }
      return rows
    }.flatMap(\.self)
  }

  /// Lets the lines through that may have the key of a row.
  var filter: KeyFilter { KeyFilter(rows.lazy.map(\.key), number: 0) }

  /// Leaves of rows and of lines that ``filter`` has let through those that have a key in common; besides, by chance,
  /// one in some hundreds.
  mutating func meet(_ lines: inout [SimilarityKeys.Line]) {
    // Most lines are of no row, and most rows of no line: what one filter takes for another key, the next need not.
    for number in stride(from: 1, to: KeyFilter.count, by: 2) {
      let ofLines = KeyFilter(lines.lazy.map(\.key), number: number)
      rows.removeAll { !ofLines.mayContain($0.key) }
      let ofRows = KeyFilter(rows.lazy.map(\.key), number: number + 1)
      lines.removeAll { !ofRows.mayContain($0.key) }
    }
  }

  /// The rows by the first 16 bytes of their IDs, which is order enough.
  func rowsByID(_ workers: Workers) -> [Row] {
    struct Key {
      var (first, second): (UInt64, UInt64)
      var row: Row
    }
    let rowCount = 1 << 15
    var keys = workers.map((rows.count + rowCount - 1) / rowCount) { piece in
      rows[piece * rowCount..<min((piece + 1) * rowCount, rows.count)].map { row in
        records.withID(of: row.index) {
          Key(first: sortingWord($0, from: 0), second: sortingWord($0, from: 8), row: row)
        }
      }
    }.flatMap(\.self)
    keys.sort {
      ($0.first, $0.second, $0.row.index) < ($1.first, $1.second, $1.row.index)
    }
    return keys.map(\.row)
  }
}

extension RecordTables {
  /// Of each of some rows that has one, the first payment of another record whose ID is nearly its own.
  ///
  /// - Parameters:
  ///   - rows: none of them is paid itself.
  ///   - lines: with their keys, in order.
  ///   - takenBack: records whose payments do not count.
  func similarPayments(
    of rows: [RowKeys.Row], among lines: [SimilarityKeys.Line],
    except takenBack: Set<RecordIdentity>, _ closes: [QuarterClose], _ db: Database
  ) throws -> [Int32: SimilarPayment] {
    let keys = Set(rows.lazy.map(\.key))
    var left = Dictionary(grouping: rows.lazy.map(\.index)) { index in
      withID(of: index) { SimilarityKey.text(of: $0) }
    }
    var id = try RowStatement(db, sql: "SELECT recordID FROM paymentLine WHERE lineID = ?")
    let payment = try db.makeStatement(sql: "SELECT * FROM paidLine WHERE lineID = ?")
    var similar: [Int32: SimilarPayment] = [:]
    for line in lines where keys.contains(line.key) {
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
      let ofActivity = like.filter { table(of: $0).activity == paid.record.activity }
      for index in ofActivity { similar[index] = found }
      let others = like.count == ofActivity.count ? [] : like.filter { similar[$0] == nil }
      left[text] = others.isEmpty ? nil : others
    }
    id.reset()
    return similar
  }
}
