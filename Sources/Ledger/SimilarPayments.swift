internal import GRDB
internal import Vocabulary

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
    // Most lines are of no row, and most rows of no line: what is left behind a second filter is little.
    let ofLines = KeyFilter(lines.lazy.map(\.key), number: 1)
    let asked = rows.filter { ofLines.mayContain($0.key) }
    let keys = Set(asked.lazy.map(\.key))
    var left = Dictionary(grouping: asked.lazy.map(\.index)) { index in
      records.withID(of: index) { SimilarityKey.text(of: $0) }
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
      let ofActivity = like.filter { records.table(of: $0).activity == paid.record.activity }
      for index in ofActivity { similar[index] = found }
      let others = like.count == ofActivity.count ? [] : like.filter { similar[$0] == nil }
      left[text] = others.isEmpty ? nil : others
    }
    id.reset()
    return similar
  }
}
