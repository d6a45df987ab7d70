internal import CXLSXWriter

/// A chart over cells of its workbook.
package struct Chart: Hashable, Sendable {
  package enum Kind: Hashable, Sendable { case bar, column, stackedColumn }

  /// `categories` and `values` are formulas such as `='By month'!$B$2:$B$4`; `name` is one too
  /// where it begins with `=`, else a text.
  package struct Series: Hashable, Sendable {
    package var name: String
    package var categories: String
    package var values: String
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
  /// In pixels.
  package var width: Int
  package var height: Int

  package init(
    kind: Kind, title: String, valueAxis: String, valueFormat: String, series: [Series],
    width: Int, height: Int
  ) {
    self.kind = kind
    self.title = title
    self.valueAxis = valueAxis
    self.valueFormat = valueFormat
    self.series = series
    self.width = width
    self.height = height
  }

  private static let ink: UInt32 = 0x3C4043
  private static let rule: UInt32 = 0xDADCE0

  /// The C chart, which belongs to the workbook from the start.
  func make(
    in workbook: UnsafeMutablePointer<lxw_workbook>
  ) throws(XLSXError) -> UnsafeMutablePointer<lxw_chart> {
    let operation = "adding a chart “\(title)”"
    for text in [title, valueAxis, valueFormat] { try XLSXError.check(text, for: operation) }
    let chart = try XLSXError.made(workbook_add_chart(workbook, kind.code), operation)
    for each in series { try add(each, to: chart, operation) }
    chart_title_set_name(chart, title)
    Self.font(size: 14, bold: true) { chart_title_set_name_font(chart, $0) }
    setAxes(of: chart)
    if series.count > 1 {
      chart_legend_set_position(chart, UInt8(LXW_CHART_LEGEND_BOTTOM.rawValue))
      Self.font(size: 10, bold: false) { chart_legend_set_font(chart, $0) }
    } else {
      chart_legend_set_position(chart, UInt8(LXW_CHART_LEGEND_NONE.rawValue))
    }
    var frame = Self.line(Self.rule, width: 0.75)
    chart_chartarea_set_line(chart, &frame)
    chart_set_series_gap(chart, 60)
    return chart
  }

  private func add(
    _ series: Series, to chart: UnsafeMutablePointer<lxw_chart>, _ operation: String
  ) throws(XLSXError) {
    for text in [series.name, series.categories, series.values] {
      try XLSXError.check(text, for: operation)
    }
    let made = try XLSXError.made(
      chart_add_series(chart, series.categories, series.values), operation)
    chart_series_set_name(made, series.name)
    var fill = lxw_chart_fill()
    fill.color = series.color
    chart_series_set_fill(made, &fill)
  }

  private func setAxes(of chart: UnsafeMutablePointer<lxw_chart>) {
    // The C library calls the axis that lies x, which in a bar chart is the one of the values.
    let categories = kind == .bar ? chart.pointee.y_axis : chart.pointee.x_axis
    let values = kind == .bar ? chart.pointee.x_axis : chart.pointee.y_axis
    var rule = Self.line(Self.rule, width: 0.75)
    chart_axis_set_line(categories, &rule)
    chart_axis_set_major_tick_mark(categories, UInt8(LXW_CHART_AXIS_TICK_MARK_NONE.rawValue))
    Self.font(size: 10, bold: false) { chart_axis_set_num_font(categories, $0) }
    // Beside the chart, also where an amount is below zero.
    chart_axis_set_label_position(categories, UInt8(LXW_CHART_AXIS_LABEL_POSITION_LOW.rawValue))
    if kind == .bar {
      // Bars are drawn from the foot up: reversed, they are in the order of the table, and the
      // values stay at the foot.
      chart_axis_set_reverse(categories)
      chart_axis_set_crossing_max(categories)
      chart_axis_major_gridlines_set_visible(categories, 0)
    }

    if !valueAxis.isEmpty {
      chart_axis_set_name(values, valueAxis)
      Self.font(size: 10, bold: false) { chart_axis_set_name_font(values, $0) }
    }
    if !valueFormat.isEmpty { chart_axis_set_num_format(values, valueFormat) }
    Self.font(size: 10, bold: false) { chart_axis_set_num_font(values, $0) }
    var none = lxw_chart_line()
    none.none = 1
    chart_axis_set_line(values, &none)
    chart_axis_set_major_tick_mark(values, UInt8(LXW_CHART_AXIS_TICK_MARK_NONE.rawValue))
    chart_axis_major_gridlines_set_visible(values, 1)
    chart_axis_major_gridlines_set_line(values, &rule)
  }

  private static func line(_ color: UInt32, width: Float) -> lxw_chart_line {
    var line = lxw_chart_line()
    line.color = color
    line.width = width
    return line
  }

  /// Lends a font to `use`, which copies it.
  private static func font(
    size: Double, bold: Bool, _ use: (UnsafeMutablePointer<lxw_chart_font>) -> Void
  ) {
    "Calibri".withCString { name in
      var font = lxw_chart_font()
      font.name = UnsafeMutablePointer(mutating: name)
      font.size = size
      // C takes 0 for “as it is by default”, which is bold in titles.
      font.bold = bold ? 1 : UInt8(LXW_EXPLICIT_FALSE.rawValue)
      font.color = ink
      use(&font)
    }
  }
}

extension Chart.Kind {
  fileprivate var code: UInt8 {
    switch self {
    case .bar: UInt8(LXW_CHART_BAR.rawValue)
    case .column: UInt8(LXW_CHART_COLUMN.rawValue)
    case .stackedColumn: UInt8(LXW_CHART_COLUMN_STACKED.rawValue)
    }
  }
}
