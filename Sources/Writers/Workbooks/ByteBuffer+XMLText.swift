/// Texts as cells have them.
///
/// XML cannot hold control characters, and makes a line feed of a carriage return: cells write
/// these `_x000D_`, so that a text that says `_x000D_` needs its underscore written so too
/// (ECMA-376 part 1, 22.9.2.19).
extension ByteBuffer {
  /// - Returns: false for a text that is not UTF-8.
  mutating func append(text: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    while index < text.count {
      index += appendPlain(text, from: index)
      guard index < text.count else { break }
      let byte = text[index]
      if byte < 0x80 {
        appendEscaped(byte, at: index, in: text)
        index += 1
        continue
      }
      let length = Self.sequenceLength(at: index, in: text)
      guard length > 0 else { return false }
      if length == 3, byte == 0xEF, text[index + 1] == 0xBF, text[index + 2] >= 0xBE {
        // U+FFFE and U+FFFF are no characters of XML.
        appendCode(text[index + 2] == 0xBE ? 0xFFFE : 0xFFFF)
      } else {
        for offset in index..<index + length { append(text[offset]) }
      }
      index += length
    }
    return true
  }

  /// Copies bytes that stand for themselves, eight at a time.
  ///
  /// - Returns: how many.
  @inline(__always)
  private mutating func appendPlain(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard let base = text.baseAddress else { return 0 }
    var index = start
    while index + 8 <= text.count {
      let bytes = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
      guard Self.arePlain(bytes) else { break }
      append(bytes)
      index += 8
    }
    while index < text.count, Self.isPlain(base[index]), base[index] < 0x80 {
      append(base[index])
      index += 1
    }
    return index - start
  }

  /// Whether spaces at an end would be lost.
  static func needsPreserve(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = text.first, let last = text.last else { return false }
    return isSpace(first) || isSpace(last)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A
  }

  @inline(__always)
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "&") && byte != UInt8(ascii: "<")
      && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "_")
  }

  /// ``isPlain(_:)`` for eight bytes below 0x80 at a time; it may say no where it is yes.
  @inline(__always)
  private static func arePlain(_ bytes: UInt64) -> Bool {
    let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    // A byte's highest bit is set where it is below 0x20, or the same as the one asked for.
    func zeros(_ bytes: UInt64) -> UInt64 { (bytes &- ones) & ~bytes }
    let special =
      bytes | ((bytes &- ones &* 0x20) & ~bytes) | zeros(bytes ^ ones &* 0x26)
      | zeros(bytes ^ ones &* 0x3C) | zeros(bytes ^ ones &* 0x3E) | zeros(bytes ^ ones &* 0x5F)
    return special & highs == 0
  }

  private mutating func appendEscaped(
    _ byte: UInt8, at index: Int, in text: UnsafeBufferPointer<UInt8>
  ) {
    switch byte {
    case UInt8(ascii: "&"): append("&amp;")
    case UInt8(ascii: "<"): append("&lt;")
    case UInt8(ascii: ">"): append("&gt;")
    case UInt8(ascii: "_"):
      if Self.isCode(at: index, in: text) { appendCode(0x5F) } else { append(byte) }
    case 0x09, 0x0A: append(byte)
    default: appendCode(UInt16(byte))
    }
  }

  /// Whether `_xHHHH_` begins here, or the same with fewer digits, which some programs take for
  /// it too. What closes it may be the underscore with which the next character is written.
  private static func isCode(at index: Int, in text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard index + 1 < text.count, text[index + 1] == UInt8(ascii: "x") else { return false }
    var end = index + 2
    while end < text.count, end < index + 6, isHexDigit(text[end]) { end += 1 }
    return end > index + 2 && end < text.count
      && (text[end] == UInt8(ascii: "_") || isWrittenAsCode(at: end, in: text))
  }

  /// Whether the character that begins here is written `_xHHHH_`.
  private static func isWrittenAsCode(at index: Int, in text: UnsafeBufferPointer<UInt8>) -> Bool {
    let byte = text[index]
    if byte < 0x20 { return byte != 0x09 && byte != 0x0A }
    return byte == 0xEF && index + 2 < text.count && text[index + 1] == 0xBF
      && text[index + 2] >= 0xBE
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "F"),
      UInt8(ascii: "a")...UInt8(ascii: "f"):
      true
    default: false
    }
  }

  private mutating func appendCode(_ code: UInt16) {
    append("_x")
    for shift in [12, 8, 4, 0] {
      let digit = UInt8(truncatingIfNeeded: code >> UInt16(shift)) & 0xF
      append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
    }
    append(UInt8(ascii: "_"))
  }

  /// The length of the character that begins here (Unicode table 3-7); 0 where none does.
  private static func sequenceLength(at index: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
    let second: ClosedRange<UInt8>
    let length: Int
    switch text[index] {
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return 0
    }
    guard index + length <= text.count, second.contains(text[index + 1]) else { return 0 }
    for offset in 2..<max(length, 2) where !(0x80...0xBF).contains(text[index + offset]) {
      return 0
    }
    return length
  }
}
