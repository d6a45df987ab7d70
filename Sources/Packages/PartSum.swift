/// What the bytes of a part are, in a few words: its name, its size, and the check sum that zip files have.
///
/// A part of the same size with one byte changed always has another one, a part of other bytes but for one chance
/// in 2^32.
package struct PartSum: Equatable, Sendable {
  package let name: String
  package private(set) var size = 0
  private(set) var crc = CRC32()

  package init(_ name: String) { self.name = name }

  package init(_ name: String, of bytes: [UInt8]) {
    self.name = name
    bytes.withUnsafeBytes { add($0) }
  }

  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    size += bytes.count
    crc.add(bytes)
  }
}
