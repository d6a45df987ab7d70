import ArgumentParser
import Reports
import Vocabulary

/// `zpay check`: what is wrong with the inputs.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Read every input and report what is wrong; write nothing.",
    discussion: """
      Every row that will be rejected is named with its place, its value and a remedy. Status 1 where \
      there is one, 65 where a whole file can't be used.

        zpay check -C 2026
      """)

  @OptionGroup var workspace: WorkspaceOptions

  func run() throws {
    let loader = try QuarterLoader(reading: workspace, keepsRows: false)
    let problems = RejectedRows.diagnostics(of: loader.records)
    // Rows can be read whatever else is wrong: all is told at once.
    guard loader.problems.isEmpty else { throw UnusableInput(loader.problems + problems) }
    let wording = try Wording.builtIn()
    var text = (loader.warnings + problems).map { $0.description + "\n" }.joined()
    for notice in loader.notices {
      let place = notice.file + (notice.line.map { ":\($0)" } ?? "")
      let detail = notice.detail.isEmpty ? wording.notices[notice.kind.code] ?? "" : notice.detail
      text += "\(place): notice: [\(notice.kind.code)] \(detail)\n"
    }
    for input in loader.inputs {
      text +=
        "\(input.file): \(grouped(input.rowCount)) \(input.rowCount == 1 ? "row" : "rows") of \(input.kind.rawValue), \(input.encoding)"
        + Self.whatIsNotRead(of: input) + "\n"
    }
    let count = problems.count
    text +=
      count == 0
      ? "every row can be read\n"
      : "\(grouped(count)) \(count == 1 ? "row" : "rows") will be rejected\n"
    try Console.print(text)
    if count > 0 { throw Failure(.no) }
  }

  private static func whatIsNotRead(of input: InputFile) -> String {
    let columns = input.unreadColumns
    return
      (columns.isEmpty
      ? ""
      : "; not read: \(columns.count == 1 ? "column" : "columns") \(firstOf(columns, 20))")
      + (input.hasStatus ? "" : "; no column of status: every row counts as completed")
  }
}

/// Rows of cases and conferences that can't be read.
enum RejectedRows {
  static func diagnostics(of records: RecordTables) -> [Diagnostic] {
    records.tables.flatMap { table in
      table.records.filter { $0.reason.disposition == .rejected }.compactMap(table.problems())
    }
  }
}
