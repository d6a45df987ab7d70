import ArgumentParser
import Ingest
import Ledger
import Reports
import Vocabulary

/// `zpay verify`: the quarter against totals that somebody else added up.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compute the quarter and compare it with expected totals.",
    discussion: """
      The file has a row a department, with the headings of summary.csv or some of them: department, \
      and any of physicians, cases, conferences, blocks, payable, held_records, held. Status 1 where \
      anything differs. Nothing is written.

        zpay verify 2026Q1 -C 2026 --expected expected.csv
      """)

  @Argument(help: "The quarter: 2026Q1 (calendar) or FY2026Q3 (fiscal).")
  var quarter: String

  @Option(help: ArgumentHelp("The expected totals, as CSV.", valueName: "file"))
  var expected: String

  @OptionGroup var workspace: WorkspaceOptions

  func validate() throws {
    if let problem = QuarterName.problem(quarter) { throw ValidationError(problem) }
  }

  func run() throws {
    let wanted = try ExpectedTotals(try FileStream(expected), file: expected)
    let desk = LedgerDesk(workspace.directory)
    let ledger = try desk.open()
    let named = try Workspace.quarter(quarter, in: workspace.directory)
    if let close = try ledger?.closes().first(where: { $0.quarter == named }) {
      // What was closed is compared, not what the rules would pay once more.
      throw Failure(
        .no,
        "\(named) is closed (close \(close.number)), so the rules pay it no more: compare \(desk.place(of: named))/summary.csv, which zpay reissue makes again"
      )
    }
    let loader = try QuarterLoader(workspace)
    let result = try loader.decide(named, ledger)
    let differences = wanted.differences(from: result)
    let departments = result.departments.count
    var text = differences.map { $0 + "\n" }.joined()
    if differences.isEmpty {
      text +=
        "\(result.quarterDisplay): \(departments) \(departments == 1 ? "department" : "departments") as expected, "
        + "\(result.payable.display) payable, at most \(result.heldAtMost.display) held\n"
    } else {
      text += "\(differences.count) \(differences.count == 1 ? "difference" : "differences")\n"
    }
    try Console.print(text)
    if !differences.isEmpty { throw Failure(.no) }
  }
}

/// Totals that somebody added up independently.
struct ExpectedTotals {
  private let table: PlainTable
  private let file: String
  private let department: Int
  private let columns: [(name: String, index: Int)]

  private static let names = [
    "quarter", "physicians", "cases", "conferences", "blocks", "payable", "held_records", "held",
  ]

  /// - Throws: ``UnusableInput`` where the file has no departments or nothing to compare.
  init(_ stream: any ByteStream, file: String) throws {
    let table = try PlainTable(stream, file: file)
    let columns = Self.names.compactMap { name in table.column(name).map { (name, $0) } }
    guard let department = table.column("department", "dept"),
      columns.contains(where: { $0.0 != "quarter" })
    else {
      throw UnusableInput([
        Diagnostic(
          .error, code: "expected.columns",
          at: SourceLocation(file: file, line: table.headingLine),
          "the expected totals have no column department, or no total to compare",
          remedy: "write headings like department,cases,conferences,payable,held")
      ])
    }
    (self.table, self.file, self.department, self.columns) = (table, file, department, columns)
  }

  /// Every difference, as a sentence with its place.
  func differences(from result: QuarterResult) -> [String] {
    var differences: [String] = []
    var rest = result.departments
    var seen: Set<String> = []
    for row in table.rows {
      let name = row.values.indices.contains(department) ? row.values[department] : ""
      let place = "\(file):\(row.line)"
      if !seen.insert(name).inserted {
        differences.append("\(place): \(name) stands twice in the expected totals")
        continue
      }
      guard let index = rest.firstIndex(where: { $0.name == name }) else {
        differences.append("\(place): \(name) is expected, and has no statement")
        continue
      }
      let values = Self.values(of: rest.remove(at: index), result)
      for (column, index) in columns {
        let wanted = row.values.indices.contains(index) ? row.values[index] : ""
        guard let got = values[column], !Self.areEqual(wanted, got) else { continue }
        differences.append("\(place): \(name): \(column) is \(got), expected \(wanted)")
      }
    }
    for department in rest {
      differences.append(
        "\(file): \(department.name) is not expected, and has \(department.payable.display) payable "
          + "and at most \(department.heldAtMost.display) held")
    }
    return differences
  }

  private static func values(
    of department: DepartmentResult, _ result: QuarterResult
  ) -> [String: String] {
    [
      "quarter": result.quarter.description,
      "physicians": String(department.physicians),
      "cases": String(department.cases),
      "conferences": String(department.conferences),
      "blocks": String(department.blocks),
      "payable": department.payable.description,
      "held_records": String(department.held.count),
      "held": department.heldAtMost.description,
    ]
  }

  /// As text, or as the same amount written otherwise (`500`, `$1,500.00`).
  private static func areEqual(_ wanted: String, _ got: String) -> Bool {
    if wanted == got { return true }
    let plain = wanted.filter { $0 != "$" && $0 != "," }
    guard let amount = Money(dollars: plain), let other = Money(dollars: got) else { return false }
    return amount == other
  }
}
