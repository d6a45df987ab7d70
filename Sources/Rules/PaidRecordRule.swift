internal import Vocabulary

/// Rule 9: a record that the ledger holds as paid is never paid again; one that a person has
/// forfeited is not paid at all (SPEC 8).
///
/// Says nothing about work that was paid under another ID: that only gets a notice.
enum PaidRecordRule {
  /// - Returns: the notices of records that have changed since they were paid.
  static func apply(to records: RecordTables, _ context: RuleContext) -> [Notice] {
    let history = context.history
    let payments = history.payments
    payments.forEachRow(in: payments.rows) { row in
      if records[row].reason == .undecided { records[row].reason = .alreadyPaid }
    }
    for (index, decision) in history.decisions
    where decision.kind == .forfeit && records[index].reason == .undecided {
      records[index].reason = .forfeited
    }
    return payments.isEmpty ? [] : changes(records, context)
  }

  /// Each record once, as rules 10 and 11 would take its rows: what was paid as one conference in
  /// segments has not changed because it comes in segments again.
  private static func changes(_ records: RecordTables, _ context: RuleContext) -> [Notice] {
    let groups = RecordGroups(records, of: .alreadyPaid, context.workers)
    let pieces = records.pieces()
    var notices = context.workers.map(pieces.count) { number in
      let (piece, table) = (pieces[number], records.tables[pieces[number].table])
      var notices: [Notice] = []
      context.history.payments.forEachRow(in: piece.numbers) { index in
        let record = table.records[piece.rows.lowerBound + Int(index - piece.first)]
        guard record.reason == .alreadyPaid, !record.flags.contains(.repeated) else { return }
        if let notice = notice(
          of: record, table.activity, index, seconds: record.seconds, context)
        {
          notices.append(notice)
        }
      }
      return notices
    }.flatMap(\.self)
    func compare(_ index: Int32, seconds: Int32? = nil) {
      let record = records[index]
      if let notice = notice(
        of: record, records.table(of: index).activity, index, seconds: seconds ?? record.seconds,
        context)
      {
        notices.append(notice)
      }
    }
    for rows in groups.rows {
      var record = RepeatedRecord(rows: rows, records: records)
      _ = record.excludeDuplicates()
      switch record.verdict {
      case .one(let row): compare(row)
      case .segments(let carrier, let seconds, _): compare(carrier, seconds: seconds)
      case .conflict(let rows): for row in rows { compare(row) }
      }
    }
    return notices
  }

  /// Where a record would pay something else now than it was paid.
  private static func notice(
    of record: ServiceRecord, _ activity: Activity, _ index: Int32, seconds: Int32,
    _ context: RuleContext
  ) -> Notice? {
    guard let payment = context.history.payments[index] else { return nil }
    let cents = context.rates.step(of: record, activity)?.cents(seconds: seconds)
    let physician =
      record.physician >= 0 ? context.roster.physicians[Int(record.physician)].id : nil
    guard
      physician != payment.physicianID || record.day != payment.day || cents != payment.cents
    else { return nil }
    let amount = cents.map(Money.init)
    let paid = Money(cents: payment.cents)
    let difference = Money(cents: (cents ?? 0) - payment.cents)
    return Notice(
      .changedAfterPaid, record: index,
      detail: "paid \(paid.display) in \(payment.quarter) to \(shown(payment.physicianID)) for "
        + "\(CivilDate(day: payment.day)); now \(amount?.display ?? "no rate")"
        + " for \(physician.map(shown) ?? "nobody on the roster") on \(record.date): a difference of "
        + (difference.cents > 0 ? "+" : "") + difference.display
        + "; zpay reverse takes the payment back")
  }
}
