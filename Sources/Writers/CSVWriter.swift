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
  package static func bytes(of table: Table, byteOrderMark: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    render(table, byteOrderMark: byteOrderMark) { bytes += $0 }
    return bytes
  }

  private static func render(
    _ table: Table, byteOrderMark: Bool, to sink: (_ line: [UInt8]) throws -> Void
  ) rethrows {
    if byteOrderMark { try sink([0xEF, 0xBB, 0xBF]) }
    var line: [UInt8] = []
    for (index, heading) in table.headings.enumerated() {
      if index > 0 { line.append(.comma) }
      appendText(Array(heading.utf8)[...], to: &line)
    }
    line.append(.lineFeed)
    try sink(line)
    var row = CellRow()
    for index in 0..<table.rowCount {
      row.clear()
      table.fill(index, &row)
      line.removeAll(keepingCapacity: true)
      render(row, to: &line)
      try sink(line)
    }
  }

  static func render(_ row: CellRow, to line: inout [UInt8]) {
    for (index, cell) in row.cells.enumerated() {
      if index > 0 { line.append(.comma) }
      switch cell.value {
      case .blank: break
      case .text: appendText(row.text(of: cell), to: &line)
      case .count(let count), .countFormula(_, _, let count): appendNumber(count, to: &line)
      case .money(let cents), .moneyFormula(_, _, let cents): appendMoney(cents, to: &line)
      case .date(let day): appendDate(day, to: &line)
      case .duration(let seconds): line.append(contentsOf: clockText(seconds: seconds).utf8)
      }
    }
    line.append(.lineFeed)
  }

  /// A text that a spreadsheet would take for a formula gets a `'` before it.
  private static func appendText(_ text: ArraySlice<UInt8>, to line: inout [UInt8]) {
    guard let first = text.first else { return }
    let isFormula = [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D].contains(first)
    let needsQuotes = text.contains {
      $0 == .comma || $0 == .quote || $0 == .lineFeed || $0 == 0x0D
    }
    if needsQuotes { line.append(.quote) }
    if isFormula { line.append(UInt8(ascii: "'")) }
    if needsQuotes {
      for byte in text {
        if byte == .quote { line.append(.quote) }
        line.append(byte)
      }
      line.append(.quote)
    } else {
      line.append(contentsOf: text)
    }
  }

  private static func appendNumber(_ number: Int64, to line: inout [UInt8]) {
    if number < 0 { line.append(UInt8(ascii: "-")) }
    appendDigits(number.magnitude, to: &line)
  }

  private static func appendMoney(_ cents: Int64, to line: inout [UInt8]) {
    if cents < 0 { line.append(UInt8(ascii: "-")) }
    let (dollars, rest) = cents.magnitude.quotientAndRemainder(dividingBy: 100)
    appendDigits(dollars, to: &line)
    line.append(UInt8(ascii: "."))
    line.append(UInt8(ascii: "0") + UInt8(rest / 10))
    line.append(UInt8(ascii: "0") + UInt8(rest % 10))
  }

  private static func appendDigits(_ number: UInt64, to line: inout [UInt8]) {
    let start = line.count
    var rest = number
    repeat {
      line.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    line[start...].reverse()
  }

  private static func appendDate(_ day: Int32, to line: inout [UInt8]) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 10) { buffer in
      CivilDate(day: day).write(to: buffer.baseAddress!)
      line.append(contentsOf: buffer)
    }
  }
}

extension UInt8 {
  fileprivate static let comma = UInt8(ascii: ",")
  fileprivate static let quote = UInt8(ascii: "\"")
  fileprivate static let lineFeed = UInt8(ascii: "\n")
}
