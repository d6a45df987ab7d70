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
