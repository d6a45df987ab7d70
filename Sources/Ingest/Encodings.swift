/// A sequence of UTF-8 at the start of some bytes.
enum UTF8Sequence: Equatable {
  case length(Int)
  /// Well formed as far as it goes, but the bytes end.
  case cut
  case illFormed
}

/// The sequence that starts with a byte of 0x80 or above (Unicode, table 3-7).
func utf8SequenceLength(_ bytes: UnsafePointer<UInt8>, available: Int) -> UTF8Sequence {
  let length: Int
  var second: ClosedRange<UInt8> = 0x80...0xBF
  switch bytes[0] {
  case 0xC2...0xDF: length = 2
  case 0xE0: (length, second) = (3, 0xA0...0xBF)
  case 0xED: (length, second) = (3, 0x80...0x9F)
  case 0xE1...0xEF: length = 3
  case 0xF0: (length, second) = (4, 0x90...0xBF)
  case 0xF4: (length, second) = (4, 0x80...0x8F)
  case 0xF1...0xF3: length = 4
  default: return .illFormed
  }
  for index in 1..<length {
    guard index < available else { return .cut }
    let range = index == 1 ? second : 0x80...0xBF
    guard range.contains(bytes[index]) else { return .illFormed }
  }
  return .length(length)
}

/// Looks for a well-formed sequence of several bytes, byte by byte: one of them, and a file that is
/// not UTF-8 is broken UTF-8 rather than Windows-1252.
struct MultibyteSearch {
  private var window: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)
  private var filled = 0

  mutating func isFound(after byte: UInt8) -> Bool {
    guard byte >= 0x80 else {
      filled = 0
      return false
    }
    // Four bytes are a sequence or none: there is room for this one.
    withUnsafeMutableBytes(of: &window) { $0[filled] = byte }
    filled += 1
    while filled > 0 {
      let sequence = withUnsafeBytes(of: &window) {
        utf8SequenceLength($0.bindMemory(to: UInt8.self).baseAddress!, available: filled)
      }
      switch sequence {
      case .length: return true
      case .cut: return false
      case .illFormed:
        window = (window.1, window.2, window.3, 0)
        filled -= 1
      }
    }
    return false
  }
}

/// The character of a byte from 0x80 on in Windows-1252; nil for the five that it leaves undefined.
func windows1252Scalar(_ byte: UInt8) -> Unicode.Scalar? {
  guard byte < 0xA0 else { return Unicode.Scalar(byte) }
  let high: [UInt32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152,
    0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161,
    0x203A, 0x0153, 0, 0x017E, 0x0178,
  ]
  let value = high[Int(byte) - 0x80]
  return value == 0 ? nil : Unicode.Scalar(value)
}
