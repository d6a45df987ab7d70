internal import Crypto
internal import Packages
internal import Vocabulary

/// Opens workbooks again, and compares them with what was written.
///
/// A full disk, a failing one or a fault of ours must not become somebody's pay. The ``SheetRenderer`` has read
/// each cell again from the XML that it made; here every part is read from the file and must be that XML, by its
/// length and sums.
package enum WorkbookVerifier {
  /// - Returns: what the file is: its bytes are hashed as they are read.
  /// - Throws: ``WorkbookError`` that names the first part which is another.
  @discardableResult
  package static func verify(
    _ path: String, _ written: WrittenWorkbook
  ) throws(WorkbookError) -> WrittenFile {
    do throws(PackageError) {
      let package = try PackageReader(path)
      guard package.parts.map(\.name) == written.parts.map(\.name) else {
        throw PackageError(path, "reading it", reason: "it has other parts than were written")
      }
      var hash = SHA256()
      let sums = try package.sums { hash.update(bufferPointer: $0) }
      for (sum, wanted) in zip(sums, written.parts) where sum != wanted {
        throw PackageError(
          path, "reading part \(wanted.name)", reason: "it is not what was written")
      }
      return WrittenFile(
        byteCount: Int(package.fileSize), sha256: hexadecimal(hash.finalize()))
    } catch {
      throw WorkbookError(file: path, reason: "\(error.operation): \(error.reason)")
    }
  }
}
