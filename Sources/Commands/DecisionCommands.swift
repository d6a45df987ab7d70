import ArgumentParser
import Foundation
import Ledger
import Vocabulary

/// What all decisions on single records take.
struct DecisionOptions: ParsableArguments {
  @Argument(help: "The IDs of the records: all are decided on, or none.")
  var ids: [String] = []

  @Option(help: ArgumentHelp("Why, for the statement and for the auditor.", valueName: "text"))
  var reason: String

  @Option(
    help: ArgumentHelp(
      "Who decides (default: the name that you are logged in by).", valueName: "name"))
  var by: String?

  @Option(
    help: ArgumentHelp("The program, where records of several have the ID.", valueName: "key"))
  var program: String?

  @Option(help: ArgumentHelp("case or conference, where both have the ID.", valueName: "activity"))
  var activity: String?

  func validate() throws {
    if trimmed(reason).isEmpty {
      throw ValidationError("--reason needs a text: why is it decided?")
    }
    if by.map({ trimmed($0).isEmpty }) == true { throw ValidationError("--by needs a name.") }
    for (option, text) in [("reason", reason), ("by", by ?? "")]
    where text.unicodeScalars.count > Decision.textMax {
      throw ValidationError("--\(option) takes at most \(grouped(Decision.textMax)) characters.")
    }
    if let activity, Activity(code: activity) == nil {
      throw ValidationError("--activity is case or conference.")
    }
  }

  var decidedBy: String {
    if let by { return trimmed(by) }
    let name = NSFullUserName()
    return name.isEmpty ? NSUserName() : name
  }

  /// Whether a record may be meant.
  func fits(_ record: RecordIdentity) -> Bool {
    (program.map { matchKey($0) == matchKey(record.program) } ?? true)
      && (activity.map { $0 == record.activity.code } ?? true)
  }

  /// The one record that is meant by an ID.
  ///
  /// - Throws: ``Failure`` where there is none, or several.
  func only(_ records: [RecordIdentity], id: String, none: String) throws -> RecordIdentity {
    guard !records.isEmpty else { throw Failure(.no, "\(shown(id)): \(none)") }
    let found = records.filter(fits)
    guard found.count == 1 else {
      let names = (found.isEmpty ? records : found).map {
        "--program \($0.program) --activity \($0.activity.code)"
      }
      throw Failure(
        .no,
        "\(shown(id)) is the ID of "
          + (found.isEmpty ? "no record of that program and activity" : "several records")
          + ": say \(names.joined(separator: ", or "))")
    }
    return found[0]
  }
}

/// What is to be done after any decision.
private func runAgain(_ quarter: Quarter) -> String {
  "next, zpay run \(quarter): its sheets and its digest have changed\n"
}

/// `hold`, `release` and `forfeit`: decisions on records of the open quarter (SPEC 8).
struct RecordDecision {
  let kind: DecisionKind
  let quarter: String
  let options: DecisionOptions
  let workspace: WorkspaceOptions

  func run() throws {
    guard !options.ids.isEmpty else {
      return try Console.print("no record is named: nothing was done\n")
    }
    let desk = LedgerDesk(workspace.directory)
    try desk.whileWriting {
      let loader = try QuarterLoader(workspace)
      let quarter = try loader.quarter(quarter)
      let ledger = try desk.open()
      if let last = try ledger?.closes().last, quarter != last.quarter.next {
        throw Failure(
          .no,
          "decisions are made in the open quarter, which is \(last.quarter.next): \(quarter) is not"
        )
      }
      let result = try loader.decide(quarter, ledger)
      var decisions: [Decision] = []
      var text = ""
      let now = LedgerDesk.now
      for id in options.ids {
        let (record, sentence) = try decide(id, result)
        if decisions.contains(where: { $0.record == record }) { continue }
        decisions.append(
          Decision(
            kind: kind, record: record, quarter: quarter, reason: trimmed(options.reason),
            by: options.decidedBy, at: now))
        text += sentence
      }
      try Ledger.make(at: desk.path).write(decisions)
      try Console.print(text + runAgain(quarter))
    }
  }

  /// Whether the decision can be made on a record, as the open quarter has it.
  private func decide(_ id: String, _ result: QuarterResult) throws -> (RecordIdentity, String) {
    var rows: [RecordIdentity: [ServiceRecord]] = [:]
    var order: [RecordIdentity] = []
    let wanted = Array(id.precomposedStringWithCanonicalMapping.utf8)
    for table in result.records.tables {
      for record in table.records where [.paid, .held].contains(record.reason.disposition) {
        guard table.withID(of: record, { $0.elementsEqual(wanted) }) else { continue }
        let identity = result.identity(of: record, table)
        if rows[identity] == nil { order.append(identity) }
        rows[identity, default: []].append(record)
      }
    }
    let record = try options.only(
      order, id: id,
      none:
        "no record of \(result.quarter) with this ID is paid or held; zpay explain says what became of it"
    )
    let reasons = rows[record]!.map(\.reason)
    let words = "\(record.program) \(record.activity.code) \(shown(id))"
    let isPaid = reasons.contains(.paid)
    switch kind {
    case .hold:
      return (
        record, "\(words): held from \(result.quarter) on, until it is released or forfeited\n"
      )
    case .release:
      if isPaid {
        throw Failure(.no, "\(words) would be paid anyhow: there is nothing to release")
      }
      if let reason = reasons.first(where: {
        [.conflictingRecords, .unknownPhysician, .ambiguousPhysician].contains($0)
      }) {
        throw Failure(
          .no,
          "\(words) is held as \(reason.code), which no release can settle: put it right in the inputs"
        )
      }
      let held = Set(reasons.map(\.code)).sorted().joined(separator: ", ")
      return (
        record, "\(words): released, payable in \(result.quarter), although held as \(held)\n"
      )
    case .forfeit:
      if isPaid {
        throw Failure(.no, "\(words) is not held: hold it first, then forfeit it")
      }
      return (record, "\(words): ended unpaid, for good\n")
    case .reverse: preconditionFailure("a reversal is of what is paid")
    }
  }
}

/// `zpay hold`.
struct HoldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold",
    abstract: "Hold records, until they are released or forfeited.",
    discussion: """
        zpay hold C-1001 C-1002 --quarter 2026Q2 --reason "the partner asks about the report"
      """)

  @OptionGroup var options: DecisionOptions
  @OptionGroup var workspace: WorkspaceOptions
  @Option(help: "The open quarter: 2026Q2 (calendar) or FY2026Q4 (fiscal).")
  var quarter: String

  func validate() throws {
    if let problem = QuarterName.problem(quarter) { throw ValidationError(problem) }
  }

  func run() throws {
    try RecordDecision(kind: .hold, quarter: quarter, options: options, workspace: workspace).run()
  }
}

/// `zpay release`.
struct ReleaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release",
    abstract: "Make held records payable in the open quarter, although a rule of it holds them.",
    discussion: """
      That is credentials, standing, plan membership, length, late_records and a hold, all of them at \
      once: zpay explain shows them first. A record whose rows contradict each other, or whose physician \
      is not known, must be put right in the inputs instead.

        zpay release 48019 --quarter 2026Q2 --reason "standing restored by the dean, memo of 3 May"
      """)

  @OptionGroup var options: DecisionOptions
  @OptionGroup var workspace: WorkspaceOptions
  @Option(help: "The open quarter: 2026Q2 (calendar) or FY2026Q4 (fiscal).")
  var quarter: String

  func validate() throws {
    if let problem = QuarterName.problem(quarter) { throw ValidationError(problem) }
  }

  func run() throws {
    try RecordDecision(kind: .release, quarter: quarter, options: options, workspace: workspace)
      .run()
  }
}

/// `zpay forfeit`.
struct ForfeitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forfeit",
    abstract: "End held records unpaid, for good.",
    discussion: """
      Nothing undoes it, not even before the close: zpay explain shows the record first.

        zpay forfeit 48019 --quarter 2026Q2 --reason "not a plan member; the department pays itself"
      """)

  @OptionGroup var options: DecisionOptions
  @OptionGroup var workspace: WorkspaceOptions
  @Option(help: "The open quarter: 2026Q2 (calendar) or FY2026Q4 (fiscal).")
  var quarter: String

  func validate() throws {
    if let problem = QuarterName.problem(quarter) { throw ValidationError(problem) }
  }

  func run() throws {
    try RecordDecision(kind: .forfeit, quarter: quarter, options: options, workspace: workspace)
      .run()
  }
}

/// `zpay reverse`.
struct ReverseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reverse",
    abstract: "Take a payment back in the next close.",
    discussion: """
      The next close has a negative line that names the line it undoes. From the quarter after it the \
      record may be paid again, as a new line; with --pay-again in the same close, as when the inputs \
      now name the right physician.

        zpay reverse C-1001 --reason "paid to the wrong physician" --pay-again
      """)

  @OptionGroup var options: DecisionOptions
  @OptionGroup var place: LedgerOptions
  @Flag(help: "Let the record be paid anew in the same close, as the inputs now have it.")
  var payAgain = false

  func run() throws {
    guard !options.ids.isEmpty else {
      return try Console.print("no record is named: nothing was done\n")
    }
    let desk = LedgerDesk(place.directory)
    try desk.whileWriting {
      guard let ledger = try Ledger(at: desk.path, forWriting: true),
        let last = try ledger.closes().last
      else { throw Failure(.no, "no quarter has been closed: there is nothing to take back") }
      let now = LedgerDesk.now
      var decisions: [Decision] = []
      for id in options.ids {
        let record = try options.only(
          try ledger.paidRecords(withID: id.precomposedStringWithCanonicalMapping), id: id,
          none: "no record with this ID is paid in the ledger: there is nothing to take back")
        if decisions.contains(where: { $0.record == record }) { continue }
        decisions.append(
          Decision(
            kind: .reverse, record: record, quarter: last.quarter.next,
            reason: trimmed(options.reason), by: options.decidedBy, at: now, paysAgain: payAgain))
      }
      try ledger.write(decisions)
      let text = decisions.map {
        "\($0.record.program) \($0.record.activity.code) \(shown($0.record.id)): its payment is taken back in \($0.quarter)"
          + (payAgain
            ? ", where it may be paid anew if the inputs still have it\n"
            : "; it may be paid again from \($0.quarter.next) on, if the inputs still have it\n")
      }
      try Console.print(text.joined() + runAgain(last.quarter.next))
    }
  }
}
