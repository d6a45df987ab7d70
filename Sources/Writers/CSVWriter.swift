package import Reports

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
    let places = CellRun.places(forRows: table.rowCount)
    var row = CellRow(keepingRuns: places)
    var rows = CSVRows(headings: table.headings, byteOrderMark: byteOrderMark, places: places)
    let fill = table.reader()
    for index in 0..<table.rowCount {
      row.clear()
      fill(index, &row)
      try rows.add(&row, to: sink)
    }
    try rows.empty(to: sink)
  }
}
