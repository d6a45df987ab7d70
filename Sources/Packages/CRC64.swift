internal import CISAL

/// A check sum of 64 bits (ECMA-182), the same on every machine, and as fast as memory is read.
package struct CRC64: Equatable, Sendable {
  package private(set) var value: UInt64 = 0

  package init() {}

  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    value = crc64_ecma_refl(value, base.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
  }
}
