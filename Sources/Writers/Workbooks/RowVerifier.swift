internal import Reports
internal import Vocabulary

/// Compares the XML of a row with what stands in the row, cell by cell: each cell's place, style and value are
/// read without the code that wrote them.
struct RowVerifier: ~Copyable {
  private let file: String
  /// `<c r="C` for each column.
  private let columns: [Snippet]
  /// By the raw values of ``CellStyle``.
  private let styleNumbers: [Int]
  /// XML of runs of cells, as it was read.
  private var runs: VerifiedRuns

  /// - Parameter places: those of the rows.
  init(file: String, columns: [Snippet], styleNumbers: [Int], places: Int) {
    (self.file, self.columns, self.styleNumbers) = (file, columns, styleNumbers)
    runs = VerifiedRuns(places: places)
  }

  /// - Parameters:
  ///   - number: of the row in its sheet.
  ///   - bytes: The row's XML, and nothing behind it but zeros (``XMLCursor``).
  /// - Throws: ``WorkbookError`` at the first difference.
  mutating func verify(
    _ row: borrowing CellRow, _ number: RowNumber, of layout: SheetLayout,
    as bytes: UnsafeBufferPointer<UInt8>
  ) throws(WorkbookError) {
    var cursor = XMLCursor(bytes)
    guard takeOpening(of: row, number, &cursor) else {
      throw WorkbookError(
        file: file, sheet: layout.name, reason: "lacks row \(number.value), or its height")
    }
    guard row.cells.count <= layout.columnCount else {
      throw error("is not where it was written", number, layout.columnCount, layout)
    }
    var column = 0
    for run in row.runs {
      // Most runs stand side by side.
      if column < run.first { try verify(column..<run.first, row, number, &cursor, layout) }
      if run.isNew {
        try verify(run, row, number, &cursor, layout)
      } else if !runs.take(run, number, from: &cursor) {
        throw error(
          "has another value, style or place", number,
          run.first + runs.cellOfDifference(run, number, from: cursor), layout)
      }
      column = run.first + run.count
    }
    if column < row.cells.count {
      try verify(column..<row.cells.count, row, number, &cursor, layout)
    }
    guard cursor.take("</row>"), cursor.isAtEnd else {
      throw error("is more than was written", number, row.cells.count, layout)
    }
  }

  @inline(__always)
  private func verify(
    _ columns: Range<Int>, _ row: borrowing CellRow, _ number: RowNumber,
    _ cursor: inout XMLCursor, _ layout: SheetLayout
  ) throws(WorkbookError) {
    for column in columns { try verify(column, row, number, &cursor, layout) }
  }

  /// Verifies the cells of a run, and keeps how they were read.
  private mutating func verify(
    _ run: CellRun, _ row: borrowing CellRow, _ number: RowNumber,
    _ cursor: inout XMLCursor, _ layout: SheetLayout
  ) throws(WorkbookError) {
    let start = cursor
    var numbers = RunNumbers()
    for column in run.cells {
      numbers.append(start.distance(to: cursor) + columns[column].count)
      try verify(column, row, number, &cursor, layout)
    }
    runs.keep(start.bytes(to: cursor), of: run, numbers: numbers, number)
  }

  @inline(__always)
  private func verify(
    _ column: Int, _ row: borrowing CellRow, _ number: RowNumber,
    _ cursor: inout XMLCursor, _ layout: SheetLayout
  ) throws(WorkbookError) {
    guard cursor.take(columns[column]), cursor.take(number) else {
      throw error("is not where it was written", number, column, layout)
    }
    let cell = row.cells[column]
    guard cursor.take("\" s=\""),
      cursor.takeDigits() == Int64(styleNumbers[Int(cell.style.rawValue)])
    else { throw error("has another style", number, column, layout) }
    guard cursor.take("\""), Self.takeValue(of: cell, row, &cursor) else {
      throw error("has another value", number, column, layout)
    }
  }

  private func takeOpening(
    of row: borrowing CellRow, _ number: RowNumber, _ cursor: inout XMLCursor
  ) -> Bool {
    guard cursor.take("<row r=\""), cursor.take(number) else { return false }
    if let height = row.height {
      guard cursor.take("\" ht=\""), cursor.takeDouble() == height,
        cursor.take("\" customHeight=\"1")
      else { return false }
    }
    return cursor.take("\">")
  }

  @inline(__always)
  private static func takeValue(
    of cell: Cell, _ row: borrowing CellRow, _ cursor: inout XMLCursor
  ) -> Bool {
    switch cell.value {
    case .blank: cursor.take("/>")
    case .kept: preconditionFailure("a kept run is compared")
    case .text: takeText(row.text(of: cell), &cursor)
    case .countFormula(_, _, let result):
      takeFormula(row.text(of: cell), &cursor) && cursor.takeInteger() == result
        && cursor.take("</v></c>")
    case .moneyFormula(_, _, let result):
      takeFormula(row.text(of: cell), &cursor) && cursor.takeCents() == result
        && cursor.take("</v></c>")
    case .count(let count):
      cursor.take("><v>") && cursor.takeInteger() == count && cursor.take("</v></c>")
    case .money(let cents):
      cursor.take("><v>") && cursor.takeCents() == cents && cursor.take("</v></c>")
    case .date(let day):
      cursor.take("><v>") && cursor.takeInteger() == Int64(day) + CellLimits.firstDay
        && cursor.take("</v></c>")
    case .duration(let seconds):
      cursor.take("><v>")
        && cursor.takeDouble() == Double(seconds) / Double(CellLimits.secondsADay)
        && cursor.take("</v></c>")
    }
  }

  @inline(__always)
  private static func takeText(
    _ text: UnsafeBufferPointer<UInt8>, _ cursor: inout XMLCursor
  ) -> Bool {
    guard cursor.take(" t=\"inlineStr\"><is><t") else { return false }
    let isKept = cursor.take(" xml:space=\"preserve\"")
    return cursor.take(">") && cursor.take(text: text, isKept: isKept)
      && cursor.take("</t></is></c>")
  }

  private static func takeFormula(
    _ formula: UnsafeBufferPointer<UInt8>, _ cursor: inout XMLCursor
  ) -> Bool {
    cursor.take("><f>") && cursor.take(text: formula, isKept: true) && cursor.take("</f><v>")
  }

  private func error(
    _ reason: String, _ number: RowNumber, _ column: Int, _ layout: SheetLayout
  ) -> WorkbookError {
    WorkbookError(
      file: file, sheet: layout.name,
      cell: cellName(number.value - 1, column), reason: reason)
  }
}
