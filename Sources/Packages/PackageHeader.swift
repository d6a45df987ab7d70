/// What a package says of a part, before it and in its directory (APPNOTE 4.3.7, 4.3.12 and 4.3.16).
///
/// Nothing of the machine is in it: times are 0:00 on 1980-01-01, and neither maker, owner nor mode is kept.
struct PackageHeader {
  /// The format's numbers have 32 bits; the highest one means that the number is elsewhere.
  static let numberMax = 0xFFFF_FFFE

  /// Signature, and version 2.0; in the directory, also who made it: nobody.
  private static let localStart: [UInt8] = [0x50, 0x4B, 0x03, 0x04, 20, 0]
  private static let centralStart: [UInt8] = [0x50, 0x4B, 0x01, 0x02, 0, 0, 20, 0]
  /// No flags, deflate, the first moment that the format knows.
  private static let constant: [UInt8] = [0, 0, 8, 0, 0, 0, 0x21, 0]

  private let name: String
  /// What both headers have.
  private let fields: [UInt8]

  /// Of a part that a package can have: what is larger is written as something else, and refused by who reads it.
  init(_ name: String, crc: UInt32, compressedSize: Int, size: Int) {
    self.name = name
    fields =
      Self.constant + Self.bytes(of: crc)
      + Self.bytes(of: UInt32(truncatingIfNeeded: compressedSize))
      + Self.bytes(of: UInt32(truncatingIfNeeded: size))
      + Self.bytes(of: UInt16(truncatingIfNeeded: name.utf8.count))
  }

  /// Bytes of ``local`` for a part of this name.
  static func localCount(_ name: String) -> Int { 30 + name.utf8.count }

  /// Before the part.
  var local: [UInt8] { Self.localStart + fields + [0, 0] + name.utf8 }

  /// In the directory, of a part whose local header is at `start`.
  func central(at start: Int) -> [UInt8] {
    Self.centralStart + fields + [UInt8](repeating: 0, count: 12)
      + Self.bytes(of: UInt32(truncatingIfNeeded: start)) + name.utf8
  }

  /// Behind the directory, which ends the package.
  static func end(partCount: Int, directory: [UInt8], at start: Int) -> [UInt8] {
    let count = bytes(of: UInt16(truncatingIfNeeded: partCount))
    return [0x50, 0x4B, 0x05, 0x06, 0, 0, 0, 0] + count + count
      + bytes(of: UInt32(truncatingIfNeeded: directory.count))
      + bytes(of: UInt32(truncatingIfNeeded: start)) + [0, 0]
  }

  private static func bytes<Number: FixedWidthInteger>(of number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
