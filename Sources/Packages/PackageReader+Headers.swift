/// What no check sum covers.
extension PackageReader {
  /// Checks every byte of the package outside the parts' data, for a package of ours.
  ///
  /// Parts lie one behind the other from the first byte on, each behind a header that says the
  /// same as the directory; nothing else is in the file. So a package is either what
  /// ``PackageWriter`` makes of these parts, or refused.
  ///
  /// - Throws: ``PackageError``.
  package func checkHeaders() throws(PackageError) {
    var position = 0
    var directory: [UInt8] = []
    for part in parts {
      let header = PackageHeader(
        part.name, crc: part.crc, compressedSize: part.compressedSize, size: part.size)
      try compare(header.local, at: position)
      directory += header.central(at: position)
      position += header.local.count + part.compressedSize
    }
    let end = PackageHeader.end(partCount: parts.count, directory: directory, at: position)
    try compare(directory + end, at: position)
    guard Int64(position + directory.count + end.count) == fileSize else {
      throw PackageError(path, "checking its headers", reason: "it has bytes behind its end")
    }
  }

  private func compare(_ bytes: [UInt8], at position: Int) throws(PackageError) {
    guard try self.bytes(at: Int64(position), count: bytes.count) == bytes else {
      throw PackageError(
        path, "checking its headers", reason: "they are not what was written (at \(position))")
    }
  }
}
