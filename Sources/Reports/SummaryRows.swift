internal import Vocabulary

/// The rows of a statement's `Summary`, the face of the product: which department, which quarter,
/// how much, for whom, for what, what is held, and where to sign.
struct SummaryRows: Sendable {
  let department: DepartmentResult
  let people: [PhysicianTotals]
  let programs: [Int]
  let columnCount: Int
  let lines: RecordLines
  let provenance: Provenance

  /// The row of headings, from 0.
  static let heading = 8

  private var result: QuarterResult { lines.result }
  private var wording: Wording { lines.wording }
  private var firstRow: Int { Self.heading + 1 }
  private var totalRow: Int { firstRow + people.count }

  /// Rows below the totals: what is held, and the block to sign.
  var tailCount: Int { 3 + remarks.count + wording.signatures.count * 2 }

  func fill(_ index: Int, _ row: inout CellRow) {
    switch index {
    case 0: band(provenance.band(wording), provenance.bandStyle, &row)
    case 1:
      row.height = 26
      row.text(department.name, .title)
    case 2: row.text("\(result.plan.name) · \(wording.title)", .department)
    case 3: row.text(result.quarterDisplay, .quarter)
    case 4: row.height = 6
    case 5: captions(&row)
    case 6: figures(&row)
    case 7: row.text(wording.gross, .note)
    case Self.heading: headings(&row)
    case firstRow..<totalRow: person(people[index - firstRow], &row)
    case totalRow: totals(&row)
    default: tail(index - totalRow - 1, &row)
    }
  }

  private func band(_ text: String, _ style: CellStyle, _ row: inout CellRow) {
    row.height = 22
    row.text(text, style)
    for _ in 1..<columnCount { row.blank(style) }
  }

  // MARK: - Figures

  private func captions(_ row: inout CellRow) {
    for key in ["payable", "physicians", "records"] {
      row.text(wording.figures[key] ?? key, .caption)
    }
    for _ in programs.dropFirst() { row.blank(.caption) }
    row.text(wording.figures["conferences"] ?? "", .caption)
    row.blank(.caption)
    row.blank(.caption)
    row.blank(.caption)
    row.text(wording.figures["held_records"] ?? "", .caption)
    row.text(wording.figures["held"] ?? "", .caption)
  }

  private func figures(_ row: inout CellRow) {
    row.height = 24
    row.moneyFormula(
      cellName(totalRow, amountColumn), cents: department.payable.cents, .figureMoney)
    row.count(department.physicians, .figureCount)
    row.count(department.cases, .figureCount)
    for _ in programs.dropFirst() { row.blank(.figureCount) }
    row.count(department.conferences, .figureCount)
    for _ in 0..<3 { row.blank(.figureCount) }
    row.count(department.held.count, .figureCount)
    row.moneyFormula(
      cellName(totalRow, columnCount - 1), cents: department.heldAtMost.cents, .figureHeld)
  }

  // MARK: - The table

  private var amountColumn: Int { 3 + programs.count + 2 }

  private func headings(_ row: inout CellRow) {
    row.height = 32
    for key in ["physician", "physician_id", "employee_id"] {
      row.text(wording.column(key).title, .heading)
    }
    for program in programs {
      row.text(
        wording.column("program_cases").title + " " + result.plan.programs[program].name,
        .headingRight)
    }
    for key in ["conferences", "blocks", "payable", "held_records", "held"] {
      row.text(wording.column(key).title, .headingRight)
    }
  }

  private func person(_ person: PhysicianTotals, _ row: inout CellRow) {
    row.text(person.name)
    row.text(person.id)
    row.text(person.employeeID)
    for program in programs { row.count(person.cases[program]) }
    row.count(person.conferences)
    row.count(person.blocks)
    row.money(cents: person.cents)
    row.count(person.heldRecords)
    if person.heldRecords > 0 {
      row.money(cents: person.heldCents, .heldMoney)
    } else {
      row.money(cents: 0)
    }
  }

  private func totals(_ row: inout CellRow) {
    row.text("Total", .totalText)
    row.blank(.totalText)
    row.blank(.totalText)
    func count(_ column: Int, _ value: (PhysicianTotals) -> Int) {
      row.countFormula(sum(column), result: people.reduce(0) { $0 + value($1) }, .totalCount)
    }
    func money(_ column: Int, _ value: (PhysicianTotals) -> Int64) {
      row.moneyFormula(sum(column), cents: people.reduce(0) { $0 + value($1) }, .totalMoney)
    }
    for (offset, program) in programs.enumerated() { count(3 + offset) { $0.cases[program] } }
    count(amountColumn - 2) { $0.conferences }
    count(amountColumn - 1) { $0.blocks }
    money(amountColumn) { $0.cents }
    count(amountColumn + 1) { $0.heldRecords }
    money(amountColumn + 2) { $0.heldCents }
  }

  private func sum(_ column: Int) -> String {
    "SUM(\(cellName(firstRow, column)):\(cellName(totalRow - 1, column)))"
  }

  // MARK: - Below the table

  private func tail(_ index: Int, _ row: inout CellRow) {
    let remarks = remarks
    switch index - remarks.count {
    case ..<0: row.text(remarks[index], .note)
    case 0: row.text("Digest \(provenance.digest)", .note)
    case 1: row.height = 10
    case 2: row.text("To sign", .section)
    default:
      let (number, isSpace) = (index - remarks.count - 3).quotientAndRemainder(dividingBy: 2)
      row.height = isSpace == 1 ? 8 : 24
      if isSpace == 0 { signature(wording.signatures[number], &row) }
    }
  }

  /// What is unusual about the total, and what is held.
  private var remarks: [String] {
    var remarks: [String] = []
    if department.payable < .zero {
      remarks.append(
        "The total is negative: \(Money(cents: -department.payable.cents).display) more is taken back than is paid, "
          + "and is to be recovered.")
    }
    let (late, reversed) = (
      people.reduce(0) { $0 + $1.lateCents }, people.reduce(0) { $0 + $1.reversedCents }
    )
    if late != 0 {
      remarks.append(
        "Of the total, \(Money(cents: late).display) is for late records, earned in earlier quarters: see the sheet Late."
      )
    }
    if reversed != 0 {
      remarks.append(
        "In the total, \(Money(cents: reversed).display) is for payments taken back: see the sheet Decisions."
      )
    }
    return remarks + [heldSentence]
  }

  private var heldSentence: String {
    guard !department.held.isEmpty else { return wording.nothingHeld }
    let count = department.held.count
    return (count == 1 ? "1 record is" : "\(grouped(count)) records are")
      + " held, at most \(department.heldAtMost.display). \(wording.heldNote)"
  }

  private func signature(_ label: String, _ row: inout CellRow) {
    row.text(label, .signLabel)
    for _ in 1..<5 { row.blank(.signLine) }
    row.text("Date", .signLabel)
    for _ in 6..<8 { row.blank(.signLine) }
  }
}
