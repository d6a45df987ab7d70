internal import Vocabulary

/// Rule 9: a record that the ledger holds as paid is never paid again; one that a person has
/// forfeited is not paid at all (SPEC 8).
///
/// Says nothing about work that was paid under another ID: that only gets a notice.
enum PaidRecordRule {
  /// - Returns: the notices of records that have changed since they were paid.
  static func apply(to records: RecordTables, _ context: RuleContext) -> [Notice] {
    let history = context.history
    for index in history.payments.keys { records[index].reason = .alreadyPaid }
    for (index, decision) in history.decisions
    where decision.kind == .forfeit && records[index].reason == .undecided {
      records[index].reason = .forfeited
    }
    return history.payments.isEmpty ? [] : changes(records, context)
  }

  /// Each record once, as rules 10 and 11 would take its rows: what was paid as one conference in
  /// segments has not changed because it comes in segments again.
  private static func changes(_ records: RecordTables, _ context: RuleContext) -> [Notice] {
    let groups = RecordGroups(records, of: .alreadyPaid, context.workers)
    var notices: [Notice] = []
    func compare(_ index: Int32, seconds: Int32? = nil) {
      guard let payment = context.history.payments[index] else { return }
      let change = PaymentChange(records, index, seconds: seconds, payment, context)
      if let detail = change.detail {
        notices.append(Notice(.changedAfterPaid, record: index, detail: detail))
      }
    }
    for index in context.history.payments.keys
    where !records[index].flags.contains(.repeated) {
      compare(index)
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
}

/// What a record would pay now, against what it was paid.
private struct PaymentChange {
  /// Nil where nothing that was paid for has changed.
  let detail: String?

  init(
    _ records: RecordTables, _ index: Int32, seconds: Int32?, _ payment: PriorPayment,
    _ context: RuleContext
  ) {
    let record = records[index]
    let activity = records.table(of: index).activity
    let rate = context.plan.rate(for: activity, program: Int(record.program), on: record.date)
    let amount = rate.flatMap { try? $0.pay(seconds: Int64(seconds ?? record.seconds)) }
    let physician =
      record.physician >= 0 ? context.roster.physicians[Int(record.physician)].id : nil
    guard
      physician != payment.physicianID || record.day != payment.day
        || amount?.cents != payment.cents
    else {
      detail = nil
      return
    }
    let paid = Money(cents: payment.cents)
    let difference = Money(cents: (amount?.cents ?? 0) - payment.cents)
    detail =
      "paid \(paid.display) in \(payment.quarter) to \(shown(payment.physicianID)) for "
      + "\(CivilDate(day: payment.day)); now \(amount?.display ?? "no rate")"
      + " for \(physician.map(shown) ?? "nobody on the roster") on \(record.date): a difference of "
      + (difference.cents > 0 ? "+" : "") + difference.display
      + "; zpay reverse takes the payment back"
  }
}
