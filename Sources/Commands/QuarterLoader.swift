import Foundation
import Ingest
import Ledger
import Rules
import Synchronization
import Vocabulary
import Writers

/// Reads a workspace and decides a quarter: the stages, joined.
struct QuarterLoader {
  let workspace: Workspace
  let plan: CompensationPlan
  let roster: Roster
  let records: RecordTables
  let inputs: [InputFile]
  let notices: [Notice]
  /// What a person should look at in the inputs.
  let warnings: [Diagnostic]
  /// Why the inputs can't be used; nothing is decided then.
  let problems: [Diagnostic]
  private let workers: Workers

  /// Reads the plan and every input, which can all be used.
  ///
  /// - Throws: ``UnusableInput`` with every problem of every file; ``Failure`` where one is
  ///   missing.
  init(_ options: WorkspaceOptions, keepsRows: Bool = true) throws {
    try self.init(reading: options, keepsRows: keepsRows)
    guard problems.isEmpty else { throw UnusableInput(problems) }
  }

  /// Reads the plan and every input, whether they can be used or not.
  ///
  /// - Parameter keepsRows: whether rows of any kind may be read again (``RecordTable/reread``); else a large file
  ///   takes a fraction of the memory.
  /// - Throws: ``UnusableInput`` for a plan that can't be; ``Failure`` where a file is missing.
  init(reading options: WorkspaceOptions, keepsRows: Bool) throws {
    workspace = try Workspace(options)
    workers = .threads(options.threadCount)
    plan = try Self.readPlan(in: workspace.directory)
    // `self` is not whole yet, so that no thread may see it.
    let (workspace, plan) = (workspace, plan)
    let files = RecordFiles(workspace, plan, threads: options.threadCount)
    // The roster, of many small texts, on the caller's thread: there memory for them costs least.
    let isEarly = Atomic(true)
    let (rosterFiles, (zone, first)) = workers.both(
      {
        defer { isEarly.store(false, ordering: .relaxed) }
        return Result { try Self.readRoster(workspace, plan, threads: options.threadCount) }
      },
      {
        let zone = SystemZone.offsets(of: plan.timeZone)
        return (
          zone, Result { try files.beginFirst(asLongAs: { isEarly.load(ordering: .relaxed) }) }
        )
      })
    let reader = try rosterFiles.get()
    roster = reader.roster
    var problems = reader.problems
    let read = try files.read(
      first: first.get(),
      RecordContext(plan: plan, roster: roster, zone: zone, keepsRows: keepsRows))
    var (tables, inputs, notices): ([RecordTable], [InputFile], [Notice]) = ([], [], [])
    var warnings = reader.warnings
    for result in read {
      switch result {
      case .success(let read):
        tables.append(read.table)
        inputs.append(read.input)
        notices += read.notices
        warnings += read.warnings
      case .failure(let unusable): problems += unusable.problems
      }
    }
    self.problems = problems
    records = RecordTables(tables)
    self.warnings = warnings
    self.inputs = inputs + reader.inputs
    self.notices =
      notices + reader.notices
      + workspace.notRead.map { Notice(.fileNotRead, file: $0.file, detail: $0.why) }
  }

  /// The files of the roster are read beside each other, and joined.
  private static func readRoster(
    _ workspace: Workspace, _ plan: CompensationPlan, threads: Int
  ) throws -> RosterReader {
    let physicians = workspace.files[.physicians] ?? []
    let files = physicians + (workspace.files[.standing] ?? [])
    var roster = RosterReader(plan: plan)
    for reader in try concurrently(
      files.count, threads: threads,
      {
        var reader = RosterReader(plan: plan)
        let (stream, name) = (try FileStream(files[$0].path), files[$0].name)
        if $0 < physicians.count {
          try reader.readPhysicians(stream, file: name)
        } else {
          try reader.readStanding(stream, file: name)
        }
        return reader
      })
    { roster.append(reader) }
    roster.finish()
    return roster
  }

  /// Decides the quarter by the rules and by what the ledger knows. Once for a loader: the records
  /// get their reasons in place.
  ///
  /// - Throws: ``UnusableInput`` where the plan has no rate for a record, or would pay again what a close has paid
  ///   (``ProgramWords``); ``LedgerError``.
  func decide(_ quarter: Quarter, _ ledger: Ledger?) throws -> QuarterResult {
    if let ledger, let last = try ledger.closes().last, quarter > last.quarter {
      let problems = try ProgramWords.problems(of: records, plan, ledger)
      guard problems.isEmpty else { throw UnusableInput(problems) }
    }
    let known = try ledger.map {
      try HistoryReader(
        $0, quarter, plan: plan, roster: roster, records: records, workers: workers)
    }
    return try QuarterRules.decide(
      quarter, plan: plan, roster: roster, records: known?.records ?? records,
      history: known?.history ?? QuarterHistory(), inputs: inputs, fileNotices: notices,
      workers: workers)
  }

  /// Tells what a person should look at before the sheets of a result are believed.
  func tellWarnings(of result: QuarterResult) {
    for warning in warnings + DecisionsOfNoRow.warnings(of: result) {
      Console.tell(warning.description)
    }
  }

  /// - Throws: ``Failure`` (64) where the text names no quarter.
  func quarter(_ text: String) throws -> Quarter {
    guard let quarter = Quarter(text, fiscalYearStarts: plan.fiscalYearStarts) else {
      throw Failure(.wrongUsage, QuarterName.problem(text) ?? "“\(text)” is no quarter")
    }
    return quarter
  }

  /// The workspace's plan, or the founding one.
  static func readPlan(in directory: String) throws -> CompensationPlan {
    guard try Workspace.hasPlan(in: directory) else { return CompensationPlan() }
    let path = Workspace.path("plan.yaml", in: directory)
    let bytes = try FileStream.bytes(of: path, countMax: PlanReader.byteCountMax)
    return try PlanReader.read(bytes, file: "plan.yaml", isKnownZone: SystemZone.isKnown)
  }
}

/// What a person may have meant by a quarter that is none.
enum QuarterName {
  /// Why a text names no quarter; nil where it does.
  static func problem(_ text: String) -> String? {
    guard Quarter(text, fiscalYearStarts: 7) == nil else { return nil }
    let meant = meant(text).flatMap { Quarter($0, fiscalYearStarts: 7) == nil ? nil : $0 }
    let guess = meant.map { " Did you mean \($0)?" } ?? ""
    return "“\(text)” is no quarter.\(guess) Write it like 2026Q1 (calendar) or FY2026Q3 (fiscal)."
  }

  private static func meant(_ text: String) -> String? {
    let numbers = text.split { !$0.isNumber }.map(String.init)
    var year = numbers.first { $0.count == 4 }
    if year == nil, let short = numbers.first(where: { $0.count == 2 }) { year = "20" + short }
    guard let year, let number = numbers.last(where: { $0.count == 1 }), "1234".contains(number)
    else { return nil }
    return (text.uppercased().contains("F") ? "FY" : "") + year + "Q" + number
  }
}
