import Foundation
import Packages
import Reports
import TestSupport
import Writers

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
