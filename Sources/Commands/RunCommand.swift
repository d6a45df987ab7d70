import ArgumentParser
import Foundation
import Ledger
import Reports
import Templates
import Vocabulary
import Writers
import Yams

/// How a report is printed.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

/// `zpay run`: the quarter's draft sheets.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Make the quarter's draft sheets.",
    discussion: """
      Writes out/QUARTER: a workbook and a CSV for each department, summary.xlsx, and a list of every \
      row that is not paid with the reason. All or nothing: on an error the last run's sheets stay.

        zpay run 2026Q1                    the workspace is the current folder
        zpay run FY2026Q3 -C 2026          the same quarter by its fiscal name
        zpay run 2026Q1 --cases may.csv    other cases than the workspace's
      """)

  @Argument(help: "The quarter: 2026Q1 (calendar) or FY2026Q3 (fiscal).")
  var quarter: String

  @OptionGroup var workspace: WorkspaceOptions

  @Option(
    help: ArgumentHelp(
      "The folder to make (default: out/QUARTER in the workspace).", valueName: "dir"))
  var out: String?

  @Flag(help: "Fail, and write nothing, where any row is rejected.")
  var strict = false

  @Option(help: "How the account is printed: text or json.")
  var format = ReportFormat.text

  @Flag(help: ArgumentHelp("Tell what each stage took.", visibility: .hidden))
  var timings = false

  func validate() throws {
    if let problem = QuarterName.problem(quarter) { throw ValidationError(problem) }
    if out?.isEmpty == true { throw ValidationError("--out needs the name of a folder.") }
  }

  func run() throws {
    var timings = Timings()
    Console.showProgress("reading the inputs")
    let desk = LedgerDesk(workspace.directory)
    // A ledger may ask what a row says: under which word it was paid.
    let hasLedger = desk.hasLedger
    let loader = try QuarterLoader(workspace, keepsRows: hasLedger)
    timings.note("read")
    Console.showProgress("deciding \(grouped(loader.records.count)) rows")
    let quarter = try loader.quarter(quarter)
    try desk.finishWhatWasHalfDone()
    let ledger = try desk.open()
    guard hasLedger || ledger == nil else {
      throw Failure(
        .cannotCreate, "\(desk.path) was begun while the inputs were read: run it again")
    }
    let closes = try ledger?.closes() ?? []
    if let close = closes.first(where: { $0.quarter == quarter }) {
      throw Failure(
        .no,
        "\(quarter) is closed (close \(close.number)): zpay reissue \(quarter) makes its sheets again; late records go into the next quarter"
      )
    }
    let result = try loader.decide(quarter, ledger)
    timings.note("decide")
    let lines = keptToTheEnd(
      RecordLines(result, wording: try Wording.builtIn(), .threads(workspace.threadCount)))
    let rejected = result.rowCount(.rejected)
    Console.showProgress("")
    loader.tellWarnings(of: result)
    if let lost = try desk.lostClose() { Console.tell("zpay: \(lost)") }
    if let next = closes.last?.quarter.next, quarter != next {
      Console.tell(
        "zpay: \(quarter) can't be closed as it is: the next quarter to close is \(next)")
    }
    if strict, rejected > 0 {
      for diagnostic in RejectedRows.diagnostics(of: result.records) {
        Console.tell(diagnostic.description)
      }
      throw Failure(
        .no,
        "\(rejected) \(rejected == 1 ? "row is" : "rows are") rejected; with --strict nothing was written"
      )
    }
    let place = out ?? desk.place(of: result.quarter)
    let folder = try OutputFolder(replacing: place)
    let files = QuarterFiles(lines, version: Zpay.version, threads: workspace.threadCount) {
      Console.showProgress("\($0) of \($1) workbooks")
    }
    do {
      let made = try files.write(to: folder)
      timings.note("write")
      try folder.complete()
      Console.showProgress("")
      // Before the files are in place: where the account can't be printed, nothing is left.
      try report(
        RunAccount(
          result: result, made: made, place: place, hasPlan: loader.workspace.hasPlan))
      try folder.publish()
      timings.note("publish")
      if self.timings { Console.tell(timings.text(made.times)) }
    } catch {
      folder.discard()
      throw error
    }
  }

  private func report(_ account: RunAccount) throws {
    switch format {
    case .text: try Console.print(account.text)
    case .json: try Console.print(account.json.rendered)
    }
  }
}

extension Wording {
  /// The words that are built into the program.
  static func builtIn() throws -> Wording { try decoded.get() }

  /// Begins to read them, on a thread besides. Where there is none, who asks for them reads them.
  static func prepare() { try? startThread { _ = decoded } }

  private static let decoded = Result {
    try YAMLDecoder().decode(Wording.self, from: Templates.statement)
  }
}
