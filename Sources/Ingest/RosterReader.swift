package import Vocabulary

/// Reads `physicians` and `standing`: the tables that decide money for everybody, so that any row
/// that can't be read is a problem of the file (SPEC 3.2).
package struct RosterReader: Sendable {
  /// The physicians, and their standing.
  package private(set) var roster = Roster()
  package private(set) var inputs: [InputFile] = []
  package private(set) var notices: [Notice] = []
  package private(set) var problems: [Diagnostic] = []
  /// What is no problem of a file, and may be one of its values.
  package private(set) var warnings: [Diagnostic] = []
  private let plan: CompensationPlan
  private var rows: [RosterRow] = []
  private var standingRows: [StandingRow] = []

  private struct RosterRow: Sendable {
    var id: String
    var npi: String
    var email: String
    var appointment: Appointment
  }

  private struct StandingRow: Sendable {
    var physician: String
    var span: StandingSpan
  }

  /// Whether a row of physicians, or a file of them, can't be read: whom it names is then not known, and may be
  /// somebody whose identifier another row has, too.
  private var isPartial = false

  package init(plan: CompensationPlan) { self.plan = plan }

  /// Reads a file of physicians; its problems are among ``problems``.
  ///
  /// - Throws: what the stream throws.
  package mutating func readPhysicians(_ stream: any ByteStream, file: String) throws {
    let before = problems.count
    try read(stream, file: file, kind: .physicians) { $0.takePhysician(&$1) }
    if problems.count > before { isPartial = true }
  }

  /// Reads a file of standing; its problems are among ``problems``.
  ///
  /// - Throws: what the stream throws.
  package mutating func readStanding(_ stream: any ByteStream, file: String) throws {
    try read(stream, file: file, kind: .standing) { $0.takeStanding(&$1) }
  }

  /// Takes the files that another reader has read, behind its own: they may be read beside each other.
  ///
  /// - Precondition: neither has joined its rows yet.
  package mutating func append(_ other: RosterReader) {
    precondition(
      roster.physicians.isEmpty && other.roster.physicians.isEmpty, "rows are joined at the end")
    // Mostly there is one file of each: its rows are taken as they are.
    func join<Row>(_ rows: inout [Row], _ others: [Row]) {
      if rows.isEmpty { rows = others } else if !others.isEmpty { rows += others }
    }
    join(&rows, other.rows)
    join(&standingRows, other.standingRows)
    inputs += other.inputs
    notices += other.notices
    problems += other.problems
    warnings += other.warnings
    isPartial = isPartial || other.isPartial
  }

  /// Joins the rows to physicians, once all files are read: those that can be read, where others can't, so that what
  /// they contradict is told in the same run.
  package mutating func finish() {
    joinAppointments()
    joinStanding()
  }

  private mutating func read(
    _ stream: any ByteStream, file: String, kind: TableKind,
    take: (inout Self, inout RowValues) -> Void
  ) throws {
    var reader = TableReader(stream, file: file, kind: kind, planned: plan.headings[kind] ?? [:])
    let (rowsBefore, standingBefore, problemsBefore) = (
      rows.count, standingRows.count, problems.count
    )
    var rowWarnings = RowWarnings()
    let expectedCount = stream.expectedCount
    do {
      try reader.read {
        rows.removeSubrange(rowsBefore...)
        standingRows.removeSubrange(standingBefore...)
        problems.removeSubrange(problemsBefore...)
        rowWarnings = RowWarnings()
      } body: { scanner, row, text, header in
        var values = RowValues(
          scanner: scanner, row: row, text: text, header: header, file: file,
          byteCount: expectedCount)
        take(&self, &values)
        if scanner.fields.count != header.fieldCount { rowWarnings.uneven.add(line: row.line) }
        problems += values.problems
      }
    } catch let unusable as UnusableInput {
      problems += unusable.problems
      return
    }
    let (encoding, byteCount, rowCount) = (reader.encoding, reader.byteCount, reader.rowCount)
    notices += fileNotices(file, encoding, reader.header!)
    warnings += fileWarnings(file, reader.headerLine, reader.header!, rowWarnings)
    inputs.append(
      InputFile(
        kind: kind, file: file, byteCount: byteCount, rowCount: rowCount,
        encoding: encoding.rawValue, sha256: reader.sha256, header: reader.header!))
  }

  // MARK: - Rows

  private mutating func takePhysician(_ row: inout RowValues) {
    guard row.isWellFormed else { return }
    let columns = PhysicianColumns.all
    let id = row.required(columns.id)
    let name = row.required(columns.name)
    let department = row.required(columns.department)
    let start = row.date(columns.start, isRequired: true)
    let through = row.date(columns.through, isRequired: false)
    if department == DepartmentResult.unassigned {
      row.report(
        "roster.department", column: columns.department,
        "no department may be called \(DepartmentResult.unassigned): held records without a "
          + "physician stand there", "give the department its name")
    }
    row.checkSpan(start, through, columns.through)
    guard row.problems.isEmpty, let start else { return }
    if rows.isEmpty { rows.reserveCapacity(row.countExpected) }
    rows.append(
      RosterRow(
        id: id, npi: row.value(columns.npi), email: row.value(columns.email),
        appointment: Appointment(
          name: name, department: department, employeeID: row.value(columns.employeeID),
          employeeRecord: row.value(columns.employeeRecord), start: start, through: through,
          location: row.location)))
  }

  private mutating func takeStanding(_ row: inout RowValues) {
    guard row.isWellFormed else { return }
    let columns = StandingColumns.all
    let physician = row.required(columns.physician)
    let word = row.required(columns.status)
    let standing = Self.standings[matchKey(word)]
    if standing == nil, !word.isEmpty {
      row.report(
        "standing.word", column: columns.status, "“\(shown(word))” is no standing",
        "write good, not good or not a member")
    }
    let start = row.date(columns.start, isRequired: true)
    let through = row.date(columns.through, isRequired: false)
    row.checkSpan(start, through, columns.through)
    guard row.problems.isEmpty, let start, let standing else { return }
    if standingRows.isEmpty { standingRows.reserveCapacity(row.countExpected) }
    standingRows.append(
      StandingRow(
        physician: physician,
        span: StandingSpan(
          standing: standing, start: start, through: through, location: row.location)))
  }

  /// The words of SPEC 3.2, as ``matchKey(_:)`` makes them.
  private static let standings: [String: Standing] = {
    var words: [String: Standing] = [:]
    for word in ["good", "in good standing", "yes", "y", "true"] { words[matchKey(word)] = .good }
    for word in ["not good", "not in good standing", "no", "n", "false"] {
      words[matchKey(word)] = .notGood
    }
    for word in ["not a member", "non-member"] { words[matchKey(word)] = .notPlanMember }
    return words
  }()

  // MARK: - Joining

  private mutating func joinAppointments() {
    roster = Roster(expecting: rows.count)
    let physicians = rows.map { roster.add($0.appointment, ofID: $0.id) }
    // Behind all IDs, by which most rows name a physician: those lie together then.
    for (index, physician) in physicians.enumerated() {
      roster.register(identifier: rows[index].npi, of: physician)
      roster.register(identifier: rows[index].appointment.employeeID, of: physician)
      roster.register(email: rows[index].email, of: physician)
    }
    // Where no row is left of those that are there, its problems say enough.
    if rows.isEmpty, !isPartial {
      problems.append(
        Diagnostic(
          .error, code: "roster.empty",
          at: SourceLocation(file: inputs.first { $0.kind == .physicians }?.file ?? "physicians"),
          "the table of physicians has no row",
          remedy: "export the roster again: without it nobody can be paid"))
    }
    for index in roster.physicians.indices { orderAppointments(ofPhysician: index) }
    warnOfDepartments()
    rows = []
  }

  /// Names that differ in case, signs and spaces alone are different departments, with a statement each. O(rows).
  private mutating func warnOfDepartments() {
    var known: Set<String> = []
    var firsts: [String: (name: String, location: SourceLocation)] = [:]
    for row in rows where known.insert(row.appointment.department).inserted {
      let (name, location) = (row.appointment.department, row.appointment.location)
      let first = firsts[matchKey(name), default: (name, location)]
      firsts[matchKey(name)] = first
      guard first.name != name else { continue }
      warnings.append(
        Diagnostic(
          .warning, code: "roster.departmentTwice", at: location,
          "the department “\(shown(name))” is nearly “\(shown(first.name))” of \(first.location.file) line \(first.location.line ?? 0), and another one: each has its own statement",
          remedy: "write it in one way, if it is one department"))
    }
  }

  private mutating func orderAppointments(ofPhysician index: Int) {
    roster.physicians[index].appointments.sort { $0.start < $1.start }
    let appointments = roster.physicians[index].appointments
    for (earlier, later) in zip(appointments, appointments.dropFirst())
    where earlier.contains(later.start) {
      let (first, second) = (earlier.location, later.location)
      problems.append(
        Diagnostic(
          .error, code: "roster.overlap", at: second,
          "“\(shown(roster.physicians[index].id))” has two appointments on \(later.start): this one and that of "
            + "\(first.file) line \(first.line ?? 0)",
          remedy: "end the earlier one the day before the later one begins, or delete a row that "
            + "stands twice"))
    }
  }

  private mutating func joinStanding() {
    for row in standingRows {
      let found =
        roster.physician(ownID: row.physician)
        ?? (isPartial ? Roster.unknown : roster.physician(identifiedBy: row.physician))
      switch found {
      case Roster.unknown:
        notices.append(
          Notice(
            .standingOfNobody, file: row.span.location.file, line: row.span.location.line,
            physicianID: row.physician,
            detail: "no physician of the roster has this identifier"))
      case Roster.ambiguous:
        problems.append(
          Diagnostic(
            .error, code: "standing.ambiguous", at: row.span.location,
            "“\(shown(row.physician))” fits several physicians",
            remedy: "write the physician_id of the one that is meant"))
      default: roster.physicians[Int(found)].standings.append(row.span)
      }
    }
    for index in roster.physicians.indices {
      roster.physicians[index].standings.sort {
        ($0.start, $0.location.file, $0.location.line ?? 0)
          < ($1.start, $1.location.file, $1.location.line ?? 0)
      }
      findContradictions(ofPhysician: index)
    }
    standingRows = []
  }

  private mutating func findContradictions(ofPhysician index: Int) {
    let physician = roster.physicians[index]
    for (first, second) in zip(physician.standings, physician.standings.dropFirst())
    where first.start == second.start && first.standing != second.standing {
      problems.append(
        Diagnostic(
          .error, code: "standing.contradiction", at: second.location,
          "“\(shown(physician.id))” is \(second.standing.words) from \(second.start) here and "
            + "\(first.standing.words) from the same day in \(first.location.file) line "
            + "\(first.location.line ?? 0)",
          remedy: "keep the row that is right"))
    }
  }
}

/// Where the columns of `physicians` are among the definitions: looked up once, not in each row.
private struct PhysicianColumns {
  static let all = PhysicianColumns()
  let id = place("physician_id")
  let name = place("name")
  let department = place("department")
  let start = place("credentialed_from")
  let through = place("credentialed_to")
  let employeeID = place("employee_id")
  let employeeRecord = place("employee_record")
  let npi = place("npi")
  let email = place("email")

  private static func place(_ name: String) -> Int { TableColumns.place(of: name, in: .physicians) }
}

/// Those of `standing`.
private struct StandingColumns {
  static let all = StandingColumns()
  let physician = place("physician_id")
  let status = place("status")
  let start = place("effective_from")
  let through = place("effective_to")

  private static func place(_ name: String) -> Int { TableColumns.place(of: name, in: .standing) }
}

/// The values of a row of a table in which every row must be right, and its problems.
private struct RowValues {
  let scanner: CSVScanner
  let row: ScannedRow
  let text: UnsafeBufferPointer<UInt8>
  let header: TableHeader
  let file: String
  /// Of the file, about.
  let byteCount: Int
  private(set) var problems: [Diagnostic] = []

  init(
    scanner: CSVScanner, row: ScannedRow, text: UnsafeBufferPointer<UInt8>, header: TableHeader,
    file: String, byteCount: Int
  ) {
    self.scanner = scanner
    self.row = row
    self.text = text
    self.header = header
    self.file = file
    self.byteCount = byteCount
  }

  /// Rows of the file, if all are as long as this one: memory for that many, which is not moved as the rows become
  /// more. A file may say anything of its size.
  var countExpected: Int { min(byteCount / max(row.next - row.start, 16), 100_000) }

  var location: SourceLocation { SourceLocation(file: file, line: row.line) }

  var isWellFormed: Bool {
    mutating get {
      guard let fault = shapeFault(scanner, header, text) else { return true }
      problems.append(
        fault.diagnostic(
          code: "row.malformed", row: row, file: file, header: header, plan: nil,
          columnStart: startColumn(ofField:),
          value: { value($0) }))
      return false
    }
  }

  /// - Parameter column: its place among the definitions, here and below.
  func value(_ column: Int) -> String {
    let field = header.fields[column]
    guard field >= 0, field < scanner.fields.count else { return "" }
    return FieldValue(scanner.fields[field], in: text).string(in: text)
  }

  mutating func required(_ column: Int) -> String {
    let value = value(column)
    if value.isEmpty { reportBlank(column) }
    return value
  }

  /// A date, behind which midnight may stand; nil where it is blank or wrong.
  mutating func date(_ column: Int, isRequired: Bool) -> CivilDate? {
    let value = value(column)
    if value.isEmpty {
      if isRequired { reportBlank(column) }
      return nil
    }
    if let time = CivilTime(value), time.isDateOnly { return time.date }
    report(
      "row.date", column: column,
      "\(name(of: column)) “\(shown(value))” is no date" + whatDateItMayBe(value),
      "write it like 2026-02-14 or 2/14/2026")
    return nil
  }

  mutating func checkSpan(_ start: CivilDate?, _ through: CivilDate?, _ column: Int) {
    if let start, let through, through < start {
      report(
        "row.span", column: column, "the span ends on \(through), before it starts on \(start)",
        "correct one of the two; leave the end blank where it is open")
    }
  }

  private func name(of column: Int) -> String { header.definitions[column].name }

  private mutating func reportBlank(_ column: Int) {
    report("row.missing", column: column, "\(name(of: column)) is blank", "fill it in")
  }

  mutating func report(_ code: String, column: Int, _ message: String, _ remedy: String) {
    let field = header.fields[column] < 0 ? nil : header.fields[column]
    problems.append(
      Diagnostic(
        .error, code: code,
        at: SourceLocation(
          file: file, line: row.line, column: field.map(startColumn(ofField:)),
          cell: field.map(row.cell)),
        message, remedy: remedy))
  }

  private func startColumn(ofField field: Int) -> Int {
    guard field < scanner.fields.count else { return 1 }
    let before = text[row.start..<scanner.fields[field].outerStart]
    return before.count { $0 & 0xC0 != 0x80 } + 1
  }
}
