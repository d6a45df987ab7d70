/// A package of ours, from its first byte to its last.
extension PackageReader {
  /// Reads every byte of the package once, and says what its parts are, in the order of its directory.
  ///
  /// Parts lie one behind the other from the first byte on, each behind a header that says the
  /// same as the directory; nothing else is in the file. So a package is either what
  /// ``PackageWriter`` makes of these parts, or refused.
  ///
  /// - Parameter see: is given the file's bytes, in their order.
  /// - Throws: ``PackageError``.
  package func sums(
    seeing see: @escaping (UnsafeRawBufferPointer) -> Void = { _ in }
  ) throws(PackageError) -> [PartSum] {
    var sums: [PartSum] = []
    var position = 0
    var directory: [UInt8] = []
    for part in parts {
      let header = PackageHeader(
        part.name, crc: part.crc, compressedSize: part.compressedSize, size: part.size)
      try compare(header.local, at: position, seeing: see)
      directory += header.central(at: position)
      position += header.local.count
      let stream = try open(part, seeing: see)
      guard stream.start == position else { throw differ(at: position) }
      sums.append(try sum(of: stream))
      position += part.compressedSize
    }
    let end = PackageHeader.end(partCount: parts.count, directory: directory, at: position)
    try compare(directory + end, at: position, seeing: see)
    guard Int64(position + directory.count + end.count) == fileSize else {
      throw PackageError(path, "checking its headers", reason: "it has bytes behind its end")
    }
    return sums
  }

  private func sum(of stream: PartStream) throws(PackageError) -> PartSum {
    // ISA-L inflates the first and the last 32 KiB of each call into memory of its own, and copies them.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 512 * 1024, alignment: 64)
    defer { buffer.deallocate() }
    while try stream.read(into: buffer) > 0 {}
    return stream.sum
  }

  private func compare(
    _ bytes: [UInt8], at position: Int, seeing see: (UnsafeRawBufferPointer) -> Void
  ) throws(PackageError) {
    let read = try self.bytes(at: Int64(position), count: bytes.count)
    guard read == bytes else { throw differ(at: position) }
    read.withUnsafeBytes(see)
  }

  private func differ(at position: Int) -> PackageError {
    PackageError(
      path, "checking its headers", reason: "they are not what was written (at \(position))")
  }
}
