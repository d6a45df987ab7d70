package import Vocabulary

/// A column that is read: its name in files, and the headings that name it (SPEC 3.2).
struct ColumnDefinition: Sendable {
  let name: String
  let aliases: [String]
  let isRequired: Bool
  /// An invisible character in it makes the row malformed: look-alike IDs (SPEC 3.1).
  let isIdentifier: Bool

  init(_ name: String, _ aliases: [String] = [], required: Bool = false, identifier: Bool = false) {
    self.name = name
    self.aliases = aliases
    isRequired = required
    isIdentifier = identifier
  }
}

/// The columns of each table: the table of SPEC section 3.2, readable side by side with it.
enum TableColumns {
  static let cases = [
    ColumnDefinition(
      "case_id", ["case", "case number", "case no"], required: true, identifier: true),
    ColumnDefinition("program", ["partner", "platform"], required: true),
    recordPhysician,
    ColumnDefinition(
      "completed_at", ["completed", "completion date", "completed date", "date completed"],
      required: true),
    ColumnDefinition("offered_at", ["offered"]),
    ColumnDefinition("accepted_at", ["accepted"]),
    ColumnDefinition("status", ["case status"]),
  ]

  static let conferences = [
    ColumnDefinition(
      "conference_id", ["conference", "meeting id"], required: true, identifier: true),
    ColumnDefinition("program", ["partner", "platform"]),
    recordPhysician,
    ColumnDefinition(
      "started_at", ["start", "start time", "date", "conference date"], required: true),
    ColumnDefinition("ended_at", ["end", "end time"]),
    ColumnDefinition("duration_minutes", ["duration", "minutes", "duration (minutes)"]),
    ColumnDefinition("case_id", ["case", "case number", "case no"], identifier: true),
    ColumnDefinition("status", ["case status"]),
  ]

  static let physicians = [
    ColumnDefinition("physician_id", ["physician"], required: true, identifier: true),
    ColumnDefinition("name", ["physician name"], required: true),
    ColumnDefinition("department", ["dept"], required: true),
    ColumnDefinition("credentialed_from", ["from"], required: true),
    ColumnDefinition("credentialed_to", ["to"]),
    ColumnDefinition("employee_id", ["empl id"], identifier: true),
    ColumnDefinition("employee_record", ["empl record", "empl rcd"]),
    ColumnDefinition("npi", identifier: true),
    ColumnDefinition("email"),
  ]

  static let standing = [
    ColumnDefinition("physician_id", ["physician"], required: true, identifier: true),
    ColumnDefinition("status", ["standing"], required: true),
    ColumnDefinition("effective_from", ["from", "effective date"], required: true),
    ColumnDefinition("effective_to", ["to"]),
  ]

  private static let recordPhysician = ColumnDefinition(
    "physician_id",
    ["physician", "provider", "provider id", "npi", "physician email"], required: true,
    identifier: true)

  static func of(_ kind: TableKind) -> [ColumnDefinition] {
    switch kind {
    case .cases: cases
    case .conferences: conferences
    case .physicians: physicians
    case .standing: standing
    }
  }

  /// Where a column is among the definitions of its table.
  static func place(of name: String, in kind: TableKind) -> Int {
    of(kind).firstIndex { $0.name == name }!
  }

  /// The two columns of which a conference table needs one.
  static let lengths = ["ended_at", "duration_minutes"]
}

/// The names of a table's columns, as the plan may give headings for them.
package func columnNames(of kind: TableKind) -> [String] { TableColumns.of(kind).map(\.name) }
