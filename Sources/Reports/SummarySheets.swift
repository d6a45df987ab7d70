internal import Vocabulary

/// `summary.xlsx`: all departments, two questions answered by charts, the control sums, what persons decided, the
/// exceptions and the notices (SPEC 6).
package struct SummarySheets: Sendable {
  private let lines: RecordLines
  private let provenance: Provenance
  private let details: ExceptionDetails?

  /// - Parameter details: why records are not paid, as far as it is kept.
  package init(
    _ lines: RecordLines, provenance: Provenance, details: ExceptionDetails? = nil
  ) {
    self.lines = lines
    self.provenance = provenance
    self.details = details
  }

  private var result: QuarterResult { lines.result }
  private var wording: Wording { lines.wording }

  package var sheets: [Sheet] {
    let charts = ChartSheets(lines, provenance, departmentRows: departmentRows)
    return [departments, charts.byMonth, charts.byDepartment, control]
      + DecisionsSheet(lines, provenance).all
      + parts(
        named: "Exceptions", RecordLines.exceptionKeys.map(RecordLines.heldKey),
        lines.exceptionsTable(details), .exceptions)
      + parts(named: "Notices", RecordLines.noticeKeys, lines.noticesTable, .notices)
  }

  // MARK: - Departments

  private static let keys = [
    "department", "sheet", "physicians", "cases", "conferences", "blocks", "payable",
    "held_records", "held",
  ]
  private static let heading = 5

  /// The rows of the departments, from 0.
  private var departmentRows: Range<Int> {
    Self.heading + 1..<Self.heading + 1 + result.departments.count
  }

  private var departments: Sheet {
    let (keys, heading, rows) = (Self.keys, Self.heading, departmentRows)
    let columns = keys.map(wording.column)
    let layout = SheetLayout(
      name: "Summary", columnWidths: keys.map { lines.widths[$0] }, headingRow: heading,
      filters: true,
      frozenColumns: 1, tabColor: 0x052049, footer: lines.footer, header: provenance.band(wording))
    let (result, wording, provenance) = (result, wording, provenance)
    let width = lines.widths["department"]
    return Sheet(
      layout: layout, rowCount: rows.upperBound + 1, lastTableRow: max(heading, rows.upperBound - 1)
    ) { index, row in
      switch index {
      case 0:
        row.height = 22
        row.text(provenance.band(wording), provenance.bandStyle)
        for _ in 1..<keys.count { row.blank(provenance.bandStyle) }
      case 1:
        row.height = 26
        row.text("All departments", .title)
      case 2: row.text("\(result.plan.name) · \(wording.title)", .department)
      case 3: row.text(result.quarterDisplay, .quarter)
      case 4: row.text(wording.gross, .note)
      case heading:
        row.height = 32
        for (key, column) in zip(keys, columns) {
          row.text(column.title, rightKeys.contains(key) ? .headingRight : .heading)
        }
      case rows: Self.fill(result.departments[index - rows.lowerBound], width, &row)
      default: Self.fillTotals(result, rows, &row)
      }
    }
  }

  private static func fill(
    _ department: DepartmentResult, _ width: Double, _ row: inout CellRow
  ) {
    row.text(department.name)
    row.wrap(0, width: width - 2)
    row.text(department.sheet)
    row.count(department.physicians)
    row.count(department.cases)
    row.count(department.conferences)
    row.count(Int(department.blocks))
    row.money(cents: department.payable.cents)
    row.count(department.held.count)
    row.money(
      cents: department.heldAtMost.cents, department.held.isEmpty ? .money : .heldMoney)
  }

  private static func fillTotals(_ result: QuarterResult, _ rows: Range<Int>, _ row: inout CellRow)
  {
    row.text("Total", .totalText)
    row.blank(.totalText)
    func sum(_ column: Int) -> String {
      rows.isEmpty
        ? "0" : "SUM(\(cellName(rows.lowerBound, column)):\(cellName(rows.upperBound - 1, column)))"
    }
    func count(_ column: Int, _ value: (DepartmentResult) -> Int) {
      row.countFormula(
        sum(column), result: result.departments.reduce(0) { $0 + value($1) }, .totalCount)
    }
    count(2) { $0.physicians }
    count(3) { $0.cases }
    count(4) { $0.conferences }
    count(5) { Int($0.blocks) }
    row.moneyFormula(sum(6), cents: result.payable.cents, .totalMoney)
    count(7) { $0.held.count }
    row.moneyFormula(sum(8), cents: result.heldAtMost.cents, .totalMoney)
  }

  // MARK: - Control sums

  private var control: Sheet {
    let keys = ["control", "rows", "payable", "held"]
    let (result, wording, provenance) = (result, wording, provenance)
    let carried = result.history.carriedRows
    var rows: [@Sendable (inout CellRow) -> Void] = []
    rows.append { row in
      row.height = 26
      row.text("Control sums", .title)
    }
    rows.append {
      $0.text(
        "Every row that was read\(carried == 0 ? "" : ", and each of the \(carried) that the ledger carries,") "
          + "has one disposition, and the cents of the departments are the cents of the run.", .note
      )
    }
    rows.append { row in
      for key in keys {
        row.text(wording.column(key).title, rightKeys.contains(key) ? .headingRight : .heading)
      }
    }
    let taken = result.history.reversals.reduce(0) { $0 + $1.line.amountCents }
    for disposition in Disposition.allCases {
      rows.append { row in
        row.text("Rows \(disposition.rawValue)")
        row.count(result.rowCount(disposition))
        if disposition == .paid {
          row.money(cents: result.payable.cents - taken)
        } else {
          row.blank(.money)
        }
        if disposition == .held {
          row.money(cents: result.heldAtMost.cents)
        } else {
          row.blank(.money)
        }
      }
    }
    // Lines that no row of this quarter stands behind.
    let reversals = result.history.reversals.count
    if reversals > 0 {
      rows.append { row in
        row.text("Payments taken back: \(reversals)")
        row.blank(.count)
        row.money(cents: taken)
        row.blank(.money)
      }
    }
    let end = reversals > 0 ? 8 : 7
    rows.append { row in
      row.text("Total", .totalText)
      row.countFormula("SUM(B4:B\(end))", result: result.records.count, .totalCount)
      row.moneyFormula("SUM(C4:C\(end))", cents: result.payable.cents, .totalMoney)
      row.moneyFormula("SUM(D4:D\(end))", cents: result.heldAtMost.cents, .totalMoney)
    }
    let last = Self.heading + result.departments.count + 2
    rows.append { row in
      row.text("By department (sheet Summary)")
      row.blank(.count)
      row.moneyFormula("Summary!G\(last)", cents: result.payable.cents, .money)
      row.moneyFormula("Summary!I\(last)", cents: result.heldAtMost.cents, .money)
    }
    rows.append { _ in }
    rows.append { $0.text("Rows by reason", .section) }
    for reason in Reason.allCases where result.rowsByReason[Int(reason.rawValue)] > 0 {
      rows.append { row in
        row.text(reason == .paid ? reason.code : "\(reason.disposition.rawValue): \(reason.code)")
        row.count(result.rowsByReason[Int(reason.rawValue)])
      }
    }
    rows.append { _ in }
    rows.append { $0.text("Digest \(provenance.digest)", .note) }
    let all = rows
    return Sheet(
      layout: SheetLayout(
        name: "Control", columnWidths: keys.map { lines.widths[$0] }, headingRow: 2,
        tabColor: 0x7A869A, footer: lines.footer, header: provenance.band(wording)),
      rowCount: all.count, lastTableRow: end
    ) { index, row in all[index](&row) }
  }

  // MARK: - Exceptions and notices

  private func parts(
    named name: String, _ keys: [String], _ table: Table, _ shared: SharedRows.Name
  ) -> [Sheet] {
    TableSheets(
      name: name, keys: keys, wording: wording, widths: keys.map { lines.widths[$0] },
      wrapped: lines.widths.wrapped(keys),
      tabColor: shared == .exceptions ? 0xB26A00 : 0x1F6FB2, footer: lines.footer,
      header: provenance.band(wording)
    ).sheets(of: table, sharedAs: shared)
  }
}
