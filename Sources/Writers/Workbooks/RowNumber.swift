/// A row's number as its digits, which stand in every cell of the row.
struct RowNumber {
  /// From 1.
  private(set) var value: Int
  /// The first digit in the lowest byte; zeros behind the last.
  private(set) var digits: UInt64 = 0
  private(set) var count = 0

  /// - Precondition: 1 ... 9,999,999; a sheet has 1,048,576 rows.
  init(_ value: Int) {
    precondition(value > 0 && value < 10_000_000, "a row's number has at most seven digits")
    self.value = value
    var rest = UInt64(value)
    while rest > 0 {
      digits = digits << 8 | (UInt64(UInt8(ascii: "0")) + rest % 10)
      rest /= 10
      count += 1
    }
  }

  /// Bytes that begin with a number of as many digits, with this one in its place.
  @inline(__always)
  func replacing(_ bytes: UInt64) -> UInt64 {
    let others = UInt64(littleEndian: bytes) & UInt64.max &<< (8 &* UInt64(count))
    return (others | digits).littleEndian
  }

  /// Zero where bytes begin with the number; what is behind it doesn't count.
  @inline(__always)
  func difference(from bytes: UInt64) -> UInt64 {
    (UInt64(littleEndian: bytes) ^ digits) &<< (64 &- 8 &* UInt64(count))
  }

  /// Goes to the next row.
  @inline(__always)
  mutating func advance() {
    let last = UInt64(count - 1) * 8
    if digits &>> last < UInt64(UInt8(ascii: "9")) {
      value += 1
      digits &+= 1 &<< last
    } else {
      self = RowNumber(value + 1)
    }
  }
}
