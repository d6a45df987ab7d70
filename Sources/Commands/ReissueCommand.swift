import ArgumentParser
import Ledger
import Vocabulary

/// `zpay reissue`: a closed quarter's files again.
struct ReissueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reissue",
    abstract: "Make a closed quarter's files again, byte for byte, from the ledger alone.",
    discussion: """
      The inputs are not needed.

        zpay reissue 2026Q1 -C 2026
        zpay reissue 2026Q1 --out copy
      """)

  @Argument(help: "The quarter: 2026Q1 (calendar) or FY2026Q3 (fiscal).")
  var quarter: String

  @OptionGroup var place: LedgerOptions

  @Option(
    help: ArgumentHelp(
      "The folder to make (default: out/QUARTER in the workspace).", valueName: "dir"))
  var out: String?

  func validate() throws {
    if let problem = QuarterName.problem(quarter) { throw ValidationError(problem) }
    if out?.isEmpty == true { throw ValidationError("--out needs the name of a folder.") }
  }

  func run() throws {
    let desk = LedgerDesk(place.directory)
    try desk.finishWhatWasHalfDone()
    let (close, ledger) = try desk.closed(quarter)
    let folder = out ?? desk.place(of: close.quarter)
    try desk.issue(close, of: ledger, to: folder)
    try desk.noteIssued(close, of: ledger)
    try Console.print("\(close.quarter): the sheets of close \(close.number) are in \(folder)\n")
  }
}

/// The workspace, for commands that need no inputs.
struct LedgerOptions: ParsableArguments {
  @Option(
    name: [.customShort("C"), .customLong("directory")],
    help: ArgumentHelp("The workspace: ledger.sqlite lies in it.", valueName: "dir"))
  var directory = "."
}

extension LedgerDesk {
  /// A quarter that is closed, by its name.
  ///
  /// - Throws: ``Failure`` where it is not.
  func closed(_ name: String) throws -> (QuarterClose, Ledger) {
    let quarter = try Workspace.quarter(name, in: directory)
    guard let ledger = try open() else {
      throw Failure(.no, try lostClose() ?? "\(path) is not there: no quarter has been closed")
    }
    guard let close = try ledger.close(of: quarter) else {
      throw Failure(
        .no, try lostClose() ?? "\(quarter) is not closed: zpay ledger shows the quarters that are")
    }
    return (close, ledger)
  }
}
