package import Reports

/// The CSV file of a table whose rows somebody else has filled: they stand in a sheet, too (``SharedRows``).
package final class SharedTableFile {
  private let file: OutputFile
  private var rows: CSVRows

  /// - Parameter sheets: all of the workbook whose rows it gets.
  /// - Throws: ``OutputError`` where the file is there already, or can't be made.
  package init(
    _ table: SharedRows.Name, with sheets: [Sheet], to path: String, byteOrderMark: Bool
  ) throws {
    file = try OutputFile(creating: path)
    rows = CSVRows(
      headings: table.headings, byteOrderMark: byteOrderMark, places: sheets.placesToKeepRuns)
  }

  /// Adds a row, which has the file's columns.
  func add(_ row: inout CellRow) throws { try rows.add(&row) { try file.append($0) } }

  package func finish() throws -> WrittenFile {
    try rows.empty { try file.append($0) }
    return try file.finish()
  }
}
