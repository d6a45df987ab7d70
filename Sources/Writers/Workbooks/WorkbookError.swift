/// A workbook that was not written, or is not what was to be written.
package struct WorkbookError: Error, Equatable, CustomStringConvertible {
  package var file: String
  package var sheet: String?
  /// Such as `C7`; nil for what concerns the whole sheet.
  package var cell: String?
  package var reason: String

  package var description: String {
    let place = sheet.map { sheet in " “\(sheet)”" + (cell.map { " \($0)" } ?? "") } ?? ""
    return "\(file):\(place) \(reason)"
  }

  package init(file: String, sheet: String? = nil, cell: String? = nil, reason: String) {
    self.file = file
    self.sheet = sheet
    self.cell = cell
    self.reason = reason
  }
}
