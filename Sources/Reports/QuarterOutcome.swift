package import Vocabulary

/// What became of a record in a result: one of its lines, or one of its rows that is not paid.
package struct RecordOutcome: Hashable, Sendable {
  package enum State: String, Sendable {
    case paid
    case takenBack = "taken back"
    case held, excluded, rejected
  }

  package var state: State
  /// The word in files; empty where it is paid.
  package var reason: String
  package var department: String
  package var physicianID: String
  package var physician: String
  /// As written in files.
  package var serviceDate: String
  /// Below zero where it is taken back; what a held record would pay at most; else nothing.
  package var amount: Money

  package init(
    state: State, reason: String, department: String, physicianID: String, physician: String,
    serviceDate: String, amount: Money
  ) {
    self.state = state
    self.reason = reason
    self.department = department
    self.physicianID = physicianID
    self.physician = physician
    self.serviceDate = serviceDate
    self.amount = amount
  }

  /// Whether money hangs on it.
  package var isOfMoney: Bool { state == .paid || state == .takenBack || state == .held }

  var isPayable: Bool { state == .paid || state == .takenBack }

  /// The state, and the reason where it has one.
  var words: String { reason.isEmpty ? state.rawValue : "\(state.rawValue) (\(reason))" }
}

/// A record as files name it.
package struct RecordName: Hashable, Comparable, Sendable {
  package var program: String
  package var activity: String
  package var id: String

  package init(program: String, activity: String, id: String) {
    self.program = program
    self.activity = activity
    self.id = id
  }

  package static func < (one: RecordName, other: RecordName) -> Bool {
    (one.program, one.activity, one.id) < (other.program, other.activity, other.id)
  }
}

/// A quarter's result, from wherever it comes: each record with what became of it.
package struct QuarterOutcome: Sendable {
  /// For people: which result it is.
  package var title: String
  package private(set) var records: [RecordName: [RecordOutcome]] = [:]

  package init(title: String) { self.title = title }

  /// Of rows of a record that are not of money only what they say counts, once: a copy more in a
  /// later export is no change.
  package mutating func add(_ outcome: RecordOutcome, of record: RecordName) {
    var outcome = outcome
    if !outcome.isOfMoney {
      outcome = RecordOutcome(
        state: outcome.state, reason: outcome.reason, department: "", physicianID: "",
        physician: "", serviceDate: "", amount: .zero)
    }
    var all = records[record] ?? []
    if outcome.isOfMoney {
      all.removeAll { !$0.isOfMoney }
    } else if all.contains(where: { $0.isOfMoney || $0 == outcome }) {
      return
    }
    all.append(outcome)
    records[record] = all
  }
}
