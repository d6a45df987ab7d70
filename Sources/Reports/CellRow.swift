internal import Vocabulary

/// What a cell holds, before any file format.
///
/// Texts live in the bytes of their ``CellRow``, so a cell is two words and a row can be filled
/// again and again without a heap object a field.
public enum CellValue: Equatable, Sendable {
  case blank
  /// UTF-8 bytes `start ..< start + count` of the row's ``CellRow/bytes``.
  case text(start: Int32, count: Int32)
  /// A whole number: a count, or a line of a file.
  case count(Int64)
  /// An amount in cents.
  case money(cents: Int64)
  /// Days since 1970-01-01.
  case date(day: Int32)
  /// A length in whole seconds.
  case duration(seconds: Int64)
  /// A formula without its `=` (bytes as in `text`), whose result is a count.
  case countFormula(start: Int32, count: Int32, result: Int64)
  /// A formula without its `=` (bytes as in `text`), whose result is an amount in cents.
  case moneyFormula(start: Int32, count: Int32, result: Int64)
  /// A cell of a ``CellRun`` that is not new: who reads the row has kept what it made of it.
  case kept
}

/// How a cell looks. Only workbooks use it; CSV has no looks.
public enum CellStyle: UInt8, CaseIterable, Sendable {
  /// The band that says DRAFT, or FINAL once the quarter is closed.
  case draft, final
  /// The first lines of a sheet: the plan's name, the department, the quarter.
  case title, department, quarter
  /// A caption over a figure, and the figures: a count, an amount, an amount held.
  case caption, figureCount, figureMoney, figureHeld
  /// The heading of a column: of texts (left), of numbers (right).
  case heading, headingRight
  /// Cells of a table.
  case text, wrapped, count, money, date, duration
  /// The row of totals.
  case totalText, totalCount, totalMoney
  /// A heading inside a sheet, a sentence below a table, a label with its value.
  case section, note, label
  /// The block to sign: what is signed, and the line to write on.
  case signLabel, signLine
  /// An amount that is held: a person must look at it.
  case heldMoney
}

public struct Cell: Equatable, Sendable {
  public var value: CellValue
  public var style: CellStyle

  public init(_ value: CellValue, _ style: CellStyle) {
    self.value = value
    self.style = style
  }
}

/// One row of a table: its cells from the first column on, filled anew for each row.
///
/// Its storage grows to what the largest row needs, and is kept: filling a row makes no heap object.
///
/// Most cells of a table say what cells of other rows say: a person, a day, an amount. Such cells are
/// filled as runs, each with a key; a row that keeps runs fills a run only where its key is new, and who
/// reads the row makes text or XML of it once and copies that from then on.
public struct CellRow: ~Copyable {
  private var cellStorage = UnsafeMutableBufferPointer<Cell>.allocate(capacity: 32)
  private var byteStorage = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 4096)
  private var cellCount = 0
  private var byteCount = 0
  private var runCount = 0
  private let runStorage = UnsafeMutableBufferPointer<CellRun>.allocate(capacity: runsMax)
  /// What stands in each place for a kept run; none where the row keeps no runs.
  private let keptRuns: UnsafeMutableBufferPointer<KeptRun>
  private static let firstWorkbookDay: Int32 = -25_508
  private static let runsMax = 16

  private struct KeptRun {
    var key = CellRun.Key.none
    /// Its first cell: elsewhere in the row it is another run.
    var first = 0
    var height: Double = 0
  }

  /// In points; nil is the default height.
  public var height: Double?

  /// A row that keeps no runs: all its cells are there.
  public init() { keptRuns = UnsafeMutableBufferPointer(start: nil, count: 0) }

  /// A row that keeps runs.
  ///
  /// - Parameter places: a power of two, as ``CellRun/places(forRows:)`` gives it.
  public init(keepingRuns places: Int) {
    keptRuns = .allocate(capacity: places)
    keptRuns.initialize(repeating: KeptRun())
  }

  deinit {
    cellStorage.deallocate()
    byteStorage.deallocate()
    runStorage.deallocate()
    keptRuns.deallocate()
  }

  public var cells: UnsafeBufferPointer<Cell> {
    UnsafeBufferPointer(rebasing: cellStorage[..<cellCount])
  }

  /// The texts and formulas of the cells, UTF-8, one behind the other.
  public var bytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: byteStorage[..<byteCount])
  }

  /// The runs among the cells, in their order.
  public var runs: UnsafeBufferPointer<CellRun> {
    UnsafeBufferPointer(rebasing: runStorage[..<runCount])
  }

  /// Empties the row and keeps its storage, and its runs.
  public mutating func clear() {
    (cellCount, byteCount, runCount, height) = (0, 0, 0, nil)
  }

  public mutating func setStyle(_ style: CellStyle, at index: Int) {
    precondition(index < cellCount, "the cell is there")
    cellStorage[index].style = style
  }

  /// Makes the row at least as high as what stands in one of its cells needs.
  public mutating func grow(to height: Double, for index: Int) {
    self.height = max(self.height ?? 0, height)
    guard keptRuns.count > 0 else { return }
    for (number, run) in runs.enumerated() where run.isNew && run.cells.contains(index) {
      // A run further to the right may have taken the place.
      if runs[(number + 1)...].contains(where: { $0.place == run.place }) { continue }
      keptRuns[run.place].height = max(keptRuns[run.place].height, height)
    }
  }

  // MARK: - Runs

  /// Adds cells that are the same in every row of the table that has this key, in the same columns.
  ///
  /// - Parameters:
  ///   - count: of the cells, at most ``CellRun/countMax``.
  ///   - fill: adds the cells; called only where the run is not kept.
  @inline(__always)
  public mutating func run(
    _ key: CellRun.Key, count: Int, _ fill: (inout CellRow) -> Void
  ) {
    guard keptRuns.count > 0, runCount < Self.runsMax else { return fill(&self) }
    precondition(count <= CellRun.countMax, "a run has few cells")
    let (place, first) = (key.place(of: keptRuns.count), cellCount)
    let isNew = keptRuns[place].key != key || keptRuns[place].first != first
    // Known to be a run before it is filled: a height that its cells need is its own.
    runStorage[runCount] = CellRun(place: place, first: first, count: count, isNew: isNew)
    runCount += 1
    if isNew {
      keptRuns[place] = KeptRun(key: key, first: first)
      fill(&self)
      precondition(cellCount == first + count, "a run has as many cells as it says")
    } else {
      for _ in 0..<count { append(.kept, .text) }
      let height = keptRuns[place].height
      if height > 0 { self.height = max(self.height ?? 0, height) }
    }
  }

  /// Forgets what is kept in a place: the run is filled again the next time.
  public mutating func forgetRun(at place: Int) { keptRuns[place] = KeptRun() }

  /// Forgets all: what comes next is another table.
  public mutating func forgetRuns() { keptRuns.update(repeating: KeptRun()) }

  public mutating func blank(_ style: CellStyle = .text) { append(.blank, style) }

  public mutating func text(_ text: String, _ style: CellStyle = .text) {
    var text = text
    text.withUTF8 { self.text($0, style) }
  }

  public mutating func text(_ text: UnsafeBufferPointer<UInt8>, _ style: CellStyle = .text) {
    guard !text.isEmpty else { return blank(style) }
    let start = append(text)
    append(.text(start: start, count: Int32(truncatingIfNeeded: text.count)), style)
  }

  public mutating func count(_ count: Int, _ style: CellStyle = .count) {
    append(.count(Int64(count)), style)
  }

  public mutating func money(cents: Int64, _ style: CellStyle = .money) {
    append(.money(cents: cents), style)
  }

  /// A date; one before 1 March 1900 is a text, since workbooks have no such day, or a wrong one.
  public mutating func date(day: Int32, _ style: CellStyle = .date) {
    guard day >= Self.firstWorkbookDay || !CivilDate.days.contains(day) else {
      return text(CivilDate(day: day).description, style)
    }
    append(.date(day: day), style)
  }

  public mutating func duration(seconds: Int64, _ style: CellStyle = .duration) {
    append(.duration(seconds: seconds), style)
  }

  public mutating func countFormula(_ formula: String, result: Int, _ style: CellStyle) {
    var formula = formula
    let (start, count) = formula.withUTF8 { (append($0), Int32($0.count)) }
    append(.countFormula(start: start, count: count, result: Int64(result)), style)
  }

  public mutating func moneyFormula(_ formula: String, cents: Int64, _ style: CellStyle) {
    var formula = formula
    let (start, count) = formula.withUTF8 { (append($0), Int32($0.count)) }
    append(.moneyFormula(start: start, count: count, result: cents), style)
  }

  /// The text or formula of a cell; empty for all others. Lives until the row is changed.
  public func text(of cell: Cell) -> UnsafeBufferPointer<UInt8> {
    switch cell.value {
    case .text(let start, let count), .countFormula(let start, let count, _),
      .moneyFormula(let start, let count, _):
      UnsafeBufferPointer(rebasing: bytes[Int(start)..<Int(start) + Int(count)])
    default: UnsafeBufferPointer(start: nil, count: 0)
    }
  }

  // MARK: - Storage

  @inline(__always)
  private mutating func append(_ value: CellValue, _ style: CellStyle) {
    if cellCount == cellStorage.count { growCells() }
    (cellStorage.baseAddress! + cellCount).initialize(to: Cell(value, style))
    cellCount += 1
  }

  /// - Returns: where the bytes begin.
  @inline(__always)
  private mutating func append(_ text: UnsafeBufferPointer<UInt8>) -> Int32 {
    if byteStorage.count - byteCount < text.count { growBytes(by: text.count) }
    let start = byteCount
    if let source = text.baseAddress {
      (byteStorage.baseAddress! + start).initialize(from: source, count: text.count)
    }
    byteCount += text.count
    return Int32(truncatingIfNeeded: start)
  }

  private mutating func growCells() {
    let larger = UnsafeMutableBufferPointer<Cell>.allocate(capacity: 2 * cellStorage.count)
    _ = larger.initialize(fromContentsOf: cells)
    cellStorage.deallocate()
    cellStorage = larger
  }

  private mutating func growBytes(by count: Int) {
    precondition(byteCount + count <= Int(Int32.max), "a row is no longer than 2 GiB")
    let larger = UnsafeMutableBufferPointer<UInt8>.allocate(
      capacity: max(2 * byteStorage.count, byteCount + count))
    _ = larger.initialize(fromContentsOf: bytes)
    byteStorage.deallocate()
    byteStorage = larger
  }
}
