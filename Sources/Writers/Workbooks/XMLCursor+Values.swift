/// Values of cells, read from XML without the code that wrote them.
extension XMLCursor {
  mutating func takeInteger() -> Int64? {
    if next == UInt8(ascii: "-") {
      skip(1)
      return takeDigits().flatMap { $0 == 0 ? nil : -$0 }
    }
    return takeDigits()
  }

  /// A decimal number of dollars with at most two places.
  mutating func takeCents() -> Int64? {
    let isNegative = next == UInt8(ascii: "-")
    if isNegative { skip(1) }
    guard let dollars = takeDigits(), dollars < Int64.max / 100 else { return nil }
    var cents = dollars * 100
    if next == UInt8(ascii: ".") {
      skip(1)
      var places = 0
      var unit: Int64 = 10
      while next >= UInt8(ascii: "0"), next <= UInt8(ascii: "9") {
        guard places < 2 else { return nil }
        cents += Int64(next - UInt8(ascii: "0")) * unit
        unit = 1
        places += 1
        skip(1)
      }
      guard places > 0 else { return nil }
    }
    return isNegative ? -cents : cents
  }

  /// A number with or without a point, up to the next tag or quote.
  mutating func takeDouble() -> Double? {
    let start = self
    // Heights of rows are whole, mostly.
    if let whole = takeDigits(), next == UInt8(ascii: "\"") || next == UInt8(ascii: "<") {
      return Double(whole)
    }
    self = start
    var length = 0
    while byte(at: length) > UInt8(ascii: "\""), byte(at: length) != UInt8(ascii: "<") {
      length += 1
      guard length < 32 else { return nil }
    }
    let text = String(unsafeUninitializedCapacity: length) { buffer in
      for index in 0..<length { buffer[index] = byte(at: index) }
      return length
    }
    skip(length)
    return Double(text)
  }

  /// Steps over a text up to the next tag, and says whether it means `wanted`.
  ///
  /// - Parameter isKept: Whether spaces at the ends count; without it, programs drop them.
  mutating func take(text wanted: UnsafeBufferPointer<UInt8>, isKept: Bool) -> Bool {
    if !isKept, Self.isSpace(next) { return false }
    var index = takePlain(wanted)
    var isSpaceLast = false
    while next != UInt8(ascii: "<") {
      let byte = next
      isSpaceLast = Self.isSpace(byte)
      if byte == UInt8(ascii: "&") || byte == UInt8(ascii: "_") {
        guard takeEscape(wanted, &index) else { return false }
        continue
      }
      guard index < wanted.count, wanted[index] == byte, byte >= 0x20 || isSpaceLast,
        byte != UInt8(ascii: ">")
      else { return false }
      index += 1
      skip(1)
    }
    return index == wanted.count && (isKept || !isSpaceLast)
  }

  /// Steps over bytes that stand for themselves, eight at a time, where they are what is wanted: so many that
  /// the last is left, which may not be a space.
  ///
  /// - Returns: how many.
  @inline(__always)
  private mutating func takePlain(_ wanted: UnsafeBufferPointer<UInt8>) -> Int {
    guard let base = wanted.baseAddress else { return 0 }
    var index = 0
    while index + 8 < wanted.count {
      let bytes: UInt64 = step(at: 0)
      guard bytes == UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self),
        Self.arePlain(bytes)
      else { break }
      index += 8
      skip(8)
    }
    return index
  }

  /// Whether eight bytes are letters without accents, digits, spaces and the like: 0x20 ..< 0x80 without `&`, `<`, `>`,
  /// `_`.
  @inline(__always)
  private static func arePlain(_ bytes: UInt64) -> Bool {
    func eight(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
    let highs = eight(0x80)
    guard bytes & highs == 0 else { return false }
    // No byte reaches the next one: each is below 0x80, and what is added to it, too.
    func areOther(than byte: UInt8) -> UInt64 { (bytes ^ eight(byte)) &+ eight(0x7F) }
    let plain =
      (bytes &+ eight(0x60)) & areOther(than: UInt8(ascii: "&"))
      & areOther(than: UInt8(ascii: "<")) & areOther(than: UInt8(ascii: ">"))
      & areOther(than: UInt8(ascii: "_"))
    return plain & highs == highs
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t")
  }

  /// Reads an entity, a code such as `_x000D_`, or an underscore that is only that.
  private mutating func takeEscape(
    _ wanted: UnsafeBufferPointer<UInt8>, _ index: inout Int
  ) -> Bool {
    let scalar: Unicode.Scalar
    if take("&amp;") {
      scalar = "&"
    } else if take("&lt;") {
      scalar = "<"
    } else if take("&gt;") {
      scalar = ">"
    } else if let code = codeUnit() {
      guard let unit = Unicode.Scalar(code) else { return false }
      scalar = unit
      skip(7)
    } else if next == UInt8(ascii: "_") {
      scalar = "_"
      skip(1)
    } else {
      return false
    }
    for byte in UTF8.encode(scalar).map(Array.init) ?? [] {
      guard index < wanted.count, wanted[index] == byte else { return false }
      index += 1
    }
    return true
  }

  /// The number in `_xHHHH_`, where that is next.
  private func codeUnit() -> UInt16? {
    guard next == UInt8(ascii: "_"), byte(at: 1) == UInt8(ascii: "x") else { return nil }
    var code: UInt16 = 0
    for distance in 2...5 {
      // A zero ends the search before the window does.
      guard let digit = Character(UnicodeScalar(byte(at: distance))).hexDigitValue else {
        return nil
      }
      code = code << 4 | UInt16(digit)
    }
    return byte(at: 6) == UInt8(ascii: "_") ? code : nil
  }
}
