import ArgumentParser
import Ledger
import Vocabulary
import Writers

/// `zpay ledger`: the closed quarters, what is still owed, and whether the chain holds.
struct LedgerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger",
    abstract: "Show the closed quarters and open holds, and check the ledger hash by hash.",
    discussion: """
      Recomputes every hash and every sum. Status 1 where anything is not as it was closed. With \
      --head, the head that was noted elsewhere (or the hash on a final sheet), it also notices a \
      ledger that was put back from an older copy.

        zpay ledger -C 2026
        zpay ledger --head 9b20…
      """)

  @OptionGroup var place: LedgerOptions

  @Option(help: ArgumentHelp("A head or hash that the ledger must have.", valueName: "hash"))
  var head: String?

  @Option(help: "How it is printed: text or json.")
  var format = ReportFormat.text

  func run() throws {
    let desk = LedgerDesk(place.directory)
    try desk.finishWhatWasHalfDone()
    guard let ledger = try desk.open() else {
      if head != nil {
        throw Failure(.no, "\(desk.path) is not there, and the head was given: it has been lost")
      }
      if let lost = try desk.lostClose() { throw Failure(.no, lost) }
      return try Console.print(
        format == .text ? "no quarter has been closed: there is no ledger yet\n" : "{}\n")
    }
    var findings = try ledger.check(head: head.map { trimmed($0).lowercased() })
    let closes = findings.isEmpty ? try ledger.closes() : (try? ledger.closes()) ?? []
    let holds = findings.isEmpty ? try ledger.openHolds() : []
    let pending = findings.isEmpty ? try ledger.pendingDecisions() : []
    if findings.isEmpty, let lost = try desk.lostClose() { findings = [lost] }
    switch format {
    case .text: try Console.print(text(closes, holds, pending, findings))
    case .json: try Console.print(json(closes, holds, pending, findings).rendered)
    }
    if !findings.isEmpty { throw Failure(.no) }
  }

  private func text(
    _ closes: [QuarterClose], _ holds: [OpenHold], _ pending: [StoredDecision],
    _ findings: [String]
  ) -> String {
    var text = ""
    for close in closes {
      text +=
        "\(close.quarter)  close \(close.number)  \(grouped(close.lineCount)) \(close.lineCount == 1 ? "line" : "lines"), "
        + "\(Money(cents: close.payableCents).display) payable; \(grouped(close.heldCount)) held, at most \(Money(cents: close.heldCents).display)\n"
        + "        prepared by \(shown(close.preparedBy)), approved by \(shown(close.approvedBy)), \(close.closedAt)\n"
        + "        hash \(close.hash)\n"
    }
    let total = closes.reduce(Int64(0)) { $0 &+ $1.payableCents }
    if !closes.isEmpty {
      text += "in all  \(Money(cents: total).display) directed to departments\n"
    }
    if !holds.isEmpty { text += "\nopen holds\n" }
    for hold in holds {
      text +=
        "  \(hold.since)  \(hold.age) \(hold.age == 1 ? "quarter" : "quarters")  \(hold.record.program) \(hold.record.activity.code) \(shown(hold.record.id))  "
        + "\(hold.department)  at most \(Money(cents: hold.cents).display)  \(hold.reason)\n"
    }
    if !pending.isEmpty { text += "\ndecided, and not closed yet\n" }
    for stored in pending {
      let decision = stored.decision
      text +=
        "  \(decision.quarter)  \(decision.kind.rawValue)  \(decision.record.program) \(decision.record.activity.code) \(shown(decision.record.id)): \(shown(decision.reason)) (\(shown(decision.by)), \(decision.at))\n"
    }
    text += "\n"
    for finding in findings { text += "✗ \(finding)\n" }
    if findings.isEmpty {
      text +=
        closes.isEmpty
        ? "no quarter has been closed\n"
        : "the chain holds: every hash and every sum\nhead    \(closes.last?.seal ?? "")\n"
    }
    return text
  }

  private func json(
    _ closes: [QuarterClose], _ holds: [OpenHold], _ pending: [StoredDecision],
    _ findings: [String]
  ) -> JSON {
    .object([
      ("holds", .flag(findings.isEmpty)),
      ("findings", .list(findings.map { .text($0) })),
      ("head", closes.last.map { .text($0.seal) } ?? .null),
      (
        "closes",
        .list(
          closes.map {
            .object([
              ("quarter", .text($0.quarter.description)), ("number", .number($0.number)),
              ("lines", .number($0.lineCount)),
              ("payable", .text(Money(cents: $0.payableCents).description)),
              ("held_records", .number($0.heldCount)),
              ("held", .text(Money(cents: $0.heldCents).description)),
              ("prepared_by", .text($0.preparedBy)), ("approved_by", .text($0.approvedBy)),
              ("closed_at", .text($0.closedAt)), ("digest", .text($0.digest)),
              ("hash", .text($0.hash)), ("seal", .text($0.seal)),
            ])
          })
      ),
      (
        "open_holds",
        .list(
          holds.map {
            .object([
              ("program", .text($0.record.program)), ("activity", .text($0.record.activity.code)),
              ("record_id", .text($0.record.id)), ("since", .text($0.since.description)),
              ("quarters", .number($0.age)), ("department", .text($0.department)),
              ("reason", .text($0.reason)), ("amount", .text(Money(cents: $0.cents).description)),
            ])
          })
      ),
      (
        "decisions",
        .list(
          pending.map { stored in
            .object([
              ("quarter", .text(stored.decision.quarter.description)),
              ("decision", .text(stored.decision.kind.rawValue)),
              ("program", .text(stored.decision.record.program)),
              ("activity", .text(stored.decision.record.activity.code)),
              ("record_id", .text(stored.decision.record.id)),
              ("reason", .text(stored.decision.reason)), ("by", .text(stored.decision.by)),
              ("at", .text(stored.decision.at)),
            ])
          })
      ),
    ])
  }
}
