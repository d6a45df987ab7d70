/// What a person decides about a single record (SPEC 8).
package enum DecisionKind: String, CaseIterable, Sendable {
  case hold, release, forfeit, reverse
}

/// A decision on a record, with who, when and why.
package struct Decision: Hashable, Sendable {
  package var kind: DecisionKind
  package var record: RecordIdentity
  /// The open quarter in which it was made.
  package var quarter: Quarter
  package var reason: String
  package var by: String
  /// UTC, such as `2026-04-14T17:03:22Z`.
  package var at: String
  /// For a reversal: whether the record may be paid anew in the same close.
  package var paysAgain: Bool

  package init(
    kind: DecisionKind, record: RecordIdentity, quarter: Quarter, reason: String, by: String,
    at: String, paysAgain: Bool = false
  ) {
    self.kind = kind
    self.record = record
    self.quarter = quarter
    self.reason = reason
    self.by = by
    self.at = at
    self.paysAgain = paysAgain
  }
}

/// A payment that the ledger holds and no reversal has taken back.
package struct PriorPayment: Hashable, Sendable {
  package var quarter: Quarter
  package var physicianID: String
  package var day: Int32
  package var cents: Int64

  package init(quarter: Quarter, physicianID: String, day: Int32, cents: Int64) {
    self.quarter = quarter
    self.physicianID = physicianID
    self.day = day
    self.cents = cents
  }
}

/// A payment to be taken back in the open quarter: the negative line, and who decided it.
package struct Reversal: Hashable, Sendable {
  package var line: PaymentLine
  package var decision: Decision
  /// The quarter whose close paid the line.
  package var paidIn: Quarter

  package init(line: PaymentLine, decision: Decision, paidIn: Quarter) {
    self.line = line
    self.decision = decision
    self.paidIn = paidIn
  }
}

/// What the ledger knows that decides a quarter. Without a ledger: nothing.
package struct QuarterHistory: Sendable {
  /// The quarters that are closed, one right after another; nil where none is.
  package var closed: ClosedRange<Quarter>?
  /// The hash of the last close.
  package var head: String?
  /// For rows whose record is paid: the payment.
  package var payments: [Int32: PriorPayment] = [:]
  /// For rows on whose record a person has decided: the decision in force.
  package var decisions: [Int32: Decision] = [:]
  /// For rows whose record was held by an earlier close: the first one of them.
  package var heldSince: [Int32: Quarter] = [:]
  package var reversals: [Reversal] = []
  /// Every decision that was made for the open quarter, in its order.
  package var madeDecisions: [Decision] = []
  /// Rows that come from the ledger, since the inputs no longer have them.
  package var carriedRows = 0

  package init() {}

  /// Whether a record of this date is late: of a quarter that is closed, and so payable in the open
  /// one (SPEC 8).
  package func isLate(_ date: CivilDate, in quarter: Quarter) -> Bool {
    guard let closed, quarter > closed.upperBound else { return false }
    return closed.lowerBound.start <= date && date <= closed.upperBound.through
  }
}
