/// What a person decides about a single record (SPEC 8).
public enum DecisionKind: String, CaseIterable, Sendable {
  case hold, release, forfeit, reverse
}

/// A decision on a record, with who, when and why.
public struct Decision: Hashable, Sendable {
  public var kind: DecisionKind
  public var record: RecordIdentity
  /// The open quarter in which it was made.
  public var quarter: Quarter
  public var reason: String
  public var by: String
  /// UTC, such as `2026-04-14T17:03:22Z`.
  public var at: String
  /// For a reversal: whether the record may be paid anew in the same close.
  public var paysAgain: Bool

  /// Characters of a reason, and of a name: with both, a cell still has room for the words around them.
  public static let textMax = 2_000

  /// A reason or name as reports show it: whoever wrote a longer one into the ledger stops no quarter.
  public static func inCell(_ text: String) -> String {
    text.unicodeScalars.count <= textMax
      ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(textMax))) + "…"
  }

  public init(
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
public struct PriorPayment: Hashable, Sendable {
  public var quarter: Quarter
  public var physicianID: String
  public var day: Int32
  public var cents: Int64

  public init(quarter: Quarter, physicianID: String, day: Int32, cents: Int64) {
    self.quarter = quarter
    self.physicianID = physicianID
    self.day = day
    self.cents = cents
  }
}

/// A payment that the ledger holds of another record of the same activity, whose ID is the same but for case, signs and
/// zeros at the start, or the same under another program.
public struct SimilarPayment: Hashable, Sendable {
  public var record: RecordIdentity
  public var payment: PriorPayment

  public init(record: RecordIdentity, payment: PriorPayment) {
    self.record = record
    self.payment = payment
  }
}

/// A record that an earlier close held, and that neither a later one has paid nor anybody forfeited before this quarter.
public struct PriorHold: Hashable, Sendable {
  /// What one of its rows would have paid; several rows that contradict each other are held together.
  public struct Row: Hashable, Sendable {
    /// Nil where nobody, or more than one, was found.
    public var physicianID: String?
    public var cents: Int64

    public init(physicianID: String?, cents: Int64) {
      self.physicianID = physicianID
      self.cents = cents
    }
  }

  /// The first quarter whose close held it.
  public var since: Quarter
  /// Those of the latest close that held it.
  public var rows: [Row]

  public init(since: Quarter, rows: [Row]) {
    self.since = since
    self.rows = rows
  }

  /// Whether that is what one of its rows would have paid.
  public func hasHeld(_ cents: Int64, for physicianID: String) -> Bool {
    rows.contains { $0.cents == cents && ($0.physicianID ?? physicianID) == physicianID }
  }
}

/// A payment to be taken back in the open quarter: the negative line, and who decided it.
public struct Reversal: Hashable, Sendable {
  public var line: PaymentLine
  public var decision: Decision
  /// The quarter whose close paid the line.
  public var paidIn: Quarter

  public init(line: PaymentLine, decision: Decision, paidIn: Quarter) {
    self.line = line
    self.decision = decision
    self.paidIn = paidIn
  }
}

/// What the ledger knows that decides a quarter. Without a ledger: nothing.
public struct QuarterHistory: Sendable {
  /// The quarters that are closed, one right after another; nil where none is.
  public var closed: ClosedRange<Quarter>?
  /// The hash of the last close.
  public var lastHash: String?
  /// For rows whose record is paid, also where the row is not completed: the payment.
  public var payments = PriorPayments()
  /// For rows whose record is not paid, and nearly one that is: its payment.
  public var similarPayments: [Int32: SimilarPayment] = [:]
  /// For rows on whose record a person has decided: the decision in force.
  public var decisions: [Int32: Decision] = [:]
  /// For rows whose record an earlier close held.
  public var holds: [Int32: PriorHold] = [:]
  /// Rows whose record was paid, and taken back by a close, by a decision that did not say that it is to be paid anew.
  public var takenBack: Set<Int32> = []
  public var reversals: [Reversal] = []
  /// Every decision that was made for the open quarter, in its order.
  public var madeDecisions: [Decision] = []
  /// Those of them that nothing has replaced, and the holds of earlier quarters that are in force, by record.
  public var decisionsInForce: [Decision] = []
  /// Rows that come from the ledger, since the inputs no longer have them.
  public var carriedRows = 0

  public init() {}

  /// Whether a record of this date is late: of a quarter that is closed, and so payable in the open
  /// one (SPEC 8).
  public func isLate(_ date: CivilDate, in quarter: Quarter) -> Bool {
    guard let closed, quarter > closed.upperBound else { return false }
    return closed.lowerBound.start <= date && date <= closed.upperBound.through
  }
}
