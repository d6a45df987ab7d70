internal import Packages
package import Reports

/// A workbook that holds what was to be written.
package struct VerifiedWorkbook: Equatable, Sendable {
  /// Of the file.
  package let bytes: Int64
  package let rows: Int
  package let cells: Int
}

/// Opens workbooks again, and compares them with what was to be written.
///
/// A full disk, a failing one or a fault of ours must not become somebody's pay: every part is
/// read and its sum checked, and every cell's place, style and value is read from the XML and
/// compared with the rows, which are made anew.
package enum WorkbookVerifier {
  /// - Parameter onTwoThreads: whether a second one inflates, ahead of the caller's.
  /// - Throws: ``WorkbookError`` at the first difference, naming sheet and cell.
  /// - Precondition: The sheets have the template's layouts, in order.
  package static func verify(
    _ path: String, _ sheets: [Sheet], using template: WorkbookTemplate, onTwoThreads: Bool = false
  ) throws -> VerifiedWorkbook {
    precondition(sheets.map(\.layout) == template.layouts, "a workbook has its template's sheets")
    for sheet in sheets { sheet.checkRows() }
    do {
      let package = try PackageReader(path)
      try package.checkHeaders()
      guard package.parts.map(\.name) == template.parts.map(\.name) else {
        throw WorkbookError(file: path, reason: "has other parts than were written")
      }
      var cells = 0
      for (part, wanted) in zip(package.parts, template.parts) {
        switch wanted {
        case .fixed(_, let bytes): try compare(part, of: package, with: bytes)
        case .workbook(_, let text): try compare(part, of: package, with: text.bytes(for: sheets))
        case .sheet(_, let index, let prefix, let suffix):
          let stream = try package.open(part)
          func verify(_ read: @escaping XMLWindow.Reader) throws -> Int {
            var verifier = SheetVerifier(
              sheets[index], reading: read, file: path, template: template)
            try verifier.verify(
              prefix: prefix.bytes(for: sheets), suffix: suffix.bytes(for: sheets))
            return verifier.cellCount
          }
          cells +=
            try onTwoThreads
            ? Conveyor.readAhead(of: { try stream.read(into: $0) }, by: verify)
            : verify { try stream.read(into: $0) }
        }
      }
      let rows = sheets.reduce(0) { $0 + $1.rowCount }
      return VerifiedWorkbook(bytes: package.fileSize, rows: rows, cells: cells)
    } catch let error as PackageError {
      throw WorkbookError(file: path, reason: "\(error.operation): \(error.reason)")
    }
  }

  private static func compare(
    _ part: PackageReader.Part, of package: PackageReader, with bytes: [UInt8]
  ) throws {
    let stream = try package.open(part)
    var window = XMLWindow { try stream.read(into: $0) }
    guard try window.take(bytes), try window.isAtEnd() else {
      throw WorkbookError(
        file: package.path, reason: "its part \(part.name) is not what was written")
    }
  }
}
