package import Foundation
import Packages

#if canImport(FoundationXML)
  package import FoundationXML
#endif

/// A workbook as its reader sees it, in lines of text that a golden file can hold: of each sheet its header, its
/// footer, the widths of its columns and its cells, numbers as their formats show them, formulas with their stored
/// results; and what the charts draw.
package func workbookText(_ path: String) throws -> String {
  var lines: [String] = []
  let formats = CellStyles(try text("xl/styles.xml", of: path))
  let names = matches(of: /<sheet name="([^"]*)"/, in: try text("xl/workbook.xml", of: path))
  for (index, name) in names.enumerated() {
    let part = "xl/worksheets/sheet\(index + 1).xml"
    lines.append("## \(name)")
    let xml = try text(part, of: path)
    for line in matches(of: /<odd(?:Header|Footer)>(.*?)<\/odd/, in: xml) {
      lines.append("  \(line)")
    }
    let widths = matches(of: /<col [^>]*width="([0-9]+\.?[0-9]?)/, in: xml)
    lines.append("  widths \(widths.joined(separator: " "))")
    for range in matches(of: /<autoFilter ref="([^"]*)"/, in: xml) {
      lines.append("  filters \(range)")
    }
    var rows: [Int: [(column: String, text: String)]] = [:]
    let sheet = try SheetParser.sheet(part, of: path)
    lines.append("  band \(formats.fill(style: sheet.cells["A1"]?.style ?? ""))")
    for (place, cell) in sheet.cells {
      guard !cell.value.isEmpty || !cell.formula.isEmpty else { continue }
      let column = String(place.prefix { $0.isLetter })
      let shown = cell.type == "n" ? formats.shown(cell.value, style: cell.style) : cell.value
      let text = cell.formula.isEmpty ? shown : "=\(cell.formula) → \(shown)"
      rows[Int(place.dropFirst(column.count)) ?? 0, default: []].append((column, text))
    }
    for (number, cells) in rows.sorted(by: { $0.key < $1.key }) {
      let inOrder = cells.sorted { ($0.column.count, $0.column) < ($1.column.count, $1.column) }
      lines.append(
        "\(number)\(sheet.heights[number].map { " high \($0)" } ?? "")  "
          + inOrder.map { "\($0.column): \($0.text)" }.joined(separator: " | "))
    }
  }
  for number in 1... {
    let chart = try text("xl/charts/chart\(number).xml", of: path)
    guard !chart.isEmpty else { break }
    lines.append("## chart \(number)")
    lines += matches(of: /<(?:c:f|a:t)>(.*?)<\//, in: chart).map { "  \($0)" }
  }
  return lines.map { $0 + "\n" }.joined()
}

/// The formats of numbers, and the colors of cells, by style.
private struct CellStyles {
  private var codes: [String] = []
  private var fills: [String] = []

  init(_ styles: String) {
    var named: [Substring: Substring] = [:]
    for match in styles.matches(of: /<numFmt numFmtId="([0-9]+)" formatCode="([^"]*)"/) {
      named[match.output.1] = match.output.2
    }
    let cells = styles.split(separator: "<cellXfs").last?.split(separator: "</cellXfs>").first ?? ""
    codes = cells.matches(of: /<xf numFmtId="([0-9]+)"/).map { String(named[$0.output.1] ?? "") }
    let colors = matches(of: /<fill>(.*?)<\/fill>/, in: styles).map {
      matches(of: /fgColor rgb="([0-9A-F]+)"/, in: $0).first ?? "none"
    }
    fills = matches(of: /<xf [^>]*fillId="([0-9]+)"/, in: String(cells)).map {
      colors[Int($0) ?? 0]
    }
  }

  func fill(style: String) -> String {
    Int(style).flatMap { fills.indices.contains($0) ? fills[$0] : nil } ?? "none"
  }

  /// A number as Excel shows it; where its format is none of ours, as it is stored.
  func shown(_ value: String, style: String) -> String {
    let code = Int(style).flatMap { codes.indices.contains($0) ? codes[$0] : nil } ?? ""
    guard let number = Double(value) else { return value }
    let plain = { (digits: Int) in
      abs(number).formatted(
        .number.precision(.fractionLength(digits)).grouping(.automatic).locale(
          Locale(identifier: "en_US")))
    }
    let sign = number < 0 ? "-" : ""
    if code.hasPrefix("$#,##0.00") { return sign + "$" + plain(2) }
    switch code {
    case "#,##0": return sign + plain(0)
    case "yyyy-mm-dd":
      return Date(timeIntervalSince1970: (number - 25_569) * 86_400).ISO8601Format(
        .iso8601.year().month().day())
    case "[h]:mm:ss":
      let seconds = Int((number * 86_400).rounded())
      let two = { (part: Int) in (part < 10 ? "0" : "") + String(part) }
      return "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    default: return code.isEmpty ? value : "\(value) as \(code)"
    }
  }
}

private func matches(of pattern: Regex<(Substring, Substring)>, in text: String) -> [String] {
  text.matches(of: pattern).map { String($0.output.1) }
}

/// A part's text.
package func text(_ part: String, of path: String) throws -> String {
  let reader = try PackageReader(path)
  guard let found = reader.part(named: part) else { return "" }
  return String(decoding: try reader.bytes(of: found), as: UTF8.self)
}

/// A cell as the XML has it, read by a parser that is not ours.
package struct ReadCell: Equatable {
  package var style = ""
  package var type = ""
  package var value = ""
  package var formula = ""
}

/// The cells of a sheet's part by their names.
package final class SheetParser: NSObject, XMLParserDelegate {
  package private(set) var cells: [String: ReadCell] = [:]
  /// Of rows, in points.
  package private(set) var heights: [Int: String] = [:]
  private var name = ""
  private var content = ""

  package static func cells(_ part: String, of path: String) throws -> [String: ReadCell] {
    try sheet(part, of: path).cells
  }

  package static func sheet(_ part: String, of path: String) throws -> SheetParser {
    let delegate = SheetParser()
    let parser = XMLParser(data: Data(try text(part, of: path).utf8))
    parser.delegate = delegate
    guard parser.parse() else { throw parser.parserError ?? CocoaError(.coderInvalidValue) }
    return delegate
  }

  package func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    content = ""
    if element == "row", let number = Int(attributes["r"] ?? "") {
      heights[number] = attributes["ht"]
    }
    guard element == "c" else { return }
    name = attributes["r"] ?? ""
    cells[name] = ReadCell(style: attributes["s"] ?? "", type: attributes["t"] ?? "n")
  }

  package func parser(_ parser: XMLParser, foundCharacters string: String) { content += string }

  package func parser(
    _ parser: XMLParser, didEndElement element: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    switch element {
    case "v", "t": cells[name]?.value = content
    case "f": cells[name]?.formula = content
    default: break
    }
  }
}
