import Ledger
import Vocabulary

/// What the ledger tells of a record: held since, decided, paid in, taken back, disbursed.
struct LifeStory {
  private let events: [(quarter: Quarter, text: String)]

  /// - Parameter ledger: nil where there is none: then there is nothing to tell.
  init(ofID id: String, _ ledger: Ledger?) throws {
    var events: [(quarter: Quarter, order: Int, record: RecordIdentity, text: String)] = []
    func add(_ quarter: Quarter, _ order: Int, _ record: RecordIdentity, _ text: String) {
      events.append((quarter, order, record, text))
    }
    if let ledger {
      let closes = Dictionary(uniqueKeysWithValues: try ledger.closes().map { ($0.quarter, $0) })
      var reconciled: [Quarter: Reconciliation] = [:]
      for stored in try ledger.decisions(onID: id) {
        let decision = stored.decision
        let isPending = closes[decision.quarter] == nil
        add(
          decision.quarter, 0, decision.record,
          "\(decision.kind.rawValue): \(shown(decision.reason)) (\(shown(decision.by)), \(decision.at))"
            + (isPending ? "; not closed yet" : ""))
      }
      for (quarter, event) in try ledger.life(ofID: id) {
        switch event {
        case .held(let record):
          add(
            quarter, 1, record.record,
            "held (\(record.reason)), at most \(Money(cents: record.amountCents).display) to \(shown(record.physicianID)), \(record.department), from \(record.sourceFile) line \(record.sourceLine)"
          )
        case .line(let line, let number):
          add(quarter, 2, line.record, Self.words(line, number))
          if reconciled[quarter] == nil, let close = closes[quarter] {
            reconciled[quarter] = try Reconciliation(ledger, close)
          }
          guard line.reverses == nil else { continue }
          add(quarter, 3, line.record, Self.disbursement(of: line, reconciled[quarter]))
        }
      }
    }
    // Where several records have the ID, each event says of which it is.
    let areSeveral = Set(events.map(\.record)).count > 1
    self.events = events.enumerated().sorted {
      ($0.element.quarter, $0.element.order, $0.offset)
        < ($1.element.quarter, $1.element.order, $1.offset)
    }.map { _, event in
      let record = "\(event.record.program) \(event.record.activity.code)"
      return (event.quarter, (areSeveral ? record + ": " : "") + event.text)
    }
  }

  private static func words(_ line: PaymentLine, _ number: Int64) -> String {
    let money = Money(cents: line.amountCents).display
    let who = "\(shown(line.physician)) (\(shown(line.physicianID))), \(line.department)"
    if let undone = line.reverses {
      return
        "payment taken back: \(money), \(who); line \(number) undoes line \(undone) (\(line.sourceFile) line \(line.sourceLine))"
    }
    return
      "paid \(money) to \(who), earned in \(line.earnedIn); line \(number), from \(line.sourceFile) line \(line.sourceLine)"
  }

  private static func disbursement(
    of line: PaymentLine, _ reconciliation: Reconciliation?
  ) -> String {
    guard
      let entry = reconciliation?.entries.first(where: {
        $0.employeeID == line.employeeID && !$0.physicianID.isEmpty
      }), entry.paid != 0
    else { return "not disbursed yet, as far as reconcile was told" }
    return
      "disbursed: payroll paid \(Money(cents: entry.paid).display) of \(Money(cents: entry.directed).display) directed to the employee (\(entry.verdict.rawValue))"
  }

  var isEmpty: Bool { events.isEmpty }

  var text: String {
    guard !events.isEmpty else { return "" }
    return "\n  in the ledger\n"
      + events.map { "    \($0.quarter)  \($0.text)\n" }.joined()
  }
}
