package import Reports
internal import Vocabulary

/// Writes a table as CSV: UTF-8, comma, LF, quotes only where needed (SPEC 6).
package enum CSVWriter {
  static func write(_ table: Table, to path: String, byteOrderMark: Bool) throws -> WrittenFile {
    let file = try OutputFile(creating: path)
    try render(table, byteOrderMark: byteOrderMark) { try file.append($0) }
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
    var buffer = ByteBuffer()
    let places = CellRun.places(forRows: table.rowCount)
    var kept = KeptRuns(places: places)
    if byteOrderMark { buffer.append("\u{FEFF}") }
    var row = CellRow(keepingRuns: places)
    for heading in table.headings { row.text(heading) }
    try render(&row, to: &buffer, &kept, sink)
    let fill = table.reader()
    for index in 0..<table.rowCount {
      row.clear()
      fill(index, &row)
      try render(&row, to: &buffer, &kept, sink)
    }
    try buffer.empty(to: sink)
  }

  private static func render(
    _ row: inout CellRow, to buffer: inout ByteBuffer, _ kept: inout KeptRuns,
    _ sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var column = 0
    for run in row.runs {
      try render(column..<run.first, of: row, to: &buffer, sink)
      column = run.first + run.count
      if run.isNew {
        let (start, emptyings) = (buffer.count, buffer.emptyings)
        try render(run.first..<column, of: row, to: &buffer, sink)
        let isWhole = buffer.emptyings == emptyings
        if !isWhole || !kept.keep(buffer.bytes(from: start), forCell: 0, of: run) {
          row.forgetRun(at: run.place)
        }
      } else {
        buffer.append(strided: kept.bytes(ofCell: 0, of: run))
      }
    }
    try render(column..<row.cells.count, of: row, to: &buffer, sink)
    buffer.append(.lineFeed)
    if buffer.isFull { try buffer.empty(to: sink) }
  }

  private static func render(
    _ columns: Range<Int>, of row: borrowing CellRow, to buffer: inout ByteBuffer,
    _ sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    for index in columns {
      let cell = row.cells[index]
      if index > 0 { buffer.append(.comma) }
      switch cell.value {
      case .blank: break
      case .text: try appendText(row.text(of: cell), to: &buffer, sink)
      case .count(let count), .countFormula(_, _, let count): buffer.append(count)
      case .money(let cents), .moneyFormula(_, _, let cents): buffer.append(decimalCents: cents)
      case .date(let day): buffer.append(date: day)
      case .duration(let seconds):
        for byte in clockText(seconds: seconds).utf8 { buffer.append(byte) }
      case .kept: preconditionFailure("a kept run is copied")
      }
    }
  }
  /// A text that a spreadsheet would take for a formula gets a `'` before it.
  private static func appendText(
    _ text: UnsafeBufferPointer<UInt8>, to buffer: inout ByteBuffer,
    _ sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard let first = text.first else { return }
    let isFormula = [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D].contains(first)
    let needsQuotes = text.contains {
      $0 == .comma || $0 == .quote || $0 == .lineFeed || $0 == 0x0D
    }
    if needsQuotes { buffer.append(.quote) }
    if isFormula { buffer.append(UInt8(ascii: "'")) }
    if needsQuotes || text.count > ByteBuffer.full {
      for byte in text {
        if byte == .quote { buffer.append(.quote) }
        buffer.append(byte)
        if buffer.isFull { try buffer.empty(to: sink) }
      }
    } else {
      buffer.append(text)
    }
    if needsQuotes { buffer.append(.quote) }
  }
}

extension UInt8 {
  fileprivate static let comma = UInt8(ascii: ",")
  fileprivate static let quote = UInt8(ascii: "\"")
  fileprivate static let lineFeed = UInt8(ascii: "\n")
}
