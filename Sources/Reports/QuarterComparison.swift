package import Vocabulary

/// What changed from one result to another: by department, by physician and by record.
package struct QuarterComparison: Sendable {
  /// What a department or a physician gets, before and after.
  package struct Sums: Sendable {
    package var key: String
    /// The physician's name; empty for a department.
    package var name: String
    package var payableBefore = Money.zero
    package var payableAfter = Money.zero
    package var heldBefore = Money.zero
    package var heldAfter = Money.zero
    /// Of what is payable.
    package fileprivate(set) var difference = Money.zero

    var isChanged: Bool { payableBefore != payableAfter || heldBefore != heldAfter }

    init(key: String, name: String = "") {
      self.key = key
      self.name = name
    }

    fileprivate mutating func add(_ outcome: RecordOutcome, isAfter: Bool) throws(MoneyError) {
      switch (outcome.isPayable, isAfter) {
      case (true, false): payableBefore = try payableBefore + outcome.amount
      case (true, true): payableAfter = try payableAfter + outcome.amount
      case (false, false): heldBefore = try heldBefore + outcome.amount
      case (false, true): heldAfter = try heldAfter + outcome.amount
      }
      difference = try payableAfter - payableBefore
    }
  }

  package struct RecordChange: Sendable {
    package var record: RecordName
    /// Each empty where the result does not have the record.
    package var before: [RecordOutcome]
    package var after: [RecordOutcome]

    /// What changed in words, the same for all records to which the same happened.
    package var what: String {
      let (was, now) = (Self.words(before), Self.words(after))
      if was != now { return "\(was) → \(now)" }
      let named = differing.filter { fact in !differing.contains { $0 == fact.leading } }
      // Where rows have traded values, each is as often there as before.
      let others = named.isEmpty ? ["rows"] : named.map(\.rawValue)
      return "\(now), other \(others.joined(separator: " and "))"
    }

    /// Whom, where, when and how much, and of the rest of a line what differs; texts as `shown` gives
    /// them.
    package func facts(_ outcome: RecordOutcome, _ shown: (String) -> String) -> String {
      let details = differing.filter(\.isDetail).map { fact in
        let value = outcome[fact]
        return value.isEmpty ? ", no \(fact.rawValue)" : ", \(fact.rawValue) \(shown(value))"
      }
      return outcome.facts(shown) + details.joined()
    }

    /// What differs where the same became of the record before and after.
    private let differing: [RecordFact]

    /// Of what is payable.
    package let difference: Money

    fileprivate init(
      record: RecordName, before: [RecordOutcome], after: [RecordOutcome]
    ) throws(MoneyError) {
      (self.record, self.before, self.after) = (record, before, after)
      let isSame = Self.words(before) == Self.words(after)
      differing = RecordFact.allCases.filter { fact in
        isSame && before.map { $0[fact] }.sorted() != after.map { $0[fact] }.sorted()
      }
      var difference = Money.zero
      for outcome in after where outcome.isPayable { difference = try difference + outcome.amount }
      for outcome in before where outcome.isPayable { difference = try difference - outcome.amount }
      self.difference = difference
    }

    private static func words(_ outcomes: [RecordOutcome]) -> String {
      outcomes.isEmpty
        ? "not there" : Set(outcomes.map(\.words)).sorted().joined(separator: " and ")
    }
  }

  package let before: String
  package let after: String
  /// All of either result, by name.
  package private(set) var departments: [Sums] = []
  /// All of either result, by name and ID.
  package private(set) var physicians: [Sums] = []
  package private(set) var total = Sums(key: "Total")
  /// Records that changed where money hangs on them, by what changed, then by program, activity
  /// and ID.
  package private(set) var changes: [RecordChange] = []

  /// - Throws: ``MoneyError`` where a sum is more than a number can be.
  package init(from before: QuarterOutcome, to after: QuarterOutcome) throws {
    (self.before, self.after) = (before.title, after.title)
    var (departments, physicians) = ([String: Sums](), [String: Sums]())
    for (outcome, isAfter) in [(before, false), (after, true)] {
      for record in outcome.records.values {
        for one in record where one.isOfMoney {
          try departments[one.department, default: Sums(key: one.department)]
            .add(one, isAfter: isAfter)
          var sums =
            physicians[one.physicianID] ?? Sums(key: one.physicianID, name: one.physician)
          // Of several names the first in their order: records come in none.
          sums.name = min(sums.name, one.physician)
          try sums.add(one, isAfter: isAfter)
          physicians[one.physicianID] = sums
          try total.add(one, isAfter: isAfter)
        }
      }
    }
    self.departments = departments.values.sorted { $0.key < $1.key }
    self.physicians = physicians.values.sorted { ($0.name, $0.key) < ($1.name, $1.key) }
    var changes: [(what: String, change: RecordChange)] = []
    for record in Set(before.records.keys).union(after.records.keys) {
      let (was, now) = (before.records[record] ?? [], after.records[record] ?? [])
      guard was.contains(where: \.isOfMoney) || now.contains(where: \.isOfMoney),
        Self.counts(was) != Self.counts(now)
      else { continue }
      let change = try RecordChange(record: record, before: was, after: now)
      changes.append((change.what, change))
    }
    changes.sort { ($0.what, $0.change.record) < ($1.what, $1.change.record) }
    self.changes = changes.map(\.change)
  }

  package var changedDepartments: [Sums] { departments.filter(\.isChanged) }
  package var changedPhysicians: [Sums] { physicians.filter(\.isChanged) }

  /// Changes to which the same happened, together.
  package var changesByWhat: [(what: String, changes: ArraySlice<RecordChange>)] {
    var groups: [(what: String, changes: ArraySlice<RecordChange>)] = []
    var start = 0
    for index in changes.indices {
      let what = changes[index].what
      if index + 1 < changes.count, changes[index + 1].what == what { continue }
      groups.append((what, changes[start...index]))
      start = index + 1
    }
    return groups
  }

  /// As many of each: which row of a record comes first is no change.
  private static func counts(_ outcomes: [RecordOutcome]) -> [RecordOutcome: Int] {
    outcomes.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }
}
