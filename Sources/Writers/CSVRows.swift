internal import Reports
internal import Vocabulary

/// Rows of a table as CSV, rendered one behind the other: comma, LF, quotes only where needed (SPEC 6).
struct CSVRows: ~Copyable {
  private var buffer = ByteBuffer()
  private var kept: KeptRuns

  /// - Parameter places: those of the rows, to keep runs in.
  init(headings: [String], byteOrderMark: Bool, places: Int) {
    kept = KeptRuns(places: places)
    if byteOrderMark { buffer.append("\u{FEFF}") }
    var row = CellRow()
    for heading in headings { row.text(heading) }
    render(&row)
  }

  /// Adds a row; what is rendered goes on to `sink` where it is enough.
  mutating func add(
    _ row: inout CellRow, to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    render(&row)
    if buffer.isFull { try buffer.empty(to: sink) }
  }

  mutating func empty(to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    try buffer.empty(to: sink)
  }

  private mutating func render(_ row: inout CellRow) {
    var column = 0
    for run in row.runs {
      // Most runs stand side by side.
      if column < run.first { render(column..<run.first, of: row) }
      column = run.first + run.count
      if run.isNew {
        let start = buffer.count
        render(run.cells, of: row)
        if !kept.keep(buffer.bytes(from: start), of: run, numbers: RunNumbers()) {
          row.forgetRun(at: run.place)
        }
      } else {
        buffer.append(strided: kept.bytes(of: run))
      }
    }
    render(column..<row.cells.count, of: row)
    buffer.append(.lineFeed)
  }

  private mutating func render(_ columns: Range<Int>, of row: borrowing CellRow) {
    for index in columns {
      let cell = row.cells[index]
      if index > 0 { buffer.append(.comma) }
      switch cell.value {
      case .blank: break
      case .text: append(row.text(of: cell))
      case .count(let count), .countFormula(_, _, let count): buffer.append(count)
      case .money(let cents), .moneyFormula(_, _, let cents): buffer.append(decimalCents: cents)
      case .date(let day): buffer.append(date: day)
      case .duration(let seconds): buffer.append(clock: seconds)
      case .kept: preconditionFailure("a kept run is copied")
      }
    }
  }

  /// A text that a spreadsheet would take for a formula gets a `'` before it.
  private mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    guard let first = text.first else { return }
    // Each byte may be doubled; quotes and a sign stand around it.
    buffer.makeRoom(for: 2 * text.count + 3)
    let isFormula =
      first == 0x3D || first == 0x2B || first == 0x2D || first == 0x40 || first == 0x09
      || first == 0x0D
    let needsQuotes = text.contains {
      $0 == .comma || $0 == .quote || $0 == .lineFeed || $0 == 0x0D
    }
    if needsQuotes { buffer.append(.quote) }
    if isFormula { buffer.append(UInt8(ascii: "'")) }
    if needsQuotes {
      for byte in text {
        if byte == .quote { buffer.append(.quote) }
        buffer.append(byte)
      }
      buffer.append(.quote)
    } else {
      buffer.append(text)
    }
  }
}

extension UInt8 {
  fileprivate static let comma = UInt8(ascii: ",")
  fileprivate static let quote = UInt8(ascii: "\"")
  fileprivate static let lineFeed = UInt8(ascii: "\n")
}
