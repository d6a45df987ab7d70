internal import GRDB
internal import Vocabulary

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
