@testable import Packages

extension PackageWriter {
  /// Compresses a part, given in pieces of so many bytes.
  func add(_ name: String, _ bytes: [UInt8], inPiecesOf count: Int = 1 << 20) throws {
    try add(name) { sink in
      try bytes.withUnsafeBytes { bytes in
        for start in stride(from: 0, to: bytes.count, by: count) {
          let end = min(start + count, bytes.count)
          try sink(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        }
      }
      return PartSum(name, of: bytes)
    }
  }
}
