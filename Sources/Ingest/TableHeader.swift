internal import Vocabulary

/// Which field of a row is which column.
struct TableHeader {
  let definitions: [ColumnDefinition]
  /// For each definition the index of its field, or -1.
  private(set) var fields: [Int]
  /// How many fields the header has.
  let fieldCount: Int
  /// The fields that a row must reach.
  private(set) var fieldCountMin = 0
  /// Fields with patient data, from 0: never read.
  private(set) var patientFields: [Int] = []
  /// Fields whose heading is unknown: they are not read. Blank headings are left out.
  private(set) var unreadFields: [Int] = []
  /// Fields whose unknown heading is nearly that of a column which no field is.
  private(set) var misnamedFields: [(field: Int, heading: String)] = []

  /// Finds a table's columns by the headings of a file.
  ///
  /// - Parameter planned: for a column's name the only headings that name it.
  /// - Throws: ``HeaderProblem``.
  init(
    _ headings: [String], of kind: TableKind, planned: [String: [String]]
  ) throws(HeaderProblem) {
    definitions = TableColumns.of(kind)
    fields = Array(repeating: -1, count: definitions.count)
    fieldCount = headings.count
    let names = Self.columnsByHeading(definitions, planned: planned)
    var twice: [(column: Int, first: Int, second: Int)] = []
    var unknown: [Int] = []
    for (field, heading) in headings.enumerated() {
      if namesPatientData(heading) {
        patientFields.append(field)
      } else if let column = names[matchKey(heading)] {
        if fields[column] >= 0 {
          twice.append((column, fields[column], field))
        } else {
          fields[column] = field
        }
      } else {
        unknown.append(field)
      }
    }
    unreadFields = unknown.filter { !matchKey(headings[$0]).isEmpty }
    // Enough for a slip of the finger; a line of a million headings is none.
    let unknownFields = unknown.prefix(100)
    func guess(_ names: [String]) -> (field: Int, heading: String)? {
      unknownFields.lazy.compactMap { field in
        nearest(headings[field], among: names).map { (field, $0) }
      }.first
    }
    let missing = missingColumns(of: kind)
    guard twice.isEmpty, missing.isEmpty else {
      throw HeaderProblem(
        twice: twice.map {
          (definitions[$0.column].name, headings[$0.first], headings[$0.second], $0.second)
        },
        missing: missing.map { columns in
          columns.map { name in
            let names = accepted(name, planned: planned)
            return HeaderProblem.Missing(column: name, headings: names, guess: guess(names))
          }
        },
        known: definitions.indices.filter { fields[$0] >= 0 }
          .map { (headings[fields[$0]], definitions[$0].name) })
    }
    fieldCountMin = requiredFields(of: kind) + 1
    misnamedFields = definitions.indices.filter { fields[$0] < 0 }
      .compactMap { guess(accepted(definitions[$0].name, planned: planned)) }
  }

  /// Whether the file says which records are completed; true for tables of which nobody asks that.
  var hasStatus: Bool {
    definitions.firstIndex { $0.name == "status" }.map { fields[$0] >= 0 } ?? true
  }

  /// The index of a column's definition, by its name.
  func column(_ name: String) -> Int { definitions.firstIndex { $0.name == name }! }

  /// The field of a column, by the column's name; nil where the file lacks it.
  private func field(_ name: String) -> Int? {
    let field = fields[column(name)]
    return field < 0 ? nil : field
  }

  private static func columnsByHeading(
    _ definitions: [ColumnDefinition], planned: [String: [String]]
  ) -> [String: Int] {
    var names: [String: Int] = [:]
    for (index, definition) in definitions.enumerated() where planned[definition.name] == nil {
      for name in [definition.name] + definition.aliases { names[matchKey(name)] = index }
    }
    // Headings that the plan gives name that column alone.
    for (index, definition) in definitions.enumerated() {
      for name in planned[definition.name] ?? [] { names[matchKey(name)] = index }
    }
    return names
  }

  /// Required columns that no heading names; several in one entry where one of them would do.
  private func missingColumns(of kind: TableKind) -> [[String]] {
    var missing = definitions.indices.filter { definitions[$0].isRequired && fields[$0] < 0 }
      .map { [definitions[$0].name] }
    if kind == .conferences, TableColumns.lengths.allSatisfy({ field($0) == nil }) {
      missing.append(TableColumns.lengths)
    }
    return missing
  }

  private func accepted(_ name: String, planned: [String: [String]]) -> [String] {
    planned[name] ?? [name] + definitions[column(name)].aliases
  }

  /// The last field that a row must reach: of two columns of which one is enough, the nearer.
  private func requiredFields(of kind: TableKind) -> Int {
    var required = definitions.indices.filter { definitions[$0].isRequired }.map { fields[$0] }
    if kind == .conferences, let length = TableColumns.lengths.compactMap(field).min() {
      required.append(length)
    }
    return required.max() ?? 0
  }
}

/// Why a table's columns cannot be told from its headings.
///
/// It names only headings that it knows: a file without a header starts with data.
struct HeaderProblem: Error {
  /// A column, the two known headings that name it, and the second one's field.
  var twice: [(column: String, first: String, second: String, field: Int)]
  /// For each column that is missing, or for several of which one would do, the headings that would
  /// do.
  var missing: [[Missing]]
  /// Known headings, and their columns.
  var known: [(heading: String, column: String)]

  struct Missing {
    var column: String
    /// The headings that would do.
    var headings: [String]
    /// The field whose unknown heading is nearly one of them, and that one.
    var guess: (field: Int, heading: String)?
  }

  func diagnostics(file: String, line: Int) -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    for problem in twice {
      diagnostics.append(
        Diagnostic(
          .error, code: "header.twice",
          at: SourceLocation(file: file, line: line, cell: nil),
          "two headings, “\(shown(problem.first))” and “\(shown(problem.second))” "
            + "(column \(columnLetters(problem.field))), name the column \(problem.column)",
          remedy: "keep one of them; rename or delete the other"))
    }
    for problem in missing {
      let columns = problem.map(\.column).joined(separator: " or ")
      let headings = problem.flatMap(\.headings).map { "“\($0)”" }.joined(separator: ", ")
      // The field, not its text: a file without a header starts with data.
      let guess =
        problem.compactMap(\.guess).first.map {
          "did you mean “\($0.heading)” by the heading of column \(columnLetters($0.field))? Else "
        } ?? ""
      let found =
        known.isEmpty
        ? "no heading of this line is known"
        : "known here: "
          + known.map { "“\(shown($0.heading))” (\($0.column))" }.joined(separator: ", ")
      diagnostics.append(
        Diagnostic(
          .error, code: "header.missing", at: SourceLocation(file: file, line: line),
          "no column is \(columns); \(found)",
          remedy: guess
            + "name a column by one of \(headings), or give its heading under `headings:` in "
            + "plan.yaml, where one that is given there is the only one that is looked for; the first "
            + "line that is not empty must be the headings"))
    }
    return diagnostics
  }
}
