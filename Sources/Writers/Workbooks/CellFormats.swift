internal import Reports
internal import XLSXWriter

/// How each style of cell looks in a workbook.
///
/// Restrained, for people who look at many such sheets: one dark blue, thin grey rules, and
/// colour only where somebody must look or act.
enum CellFormats {
  private static let navy: UInt32 = 0x05_20_49
  private static let white: UInt32 = 0xFF_FF_FF
  private static let ink: UInt32 = 0x20_24_2A
  private static let grey: UInt32 = 0x5F_66_70
  private static let rule: UInt32 = 0xDD_E1_E6
  private static let red: UInt32 = 0xB3_26_1E
  private static let green: UInt32 = 0x1E_6B_3A
  private static let amber: UInt32 = 0xFF_F4_E0
  private static let amberInk: UInt32 = 0x8A_4B_00
  private static let pale: UInt32 = 0xF3_F6_FA

  private static let moneyFormat = "$#,##0.00;[Red]-$#,##0.00"
  private static let countFormat = "#,##0"
  /// Excel takes the cell for a text whatever is typed into it: IDs keep their zeros.
  private static let textFormat = "@"

  static func format(for style: CellStyle) -> Format {
    switch style {
    case .draft, .final: band(style == .draft ? red : green)
    case .title, .department, .quarter: opening(style)
    case .caption, .figureCount, .figureMoney, .figureHeld: figure(style)
    case .heading, .headingRight: heading(style)
    case .text, .wrapped, .count, .money, .date, .duration: body(style)
    case .heldMoney: heldMoney
    case .totalText, .totalCount, .totalMoney: total(style)
    case .section, .note, .label: prose(style)
    case .signLabel, .signLine: sign(style)
    }
  }

  private static func band(_ fill: UInt32) -> Format {
    var format = Format(fontSize: 12)
    format.bold = true
    format.fontColor = white
    format.fill = fill
    format.alignment = .left
    format.indent = 1
    format.verticalAlignment = .center
    return format
  }

  private static func opening(_ style: CellStyle) -> Format {
    var format = Format(fontSize: style == .title ? 18 : style == .department ? 13 : 11)
    format.bold = style != .quarter
    format.fontColor = style == .quarter ? grey : navy
    format.verticalAlignment = .center
    return format
  }

  private static func figure(_ style: CellStyle) -> Format {
    var format = Format(fontSize: style == .caption ? 9 : 16)
    format.alignment = .left
    switch style {
    case .figureCount:
      format.numberFormat = countFormat
      format.fontColor = navy
    case .figureMoney:
      format.numberFormat = moneyFormat
      format.fontColor = navy
    case .figureHeld:
      format.numberFormat = moneyFormat
      format.fontColor = amberInk
      format.fill = amber
    default: format.fontColor = grey
    }
    format.bold = style != .caption
    if style != .caption { format.verticalAlignment = .center }
    return format
  }

  private static func heading(_ style: CellStyle) -> Format {
    var format = Format(fontSize: 10)
    format.bold = true
    format.fontColor = white
    format.fill = navy
    format.alignment = style == .heading ? .left : .right
    if style == .heading { format.indent = 1 }
    format.verticalAlignment = .center
    format.wrapped = true
    return format
  }

  private static func body(_ style: CellStyle) -> Format {
    var format = Format(fontSize: 10)
    format.fontColor = ink
    format.bottom = Format.Border(.thin, rule)
    // Where one cell of a row has several lines, the others stand beside the first of them.
    format.verticalAlignment = .top
    switch style {
    case .count: format.numberFormat = countFormat
    case .money: format.numberFormat = moneyFormat
    case .duration: format.numberFormat = "[h]:mm:ss"
    default:
      format.numberFormat = style == .date ? "yyyy-mm-dd" : textFormat
      // Away from the number that may end in the column before.
      format.alignment = .left
      format.indent = 1
    }
    format.wrapped = style == .wrapped
    return format
  }

  private static var heldMoney: Format {
    var format = body(.money)
    format.fill = amber
    format.bottom = Format.Border(.thin, 0xF0_DD_BC)
    return format
  }

  private static func total(_ style: CellStyle) -> Format {
    var format = Format(fontSize: 10)
    format.bold = true
    format.fontColor = navy
    format.fill = pale
    format.top = Format.Border(.medium, navy)
    switch style {
    case .totalCount: format.numberFormat = countFormat
    case .totalMoney: format.numberFormat = moneyFormat
    default:
      format.alignment = .left
      format.indent = 1
    }
    return format
  }

  private static func prose(_ style: CellStyle) -> Format {
    var format = Format(fontSize: style == .section ? 12 : 10)
    switch style {
    case .section:
      format.bold = true
      format.fontColor = navy
    case .note:
      format.italic = true
      format.fontColor = grey
    default:
      format.bold = true
      format.fontColor = ink
      format.verticalAlignment = .top
    }
    return format
  }

  private static func sign(_ style: CellStyle) -> Format {
    var format = Format(fontSize: 10)
    format.fontColor = grey
    if style == .signLine { format.bottom = Format.Border(.thin, ink) }
    return format
  }
}
