internal import Packages
package import Reports
internal import XLSXWriter

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// All of a workbook but its rows: made once, used for each workbook of the same sheets.
///
/// The workbook library makes a workbook with all furniture and one cell of each style. It is
/// read back, which catches what the library did not notice, and taken apart: parts that never
/// change are kept compressed, sheets are cut where their rows are. Rows then need no library
/// and no temporary file, only bytes.
package struct WorkbookTemplate: Sendable {
  package let layouts: [SheetLayout]
  let parts: [TemplatePart]
  /// The number of each ``CellStyle`` in the template, in order of their raw values.
  let styleNumbers: [Int]
  let snippets: CellSnippets

  /// - Parameter scratch: A private folder for temporary files; nothing is left in it.
  /// - Throws: ``WorkbookError`` for layouts that the library or Excel refuses, or a folder that
  ///   cannot be written to.
  package init(layouts: [SheetLayout], scratch: String) throws {
    precondition(!layouts.isEmpty, "a workbook has a sheet")
    try Self.checkCharts(of: layouts)
    let folder = try Self.makeFolder(in: scratch)
    let path = folder + "/template.xlsx"
    defer {
      unlink(path)
      rmdir(folder)
    }
    do {
      try Self.make(layouts, at: path, in: folder)
    } catch {
      throw WorkbookError(file: "template", reason: error.description)
    }
    try self.init(layouts: layouts, reading: path)
  }

  /// - Parameter path: A workbook of these sheets; the first row of the first has a cell of each
  ///   ``CellStyle``, in their order.
  /// - Throws: ``WorkbookError`` for one that is not as it should be.
  package init(layouts: [SheetLayout], reading path: String) throws {
    self.layouts = layouts
    do {
      (parts, styleNumbers) = try TemplateReader(path, layouts).read()
    } catch let error as PackageError {
      throw WorkbookError(file: "template", reason: error.description)
    }
    snippets = CellSnippets(layouts, styleNumbers: styleNumbers)
  }

  /// The library only grumbles on the terminal about a chart over a sheet that is not there.
  private static func checkCharts(of layouts: [SheetLayout]) throws {
    for layout in layouts {
      for series in layout.charts.flatMap(\.series) {
        for formula in [series.name, series.categories, series.values] where formula.first == "=" {
          let isThere = layouts.contains { other in
            let quoted = other.name.split(separator: "'", omittingEmptySubsequences: false)
              .joined(separator: "''")
            return formula.hasPrefix("=\(other.name)!") || formula.hasPrefix("='\(quoted)'!")
          }
          guard isThere else {
            throw WorkbookError(
              file: "template", sheet: layout.name,
              reason: "has a chart over \(formula), which is on no sheet")
          }
        }
      }
    }
  }

  /// Two templates may be made in the same folder at the same time.
  private static func makeFolder(in scratch: String) throws -> String {
    var path = Array("\(scratch)/template-XXXXXX".utf8CString)
    guard mkdtemp(&path) != nil else {
      throw WorkbookError(
        file: "template",
        reason: "making a folder in \(scratch): \(String(cString: strerror(errno)))")
    }
    return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  // MARK: Making it

  /// 1980-01-01, as the parts of the package have it. The same for all: the library takes it apart in one place of
  /// memory that all threads share (`gmtime`).
  private static let created = 315_532_800

  private static func make(
    _ layouts: [SheetLayout], at path: String, in folder: String
  ) throws(XLSXError) {
    var workbook = try Workbook(path: path, temporaryFolder: folder, created: created)
    var samples: [FormatID] = []
    for style in CellStyle.allCases {
      samples.append(try workbook.addFormat(CellFormats.format(for: style)))
    }
    for (index, layout) in layouts.enumerated() {
      try workbook.addWorksheet(named: layout.name) { sheet throws(XLSXError) in
        try furnish(sheet, as: layout)
        guard index == 0 else { return }
        for (column, sample) in samples.enumerated() {
          try sheet.write(1, row: 0, column: column, sample)
        }
      }
    }
    try workbook.close()
  }

  private static func furnish(
    _ sheet: borrowing Worksheet, as layout: SheetLayout
  ) throws(XLSXError) {
    for (column, width) in layout.columnWidths.enumerated() {
      try sheet.setWidth(width, ofColumn: column)
    }
    if let heading = layout.headingRow {
      try sheet.freeze(rows: heading + 1, columns: layout.frozenColumns)
      try sheet.repeatOnPages(row: heading)
      if layout.filters {
        try sheet.filter(
          rows: heading...heading + 1, columns: 0...max(layout.columnWidths.count - 1, 0))
      }
    } else if layout.frozenColumns > 0 {
      try sheet.freeze(rows: 0, columns: layout.frozenColumns)
    }
    if let color = layout.tabColor { sheet.setTabColor(color) }
    sheet.hideGridlines()
    sheet.printLandscape(marginInches: 0.4)
    try sheet.setPage(
      header: layout.header.isEmpty ? "" : "&R&\"Calibri,Bold\"&9\(pageText(layout.header))",
      footer: "&L&\"Calibri,Regular\"&8 \(pageText(layout.footer))"
        + "&R&\"Calibri,Regular\"&8Page &P of &N")
    for chart in layout.charts {
      try sheet.insert(Chart(chart), row: chart.row, column: chart.column)
    }
  }

  /// `&` begins a code in headers and footers; digits behind a font size would belong to it.
  private static func pageText(_ text: String) -> String {
    // All of a head or foot are 255 characters at the most.
    let escaped = text.prefix(90).split(separator: "&", omittingEmptySubsequences: false)
      .joined(separator: "&&")
    return escaped.first?.isNumber == true ? " " + escaped : escaped
  }
}

extension Chart {
  fileprivate init(_ layout: ChartLayout) {
    let kind: Kind =
      switch layout.kind {
      case .bar: .bar
      case .column: .column
      case .stackedColumn: .stackedColumn
      }
    self.init(
      kind: kind, title: layout.title, valueAxis: layout.valueAxis,
      valueFormat: layout.valueFormat,
      series: layout.series.map {
        Series(name: $0.name, categories: $0.categories, values: $0.values, color: $0.color)
      }, width: layout.width, height: layout.height)
  }
}
