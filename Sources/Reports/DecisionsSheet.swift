internal import Vocabulary

/// `Decisions`: what persons decided about single records in this quarter, with who, when and why, whatever the rules
/// made of the record then; a payment taken back names the line that it undoes (SPEC 8).
///
/// A statement has those of its department; `summary.xlsx` has all: of a record that is forfeited there may be no
/// statement.
struct DecisionsSheet: Sendable {
  private struct Entry: Sendable {
    var decision: Decision
    var department: String
    var physicianID = ""
    var physician = ""
    var cents: Int64 = 0
    var undoes = ""
  }

  private static let keys = [
    "decision", "physician_id", "physician", "program", "activity", "record_id", "amount",
    "reason", "decided_by", "decided_at", "undoes",
  ]

  private let lines: RecordLines
  private let provenance: Provenance
  /// In the order in which they were made.
  private let entries: [Entry]

  init(_ lines: RecordLines, _ provenance: Provenance) {
    self.lines = lines
    self.provenance = provenance
    entries = Self.entries(lines)
  }

  /// None where nothing was decided about the department's records.
  func sheets(for department: DepartmentResult) -> [Sheet] {
    sheets(Self.keys, entries.filter { $0.department == department.name })
  }

  /// None where nothing was decided.
  var all: [Sheet] { sheets(["department"] + Self.keys, entries) }

  private func sheets(_ keys: [String], _ entries: [Entry]) -> [Sheet] {
    guard !entries.isEmpty else { return [] }
    let (widths, reason) = (lines.widths, keys.firstIndex(of: "reason")!)
    let table = Table(headings: keys, rowCount: entries.count) { index, row in
      if keys[0] == "department" { row.text(entries[index].department) }
      Self.fill(entries[index], &row)
      row.wrap(reason, width: widths["reason"])
    }
    return TableSheets(
      name: "Decisions", keys: keys, wording: lines.wording, widths: keys.map { widths[$0] },
      wrapped: widths.wrapped(keys), tabColor: 0xB26A00,
      footer: "\(lines.result.quarterDisplay) · \(lines.result.plan.name)",
      header: provenance.band(lines.wording)
    ).sheets(of: table)
  }

  private static func fill(_ entry: Entry, _ row: inout CellRow) {
    let decision = entry.decision
    row.text(decision.kind.rawValue)
    row.text(entry.physicianID)
    row.text(entry.physician)
    row.text(decision.record.program)
    row.text(decision.record.activity.code)
    row.text(decision.record.id)
    row.money(cents: entry.cents)
    row.text(decision.reason)
    row.text(decision.by)
    row.text(decision.at)
    row.text(entry.undoes)
  }

  private static func entries(_ lines: RecordLines) -> [Entry] {
    let history = lines.result.history
    let rows = rows(of: lines.result)
    // Earlier holds that still hold; then what was decided in this quarter, some of it changed by later decisions.
    let standing = rows.values.sorted().compactMap { history.decisions[$0] }
      .filter { $0.kind == .hold && $0.quarter != lines.result.quarter }
    let reversals = Dictionary(history.reversals.map { ($0.decision, $0) }) { first, _ in first }
    // Of a quarter that is run before the one before it is closed, what is taken back was decided in that one.
    let earlier = history.reversals.map(\.decision).filter { !history.madeDecisions.contains($0) }
    return (standing + earlier + history.madeDecisions).map { decision in
      reversals[decision].map(entry) ?? entry(of: decision, rows[decision.record], lines)
    }
  }

  /// By record the row that stands for it: one that is paid or held, where one is.
  private static func rows(of result: QuarterResult) -> [RecordIdentity: Int32] {
    var rows: [RecordIdentity: Int32] = [:]
    for index in result.history.decisions.keys.sorted() {
      let record = result.records[index]
      let identity = result.identity(of: record, result.records.table(of: index))
      let isForAPerson = [.paid, .held].contains(record.reason.disposition)
      if rows[identity] == nil || isForAPerson { rows[identity] = index }
    }
    return rows
  }

  private static func entry(of decision: Decision, _ row: Int32?, _ lines: RecordLines) -> Entry {
    guard let row else { return Entry(decision: decision, department: "") }
    let result = lines.result
    let record = result.records[row]
    let appointment = result.appointment(of: record)
    return Entry(
      decision: decision, department: appointment?.department ?? DepartmentResult.unassigned,
      physicianID: record.physician >= 0
        ? result.roster.physicians[Int(record.physician)].id
        : result.records.table(of: row).writtenPhysician(record),
      physician: appointment?.name ?? "", cents: lines.amount(of: row).cents)
  }

  private static func entry(_ reversal: Reversal) -> Entry {
    let line = reversal.line
    return Entry(
      decision: reversal.decision, department: line.department, physicianID: line.physicianID,
      physician: line.physician, cents: line.amountCents,
      undoes: "\(line.sourceFile) line \(line.sourceLine)")
  }
}
