import Crypto
import Foundation
import Packages
import Reports
import TestSupport
import Testing

@testable import Writers

/// How many bytes a file has, and their SHA-256.
func readFile(_ path: String) throws -> (byteCount: Int, sha256: String) {
  let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
  return (bytes.count, SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined())
}

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

/// - Returns: how many cells were compared.
@discardableResult
func writeAndVerify(_ sheets: [Sheet], to path: String, scratch: String) throws -> Int {
  let template = try WorkbookTemplate(layouts: sheets.map(\.layout), scratch: scratch)
  let written = try WorkbookWriter.write(sheets, using: template, to: path)
  try WorkbookVerifier.verify(path, written)
  return try compareRows(of: path, with: sheets, template)
}

/// Compares the rows of a workbook's file with those of sheets, which may be others than were written.
///
/// - Returns: how many cells were compared.
@discardableResult
func compareRows(
  of path: String, with sheets: [Sheet], _ template: WorkbookTemplate
) throws -> Int {
  let package = try PackageReader(path)
  var cells = 0
  for (index, sheet) in sheets.enumerated() {
    let part = try #require(package.part(named: "xl/worksheets/sheet\(index + 1).xml"))
    let rows = rows(in: String(decoding: try package.bytes(of: part), as: UTF8.self))
    try #require(rows.count == sheet.rowCount)
    let places = CellRun.places(forRows: sheet.rowCount)
    var verifier = RowVerifier(
      file: path, columns: template.snippets.columns, styleNumbers: template.styleNumbers,
      places: places)
    var row = CellRow(keepingRuns: places)
    let fill = sheet.reader()
    for (index, written) in rows.enumerated() {
      if "\(index + 1)".count > "\(index)".count { row.forgetRuns() }
      row.clear()
      fill(index, &row)
      let bytes = Array(written.utf8) + [UInt8](repeating: 0, count: XMLCursor.zeros)
      try bytes.withUnsafeBufferPointer {
        try verifier.verify(
          row, RowNumber(index + 1), of: sheet.layout,
          as: .init(rebasing: $0.dropLast(XMLCursor.zeros)))
      }
      // As the renderer does: what is too long to keep is there in each row.
      for run in row.runs where written.utf8.count > KeptRuns.countMax {
        row.forgetRun(at: run.place)
      }
      cells += row.cells.count
    }
  }
  return cells
}

/// The rows of a sheet's XML, each with its tags.
private func rows(in text: String) -> [String] {
  let data = text.components(separatedBy: "<sheetData>")[1].components(separatedBy: "</sheetData>")[
    0]
  return data.components(separatedBy: "</row>").dropLast().map { $0 + "</row>" }
}

/// Changes a byte of the first part of a package that is being written somewhere below a folder, where there is one.
func damageFirstPart(of name: String, below folder: String) {
  let below = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
  for path in below where path.hasSuffix("/" + name) {
    guard let file = FileHandle(forUpdatingAtPath: "\(folder)/\(path)") else { continue }
    defer { try? file.close() }
    // Behind the part's own header, of 30 bytes and its name.
    let place = UInt64(30 + "[Content_Types].xml".utf8.count + 40)
    guard (try? file.seek(toOffset: place)) != nil else { continue }
    try? file.write(contentsOf: Data([0xFF]))
  }
}

/// Packs a package again with other texts and right sums; a part without a text is left out.
///
/// - Returns: how many parts are not what they were.
func repack(
  _ path: String, to changed: String, _ change: (_ part: String, _ text: inout String?) -> Void
) throws -> Int {
  let reader = try PackageReader(path)
  let deflater = Deflater()
  let writer = try PackageWriter(creating: changed, with: deflater)
  var changes = 0
  for part in reader.parts {
    let before = try reader.bytes(of: part)
    var text: String? = String(decoding: before, as: UTF8.self)
    change(part.name, &text)
    let after = text.map { Array($0.utf8) }
    if after != before { changes += 1 }
    guard let after else { continue }
    try writer.add(CompressedPart(name: part.name, bytes: after, with: deflater))
  }
  try writer.close()
  return changes
}
