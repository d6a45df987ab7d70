internal import Packages
internal import Reports

/// Compares a sheet's part with what its rows are, cell by cell.
struct SheetVerifier: ~Copyable {
  private(set) var cellCount = 0
  private var window: XMLWindow
  private var row: CellRow
  private let file: String
  private let sheet: Sheet
  private let styleNumbers: [Int]
  /// `<c r="C` for each column.
  private let columns: [Snippet]
  /// XML of cells behind the row's number, as it was read.
  private var kept: KeptRuns

  init(_ sheet: Sheet, in stream: PartStream, file: String, template: WorkbookTemplate) {
    self.sheet = sheet
    self.file = file
    window = XMLWindow(stream)
    let places = CellRun.places(forRows: sheet.rowCount)
    row = CellRow(keepingRuns: places)
    kept = KeptRuns(places: places)
    styleNumbers = template.styleNumbers
    columns = (0..<sheet.layout.columnCount).map { Snippet("<c r=\"\(CellName.column($0))") }
  }

  /// - Throws: ``WorkbookError`` at the first difference.
  mutating func verify(prefix: [UInt8], suffix: [UInt8]) throws {
    guard try window.take(prefix) else { throw error("begins otherwise than it was written") }
    let fill = sheet.reader()
    for index in 0..<sheet.rowCount {
      row.clear()
      fill(index, &row)
      try verifyRow(index)
    }
    guard try window.take(suffix), try window.isAtEnd() else {
      throw error("goes on otherwise than it was written behind row \(sheet.rowCount)")
    }
  }

  private mutating func verifyRow(_ index: Int) throws {
    try window.look()
    guard takeOpening(index) else { throw error("lacks row \(index + 1), or its height") }
    let number = Snippet(index + 1)
    guard row.cells.count <= columns.count else {
      throw error("is not where it was written", index, columns.count)
    }
    var column = 0
    for run in row.runs {
      for column in column..<run.first { _ = try verify(column, number, index) }
      if run.isNew {
        try verify(run, number, index)
      } else {
        try window.look()
        for cell in 0..<run.count {
          guard window.take(columns[run.first + cell]), window.take(number) else {
            throw error("is not where it was written", index, run.first + cell)
          }
          guard window.take(kept.bytes(ofCell: cell, of: run)) else {
            throw error("has another value or style", index, run.first + cell)
          }
        }
      }
      column = run.first + run.count
    }
    for column in column..<row.cells.count { _ = try verify(column, number, index) }
    guard window.take("</row>") else {
      throw error("is more than was written", index, row.cells.count)
    }
    cellCount += row.cells.count
  }

  /// Verifies the cells of a run, and keeps how they were read.
  private mutating func verify(_ run: CellRun, _ number: Snippet, _ index: Int) throws {
    var isKept = true
    for cell in 0..<run.count {
      let start = try verify(run.first + cell, number, index)
      isKept = isKept && kept.keep(window.bytes(since: start), forCell: cell, of: run)
    }
    if !isKept { row.forgetRun(at: run.place) }
  }

  /// - Returns: where the cell begins in the window, behind the row's number.
  private mutating func verify(_ column: Int, _ number: Snippet, _ index: Int) throws -> Int {
    try window.look()
    guard window.take(columns[column]), window.take(number) else {
      throw error("is not where it was written", index, column)
    }
    let start = window.mark
    let cell = row.cells[column]
    guard window.take("\" s=\""),
      window.takeDigits() == Int64(styleNumbers[Int(cell.style.rawValue)])
    else { throw error("has another style", index, column) }
    guard window.take("\""), takeValue(of: cell) else {
      throw error("has another value", index, column)
    }
    return start
  }

  private mutating func takeOpening(_ index: Int) -> Bool {
    guard window.take("<row r=\""), window.takeDigits() == Int64(index + 1) else { return false }
    if let height = row.height {
      guard window.take("\" ht=\""), window.takeDouble() == height,
        window.take("\" customHeight=\"1")
      else { return false }
    }
    return window.take("\">")
  }

  private mutating func takeValue(of cell: Cell) -> Bool {
    switch cell.value {
    case .blank: window.take("/>")
    case .kept: preconditionFailure("a kept run is compared")
    case .text(let start, let count): takeText(start, count)
    case .countFormula(let start, let count, let result):
      takeFormula(start, count) && window.takeInteger() == result && window.take("</v></c>")
    case .moneyFormula(let start, let count, let result):
      takeFormula(start, count) && window.takeCents() == result && window.take("</v></c>")
    case .count(let count):
      window.take("><v>") && window.takeInteger() == count && window.take("</v></c>")
    case .money(let cents):
      window.take("><v>") && window.takeCents() == cents && window.take("</v></c>")
    case .date(let day):
      window.take("><v>") && window.takeInteger() == Int64(day) + CellLimits.firstDay
        && window.take("</v></c>")
    case .duration(let seconds):
      window.take("><v>")
        && window.takeDouble() == Double(seconds) / Double(CellLimits.secondsADay)
        && window.take("</v></c>")
    }
  }

  private mutating func takeText(_ start: Int32, _ count: Int32) -> Bool {
    guard window.take(" t=\"inlineStr\"><is><t") else { return false }
    let isKept = window.take(" xml:space=\"preserve\"")
    return window.take(">") && take(start, count, isKept: isKept) && window.take("</t></is></c>")
  }

  private mutating func takeFormula(_ start: Int32, _ count: Int32) -> Bool {
    window.take("><f>") && take(start, count, isKept: true) && window.take("</f><v>")
  }

  private mutating func take(_ start: Int32, _ count: Int32, isKept: Bool) -> Bool {
    window.take(
      text: UnsafeBufferPointer(rebasing: row.bytes[Int(start)..<Int(start + count)]),
      isKept: isKept)
  }

  private func error(_ reason: String) -> WorkbookError {
    WorkbookError(file: file, sheet: sheet.layout.name, reason: reason)
  }

  private func error(_ reason: String, _ index: Int, _ column: Int) -> WorkbookError {
    WorkbookError(
      file: file, sheet: sheet.layout.name, cell: CellName.cell(row: index, column: column),
      reason: reason)
  }
}
