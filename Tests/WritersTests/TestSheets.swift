import Foundation
import Packages
import Reports
import Writers

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A folder of a test's own, removed with it.
final class TestFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "writers-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// What a call fails with, without the folder's name.
  func failure(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch let error as OutputError {
      return "\(error.kind): " + error.description.replacing(path + "/", with: "")
    } catch {
      return "\(error)"
    }
  }
}

typealias FillCells = @Sendable (Int, inout CellRow) -> Void

/// A sheet of `columns` columns whose rows `fill` makes.
func sheet(
  _ rowCount: Int, columns: Int = 1, name: String = "A", headingRow: Int? = nil,
  lastTableRow: Int? = nil, _ fill: @escaping FillCells
) -> Sheet {
  let layout = SheetLayout(
    name: name, columnWidths: [Double](repeating: 12, count: columns), headingRow: headingRow,
    filters: headingRow != nil)
  return Sheet(
    layout: layout, rowCount: rowCount, lastTableRow: lastTableRow ?? max(rowCount - 1, 0),
    fill: fill)
}

@discardableResult
func writeAndVerify(
  _ sheets: [Sheet], to path: String, scratch: String
) throws -> VerifiedWorkbook {
  let template = try WorkbookTemplate(layouts: sheets.map(\.layout), scratch: scratch)
  try WorkbookWriter.write(sheets, using: template, to: path)
  return try WorkbookVerifier.verify(path, sheets, using: template)
}

/// A part's text.
func text(_ part: String, of path: String) throws -> String {
  let reader = try PackageReader(path)
  guard let found = reader.part(named: part) else { return "" }
  return String(decoding: try reader.bytes(of: found), as: UTF8.self)
}

/// Packs a package again with other texts and right sums; a part without a text is left out.
///
/// - Returns: how many parts are not what they were.
func repack(
  _ path: String, to changed: String, _ change: (_ part: String, _ text: inout String?) -> Void
) throws -> Int {
  let reader = try PackageReader(path)
  let writer = try PackageWriter(creating: changed, with: Deflater())
  var changes = 0
  for part in reader.parts {
    let before = try reader.bytes(of: part)
    var text: String? = String(decoding: before, as: UTF8.self)
    change(part.name, &text)
    let after = text.map { Array($0.utf8) }
    if after != before { changes += 1 }
    guard let after else { continue }
    try writer.add(part.name) { sink in try after.withUnsafeBytes(sink) }
  }
  try writer.close()
  return changes
}

/// A cell as the XML has it, read by a parser that is not ours.
struct ReadCell: Equatable {
  var style = ""
  var type = ""
  var value = ""
  var formula = ""
}

/// The cells of a sheet's part by their names.
final class SheetParser: NSObject, XMLParserDelegate {
  private(set) var cells: [String: ReadCell] = [:]
  private(set) var heights: [String: String] = [:]
  private var name = ""
  private var content = ""

  static func cells(_ part: String, of path: String) throws -> [String: ReadCell] {
    let delegate = SheetParser()
    let parser = XMLParser(data: Data(try text(part, of: path).utf8))
    parser.delegate = delegate
    guard parser.parse() else { throw parser.parserError ?? CocoaError(.coderInvalidValue) }
    return delegate.cells
  }

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    content = ""
    guard element == "c" else { return }
    name = attributes["r"] ?? ""
    cells[name] = ReadCell(style: attributes["s"] ?? "", type: attributes["t"] ?? "n")
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { content += string }

  func parser(
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
