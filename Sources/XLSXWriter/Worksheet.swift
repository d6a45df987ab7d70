internal import CXLSXWriter

/// A worksheet of a ``Workbook``, lent to the closure that fills it.
///
/// Rows and columns are counted from 0, as in the C library. Rows are written from the first to
/// the last; what concerns the whole sheet comes before them.
package struct Worksheet: ~Copyable {
  private let worksheet: UnsafeMutablePointer<lxw_worksheet>
  private let workbook: UnsafeMutablePointer<lxw_workbook>
  private let name: String

  init(
    _ worksheet: UnsafeMutablePointer<lxw_worksheet>,
    of workbook: UnsafeMutablePointer<lxw_workbook>,
    name: String
  ) {
    self.worksheet = worksheet
    self.workbook = workbook
    self.name = name
  }

  // MARK: Cells

  /// - Throws: ``XLSXError`` for a text over 32,767 UTF-16 units or with a NUL, which C would
  ///   take for its end, and for a cell outside a worksheet's 1,048,576 rows and 16,384 columns.
  package func write(
    _ text: String, row: Int, column: Int, _ format: FormatID
  ) throws(XLSXError) {
    let place = try Place(row: row, column: column, of: name)
    try XLSXError.check(text, for: place.operation)
    guard text.utf16.count <= 32_767 else {
      throw XLSXError(place.operation, reason: "the text is longer than 32,767 UTF-16 units")
    }
    try XLSXError.check(
      worksheet_write_string(worksheet, place.row, place.column, text, pointer(format)),
      place.operation)
  }

  /// - Throws: ``XLSXError`` for a number that is not finite, which .xlsx cannot hold, and for
  ///   a cell outside the worksheet.
  package func write(
    _ number: Double, row: Int, column: Int, _ format: FormatID
  ) throws(XLSXError) {
    let place = try Place(row: row, column: column, of: name)
    guard number.isFinite else {
      throw XLSXError(place.operation, reason: "\(number) is not finite")
    }
    try XLSXError.check(
      worksheet_write_number(worksheet, place.row, place.column, number, pointer(format)),
      place.operation)
  }

  /// Writes a formula (with its `=`) and the result that programs show before they calculate.
  package func write(
    formula: String, result: Double, row: Int, column: Int, _ format: FormatID
  ) throws(XLSXError) {
    let place = try Place(row: row, column: column, of: name)
    try XLSXError.check(formula, for: place.operation)
    guard result.isFinite else {
      throw XLSXError(place.operation, reason: "\(result) is not finite")
    }
    try XLSXError.check(
      worksheet_write_formula_num(
        worksheet, place.row, place.column, formula, pointer(format), result),
      place.operation)
  }

  /// Writes a cell that has a format and no value.
  package func writeBlank(row: Int, column: Int, _ format: FormatID) throws(XLSXError) {
    let place = try Place(row: row, column: column, of: name)
    try XLSXError.check(
      worksheet_write_blank(worksheet, place.row, place.column, pointer(format)),
      place.operation)
  }

  // MARK: The whole sheet

  /// - Parameter width: In characters of the default font.
  package func setWidth(_ width: Double, ofColumn column: Int) throws(XLSXError) {
    let place = try Place(row: 0, column: column, of: name)
    try XLSXError.check(
      worksheet_set_column(worksheet, place.column, place.column, width, nil),
      "setting the width of column \(column) of “\(name)”")
  }

  /// Keeps the first rows and columns in sight.
  package func freeze(rows: Int, columns: Int) throws(XLSXError) {
    let place = try Place(row: rows, column: columns, of: name)
    worksheet_freeze_panes(worksheet, place.row, place.column)
  }

  /// Puts filters on a table. Comes before the rows: the library notes then which to look at.
  package func filter(
    rows: ClosedRange<Int>, columns: ClosedRange<Int>
  ) throws(XLSXError) {
    let first = try Place(row: rows.lowerBound, column: columns.lowerBound, of: name)
    let last = try Place(row: rows.upperBound, column: columns.upperBound, of: name)
    try XLSXError.check(
      worksheet_autofilter(worksheet, first.row, first.column, last.row, last.column),
      "putting filters on “\(name)”")
  }

  package func insert(_ chart: Chart, row: Int, column: Int) throws(XLSXError) {
    let place = try Place(row: row, column: column, of: name)
    let made = try chart.make(in: workbook)
    var options = lxw_chart_options()
    // The library's own size of a chart is 480 by 288 pixels; it scales that.
    options.x_scale = Double(chart.width) / 480
    options.y_scale = Double(chart.height) / 288
    options.object_position = UInt8(LXW_OBJECT_MOVE_DONT_SIZE.rawValue)
    try XLSXError.check(
      worksheet_insert_chart_opt(worksheet, place.row, place.column, made, &options),
      "putting the chart “\(chart.title)” on “\(name)”")
  }

  package func setTabColor(_ color: UInt32) { worksheet_set_tab_color(worksheet, color) }

  /// Hides the lines between cells, on the screen as on paper.
  package func hideGridlines() {
    worksheet_gridlines(worksheet, UInt8(LXW_HIDE_ALL_GRIDLINES.rawValue))
  }

  // MARK: Paper

  /// Prints on landscape Letter pages, as many as it takes, of the sheet's whole width.
  package func printLandscape(marginInches margin: Double) {
    worksheet_set_landscape(worksheet)
    worksheet_set_paper(worksheet, 1)
    worksheet_fit_to_pages(worksheet, 1, 0)
    // Room for the page's head and foot.
    worksheet_set_margins(worksheet, margin, margin, margin + 0.3, margin + 0.3)
  }

  /// Repeats a row at the head of each page.
  package func repeatOnPages(row: Int) throws(XLSXError) {
    let place = try Place(row: row, column: 0, of: name)
    try XLSXError.check(
      worksheet_repeat_rows(worksheet, place.row, place.row), "repeating rows of “\(name)”")
  }

  /// Texts at the head and the foot of each page, in Excel's code (`&P` is the page number).
  package func setPage(header: String, footer: String) throws(XLSXError) {
    let operation = "setting header and footer of “\(name)”"
    for text in [header, footer] { try XLSXError.check(text, for: operation) }
    var options = lxw_header_footer_options()
    options.margin = 0.3
    try XLSXError.check(worksheet_set_header_opt(worksheet, header, &options), operation)
    try XLSXError.check(worksheet_set_footer_opt(worksheet, footer, &options), operation)
  }

  /// A format of another workbook would be a number without meaning in this one.
  private func pointer(_ format: FormatID) -> UnsafeMutablePointer<lxw_format> {
    precondition(format.workbook == workbook, "a format is of the cell's workbook")
    return format.format
  }
}

/// A cell's row and column in the C library's types.
private struct Place {
  let row: lxw_row_t
  let column: lxw_col_t
  let operation: String

  init(row: Int, column: Int, of sheet: String) throws(XLSXError) {
    operation = "writing row \(row), column \(column) of “\(sheet)”"
    guard let placeRow = lxw_row_t(exactly: row), let placeColumn = lxw_col_t(exactly: column)
    else { throw XLSXError(operation, reason: "no such cell") }
    self.row = placeRow
    self.column = placeColumn
  }
}
