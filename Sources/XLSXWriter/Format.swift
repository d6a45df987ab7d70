internal import CXLSXWriter

/// How cells look. Colours are `0xRRGGBB`; what is nil is as Excel has it by default.
package struct Format: Hashable, Sendable {
  package enum Alignment: Hashable, Sendable { case left, center, right }

  package enum VerticalAlignment: Hashable, Sendable { case top, center }

  package enum Line: Hashable, Sendable { case hair, thin, medium, double }

  package struct Border: Hashable, Sendable {
    package var line: Line
    package var color: UInt32

    package init(_ line: Line, _ color: UInt32) {
      self.line = line
      self.color = color
    }
  }

  package var fontName: String = "Calibri"
  /// In points.
  package var fontSize: Double
  package var fontColor: UInt32?
  package var bold = false
  package var italic = false
  package var fill: UInt32?
  package var numberFormat: String?
  package var alignment: Alignment?
  /// In the row's height; at its foot by default.
  package var verticalAlignment: VerticalAlignment?
  package var wrapped = false
  /// In steps of about a character.
  package var indent: UInt8 = 0
  package var top: Border?
  package var bottom: Border?

  package init(fontSize: Double) { self.fontSize = fontSize }

  func apply(to format: UnsafeMutablePointer<lxw_format>) throws(XLSXError) {
    try XLSXError.check(fontName, for: "naming a font")
    format_set_font_name(format, fontName)
    format_set_font_size(format, fontSize)
    if let fontColor { format_set_font_color(format, fontColor) }
    if bold { format_set_bold(format) }
    if italic { format_set_italic(format) }
    if let fill { format_set_bg_color(format, fill) }
    if let numberFormat {
      try XLSXError.check(numberFormat, for: "setting a number format")
      format_set_num_format(format, numberFormat)
    }
    applyAlignment(to: format)
    if let top {
      format_set_top(format, top.line.code)
      format_set_top_color(format, top.color)
    }
    if let bottom {
      format_set_bottom(format, bottom.line.code)
      format_set_bottom_color(format, bottom.color)
    }
  }

  private func applyAlignment(to format: UnsafeMutablePointer<lxw_format>) {
    switch alignment {
    case nil: break
    case .left: format_set_align(format, UInt8(LXW_ALIGN_LEFT.rawValue))
    case .center: format_set_align(format, UInt8(LXW_ALIGN_CENTER.rawValue))
    case .right: format_set_align(format, UInt8(LXW_ALIGN_RIGHT.rawValue))
    }
    switch verticalAlignment {
    case nil: break
    case .top: format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_TOP.rawValue))
    case .center: format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_CENTER.rawValue))
    }
    if wrapped { format_set_text_wrap(format) }
    if indent > 0 { format_set_indent(format, indent) }
  }
}

extension Format.Line {
  fileprivate var code: UInt8 {
    switch self {
    case .hair: UInt8(LXW_BORDER_HAIR.rawValue)
    case .thin: UInt8(LXW_BORDER_THIN.rawValue)
    case .medium: UInt8(LXW_BORDER_MEDIUM.rawValue)
    case .double: UInt8(LXW_BORDER_DOUBLE.rawValue)
    }
  }
}

/// A format that a workbook has.
package struct FormatID {
  let format: UnsafeMutablePointer<lxw_format>
  let workbook: UnsafeMutablePointer<lxw_workbook>
}
