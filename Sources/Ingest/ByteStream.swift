/// The bytes of a file, read one piece after the other. Who implements it does the I/O.
package protocol ByteStream {
  /// About how many bytes there are.
  var expectedCount: Int { get }

  /// Reads the next bytes, and fills the buffer unless the file ends.
  ///
  /// - Returns: how many were read; 0 at the end.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int

  /// Goes back to the first byte.
  mutating func rewind() throws
}

/// A stream over bytes that are in memory already.
package struct MemoryStream: ByteStream {
  private let bytes: [UInt8]
  private var position = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var expectedCount: Int { bytes.count }

  package mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, bytes.count - position)
    buffer.copyBytes(from: bytes[position..<position + count])
    position += count
    return count
  }

  package mutating func rewind() { position = 0 }
}
