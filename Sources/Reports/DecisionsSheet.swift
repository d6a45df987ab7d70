internal import Vocabulary

/// `Decisions`: what persons decided about single records in this quarter, with who, when and why, whatever the rules
/// made of the record then; a payment taken back names the line that it undoes (SPEC 8).
///
/// A statement has those of its department; `summary.xlsx` has all: of a record that is forfeited there may be no
/// statement.
struct DecisionsSheet: Sendable {
  private struct Entry: Sendable {
    var decision: Decision
    var department = ""
    var physicianID = ""
    var physician = ""
    /// None where no row has the record now.
    var cents: Int64?
    var undoes = ""
  }

  private static let keys = [
    "decision", "physician_id", "physician", "program", "activity", "record_id", "amount",
    "reason", "decided_by", "decided_at", "undoes",
  ]

  private let lines: RecordLines
  private let provenance: Provenance
  /// Earlier holds first, then in the order in which they were made.
  private let entries: [Entry]
  private let byDepartment: [String: [Entry]]

  init(_ lines: RecordLines, _ provenance: Provenance) {
    self.lines = lines
    self.provenance = provenance
    entries = Self.entries(lines)
    byDepartment = Dictionary(grouping: entries, by: \.department)
  }

  /// None where nothing was decided about the department's records.
  func sheets(for department: DepartmentResult) -> [Sheet] {
    sheets(Self.keys, byDepartment[department.name] ?? [])
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
      footer: lines.footer,
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
    if let cents = entry.cents { row.money(cents: cents) } else { row.blank(.money) }
    row.text(Decision.inCell(decision.reason))
    row.text(Decision.inCell(decision.by))
    row.text(decision.at)
    row.text(entry.undoes)
  }

  private static func entries(_ lines: RecordLines) -> [Entry] {
    let history = lines.result.history
    let rows = rows(of: lines.result)
    // Earlier holds that still hold; then what was decided in this quarter, some of it changed by later decisions.
    let standing = Set(rows.values.joined().compactMap { history.decisions[$0] })
      .filter { $0.kind == .hold && $0.quarter != lines.result.quarter }
      .sorted { rows[$0.record]![0] < rows[$1.record]![0] }
    let reversals = Dictionary(history.reversals.map { ($0.decision, $0) }) { first, _ in first }
    // Of a quarter that is run before the one before it is closed, what is taken back was decided in that one.
    let made = Set(history.madeDecisions)
    let earlier = history.reversals.map(\.decision).filter { !made.contains($0) }
    return (standing + earlier + history.madeDecisions).flatMap { decision in
      if let reversal = reversals[decision] { return [entry(reversal)] }
      guard let rows = rows[decision.record] else { return [Entry(decision: decision)] }
      return rows.map { entry(of: decision, $0, lines) }
    }
  }

  /// By record the rows that a decision is about: those that are paid, held or forfeited, or else the first. They may
  /// name several physicians.
  private static func rows(of result: QuarterResult) -> [RecordIdentity: [Int32]] {
    var rows: [RecordIdentity: [Int32]] = [:]
    for index in result.history.decisions.keys.sorted() {
      let identity = result.identity(
        of: result.records[index], result.records.table(of: index))
      rows[identity, default: []].append(index)
    }
    return rows.mapValues { all in
      let decided = all.filter {
        let reason = result.records[$0].reason
        return reason == .forfeited || [.paid, .held].contains(reason.disposition)
      }
      // The same row twice is one record.
      var seen: Set<[Int32]> = []
      let unlike = decided.filter {
        let record = result.records[$0]
        return seen.insert([record.physician, record.day, record.seconds]).inserted
      }
      return unlike.isEmpty ? Array(all.prefix(1)) : unlike
    }
  }

  private static func entry(of decision: Decision, _ row: Int32, _ lines: RecordLines) -> Entry {
    let result = lines.result
    let record = result.records[row]
    let appointment = result.appointment(of: record)
    return Entry(
      decision: decision, department: appointment?.department ?? DepartmentResult.unassigned,
      physicianID: record.physician >= 0
        ? result.roster.physicians[Int(record.physician)].id
        : result.records.writtenPhysician(of: row),
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
