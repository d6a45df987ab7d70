/// What the bytes of a part are, in two words: other bytes have other ones, but for one chance in 2^64.
///
/// Not the sum that a package has of its parts: a package that says of wrong bytes that they are the right
/// ones is found, too.
package struct PartSum: Equatable, Sendable {
  package let name: String
  private var size = 0
  private var crc = CRC64()

  package init(_ name: String) { self.name = name }

  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    size += bytes.count
    crc.add(bytes)
  }
}
