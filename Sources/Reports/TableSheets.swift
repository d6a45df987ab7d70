/// A table as sheets: headings in the first row, a row a line; where it passes the rows that a sheet
/// can have, it goes on in `… 2`. The last column may have several lines.
struct TableSheets {
  var name: String
  var keys: [String]
  var wording: Wording
  var widths: [Double]
  /// Other columns that may have several lines.
  var wrapped: [(index: Int, width: Double)] = []
  var tabColor: UInt32?
  var footer: String
  var header: String

  /// - Parameters:
  ///   - shared: what the table is called, where it is one for CSV, too.
  ///   - total: fills a row below the table; only where the table is of one sheet.
  func sheets(
    of table: Table, sharedAs shared: SharedRows.Name? = nil,
    total: (@Sendable (inout CellRow) -> Void)? = nil
  ) -> [Sheet] {
    let rowsMax = Sheet.rowsMax - 1
    let (keys, columns, widths, wrapped) = (keys, keys.map(wording.column), widths, wrapped)
    let last = keys.count - 1
    return (0..<max(1, (table.rowCount + rowsMax - 1) / rowsMax)).map { part in
      let start = part * rowsMax
      let rows = min(rowsMax, table.rowCount - start)
      let layout = SheetLayout(
        name: part == 0 ? name : "\(name) \(part + 1)", columnWidths: widths, headingRow: 0,
        filters: true, tabColor: tabColor, footer: footer, header: header)
      let hasTotal = total != nil && rows + 1 < rowsMax
      return Sheet(
        layout: layout, rowCount: rows + 1 + (hasTotal ? 1 : 0), lastTableRow: rows,
        shared: shared.map { SharedRows(table: $0, rows: 1..<1 + rows) }
      ) {
        let fill = table.reader()
        return { index, row in
          if index > rows {
            total?(&row)
          } else if index > 0 {
            fill(start + index - 1, &row)
            row.wrapLongTexts(wrapped)
            if case .text = row.cells[last].value { row.wrap(last, width: widths[last]) }
          } else {
            row.height = 30
            for (key, column) in zip(keys, columns) {
              row.text(column.title, rightKeys.contains(key) ? .headingRight : .heading)
            }
          }
        }
      }
    }
  }
}
