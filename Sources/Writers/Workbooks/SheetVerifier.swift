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
  /// XML of runs of cells, as it was read.
  private var kept: KeptRuns
  /// What comes next of a row, made of kept runs.
  private var wanted = ByteBuffer()
  /// Of the row that is verified.
  private var number = RowNumber(1)

  init(
    _ sheet: Sheet, reading read: @escaping XMLWindow.Reader, file: String,
    template: WorkbookTemplate
  ) {
    self.sheet = sheet
    self.file = file
    window = XMLWindow(read)
    let places = CellRun.places(forRows: sheet.rowCount)
    row = CellRow(keepingRuns: places)
    kept = KeptRuns(places: places)
    styleNumbers = template.styleNumbers
    columns = template.snippets.columns
  }

  /// - Throws: ``WorkbookError`` at the first difference.
  mutating func verify(prefix: [UInt8], suffix: [UInt8]) throws {
    guard try window.take(prefix) else { throw error("begins otherwise than it was written") }
    let fill = sheet.reader()
    for index in 0..<sheet.rowCount {
      let digits = number.count
      if index > 0 { number.advance() }
      if number.count != digits { row.forgetRuns() }
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
    guard row.cells.count <= sheet.layout.columnCount else {
      throw error("is not where it was written", index, sheet.layout.columnCount)
    }
    var column = 0
    for run in row.runs {
      try verify(column..<run.first, index)
      if run.isNew {
        try verify(run, index)
      } else {
        wanted.append(run, from: kept, number)
      }
      column = run.first + run.count
    }
    try verify(column..<row.cells.count, index)
    try verifyWanted()
    guard window.take("</row>") else {
      throw error("is more than was written", index, row.cells.count)
    }
    cellCount += row.cells.count
  }

  private mutating func verify(_ columns: Range<Int>, _ index: Int) throws {
    guard !columns.isEmpty else { return }
    try verifyWanted()
    for column in columns { try verify(column, index) }
  }

  /// Compares the kept runs that were added up with what comes next.
  private mutating func verifyWanted() throws {
    guard wanted.count > 0 else { return }
    try window.look()
    guard window.take(wanted.bytes(from: 0)) else { throw differenceInWanted() }
    wanted.clear()
  }

  /// Verifies the cells of a run, and keeps how they were read.
  private mutating func verify(_ run: CellRun, _ index: Int) throws {
    try verifyWanted()
    try window.look()
    let (start, refills) = (window.mark, window.refills)
    var numbers = RunNumbers()
    for column in run.cells {
      numbers.append(window.mark + columns[column].count - start)
      try verify(column, index)
    }
    let isWhole = window.refills == refills
    if !isWhole || !kept.keep(window.bytes(since: start), of: run, numbers: numbers) {
      row.forgetRun(at: run.place)
    }
  }

  private mutating func verify(_ column: Int, _ index: Int) throws {
    try window.look()
    guard window.take(columns[column]), window.take(number) else {
      throw error("is not where it was written", index, column)
    }
    let cell = row.cells[column]
    guard window.take("\" s=\""),
      window.takeDigits() == Int64(styleNumbers[Int(cell.style.rawValue)])
    else { throw error("has another style", index, column) }
    guard window.take("\""), takeValue(of: cell) else {
      throw error("has another value", index, column)
    }
  }

  private mutating func takeOpening(_ index: Int) -> Bool {
    guard window.take("<row r=\""), window.take(number) else { return false }
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

  /// Names the cell in which kept runs and what was read are different.
  private func differenceInWanted() -> WorkbookError {
    let wanted = wanted.bytes(from: 0)
    let same = window.countOfSame(as: wanted)
    // Its tag is the last one of a cell so far: texts have no `<`.
    let tag = Array("<c r=\"".utf8)
    let start = (0...min(same, wanted.count - tag.count)).last {
      wanted[$0..<$0 + tag.count].elementsEqual(tag)
    }
    let name = wanted[((start ?? 0) + tag.count)...].prefix { $0 != UInt8(ascii: "\"") }
    return WorkbookError(
      file: file, sheet: sheet.layout.name, cell: String(decoding: name, as: UTF8.self),
      reason: same < name.endIndex ? "is not where it was written" : "has another value or style")
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
