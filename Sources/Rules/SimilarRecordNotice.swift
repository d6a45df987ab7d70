internal import Vocabulary

/// Records whose IDs differ only in case, signs and zeros at the start, or stand under two
/// programs, in this quarter or paid in one before: one piece of work that may have been entered twice.
enum SimilarRecordNotice {
  static func notices(of result: QuarterResult, _ workers: Workers) -> [Notice] {
    let records = result.records
    let parts = RowParts(records, workers) { table, row in
      let record = table.records[row]
      guard record.isPaidOrHeld else { return nil }
      return table.withID(of: record) {
        SimilarityKey.hash(of: $0, seed: UInt64(table.activity.rawValue))
      }
    }
    let members = workers.map(parts.count) { part in
      parts.withTable(for: part) { table in
        var members: [RowGroups.Member] = []
        parts.forEach(in: part) { entry in
          let first = table.add(entry) { other in
            records.table(of: other).activity == records.table(of: entry.row).activity
              && records.withID(of: other) { one in
                records.withID(of: entry.row) { SimilarityKey.areEqual(one, $0) }
              }
          }
          if let first { members.append(RowGroups.Member(first: first, row: entry.row)) }
        }
        return members
      }
    }
    var notices = payments(of: result)
    for rows in RowGroups(members) { notices += self.notices(ofGroup: rows, result) }
    return notices
  }

  /// Each row with what is paid, which weighs more than a row that is still to be.
  private static func payments(of result: QuarterResult) -> [Notice] {
    result.history.similarPayments.compactMap { row, similar in
      guard result.records[row].isPaidOrHeld else { return nil }
      let (record, payment) = (similar.record, similar.payment)
      return Notice(
        .similarRecord, record: row,
        detail:
          "like \(record.program) \(shown(record.id)), paid \(Money(cents: payment.cents).display) "
          + "in \(payment.quarter) to \(shown(payment.physicianID)) for "
          + "\(CivilDate(day: payment.day))")
    }
  }

  /// Each row with the first one that is another record, but for those that are like one that is paid.
  private static func notices(ofGroup rows: [Int32], _ result: QuarterResult) -> [Notice] {
    let records = result.records
    guard let second = rows.first(where: { !records.areSame(rows[0], $0) }) else { return [] }
    return rows.filter { result.history.similarPayments[$0] == nil }.map { row in
      let other = records.areSame(rows[0], row) ? second : rows[0]
      let (table, record) = (records.table(of: other), records[other])
      return Notice(
        .similarRecord, record: row,
        detail:
          "like \(result.plan.programs[Int(record.program)].key) \(shown(table.id(of: record))) "
          + "(\(table.file) line \(record.line))")
    }
  }
}
