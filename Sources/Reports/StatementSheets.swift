package import Vocabulary

/// What a statement says of its making: the same for all departments of a run.
package struct Provenance: Sendable {
  package var digest: String
  package var version: String

  /// The close that made it final; nil for a draft.
  package var close: CloseMark?

  package init(digest: String, version: String, close: CloseMark? = nil) {
    self.digest = digest
    self.version = version
    self.close = close
  }

  /// What stands at the top of every sheet: DRAFT until the quarter is closed.
  func band(_ wording: Wording) -> String {
    close.map { "\(wording.final) · close \($0.number) · hash \($0.hash)" } ?? wording.draft
  }

  var bandStyle: CellStyle { close == nil ? .draft : .final }
}

/// A close, as the files that it issues show it.
package struct CloseMark: Hashable, Sendable {
  /// From 1.
  package var number: Int64
  /// Lower-case hexadecimal.
  package var hash: String
  /// The seal of the close before; empty for the first.
  package var previous: String
  package var preparedBy: String
  package var approvedBy: String

  package init(
    number: Int64, hash: String, previous: String, preparedBy: String, approvedBy: String
  ) {
    self.number = number
    self.hash = hash
    self.previous = previous
    self.preparedBy = preparedBy
    self.approvedBy = approvedBy
  }
}

/// A department's workbook: `Summary`, `Detail`, `Held`, `Basis` (SPEC 6).
package struct StatementSheets: Sendable {
  private let lines: RecordLines
  private let provenance: Provenance
  private let details: ExceptionDetails?
  private let decisions: DecisionsSheet

  /// - Parameter details: why records are held, as far as it is kept.
  package init(
    _ lines: RecordLines, provenance: Provenance, details: ExceptionDetails? = nil
  ) {
    self.lines = lines
    self.provenance = provenance
    self.details = details
    decisions = DecisionsSheet(lines, provenance)
  }

  private var result: QuarterResult { lines.result }
  private var wording: Wording { lines.wording }

  package func sheets(for department: DepartmentResult) -> [Sheet] {
    [summary(department)] + details(department) + late(department)
      + held(department) + decisions.sheets(for: department)
      + [BasisSheet(lines, provenance).sheet]
  }

  // MARK: - Summary

  private func summary(_ department: DepartmentResult) -> Sheet {
    let people = PhysicianTotals.all(of: department, lines)
    let programs = result.plan.programs.indices.filter {
      result.plan.programs[$0].pays.contains(.case)
    }
    let layout = summaryLayout(programs: programs)
    let headingRow = SummaryRows.heading
    let first = headingRow + 1
    let total = first + people.count
    let builder = SummaryRows(
      department: department, people: people, programs: programs,
      columnCount: layout.columnWidths.count,
      lines: lines, provenance: provenance)
    return Sheet(
      layout: layout, rowCount: total + 1 + builder.tailCount,
      lastTableRow: max(headingRow, total - 1)
    ) { index, row in builder.fill(index, &row) }
  }

  private func summaryLayout(programs: [Int]) -> SheetLayout {
    let keys =
      ["physician", "physician_id", "employee_id"] + programs.map { _ in "program_cases" }
      + ["conferences", "blocks", "payable", "held_records", "held"]
    return SheetLayout(
      name: "Summary", columnWidths: keys.map { lines.widths[$0] },
      headingRow: SummaryRows.heading, filters: true, frozenColumns: 1, tabColor: 0x052049,
      footer: lines.footer, header: provenance.band(wording))
  }

  // MARK: - Detail and Held

  private func details(_ department: DepartmentResult) -> [Sheet] {
    sheets(named: "Detail", RecordLines.lineKeys, lines.statementTable(department))
  }

  /// The late records once more, by themselves: earned in earlier quarters, paid in this one.
  private func late(_ department: DepartmentResult) -> [Sheet] {
    guard result.history.closed != nil else { return [] }
    let late = StatementLines(
      department.lines.filter { $0.record != nil && result.isLate(day: $0.day) })
    guard !late.isEmpty else { return [] }
    let keys = RecordLines.lineKeys
    return sheets(
      named: "Late", keys,
      Table(headings: keys, rowCount: late.count) { LineReader(lines, department, late).fill },
      tabColor: 0x6E8B3D)
  }

  private func held(_ department: DepartmentResult) -> [Sheet] {
    let keys = RecordLines.lineKeys.map(RecordLines.heldKey) + ["reason", "release"]
    let table = Table(headings: keys, rowCount: department.held.count) {
      let fill = LineReader(
        lines, department, StatementLines(department.held.map(result.records.line)), held: true
      ).fill
      return { index, row in
        let record = department.held[index]
        fill(index, &row)
        lines.addDetail(of: record, at: details?.place(of: record), of: details, to: &row)
        row.wrap(RecordLines.lineKeys.count, width: lines.widths["reason"])
        row.text(lines.release(of: result.records[record]))
      }
    }
    return sheets(named: "Held", keys, table, tabColor: 0xB26A00)
  }

  private func sheets(
    named name: String, _ keys: [String], _ table: Table, tabColor: UInt32? = nil
  ) -> [Sheet] {
    TableSheets(
      name: name, keys: keys, wording: wording, widths: keys.map { lines.widths[$0] },
      wrapped: lines.widths.wrapped(keys), tabColor: tabColor, footer: lines.footer,
      header: provenance.band(wording)
    ).sheets(of: table)
  }
}

/// Columns of numbers, whose headings stand at the right.
let rightKeys: Set<String> = [
  "duration", "blocks", "rate", "amount", "amount_at_most", "source_line", "physicians", "cases",
  "conferences", "payable", "held_records", "held", "rows", "program_cases", "payable_before",
  "payable_after", "difference", "held_before", "held_after",
]

/// A physician's quarter in one department.
struct PhysicianTotals: Sendable {
  var id: String
  var name: String
  var employeeID: String
  /// By program.
  var cases: [Int]
  var conferences = 0
  var blocks = 0
  var cents: Int64 = 0
  var heldRecords = 0
  var heldCents: Int64 = 0
  /// Of ``cents``: for late records, and for payments taken back (not above zero).
  var lateCents: Int64 = 0
  var reversedCents: Int64 = 0
  /// Whether there is a line of a record.
  private var isPaid = false

  /// A row for each physician with a paid or a held record, in the order of the lines.
  static func all(of department: DepartmentResult, _ lines: RecordLines) -> [PhysicianTotals] {
    var totals: [PhysicianTotals] = []
    // By physician; where nobody was found, by what the row says.
    var places: [Int32: Int] = [:]
    var strangers: [String: Int] = [:]
    let paid =
      lines.result.history.reversals.isEmpty
      ? department.lines : StatementLines(department.lines.filter { $0.record != nil })
    var (line, held) = (0, 0)
    for sums in department.people {
      let isPaid = sums.paidRecords > 0
      let first = lines.result.records[isPaid ? paid[line].record! : department.held[held]]
      let place = places[sums.physician] ?? totals.count
      if place == totals.count {
        totals.append(PhysicianTotals(first, lines))
        places[sums.physician] = place
      } else if isPaid, !totals[place].isPaid {
        // The first line names the physician, before what is held.
        totals[place].name(by: first, lines)
      }
      totals[place].add(sums)
      (line, held) = (line + sums.paidRecords, held + sums.heldRecords)
    }
    for index in department.held[held...] {
      let written = lines.result.records.writtenPhysician(of: index)
      let place = strangers[written] ?? totals.count
      if place == totals.count {
        totals.append(PhysicianTotals(stranger: written, lines))
        strangers[written] = place
      }
      totals[place].heldRecords += 1
      totals[place].heldCents += lines.amount(of: index).cents
    }
    for reference in department.lines where reference.reversal != nil {
      let line = lines.result.paymentLine(reference, of: department)
      var place = totals.firstIndex { $0.id == line.physicianID && !line.physicianID.isEmpty }
      if place == nil {
        place = totals.count
        totals.append(PhysicianTotals(line, programs: lines.result.plan.programs.count))
      }
      totals[place!].cents += line.amountCents
      totals[place!].reversedCents += line.amountCents
    }
    return totals.sorted {
      $0.name == $1.name
        ? $0.id.utf8.lexicographicallyPrecedes($1.id.utf8)
        : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
  }

  private init(_ record: ServiceRecord, _ lines: RecordLines) {
    self.init(stranger: lines.result.roster.physicians[Int(record.physician)].id, lines)
    name(by: record, lines)
  }

  /// Nobody known, as a row says.
  private init(stranger written: String, _ lines: RecordLines) {
    (id, name, employeeID) = (written, "", "")
    cases = Array(repeating: 0, count: lines.result.plan.programs.count)
  }

  private init(_ line: PaymentLine, programs: Int) {
    (id, name, employeeID) = (line.physicianID, line.physician, line.employeeID)
    cases = Array(repeating: 0, count: programs)
  }

  private mutating func name(by record: ServiceRecord, _ lines: RecordLines) {
    guard let appointment = lines.result.appointment(of: record) else { return }
    (name, employeeID) = (appointment.name, appointment.employeeID)
  }

  private mutating func add(_ sums: PhysicianSums) {
    isPaid = isPaid || sums.paidRecords > 0
    for (program, count) in sums.cases.enumerated() { cases[program] += count }
    conferences += sums.conferences
    blocks += Int(sums.blocks)
    cents += sums.cents
    lateCents += sums.lateCents
    heldRecords += sums.heldRecords
    heldCents += sums.heldCents
  }
}
