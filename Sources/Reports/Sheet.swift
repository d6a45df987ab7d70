/// The furniture of a worksheet: all that does not depend on how many rows there are.
///
/// Sheets of the same layout are made from one template. Rows and columns are counted from 0.
package struct SheetLayout: Hashable, Sendable {
  /// The sheet's name: at most 31 UTF-16 units, none of `[ ] : * ? / \`.
  package var name: String
  /// Widths in characters of the default font, one a column.
  package var columnWidths: [Double]
  /// The row of column headings; rows up to it are frozen, and repeated on each printed page.
  package var headingRow: Int?
  /// Whether the table that begins at the heading row has filters.
  package var filters: Bool
  /// Columns frozen at the left.
  package var frozenColumns: Int
  /// `0xRRGGBB`.
  package var tabColor: UInt32?
  /// Printed at the left of the page's foot; page numbers are at its right.
  package var footer: String
  /// Printed at the right of each page's head: DRAFT until the quarter is closed.
  package var header: String
  package var charts: [ChartLayout]

  package init(
    name: String, columnWidths: [Double], headingRow: Int? = nil, filters: Bool = false,
    frozenColumns: Int = 0, tabColor: UInt32? = nil, footer: String = "", header: String = "",
    charts: [ChartLayout] = []
  ) {
    self.name = name
    self.columnWidths = columnWidths
    self.headingRow = headingRow
    self.filters = filters
    self.frozenColumns = frozenColumns
    self.tabColor = tabColor
    self.footer = footer
    self.header = header
    self.charts = charts
  }
}

/// A chart that answers the question in its title, from cells of its workbook.
package struct ChartLayout: Hashable, Sendable {
  package enum Kind: Hashable, Sendable { case bar, column, stackedColumn }

  /// A row or column of cells, by formula such as `='By month'!$B$2:$B$4`.
  package struct Series: Hashable, Sendable {
    /// A formula that names one cell, or a text.
    package var name: String
    package var categories: String
    package var values: String
    /// `0xRRGGBB`.
    package var color: UInt32

    package init(name: String, categories: String, values: String, color: UInt32) {
      self.name = name
      self.categories = categories
      self.values = values
      self.color = color
    }
  }

  package var kind: Kind
  package var title: String
  package var valueAxis: String
  package var valueFormat: String
  package var series: [Series]
  /// The cell of the upper left corner, and the size in pixels.
  package var row: Int
  package var column: Int
  package var width: Int
  package var height: Int

  package init(
    kind: Kind, title: String, valueAxis: String, valueFormat: String, series: [Series], row: Int,
    column: Int, width: Int, height: Int
  ) {
    self.kind = kind
    self.title = title
    self.valueAxis = valueAxis
    self.valueFormat = valueFormat
    self.series = series
    self.row = row
    self.column = column
    self.width = width
    self.height = height
  }
}

/// A worksheet: its layout, and its rows one by one.
package struct Sheet: Sendable {
  /// Excel's limit.
  package static let rowsMax = 1_048_576

  package var layout: SheetLayout
  /// At most ``rowsMax``.
  package var rowCount: Int
  /// The last row of the table that begins at the heading row (itself, where the table is
  /// empty): where the filters end, and totals begin.
  package var lastTableRow: Int
  /// Its rows that are those of a table for CSV, too; who writes both fills them once.
  package var shared: SharedRows?
  package var reader: RowReader

  package init(
    layout: SheetLayout, rowCount: Int, lastTableRow: Int, shared: SharedRows? = nil,
    reader: @escaping RowReader
  ) {
    self.layout = layout
    self.rowCount = rowCount
    self.lastTableRow = lastTableRow
    self.shared = shared
    self.reader = reader
  }

  /// For rows that are filled without anything that is kept between them.
  package init(
    layout: SheetLayout, rowCount: Int, lastTableRow: Int,
    fill: @escaping @Sendable (_ index: Int, _ row: inout CellRow) -> Void
  ) {
    self.init(layout: layout, rowCount: rowCount, lastTableRow: lastTableRow) { fill }
  }
}

/// Rows that stand in a sheet and in a table: the same cells, but for how they look.
package struct SharedRows: Hashable, Sendable {
  /// Tables of a run that are sheets of its summary.
  package enum Name: String, CaseIterable, Sendable { case exceptions, notices }

  package var table: Name
  /// In the sheet. The others have no runs (``CellRow/run(_:count:_:)``): the table's file would not see them. Where the
  /// table goes on in another sheet, that one has what follows.
  package var rows: Range<Int>

  package init(table: Name, rows: Range<Int>) {
    self.table = table
    self.rows = rows
  }
}

/// Begins to read rows: gives what fills the empty `row` with row `index`, 0 ..< the count of rows.
///
/// Each thread begins for itself. Rows may be asked for in any order, and more than once, but in
/// their order is fastest; they are the same each time.
package typealias RowReader = @Sendable () -> (_ index: Int, _ row: inout CellRow) -> Void

/// A table for a CSV file: headings, and rows one by one.
package struct Table: Sendable {
  package var headings: [String]
  package var rowCount: Int
  /// The headings are not among the rows.
  package var reader: RowReader

  package init(headings: [String], rowCount: Int, reader: @escaping RowReader) {
    self.headings = headings
    self.rowCount = rowCount
    self.reader = reader
  }

  package init(
    headings: [String], rowCount: Int,
    fill: @escaping @Sendable (_ index: Int, _ row: inout CellRow) -> Void
  ) {
    self.init(headings: headings, rowCount: rowCount) { fill }
  }
}
