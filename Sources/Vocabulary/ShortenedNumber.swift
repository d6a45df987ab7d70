/// Whether an ID is a number as spreadsheets shorten it, such as `8.12E+10`.
@inlinable public func isShortenedNumber(_ id: UnsafeBufferPointer<UInt8>) -> Bool {
  let exponent = id.count - 3
  guard exponent > 1, id[exponent] == UInt8(ascii: "+") else { return false }
  func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }
  return id[exponent - 1] | 0x20 == UInt8(ascii: "e") && id[(exponent + 1)...].allSatisfy(isDigit)
    && id[..<(exponent - 1)].allSatisfy {
      isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",")
    }
}
