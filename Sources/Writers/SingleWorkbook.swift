package import Reports

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A workbook that stands alone: a new file, read back, whole or not there at all.
package enum SingleWorkbook {
  /// - Throws: ``OutputError``, also where the file is there already; ``WorkbookError``.
  package static func write(_ sheets: [Sheet], to path: String) throws {
    var status = stat()
    guard lstat(path, &status) != 0 else {
      throw OutputError(
        .cannotCreate, "\(path) is there already, and is left alone: name a new file with --out")
    }
    // Takes all of it away again where something fails.
    let folder = try OutputFolder(replacing: path)
    let file = folder.files + "/workbook.xlsx"
    let template = try WorkbookTemplate(layouts: sheets.map(\.layout), scratch: folder.scratch)
    let written = try WorkbookWriter.write(sheets, using: template, to: file)
    try WorkbookVerifier.verify(file, written)
    try sync(file)
    try folder.publish(file: "workbook.xlsx")
  }
}
