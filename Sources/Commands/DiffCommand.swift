import ArgumentParser
import Foundation
import Ledger
import Reports
import Vocabulary
import Writers

/// `zpay diff`: what changed between two results.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Say what changed between two results: by department, physician and record.",
    discussion: """
      A quarter is taken as it was closed, or else as the inputs are now. OTHER is a quarter, or a \
      folder that run made; without it, the quarter's folder in out/ is compared with the quarter. \
      A folder is what was; of two quarters the first is. Nothing is changed.

        zpay diff 2026Q2                    what has changed since these sheets were made?
        zpay diff 2026Q2 kept/2026Q2        since those in another folder?
        zpay diff 2026Q1 2026Q2             from quarter to quarter
        zpay diff 2026Q2 --out changes.xlsx the same as a workbook
      """)

  @Argument(help: "The quarter: 2026Q1 (calendar) or FY2026Q3 (fiscal).")
  var quarter: String

  @Argument(
    help: ArgumentHelp(
      "Another quarter, or a folder that run made (default: out/QUARTER in the workspace).",
      valueName: "other"))
  var other: String?

  @OptionGroup var workspace: WorkspaceOptions

  @Option(help: ArgumentHelp("Write a workbook with all changes, a new file.", valueName: "file"))
  var out: String?

  @Option(help: "How it is printed: text or json.")
  var format = ReportFormat.text

  func validate() throws {
    if let problem = QuarterName.problem(quarter) { throw ValidationError(problem) }
    if let out, (out as NSString).pathExtension.lowercased() != "xlsx" {
      throw ValidationError("--out needs the name of a new file that ends in .xlsx.")
    }
  }

  func run() throws {
    let desk = LedgerDesk(workspace.directory)
    try desk.finishWhatWasHalfDone()
    let ledger = try desk.open()
    let first = try Workspace.quarter(quarter, in: workspace.directory)
    let (before, after) = try sides(first, desk, ledger)
    for remark in before.remarks + after.remarks { Console.tell("zpay: \(remark)") }
    let comparison: QuarterComparison
    do {
      comparison = try QuarterComparison(from: before.outcome, to: after.outcome)
    } catch let error as MoneyError {
      throw Failure(.unusableInput, "the amounts add up to more than a number can be: \(error)")
    }
    if let out {
      try SingleWorkbook.write(
        ComparisonSheets(comparison, wording: try Wording.builtIn()).sheets, to: out)
    }
    let account = ComparisonAccount(
      comparison, before.manifest, after.manifest, directory: workspace.directory)
    try Console.print(format == .text ? account.text : account.json.rendered)
  }

  private func sides(
    _ first: Quarter, _ desk: LedgerDesk, _ ledger: Ledger?
  ) throws -> (before: ResultReader, after: ResultReader) {
    let own = { try ResultReader(first, workspace, ledger) }
    guard let other else {
      let place = desk.place(of: first)
      guard FileManager.default.fileExists(atPath: place) else {
        throw Failure(
          .missingInput,
          "\(place) is not there, so there is nothing to compare with: zpay run \(first) makes it, or name another quarter or folder"
        )
      }
      return (try ResultReader(folder: place), try own())
    }
    if QuarterName.problem(other) == nil {
      let second = try Workspace.quarter(other, in: workspace.directory)
      return (try own(), try ResultReader(second, workspace, ledger))
    }
    guard FileManager.default.fileExists(atPath: other) else {
      throw Failure(.missingInput, "“\(other)” is neither a quarter nor a folder that is there")
    }
    return (try ResultReader(folder: other), try own())
  }
}

/// What changed, for people and for programs.
struct ComparisonAccount {
  private let comparison: QuarterComparison
  private let before: ResultManifest
  private let after: ResultManifest
  /// The workspace.
  private let directory: String

  /// Records of one kind of change that are shown; the others are counted.
  private static let shownMax = 20

  init(
    _ comparison: QuarterComparison, _ before: ResultManifest, _ after: ResultManifest,
    directory: String
  ) {
    (self.comparison, self.before, self.after) = (comparison, before, after)
    self.directory = directory
  }

  private var inputChanges: [String] {
    before.quarter == after.quarter ? before.inputChanges(to: after, in: directory) : []
  }

  var text: String {
    var text = "from  \(comparison.before)\nto    \(comparison.after)\n\n"
    for change in inputChanges { text += "  \(shown(change))\n" }
    if !inputChanges.isEmpty { text += "\n" }
    let total = comparison.total
    text += "  payable   \(Self.pair(total.payableBefore, total.payableAfter))\n"
    text += "  held      \(Self.pair(total.heldBefore, total.heldAfter)), at most\n"
    for word in ["read", "paid", "held", "excluded", "rejected"] {
      let (was, now) = (before.rows[word] ?? 0, after.rows[word] ?? 0)
      if was != now {
        text += "  rows \(word): \(grouped(was)) → \(grouped(now))\n"
      }
    }
    text += section("departments", comparison.changedDepartments) { shown($0.key) }
    text += section("physicians", comparison.changedPhysicians) {
      $0.name.isEmpty ? shown($0.key) : "\(shown($0.name)) (\(shown($0.key)))"
    }
    if comparison.changes.isEmpty { return text + "\nno record has changed\n" }
    text += "\nrecords\n"
    for (what, changes) in comparison.changesByWhat {
      text += "  \(what): \(grouped(changes.count))\n"
      for change in changes.prefix(Self.shownMax) {
        text += "    \(change.record.program) \(change.record.activity) \(shown(change.record.id))"
        text += Self.words(change) + "\n"
      }
      if changes.count > Self.shownMax {
        text +=
          "    and \(grouped(changes.count - Self.shownMax)) more: --format json or --out FILE.xlsx has all\n"
      }
    }
    return text
  }

  /// What stands there now; and what stood there before, where that says something else.
  private static func words(_ change: QuarterComparison.RecordChange) -> String {
    func facts(_ outcomes: [RecordOutcome]) -> String {
      outcomes.filter(\.isOfMoney).map { change.facts($0, shown) }.joined(separator: "; ")
    }
    let (was, now) = (facts(change.before), facts(change.after))
    if now.isEmpty { return ": was " + was }
    let same =
      was.isEmpty || was.replacing("at most ", with: "") == now.replacing("at most ", with: "")
    return ": " + now + (same ? "" : "; was " + was)
  }

  private func section(
    _ title: String, _ changed: [QuarterComparison.Sums],
    _ name: (QuarterComparison.Sums) -> String
  ) -> String {
    guard !changed.isEmpty else { return "" }
    var text = "\n\(title)\n"
    for sums in changed {
      text += "  \(name(sums)): "
      text +=
        sums.payableBefore == sums.payableAfter
        ? "payable as before" : Self.pair(sums.payableBefore, sums.payableAfter)
      if sums.heldBefore != sums.heldAfter {
        text += "; held \(Self.pair(sums.heldBefore, sums.heldAfter))"
      }
      text += "\n"
    }
    return text
  }

  private static func pair(_ before: Money, _ after: Money) -> String {
    guard before != after else { return "\(after.display), as before" }
    guard let difference = try? after - before else {
      return "\(before.display) → \(after.display)"
    }
    return
      "\(before.display) → \(after.display) (\(difference > .zero ? "+" : "")\(difference.display))"
  }

  var json: JSON {
    .object([
      ("from", side(comparison.before, before)), ("to", side(comparison.after, after)),
      ("inputs", .list(inputChanges.map { .text($0) })),
      ("total", .object(sums(comparison.total))),
      (
        "departments",
        .list(
          comparison.changedDepartments.map {
            .object([("department", .text($0.key))] + sums($0))
          })
      ),
      (
        "physicians",
        .list(
          comparison.changedPhysicians.map {
            .object([("physician_id", .text($0.key)), ("physician", .text($0.name))] + sums($0))
          })
      ),
      ("records", .list(comparison.changes.map(record))),
    ])
  }

  private func side(_ title: String, _ manifest: ResultManifest) -> JSON {
    .object([
      ("result", .text(title)), ("quarter", .text(manifest.quarter)),
      ("state", .text(manifest.state)), ("digest", .text(manifest.digest)),
    ])
  }

  private func sums(_ sums: QuarterComparison.Sums) -> [(String, JSON)] {
    [
      ("payable_before", .text(sums.payableBefore.description)),
      ("payable_after", .text(sums.payableAfter.description)),
      ("difference", .text(sums.difference.description)),
      ("held_before", .text(sums.heldBefore.description)),
      ("held_after", .text(sums.heldAfter.description)),
    ]
  }

  private func record(_ change: QuarterComparison.RecordChange) -> JSON {
    .object([
      ("program", .text(change.record.program)), ("activity", .text(change.record.activity)),
      ("record_id", .text(change.record.id)), ("what", .text(change.what)),
      ("difference", .text(change.difference.description)),
      ("before", .list(change.before.map(outcome))), ("after", .list(change.after.map(outcome))),
    ])
  }

  private func outcome(_ outcome: RecordOutcome) -> JSON {
    var pairs: [(String, JSON)] = [("state", .text(outcome.state.rawValue))]
    if !outcome.reason.isEmpty { pairs.append(("reason", .text(outcome.reason))) }
    if outcome.isOfMoney {
      pairs += [
        ("department", .text(outcome.department)), ("physician_id", .text(outcome.physicianID)),
        ("physician", .text(outcome.physician)), ("service_date", .text(outcome.serviceDate)),
        ("amount", .text(outcome.amount.description)),
      ]
    }
    if let line = outcome.line {
      pairs += [
        ("employee_id", .text(line.employeeID)), ("duration", .text(line.duration)),
        ("blocks", .text(line.blocks)), ("rate", .text(line.rate)),
        ("earned_in", .text(line.earnedIn)),
      ]
    }
    return .object(pairs)
  }
}
