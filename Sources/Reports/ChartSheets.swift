internal import Vocabulary

/// Two questions: how did the work come in by month, and which departments are paid how much? A
/// sheet each, so that no page cuts a chart.
struct ChartSheets: Sendable {
  private let lines: RecordLines
  private let provenance: Provenance
  private let departmentRows: Range<Int>

  init(_ lines: RecordLines, _ provenance: Provenance, departmentRows: Range<Int>) {
    self.lines = lines
    self.provenance = provenance
    self.departmentRows = departmentRows
  }

  private var result: QuarterResult { lines.result }
  private static let colors: [UInt32] = [
    0x052049, 0x1F6FB2, 0x18A3AC, 0xF48024, 0x6E8B3D, 0x7A869A,
  ]

  // MARK: - By month

  /// A kind of work: an activity of a program that pays it.
  private struct Work {
    var activity: Activity
    var program: Int
    var name: String
  }

  private var work: [Work] {
    Activity.allCases.flatMap { activity in
      result.plan.programs.indices.filter { result.plan.programs[$0].pays.contains(activity) }.map {
        let words = activity == .case ? "cases" : "conferences"
        return Work(
          activity: activity, program: $0, name: "\(result.plan.programs[$0].name) \(words)")
      }
    }
  }

  var byMonth: Sheet {
    let names = work.map(\.name)
    let counts = counts
    let start = result.quarter.start.components
    let months = (0..<3).map { month in
      String(
        CivilDate(year: start.year, month: start.month + month, dayOfMonth: 1)!.description.prefix(
          7))
    }
    let series = names.indices.map { index in
      let column = columnLetters(index + 1)
      return ChartLayout.Series(
        name: "='By month'!$\(column)$3", categories: "='By month'!$A$4:$A$6",
        values: "='By month'!$\(column)$4:$\(column)$6",
        color: Self.colors[index % Self.colors.count])
    }
    let chart = ChartLayout(
      kind: .stackedColumn, title: "How did the work come in, by month and program?",
      valueAxis: "Paid records", valueFormat: "#,##0", series: series, row: 8, column: 0,
      width: 820,
      height: 400)
    let layout = SheetLayout(
      name: "By month", columnWidths: [16] + names.map { _ in 18 }, headingRow: 2,
      tabColor: 0x1F6FB2, footer: lines.footer, header: provenance.band(lines.wording),
      charts: [chart])
    return Sheet(layout: layout, rowCount: 6, lastTableRow: 5) { index, row in
      switch index {
      case 0:
        row.height = 26
        row.text("Paid work by month and program", .title)
      case 1:
        row.text(
          "Paid records of the quarter by service date; late ones are not among them.", .note)
      case 2:
        row.height = 32
        row.text("Month", .heading)
        for name in names { row.text(name, .headingRight) }
      default:
        row.text(months[index - 3])
        for item in names.indices { row.count(counts[item][index - 3]) }
      }
    }
  }

  /// Paid records, by kind of work and month of the quarter.
  private var counts: [[Int]] {
    let work = work
    var counts = Array(repeating: [0, 0, 0], count: work.count)
    let start = result.quarter.start.day
    let ends = (0..<3).map { month in
      let (year, first, _) = result.quarter.start.components
      return CivilDate(
        year: year, month: first + month,
        dayOfMonth: CivilDate.days(inMonth: first + month, of: year))!.day
    }
    for table in result.records.tables {
      let items = result.plan.programs.indices.map { program in
        work.firstIndex { $0.activity == table.activity && $0.program == program }
      }
      var ofTable = Array(repeating: 0, count: 3 * items.count)
      for record in table.records where record.reason == .paid && record.day >= start {
        guard let month = ends.firstIndex(where: { record.day <= $0 }) else { continue }
        ofTable[3 * Int(record.program) + month] += 1
      }
      for (program, item) in items.enumerated() {
        guard let item else { continue }
        for month in 0..<3 { counts[item][month] += ofTable[3 * program + month] }
      }
    }
    return counts
  }

  // MARK: - By department

  var byDepartment: Sheet {
    let (first, last) = (departmentRows.lowerBound + 1, departmentRows.upperBound)
    let chart = ChartLayout(
      kind: .bar, title: "Which departments are paid how much?", valueAxis: "Payable, gross",
      valueFormat: "$#,##0",
      series: [
        ChartLayout.Series(
          name: "Payable", categories: "=Summary!$A$\(first):$A$\(last)",
          values: "=Summary!$G$\(first):$G$\(last)", color: Self.colors[0])
      ], row: 3, column: 0, width: 820, height: min(560, 140 + 32 * departmentRows.count))
    let layout = SheetLayout(
      name: "By department", columnWidths: Array(repeating: 16, count: 7), tabColor: 0x1F6FB2,
      footer: lines.footer, header: provenance.band(lines.wording),
      charts: departmentRows.isEmpty ? [] : [chart])
    return Sheet(layout: layout, rowCount: 2, lastTableRow: 0) { index, row in
      if index == 0 {
        row.height = 26
        row.text("Payable by department", .title)
      } else {
        row.text("Gross, as on the sheet Summary.", .note)
      }
    }
  }
}
