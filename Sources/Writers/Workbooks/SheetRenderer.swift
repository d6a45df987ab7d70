internal import Reports
internal import Vocabulary

/// Renders the rows of sheets as XML, without a heap object a cell; each is read again before the next is made.
struct SheetRenderer: ~Copyable {
  typealias Sink = (UnsafeRawBufferPointer) throws -> Void

  private var buffer = ByteBuffer()
  private var row: CellRow
  private let file: String
  private let snippets: CellSnippets
  private let textEnd = Snippet("</t></is></c>")
  private let numberEnd = Snippet("</v></c>")
  /// XML of runs of cells.
  private var kept: KeptRuns
  private var verifier: RowVerifier
  /// Of the row that is rendered.
  private var number = RowNumber(1)

  /// - Parameters:
  ///   - places: to keep runs in; for those of the longest sheet.
  ///   - verifier: reads each row again; it has as many places.
  init(
    file: String, template: WorkbookTemplate, places: Int, verifier: consuming RowVerifier
  ) {
    self.file = file
    row = CellRow(keepingRuns: places)
    kept = KeptRuns(places: places)
    self.verifier = verifier
    snippets = template.snippets
  }

  /// - Parameter table: gets the rows that the sheet shares with it.
  /// - Throws: ``WorkbookError`` for what a sheet cannot hold, and what `sink` and `table` throw.
  mutating func render(
    _ sheet: Sheet, to sink: Sink, sharedWith table: SharedTableFile? = nil
  ) throws {
    guard sheet.rowCount <= Sheet.rowsMax else {
      throw WorkbookError(
        file: file, sheet: sheet.layout.name,
        reason: "has \(sheet.rowCount) rows, and a sheet holds \(Sheet.rowsMax)")
    }
    row.forgetRuns()
    number = RowNumber(1)
    let fill = sheet.reader()
    for index in 0..<sheet.rowCount {
      let digits = number.count
      if index > 0 { number.advance() }
      if number.count != digits { row.forgetRuns() }
      row.clear()
      fill(index, &row)
      let start = buffer.count
      try render(index, of: sheet)
      buffer.endWithZeros()
      try verifier.verify(row, number, of: sheet.layout, as: buffer.bytes(from: start))
      if let table, sheet.shared?.rows.contains(index) == true { try table.add(&row) }
      if buffer.isFull { try buffer.empty(to: sink) }
    }
    try buffer.empty(to: sink)
  }

  @inline(__always)
  private mutating func render(_ index: Int, of sheet: Sheet) throws {
    guard row.cells.count <= sheet.layout.columnCount else {
      throw error("is beyond the sheet's columns", index, sheet.layout.columnCount, sheet)
    }
    try renderOpening(index, of: sheet)
    var column = 0
    for run in row.runs {
      // Most runs stand side by side.
      if column < run.first { try render(column..<run.first, index, of: sheet) }
      if run.isNew {
        try render(run, index, of: sheet)
      } else {
        buffer.append(run, from: kept, number)
      }
      column = run.first + run.count
    }
    try render(column..<row.cells.count, index, of: sheet)
    buffer.append("</row>")
  }

  private mutating func render(_ columns: Range<Int>, _ index: Int, of sheet: Sheet) throws {
    for column in columns { try render(column, index, of: sheet) }
  }

  /// Renders the cells of a run, and keeps them.
  private mutating func render(_ run: CellRun, _ index: Int, of sheet: Sheet) throws {
    let start = buffer.count
    var numbers = RunNumbers()
    for column in run.cells {
      numbers.append(buffer.count + snippets.columns[column].count - start)
      try render(column, index, of: sheet)
    }
    if !kept.keep(buffer.bytes(from: start), of: run, numbers: numbers) {
      row.forgetRun(at: run.place)
    }
  }

  private mutating func render(_ column: Int, _ index: Int, of sheet: Sheet) throws {
    let cell = row.cells[column]
    buffer.makeRoomForACell()
    buffer.append(snippets.columns[column])
    buffer.append(number)
    let style = Int(cell.style.rawValue)
    let refusal: String?
    switch cell.value {
    case .blank:
      buffer.append(snippets.blanks[style])
      refusal = nil
    case .text(let start, let count):
      refusal = renderText(start, count, style)
    case .countFormula(let start, let count, let result):
      refusal = renderFormula(start, count, style) ?? renderCount(result)
    case .moneyFormula(let start, let count, let result):
      refusal = renderFormula(start, count, style) ?? renderMoney(result)
    case .count(let count):
      buffer.append(snippets.numbers[style])
      refusal = renderCount(count)
    case .money(let cents):
      buffer.append(snippets.numbers[style])
      refusal = renderMoney(cents)
    case .date(let day):
      buffer.append(snippets.numbers[style])
      refusal = renderDate(day)
    case .duration(let seconds):
      buffer.append(snippets.numbers[style])
      refusal = renderDuration(seconds)
    case .kept: preconditionFailure("a kept run is copied")
    }
    if let refusal { throw error(refusal, index, column, sheet) }
  }

  private mutating func renderOpening(_ index: Int, of sheet: Sheet) throws {
    buffer.append("<row r=\"")
    buffer.append(number)
    if let height = row.height {
      guard height >= 0, height <= 409 else {
        throw error("is in a row \(height) points high; 409 is the most", index, 0, sheet)
      }
      buffer.append("\" ht=\"")
      if let whole = Int64(exactly: height) { buffer.append(whole) } else { buffer.append(height) }
      buffer.append("\" customHeight=\"1")
    }
    buffer.append("\">")
  }

  /// - Returns: Why the cell cannot hold it.
  private mutating func renderText(_ start: Int32, _ count: Int32, _ style: Int) -> String? {
    let text = UnsafeBufferPointer(rebasing: row.bytes[Int(start)..<Int(start + count)])
    guard Self.fits(text, CellLimits.textMax) else { return "has a text over 32,767 UTF-16 units" }
    buffer.append(snippets.texts[style])
    if ByteBuffer.needsPreserve(text) {
      buffer.removeLast()
      buffer.append(" xml:space=\"preserve\">")
    }
    guard buffer.append(text: text) else { return "has a text that is not UTF-8" }
    buffer.append(textEnd)
    return nil
  }

  private mutating func renderFormula(_ start: Int32, _ count: Int32, _ style: Int) -> String? {
    let text = UnsafeBufferPointer(rebasing: row.bytes[Int(start)..<Int(start + count)])
    guard Self.fits(text, CellLimits.formulaMax) else {
      return "has a formula over 8,192 UTF-16 units"
    }
    guard !text.contains(where: { $0 < 0x20 }) else {
      return "has a formula with a control character"
    }
    buffer.append(snippets.formulas[style])
    guard buffer.append(text: text) else { return "has a formula that is not UTF-8" }
    buffer.append("</f><v>")
    return nil
  }

  private mutating func renderCount(_ count: Int64) -> String? {
    guard count.magnitude <= CellLimits.magnitudeMax else { return "has a count of over 15 digits" }
    buffer.append(count)
    buffer.append(numberEnd)
    return nil
  }

  private mutating func renderMoney(_ cents: Int64) -> String? {
    guard cents.magnitude <= CellLimits.magnitudeMax else {
      return "has an amount of over 15 digits"
    }
    buffer.append(cents: cents)
    buffer.append(numberEnd)
    return nil
  }

  private mutating func renderDate(_ day: Int32) -> String? {
    let serial = Int64(day) + CellLimits.firstDay
    guard CellLimits.dates.contains(serial) else {
      return "has a date outside 1900-03-01 to 9999-12-31"
    }
    buffer.append(serial)
    buffer.append(numberEnd)
    return nil
  }

  private mutating func renderDuration(_ seconds: Int64) -> String? {
    guard seconds >= 0, seconds <= CellLimits.dates.upperBound * CellLimits.secondsADay else {
      return "has a duration that is negative or too long"
    }
    let (days, rest) = seconds.quotientAndRemainder(dividingBy: CellLimits.secondsADay)
    if rest == 0 {
      buffer.append(days)
    } else {
      buffer.append(Double(seconds) / Double(CellLimits.secondsADay))
    }
    buffer.append(numberEnd)
    return nil
  }

  /// A byte is at most one unit, so texts of few bytes need no counting.
  private static func fits(_ text: UnsafeBufferPointer<UInt8>, _ unitsMax: Int) -> Bool {
    guard text.count > unitsMax else { return true }
    var units = 0
    for byte in text where byte & 0xC0 != 0x80 { units += byte >= 0xF0 ? 2 : 1 }
    // Bytes that are no UTF-8 are not counted: they must not outgrow the buffer either.
    return units <= unitsMax && text.count <= 3 * unitsMax
  }

  private func error(_ reason: String, _ index: Int, _ column: Int, _ sheet: Sheet) -> WorkbookError
  {
    WorkbookError(
      file: file, sheet: sheet.layout.name, cell: cellName(index, column),
      reason: reason)
  }
}
