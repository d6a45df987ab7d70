import Foundation

/// Why a value cannot be in a spreadsheet, or in an ID.
enum ValueFault: Equatable {
  case controlCharacter(UInt32)
  case noCharacter(UInt32)
  case invisibleCharacter(UInt32)
  case tooLong(units: Int)
}

/// Excel's limit for a cell.
let utf16UnitsMax = 32_767

/// The value of a field: quotes undone, `="..."` opened, in NFC.
///
/// Most values stand in the file as they are, and cost one look at each byte.
enum FieldValue {
  /// The bytes at this range of the text.
  case inPlace(start: Int, end: Int)
  /// Another text than the file's.
  case rewritten([UInt8])

  init(_ field: FieldSlice, in text: UnsafeBufferPointer<UInt8>) {
    if field.flags.contains(.plain) {
      self = .inPlace(start: field.start, end: field.end)
      return
    }
    if !field.flags.contains(.doubledQuotes), isPlainASCII(text, field.start, field.end) {
      let isExcel = field.flags.contains(.quoted) && isExcelText(text, field.start, field.end)
      if !isExcel {
        self = .inPlace(start: field.start, end: field.end)
        return
      }
    }
    var bytes = Array(text[field.start..<field.end])
    if field.flags.contains(.doubledQuotes) { bytes = withoutDoubledQuotes(bytes) }
    if field.flags.contains(.quoted) { bytes = openedExcelText(bytes) }
    let normalized = normalizedNFC(bytes)
    if normalized.elementsEqual(text[field.start..<field.end]) {
      self = .inPlace(start: field.start, end: field.end)
    } else {
      self = .rewritten(normalized)
    }
  }

  var isEmpty: Bool {
    switch self {
    case .inPlace(let start, let end): start == end
    case .rewritten(let bytes): bytes.isEmpty
    }
  }

  func withBytes<Result>(
    in text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    switch self {
    case .inPlace(let start, let end):
      try body(UnsafeBufferPointer(rebasing: text[start..<end]))
    case .rewritten(let bytes): try bytes.withUnsafeBufferPointer(body)
    }
  }

  func string(in text: UnsafeBufferPointer<UInt8>) -> String {
    withBytes(in: text) { String(decoding: $0, as: UTF8.self) }
  }

  /// What is wrong with the value's characters (SPEC 3.1).
  func fault(in text: UnsafeBufferPointer<UInt8>, isIdentifier: Bool) -> ValueFault? {
    withBytes(in: text) { bytes in
      if isPrintableASCII(bytes), bytes.count <= utf16UnitsMax { return nil }
      return faultOfCharacters(bytes, isIdentifier: isIdentifier)
    }
  }
}

/// Whether all bytes of a range are below 0x80.
private func isPlainASCII(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
  guard let base = text.baseAddress else { return true }
  let raw = UnsafeRawPointer(base)
  var index = start
  while index + 8 <= end {
    let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
    if word & 0x8080_8080_8080_8080 != 0 { return false }
    index += 8
  }
  while index < end {
    if text[index] >= 0x80 { return false }
    index += 1
  }
  return true
}

private func isPrintableASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  for byte in bytes where byte &- 0x20 > 0x5E { return false }
  return true
}

private func faultOfCharacters(
  _ bytes: UnsafeBufferPointer<UInt8>, isIdentifier: Bool
) -> ValueFault? {
  var units = 0
  for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
    units += scalar.value > 0xFFFF ? 2 : 1
    switch scalar.value {
    // What is printed, white space, and Latin letters with accents.
    case 0x20...0x7E, 0x09, 0x0A, 0x0D, 0xC0...0x24F: continue
    case 0xFFFE, 0xFFFF: return .noCharacter(scalar.value)
    default:
      switch scalar.properties.generalCategory {
      case .control: return .controlCharacter(scalar.value)
      case .format where isIdentifier: return .invisibleCharacter(scalar.value)
      default: continue
      }
    }
  }
  return units > utf16UnitsMax ? .tooLong(units: units) : nil
}

private func withoutDoubledQuotes(_ bytes: [UInt8]) -> [UInt8] {
  var result: [UInt8] = []
  var index = 0
  while index < bytes.count {
    result.append(bytes[index])
    index += bytes[index] == .quote && index + 1 < bytes.count && bytes[index + 1] == .quote ? 2 : 1
  }
  return result
}

/// `="00123"` → `00123`; all else as it is.
private func openedExcelText(_ bytes: [UInt8]) -> [UInt8] {
  bytes.withUnsafeBufferPointer { text in
    guard isExcelText(text, 0, text.count), !text[2..<text.count - 1].contains(.quote) else {
      return bytes
    }
    let (start, end) = trimmed(text, 2, text.count - 1)
    return Array(text[start..<end])
  }
}

/// A text in Unicode's composed form, NFC: what looks the same is the same.
func composed(_ text: String) -> String { text.precomposedStringWithCanonicalMapping }

/// The text in Unicode's composed form, NFC.
private func normalizedNFC(_ bytes: [UInt8]) -> [UInt8] {
  // Every character below U+0300 is composed already; its bytes are below 0xCC.
  guard bytes.contains(where: { $0 >= 0xCC }) else { return bytes }
  let text = String(decoding: bytes, as: UTF8.self)
  return Array(composed(text).utf8)
}
