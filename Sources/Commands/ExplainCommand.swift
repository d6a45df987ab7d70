import ArgumentParser
import Foundation
import Ingest
import Ledger
import Reports
import Vocabulary

/// `zpay explain`: the whole story of one record.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say why a record is paid, or not, and from what.",
    discussion: """
      Shows each row that has the ID: what it says, the rules that it passed, the appointment, the \
      standing and the rate that decided it, and what it pays or what would change that.

        zpay explain 2026Q1 C-1001 -C 2026
      """)

  @Argument(help: "The quarter: 2026Q1 (calendar) or FY2026Q3 (fiscal).")
  var quarter: String

  @Argument(help: "The record's ID, as it stands in the inputs.")
  var recordID: String

  @OptionGroup var workspace: WorkspaceOptions

  func validate() throws {
    if let problem = QuarterName.problem(quarter) { throw ValidationError(problem) }
  }

  func run() throws {
    let desk = LedgerDesk(workspace.directory)
    try desk.finishWhatWasHalfDone()
    let ledger = try desk.open()
    let id = recordID.precomposedStringWithCanonicalMapping
    let life = try LifeStory(ofID: id, ledger)
    let named = try Workspace.quarter(quarter, in: workspace.directory)
    if let ledger, let close = try ledger.close(of: named) {
      // The rules have decided it once; what counts is what was closed.
      let exceptions = try exceptions(id, close, ledger)
      guard !life.isEmpty || !exceptions.isEmpty else {
        throw Failure(
          .no,
          "\(named) is closed (close \(close.number)), and neither the ledger nor the close's exceptions.csv has a record “\(shown(id))”"
        )
      }
      return try Console.print(
        "\(shown(id)): \(named) is closed (close \(close.number))\n" + exceptions + life.text)
    }
    let loader = try QuarterLoader(workspace)
    let result = try loader.decide(try loader.quarter(quarter), ledger)
    let lines = RecordLines(result, wording: try Wording.builtIn())
    let found = rows(in: result.records) { $0 == id }
    guard !found.isEmpty || !life.isEmpty else { throw notFound(result.records) }
    let stories = found.map { RecordStory($0, lines).text }.joined(separator: "\n")
    try Console.print(
      (found.isEmpty ? "\(shown(id)): no row of the inputs has it now\n" : stories) + life.text)
  }

  /// Why the close did not pay rows with the ID: as its exceptions.csv says it.
  private func exceptions(_ id: String, _ close: QuarterClose, _ ledger: Ledger) throws -> String {
    var bytes: [UInt8] = []
    try ledger.readIssuedFiles(of: close.number) { file, pieces in
      if file == "exceptions.csv" { try pieces { bytes += $0 } }
    }
    let table = try PlainTable(MemoryStream(bytes), file: "exceptions.csv")
    let keys = ["record_id", "disposition", "reason", "source_file", "source_line", "detail"]
    let columns = try keys.map { key in
      guard let column = try table.column(key) else {
        throw LedgerError(.unusable, "exceptions.csv of close \(close.number) has no column \(key)")
      }
      return column
    }
    let rows = table.rows.filter { $0.value(columns[0]) == id }
    let found = rows.map { columns.map($0.value) }.map {
      "    \($0[1]): \($0[2]), from \(shown($0[3], lengthMax: 400)) line \($0[4])\n      \(shown($0[5], lengthMax: 5_000))\n"
    }
    return found.isEmpty ? "" : "\n  not paid by this close\n" + found.joined()
  }

  private func rows(in records: RecordTables, where matches: (String) -> Bool) -> [Int32] {
    records.tables.indices.flatMap { number in
      let table = records.tables[number]
      return table.records.indices.filter { matches(table.id(of: table.records[$0])) }
        .map { records.index(table: number, row: $0) }
    }
  }

  private func notFound(_ records: RecordTables) -> Failure {
    // As a spreadsheet may have it: without the zeros at its start.
    func key(_ id: String) -> Substring { matchKey(id).drop { $0 == "0" } }
    let wanted = key(recordID)
    let alike = Set(
      rows(in: records) { key($0) == wanted }.map { records.table(of: $0).id(of: records[$0]) }
    )
    let ids = Set(records.tables.flatMap { table in table.records.map { table.id(of: $0) } })
    let guess =
      alike.sorted().first ?? (ids.count < 20_000 ? nearest(recordID, among: ids.sorted()) : nil)
    return Failure(
      .no,
      "no row of the inputs has the ID “\(recordID)”\(malformed(in: records))."
        + (guess.map { " Did you mean \($0)?" } ?? ""))
  }

  /// Rows whose values may stand in the wrong columns, so that their IDs are not known: it may be one of them.
  private func malformed(in records: RecordTables) -> String {
    let places = records.tables.flatMap { table in
      table.records.filter { $0.reason == .malformedRow }.map { "\(table.file) line \($0.line)" }
    }
    guard let first = places.first else { return "" }
    return places.count == 1
      ? ", but for a malformed one, which may be it: \(first) (zpay check says what is wrong there)"
      : ", but for \(grouped(places.count)) malformed ones, which may be it: \(first) is the first (zpay check names all)"
  }
}
