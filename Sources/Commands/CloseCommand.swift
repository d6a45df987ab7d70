import ArgumentParser
import Foundation
import Ledger
import Reports
import Vocabulary
import Writers

/// `zpay close`: what was reviewed becomes final.
struct CloseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "close",
    abstract: "Close a quarter: what was reviewed becomes final.",
    discussion: """
      Computes the quarter again, and refuses where the digest is not the one that was reviewed. Two \
      different people put their names on it. Writes the lines, the held records and the issued files \
      into ledger.sqlite, for ever; the sheets in out/QUARTER then say FINAL.

        zpay close 2026Q1 --digest 3f1c… --prepared-by "Ada Example" --approved-by "Ben Sample"
      """)

  @Argument(help: "The quarter: 2026Q1 (calendar) or FY2026Q3 (fiscal).")
  var quarter: String

  @Option(help: ArgumentHelp("The digest that was reviewed, as run printed it.", valueName: "hash"))
  var digest: String

  @Option(help: ArgumentHelp("Who prepared the sheets.", valueName: "name"))
  var preparedBy: String

  @Option(help: ArgumentHelp("Who approved them: somebody else.", valueName: "name"))
  var approvedBy: String

  @OptionGroup var workspace: WorkspaceOptions

  @Option(
    help: ArgumentHelp(
      "The folder to make (default: out/QUARTER in the workspace).", valueName: "dir"))
  var out: String?

  @Option(help: "How the account is printed: text or json.")
  var format = ReportFormat.text

  func validate() throws {
    if let problem = QuarterName.problem(quarter) { throw ValidationError(problem) }
    if out?.isEmpty == true { throw ValidationError("--out needs the name of a folder.") }
    let digest = trimmed(digest).lowercased()
    guard digest.utf8.count == 64, digest.allSatisfy(\.isHexDigit) else {
      throw ValidationError("--digest takes the 64 characters that run prints behind “digest”.")
    }
    let (preparer, approver) = (trimmed(preparedBy), trimmed(approvedBy))
    guard !preparer.isEmpty, !approver.isEmpty else {
      throw ValidationError("--prepared-by and --approved-by need a name each.")
    }
  }

  func run() throws {
    guard personKey(trimmed(preparedBy)) != personKey(trimmed(approvedBy)) else {
      throw Failure(
        .no,
        "\(shown(trimmed(preparedBy))) has prepared it, so somebody else must approve it: name that person with --approved-by"
      )
    }
    let desk = LedgerDesk(workspace.directory)
    try desk.whileWriting { try close(desk) }
  }

  private func close(_ desk: LedgerDesk) throws {
    let loader = try QuarterLoader(workspace)
    let quarter = try loader.quarter(quarter)
    let ledger = try desk.open()
    let closes = try ledger?.closes() ?? []
    if closes.contains(where: { $0.quarter == quarter }) {
      OutputFolder.discardLeftovers(beside: out ?? desk.place(of: quarter))
    }
    try Self.checkIsNext(quarter, closes)
    Console.showProgress("deciding \(grouped(loader.records.count)) rows")
    let result = try loader.decide(quarter, ledger)
    loader.tellWarnings(of: result)
    try Self.checkIsTheFirst(result, closes)
    let lines = keptToTheEnd(
      RecordLines(result, wording: try Wording.builtIn(), .threads(workspace.threadCount)))
    let place = out ?? desk.place(of: quarter)
    let folder = try OutputFolder(replacing: place, issuing: quarter.description)
    let workers = Workers.threads(workspace.threadCount)
    let whole = WholeFiles()
    var closing: (inProgress: CloseInProgress, sealed: SealedClose)?
    do {
      let made = try QuarterFiles(
        lines, version: Zpay.version, threads: workspace.threadCount,
        progress: { Console.showProgress("\($0) of \($1) workbooks") },
        whole: { whole.add($0) }
      ).write(to: folder) { computed in
        try checkDigest(computed, result, place)
        let prepared = try prepare(result, computed, ledger, workers)
        let inProgress = keptToTheEnd(
          try CloseInProgress(prepared, whole, desk, in: folder.files, place: place))
        let sealed = prepared.seal(workers)
        closing = (inProgress, sealed)
        return QuarterFiles.Closing(sealed.mark) { inProgress.waitForTables() }
      }
      try folder.complete()
      guard let (inProgress, sealed) = closing else {
        preconditionFailure("the files were made for a close")
      }
      let close = try inProgress.finish(
        sealed,
        made.files.map {
          IssuedFile(name: $0.file, byteCount: $0.written.byteCount, sha256: $0.written.sha256)
        })
      try publish(folder, close, desk, place)
      Console.showProgress("")
      let account = RunAccount(
        result: result, made: made, place: place, hasPlan: loader.workspace.hasPlan, close: close)
      try Console.print(format == .text ? account.text : account.json.rendered)
    } catch {
      closing?.inProgress.abandon()
      folder.discard()
      throw error
    }
  }

  private func prepare(
    _ result: QuarterResult, _ digest: String, _ ledger: Ledger?, _ workers: Workers
  ) throws -> PreparedClose {
    let content = CloseContent(
      result: result, digest: digest, preparedBy: trimmed(preparedBy),
      approvedBy: trimmed(approvedBy), planText: Manifest.plan(result.plan).rendered,
      madeBy: "zpay \(Zpay.version)")
    return try ledger.map { try $0.prepare(content, workers) }
      ?? Ledger.prepareFirst(content, workers)
  }

  /// Quarters are closed one right after another, each once.
  private static func checkIsNext(_ quarter: Quarter, _ closes: [QuarterClose]) throws {
    if let close = closes.first(where: { $0.quarter == quarter }) {
      throw Failure(
        .no,
        "\(quarter) is closed already (close \(close.number), by \(close.preparedBy) and \(close.approvedBy)): zpay reissue \(quarter) makes its sheets again"
      )
    }
    guard let last = closes.last, quarter != last.quarter.next else { return }
    throw Failure(
      .no,
      "\(quarter) is out of order: the last close is \(last.quarter), so the next one is \(last.quarter.next)"
    )
  }

  /// A first close without a record of its quarter is mostly of the wrong one, and what is earlier is payable no more
  /// behind it (SPEC 8).
  private static func checkIsTheFirst(
    _ result: QuarterResult, _ closes: [QuarterClose]
  ) throws {
    let earlier = result.rowsByReason[Int(Reason.earlierQuarter.rawValue)]
    guard closes.isEmpty, result.departments.isEmpty, earlier > 0 else { return }
    throw Failure(
      .no,
      "nothing is paid or held in \(result.quarter), and \(earlier == 1 ? "one row is" : "\(grouped(earlier)) rows are") of earlier quarters, which could never be paid once it is the first that is closed: close the quarter that you mean, or take those rows out of the inputs"
    )
  }

  private func checkDigest(_ computed: String, _ result: QuarterResult, _ place: String) throws {
    let reviewed = trimmed(digest).lowercased()
    guard computed != reviewed else { return }
    let quarter = result.quarter
    throw Failure(
      .no,
      "the digest is not the one that was reviewed: "
        + (try changes(since: reviewed, result, computed, place)
          ?? "an input, the plan or the ledger has changed since, or another quarter was meant")
        + ". It is \(computed) now. Run zpay run \(quarter) again, review its sheets (zpay diff \(quarter) says what changed), and close with the digest that it prints"
    )
  }

  /// What has changed since the sheets that were reviewed; nil where they are no longer there.
  private func changes(
    since reviewed: String, _ result: QuarterResult, _ computed: String, _ place: String
  ) throws -> String? {
    guard let bytes = FileManager.default.contents(atPath: place + "/manifest.json"),
      let draft = try? ResultManifest(Array(bytes), of: place), draft.digest == reviewed
    else { return nil }
    let now = try ResultManifest(
      Array(
        Manifest.ofDraft(result, digest: computed, version: Zpay.version).rendered.utf8),
      of: place)
    return draft.inputChanges(to: now, in: workspace.directory).joined(separator: ", ")
  }

  /// The quarter is closed now, whatever happens to its folder.
  private func publish(
    _ folder: OutputFolder, _ close: QuarterClose, _ desk: LedgerDesk, _ place: String
  ) throws {
    do {
      try folder.publish()
      try Ledger(at: desk.path, forWriting: true)?.issued(close.number)
    } catch {
      throw Failure(
        .ioFailed,
        "\(close.quarter) is closed (close \(close.number)), but its sheets could not be put into \(place): \(error). "
          + "The next command does it, or zpay reissue \(close.quarter)")
    }
  }
}

extension SealedClose {
  var mark: CloseMark {
    CloseMark(
      number: close.number, hash: close.hash, previous: close.previous,
      preparedBy: close.preparedBy, approvedBy: close.approvedBy)
  }
}

func trimmed(_ text: String) -> String {
  text.trimmingCharacters(in: .whitespacesAndNewlines).precomposedStringWithCanonicalMapping
}

/// Letters and digits of a name in lower case: one person, however written.
private func personKey(_ name: String) -> String {
  String(name.lowercased().filter { $0.isLetter || $0.isNumber })
}
