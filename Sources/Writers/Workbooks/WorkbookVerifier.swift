internal import Packages

/// Opens workbooks again, and compares them with what was written.
///
/// A full disk, a failing one or a fault of ours must not become somebody's pay. The ``SheetRenderer`` has read
/// each cell again from the XML that it made; here every part is read from the file and must be that XML, by its
/// length and sums.
package enum WorkbookVerifier {
  /// - Throws: ``WorkbookError`` that names the first part which is another.
  package static func verify(_ path: String, _ written: WrittenWorkbook) throws(WorkbookError) {
    do throws(PackageError) {
      let package = try PackageReader(path)
      try package.checkHeaders()
      guard package.parts.map(\.name) == written.parts.map(\.name) else {
        throw PackageError(path, "reading it", reason: "it has other parts than were written")
      }
      for (part, wanted) in zip(package.parts, written.parts)
      where try package.sum(of: part) != wanted {
        throw PackageError(path, "reading part \(part.name)", reason: "it is not what was written")
      }
    } catch {
      throw WorkbookError(file: path, reason: "\(error.operation): \(error.reason)")
    }
  }
}
