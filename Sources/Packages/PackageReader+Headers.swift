internal import CMinizip

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
    var position: Int64 = 0
    var directory: [UInt8] = []
    for part in parts {
      let header = Header(part)
      let start = UInt32(truncatingIfNeeded: position)
      try compare(
        Header.local + header.fields + header.nameCount + [0, 0] + part.name.utf8, at: position)
      position += 30 + Int64(part.name.utf8.count) + Int64(part.compressedSize)
      directory += Header.central + header.fields + header.nameCount
      directory += [UInt8](repeating: 0, count: 12) + Header.bytes(of: start) + part.name.utf8
    }
    let count = Header.bytes(of: UInt16(truncatingIfNeeded: parts.count))
    var end: [UInt8] = [0x50, 0x4B, 0x05, 0x06, 0, 0, 0, 0]
    end += count + count + Header.bytes(of: UInt32(truncatingIfNeeded: directory.count))
    end += Header.bytes(of: UInt32(truncatingIfNeeded: position)) + [0, 0]
    try compare(directory + end, at: position)
    guard position + Int64(directory.count + end.count) == fileSize else {
      throw PackageError(path, "checking its headers", reason: "it has bytes behind its end")
    }
  }

  private func compare(_ bytes: [UInt8], at position: Int64) throws(PackageError) {
    guard try self.bytes(at: position, count: bytes.count) == bytes else {
      throw PackageError(
        path, "checking its headers", reason: "they are not what was written (at \(position))")
    }
  }
}

/// The fields that a part's two headers share (APPNOTE 4.3.7 and 4.3.12).
private struct Header {
  /// Signature, and version 2.0; in the directory, also who made it: nobody.
  static let local: [UInt8] = [0x50, 0x4B, 0x03, 0x04, 20, 0]
  static let central: [UInt8] = [0x50, 0x4B, 0x01, 0x02, 0, 0, 20, 0]

  let fields: [UInt8]
  let nameCount: [UInt8]

  init(_ part: PackageReader.Part) {
    // No flags, deflate, 0:00 on 1980-01-01.
    let constant: [UInt8] = [0, 0, 8, 0, 0, 0, 0x21, 0]
    fields =
      constant + Self.bytes(of: part.crc)
      + Self.bytes(of: UInt32(truncatingIfNeeded: part.compressedSize))
      + Self.bytes(of: UInt32(truncatingIfNeeded: part.size))
    nameCount = Self.bytes(of: UInt16(truncatingIfNeeded: part.name.utf8.count))
  }

  static func bytes<Number: FixedWidthInteger>(of number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
