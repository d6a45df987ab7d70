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
  /// What else its line shows; nil where it has none.
  package var line: Line?

  /// As written in files.
  package struct Line: Hashable, Sendable {
    package var employeeID: String
    package var duration: String
    package var blocks: String
    package var rate: String
    package var earnedIn: String

    package init(
      employeeID: String, duration: String, blocks: String, rate: String, earnedIn: String
    ) {
      self.employeeID = employeeID
      self.duration = duration
      self.blocks = blocks
      self.rate = rate
      self.earnedIn = earnedIn
    }
  }

  package init(
    state: State, reason: String, department: String, physicianID: String, physician: String,
    serviceDate: String, amount: Money, line: Line?
  ) {
    self.state = state
    self.reason = reason
    self.department = department
    self.physicianID = physicianID
    self.physician = physician
    self.serviceDate = serviceDate
    self.amount = amount
    self.line = line
  }

  /// Whether money hangs on it.
  package var isOfMoney: Bool { state == .paid || state == .takenBack || state == .held }

  var isPayable: Bool { state == .paid || state == .takenBack }

  /// The state, and the reason where it has one.
  var words: String { reason.isEmpty ? state.rawValue : "\(state.rawValue) (\(reason))" }

  /// As written in files; empty where it is not known.
  subscript(fact: RecordFact) -> String {
    switch fact {
    case .amount: amount.description
    case .physician: physicianID
    case .department: department
    case .serviceDate: serviceDate
    case .name: physician
    case .employeeID: line?.employeeID ?? ""
    case .duration: line?.duration ?? ""
    case .blocks: line?.blocks ?? ""
    case .rate: line?.rate ?? ""
    case .earnedIn: line?.earnedIn ?? ""
    }
  }
}

/// What is shown of a record where money hangs on it, but for its place in the inputs: rows shift.
package enum RecordFact: String, CaseIterable, Sendable {
  case amount, physician, department
  case serviceDate = "service date"
  case name
  case employeeID = "employee ID"
  case duration, blocks, rate
  case earnedIn = "earned in"

  /// The fact that alone is named where both differ: this one goes with it.
  var leading: RecordFact? {
    switch self {
    case .name, .employeeID: .physician
    case .duration, .blocks, .rate: .amount
    case .earnedIn: .serviceDate
    case .amount, .physician, .department, .serviceDate: nil
    }
  }

  /// Whether only its difference is worth a word.
  var isDetail: Bool {
    switch self {
    case .employeeID, .duration, .blocks, .rate, .earnedIn: true
    case .amount, .physician, .department, .serviceDate, .name: false
    }
  }
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
        physician: "", serviceDate: "", amount: .zero, line: nil)
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
