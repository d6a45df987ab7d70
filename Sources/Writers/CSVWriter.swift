package import Reports
internal import Vocabulary

/// Writes a table as CSV: UTF-8, comma, LF, quotes only where needed (SPEC 6).
package enum CSVWriter {
  /// - Parameter onTwoThreads: whether a second one renders, ahead of the caller's, which hashes and writes.
  package static func write(
    _ table: Table, to path: String, byteOrderMark: Bool, onTwoThreads: Bool = false
  ) throws -> WrittenFile {
    let file = try OutputFile(creating: path)
    func render(to sink: Conveyor.Sink) throws {
      try Self.render(table, byteOrderMark: byteOrderMark, to: sink)
    }
    if onTwoThreads {
      try Conveyor.carry(from: render) { try file.append($0) }
    } else {
      try render { try file.append($0) }
    }
    return try file.finish()
  }

  /// A table as the bytes of its file.
  package static func bytes(of table: Table, byteOrderMark: Bool = false) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try render(table, byteOrderMark: byteOrderMark) { bytes += $0 }
    return bytes
  }

  private static func render(
    _ table: Table, byteOrderMark: Bool, to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var rows = CSVRows(rowCount: table.rowCount)
    if byteOrderMark { rows.buffer.append("\u{FEFF}") }
    for heading in table.headings { rows.row.text(heading) }
    rows.add()
    let fill = table.reader()
    for index in 0..<table.rowCount {
      rows.row.clear()
      fill(index, &rows.row)
      rows.add()
      if rows.buffer.isFull { try rows.buffer.empty(to: sink) }
    }
    try rows.buffer.empty(to: sink)
  }
}

/// Rows of a table, rendered one behind the other.
private struct CSVRows: ~Copyable {
  /// Filled anew before each ``add()``.
  var row: CellRow
  var buffer = ByteBuffer()
  private var kept: KeptRuns

  init(rowCount: Int) {
    let places = CellRun.places(forRows: rowCount)
    row = CellRow(keepingRuns: places)
    kept = KeptRuns(places: places)
  }

  /// Renders the row.
  mutating func add() {
    var column = 0
    for run in row.runs {
      // Most runs stand side by side.
      if column < run.first { render(column..<run.first) }
      column = run.first + run.count
      if run.isNew {
        let start = buffer.count
        render(run.cells)
        if !kept.keep(buffer.bytes(from: start), of: run, numbers: RunNumbers()) {
          row.forgetRun(at: run.place)
        }
      } else {
        buffer.append(strided: kept.bytes(of: run))
      }
    }
    render(column..<row.cells.count)
    buffer.append(.lineFeed)
  }

  private mutating func render(_ columns: Range<Int>) {
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
