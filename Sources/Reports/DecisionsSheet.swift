internal import Vocabulary

/// `Decisions`: what persons decided about single records of a department in this quarter, with
/// who, when and why; a payment taken back names the line that it undoes (SPEC 8).
struct DecisionsSheet: Sendable {
  private struct Entry: Sendable {
    var decision: Decision
    var physicianID: String
    var physician: String
    var cents: Int64
    var undoes: String
  }

  private static let keys = [
    "decision", "physician_id", "physician", "program", "activity", "record_id", "amount",
    "reason", "decided_by", "decided_at", "undoes",
  ]

  private let lines: RecordLines
  private let provenance: Provenance

  init(_ lines: RecordLines, _ provenance: Provenance) {
    self.lines = lines
    self.provenance = provenance
  }

  /// None where nothing was decided about the department's records.
  func sheets(for department: DepartmentResult) -> [Sheet] {
    let entries = entries(of: department)
    guard !entries.isEmpty else { return [] }
    let (keys, wording) = (Self.keys, lines.wording)
    let columns = keys.map(wording.column)
    let layout = SheetLayout(
      name: "Decisions", columnWidths: keys.map { lines.widths[$0] }, headingRow: 0, filters: true,
      tabColor: 0xB26A00, footer: "\(lines.result.quarterDisplay) · \(lines.result.plan.name)",
      header: provenance.band(wording))
    let widths = lines.widths
    return [
      Sheet(layout: layout, rowCount: entries.count + 1, lastTableRow: entries.count) {
        index, row in
        guard index > 0 else {
          row.height = 30
          for (key, column) in zip(keys, columns) {
            row.text(column.title, rightKeys.contains(key) ? .headingRight : .heading)
          }
          return
        }
        Self.fill(entries[index - 1], &row)
        row.wrap(7, width: widths["reason"])
      }
    ]
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

  /// Decisions in force on paid and held records, then payments taken back.
  private func entries(of department: DepartmentResult) -> [Entry] {
    let result = lines.result
    var entries: [Entry] = []
    if !result.history.decisions.isEmpty {
      for index in department.lines.compactMap(\.record) + department.held {
        guard let decision = result.history.decisions[index], decision.kind != .forfeit else {
          continue
        }
        let record = result.records[index]
        let table = result.records.table(of: index)
        entries.append(
          Entry(
            decision: decision,
            physicianID: record.physician >= 0
              ? result.roster.physicians[Int(record.physician)].id
              : table.writtenPhysician(record),
            physician: result.appointment(of: record)?.name ?? "",
            cents: lines.amount(of: index).cents, undoes: ""))
      }
    }
    for reversal in department.lines.compactMap(\.reversal).map({ result.history.reversals[$0] }) {
      entries.append(
        Entry(
          decision: reversal.decision, physicianID: reversal.line.physicianID,
          physician: reversal.line.physician, cents: reversal.line.amountCents,
          undoes: "\(reversal.line.sourceFile) line \(reversal.line.sourceLine)"))
    }
    return entries
  }
}
