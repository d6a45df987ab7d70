package import Vocabulary

/// Decides a quarter: every row of cases and conferences gets exactly one disposition, by the first
/// rule of SPEC section 5 that applies.
///
/// The order of the rules, side by side with that table (rules 1 to 8 look at one row alone, and
/// are applied while it is read):
///
/// | rules  | where                          |
/// |--------|--------------------------------|
/// | 1–8    | `Ingest/RecordDecoder`         |
/// | 9      | ``PaidRecordRule``             |
/// | 10–12  | ``RepeatedRecordRule``         |
/// | 13, 14 | ``ServiceQuarterRule``         |
/// | 15, 16 | ``PhysicianRule``              |
/// | 17     | ``CredentialRule``             |
/// | 18–20  | ``StandingRule``               |
/// | 21     | ``ConferenceLengthRule``       |
/// | SPEC 8 | ``LateRecordRule``, ``HoldRule`` |
/// | 22     | paid                           |
///
/// Rules have no clock and do no I/O.
package enum QuarterRules {
  /// Decides all records of a quarter. The records of `tables` get their reasons in place.
  ///
  /// - Throws: ``UnusableInput`` where a paid or held record has no rate, or an amount leaves 64
  ///   bits.
  package static func decide(
    _ quarter: Quarter, plan: CompensationPlan, roster: Roster, records: RecordTables,
    history: QuarterHistory = QuarterHistory(), inputs: [InputFile], fileNotices: [Notice],
    workers: Workers = .one
  ) throws(UnusableInput) -> QuarterResult {
    var result = QuarterResult(
      quarter: quarter, plan: plan, roster: roster, inputs: inputs, records: records,
      history: history)
    let context = RuleContext(result, workers)
    let changes = PaidRecordRule.apply(to: records, context)
    let (pieces, groups, undecided) = (records.pieces(), RecordGroups(records, workers), result)
    let (counterparts, places) = workers.both(
      { RepeatedRecordRule.apply(to: groups, context) }, { LinePlaces(undecided, context.dates) })
    result.counterparts = counterparts
    workers.forEach(pieces.count) { decide(pieces[$0], of: records, context) }
    result.lifted = lifted(in: records, context)
    let decided = result
    let (counts, overlaps) = workers.both(
      {
        Result { () throws(UnusableInput) in try Tally.counts(of: decided, places, context) }
      }, { OverlapNotice.overlaps(of: decided) })
    try Tally.add(counts.get(), to: &result, context)
    result.overlaps = overlaps
    result.notices = Notices.all(of: result, context, fileNotices: fileNotices + changes)
    Tally.checkSums(of: result, context)
    return result
  }

  /// What releases lift: rows that are paid, and would be held otherwise. O(decisions).
  private static func lifted(in records: RecordTables, _ context: RuleContext) -> [Int32: Reason] {
    var lifted: [Int32: Reason] = [:]
    for (index, decision) in context.history.decisions
    where decision.kind == .release && records[index].reason == .paid {
      lifted[index] = context.holdingReason(
        for: records[index], records.table(of: index).activity)
    }
    return lifted
  }

  /// Rules 13 to 22 for the rows that no rule has decided.
  private static func decide(
    _ piece: RecordTables.Piece, of records: RecordTables, _ context: RuleContext
  ) {
    let table = records.tables[piece.table]
    for row in piece.rows where table.records[row].reason == .undecided {
      let index = piece.first + Int32(row - piece.rows.lowerBound)
      let reason = context.reason(for: table.records[row], table.activity, index)
      table.records[row].reason = reason
      precondition(reason != .undecided, "a row is decided (\(piece.table), \(row))")
    }
  }
}

/// What the rules that look at one record know.
struct RuleContext: Sendable {
  let quarter: Quarter
  /// The first and the last day of the quarter.
  let (start, through): (CivilDate, CivilDate)
  let plan: CompensationPlan
  let roster: Roster
  let history: QuarterHistory
  let rates: PaySchedule
  let dates: DatedRoster
  let workers: Workers

  init(_ result: QuarterResult, _ workers: Workers) {
    quarter = result.quarter
    (start, through) = (quarter.start, quarter.through)
    (plan, roster, history) = (result.plan, result.roster, result.history)
    (rates, dates) = (result.schedule, DatedRoster(roster))
    self.workers = workers
  }

  /// Rules 13 to 22, in their order.
  ///
  /// Where a person has released the record, rules 17 to 21 and what holds late records do not
  /// hold it (SPEC 8).
  func reason(for record: ServiceRecord, _ activity: Activity, _ index: Int32) -> Reason {
    if let reason = ServiceQuarterRule.reason(for: record, self)
      ?? PhysicianRule.reason(for: record)
    {
      return reason
    }
    let decision = history.decisions[index]
    if decision?.kind == .release { return .paid }
    return holdingReason(for: record, activity) ?? HoldRule.reason(decision) ?? .paid
  }

  /// Rules 17 to 21, and what holds late records: what a release lifts.
  func holdingReason(for record: ServiceRecord, _ activity: Activity) -> Reason? {
    CredentialRule.reason(for: record, self)
      ?? StandingRule.reason(for: record, self)
      ?? ConferenceLengthRule.reason(for: record, activity, self)
      ?? LateRecordRule.reason(for: record, self)
  }
}

/// Rules 13 and 14: only work of the quarter is paid in it, and late records of the quarters that
/// the ledger has closed.
///
/// Source: "Payments are made quarterly" (UCSF online second opinions).
enum ServiceQuarterRule {
  static func reason(for record: ServiceRecord, _ context: RuleContext) -> Reason? {
    if context.through < record.date { return .laterQuarter }
    if record.date < context.start,
      !context.history.isLate(record.date, in: context.quarter)
    {
      return .earlierQuarter
    }
    return nil
  }
}

/// Rules 15 and 16: a record is one physician's.
enum PhysicianRule {
  static func reason(for record: ServiceRecord) -> Reason? {
    switch record.physician {
    case Roster.unknown: .unknownPhysician
    case Roster.ambiguous: .ambiguousPhysician
    default: nil
    }
  }
}

/// Rule 17: an appointment has the service date.
///
/// Source: "Any physician currently credentialed at UCSF Medical Center is welcome to participate".
enum CredentialRule {
  static func reason(for record: ServiceRecord, _ context: RuleContext) -> Reason? {
    context.dates.hasAppointment(record.physician, on: record.day) ? nil : .notCredentialed
  }
}

/// Rules 18 to 20, date by date: good on every date that the plan names.
///
/// Source: "provided you are In Good Standing" (UCSF online second opinions), as the UC Health
/// Sciences Compensation Plan defines it. On which date is the plan's `standing.as_of`.
enum StandingRule {
  static func reason(for record: ServiceRecord, _ context: RuleContext) -> Reason? {
    for basis in context.plan.standingBasis {
      let date = basis == .serviceDate ? record.date : context.through
      switch context.dates.standing(of: record.physician, on: date.day) {
      case .good: continue
      case nil: if context.plan.holdsUnlistedStanding { return .standingUnknown }
      case .notPlanMember: return .notPlanMember
      case .notGood: return .notInGoodStanding
      }
    }
    return nil
  }
}

/// Rule 21: a very long conference is held for a person to look at.
enum ConferenceLengthRule {
  static func reason(
    for record: ServiceRecord, _ activity: Activity, _ context: RuleContext
  ) -> Reason? {
    guard activity == .conference else { return nil }
    return Int64(record.seconds) > context.plan.conferenceMinutesMax * 60 ? .longConference : nil
  }
}

/// `late_records: hold`: a record of an earlier quarter is for a person to look at (SPEC 8).
enum LateRecordRule {
  static func reason(for record: ServiceRecord, _ context: RuleContext) -> Reason? {
    context.plan.holdsLateRecords && record.date < context.start ? .lateRecord : nil
  }
}

/// A person holds a record that would be paid (SPEC 8).
enum HoldRule {
  static func reason(_ decision: Decision?) -> Reason? {
    decision?.kind == .hold ? .onHold : nil
  }
}
