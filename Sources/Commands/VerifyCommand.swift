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
      and any of physicians, cases, conferences, blocks, payable, held_records, held. What the file has \
      is compared, and nothing else. Status 1 where anything differs. Nothing is written. Of a closed \
      quarter the closed totals are compared.

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
    for warning in wanted.warnings { Console.tell(warning.description) }
    let desk = LedgerDesk(workspace.directory)
    let ledger = try desk.open()
    if let lost = try desk.lostClose() { Console.tell("zpay: \(lost)") }
    let named = try Workspace.quarter(quarter, in: workspace.directory)
    let (display, departments) = try totals(of: named, ledger)
    let differences = try wanted.differences(from: departments, of: named) { name in
      QuarterName.problem(name) == nil
        ? try Workspace.quarter(name, in: workspace.directory) : nil
    }
    var text = differences.map { $0 + "\n" }.joined()
    if differences.isEmpty {
      let others = wanted.notCompared
      func sum(_ amount: (DepartmentTotals) -> Money) -> String {
        Money(cents: departments.reduce(0) { $0 + amount($1).cents }).display
      }
      text +=
        "\(display): \(departments.count) \(departments.count == 1 ? "department" : "departments") as expected"
      if !others.contains("payable") { text += ", \(sum(\.payable)) payable" }
      if !others.contains("held") { text += ", at most \(sum(\.heldAtMost)) held" }
      text += "\n"
      if !others.isEmpty { text += "not compared: \(others.joined(separator: ", "))\n" }
    } else {
      text += "\(differences.count) \(differences.count == 1 ? "difference" : "differences")\n"
    }
    try Console.print(text)
    if !differences.isEmpty { throw Failure(.no) }
  }

  /// Of a closed quarter what was closed, for the rules would pay it no more; else what the inputs
  /// give.
  private func totals(
    of quarter: Quarter, _ ledger: Ledger?
  ) throws -> (display: String, departments: [DepartmentTotals]) {
    if let ledger, let close = try ledger.close(of: quarter) {
      return ("\(quarter), closed (close \(close.number))", try ledger.departments(of: close))
    }
    let loader = try QuarterLoader(workspace, keepsRows: ledger != nil)
    let result = try loader.decide(quarter, ledger)
    return (result.quarterDisplay, result.departments.map(\.totals))
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
    let columns = try Self.names.compactMap { name in try table.column(name).map { (name, $0) } }
    guard let department = try table.column("department", "dept"),
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

  /// What a statement's totals have and the file does not.
  var notCompared: [String] {
    Self.names.dropFirst().filter { name in !columns.contains { $0.name == name } }
  }

  /// Of columns that are not compared, by a heading that may have been mistyped.
  var warnings: [Diagnostic] {
    let read = Set(columns.map(\.index) + [department])
    return table.headings.indices.filter { !read.contains($0) && !table.headings[$0].isEmpty }.map {
      Diagnostic(
        .warning, code: "expected.unread",
        at: SourceLocation(file: file, line: table.headingLine),
        "column \(columnLetters($0)), “\(shown(table.headings[$0]))”, is not compared",
        remedy: "write one of \(Self.names.joined(separator: ", ")) if you mean it")
    }
  }

  /// Every difference, as a sentence with its place.
  ///
  /// - Parameter quarterNamed: the quarter of either of its names; nil for a text that is none.
  func differences(
    from departments: [DepartmentTotals], of quarter: Quarter,
    _ quarterNamed: (_ name: String) throws -> Quarter?
  ) throws -> [String] {
    var differences: [String] = []
    var rest = departments
    var seen: Set<String> = []
    for row in table.rows {
      let name = row.value(department)
      let place = "\(file):\(row.line)"
      if !seen.insert(name).inserted {
        differences.append("\(place): \(name) stands twice in the expected totals")
        continue
      }
      guard let index = rest.firstIndex(where: { $0.name == name }) else {
        differences.append("\(place): \(name) is expected, and has no statement")
        continue
      }
      let values = Self.values(of: rest.remove(at: index), quarter)
      for (column, index) in columns {
        let wanted = row.value(index)
        guard let got = values[column],
          try column == "quarter"
            ? quarterNamed(wanted) != quarter : !Self.areEqual(wanted, got)
        else { continue }
        differences.append(
          "\(place): \(name): \(column) is \(got), "
            + (wanted.isEmpty ? "and the cell is blank" : "expected \(wanted)"))
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
    of department: DepartmentTotals, _ quarter: Quarter
  ) -> [String: String] {
    [
      "quarter": quarter.description,
      "physicians": String(department.physicians),
      "cases": String(department.cases),
      "conferences": String(department.conferences),
      "blocks": String(department.blocks),
      "payable": department.payable.description,
      "held_records": String(department.heldRecords),
      "held": department.heldAtMost.description,
    ]
  }

  /// As text, or as the same amount written otherwise (`500`, `$1,500.00`, `(500.00)`).
  private static func areEqual(_ wanted: String, _ got: String) -> Bool {
    if wanted == got { return true }
    guard let amount = Money(written: wanted) else { return false }
    return amount == Money(written: got)
  }
}
