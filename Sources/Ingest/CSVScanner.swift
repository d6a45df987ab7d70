/// A field of a row: where its value stands in the text, white space and quotes around it left out.
struct FieldSlice {
  struct Flags: OptionSet {
    let rawValue: UInt8
    static let quoted = Flags(rawValue: 1)
    /// Has doubled quotes that stand for one.
    static let doubledQuotes = Flags(rawValue: 2)
    /// A quote inside a value that did not start with one.
    static let strayQuote = Flags(rawValue: 4)
    static let textAfterQuote = Flags(rawValue: 8)
    /// `="..."`, which Excel writes to keep a number as text.
    static let excelText = Flags(rawValue: 16)
    /// Printable ASCII without a quote: the value is what stands there.
    static let plain = Flags(rawValue: 32)
    static let malformed: Flags = [.strayQuote, .textAfterQuote]
  }

  var start: Int
  var end: Int
  /// Where the field starts, white space included: what a message points at.
  var outerStart: Int
  var flags: Flags = []

  var isEmpty: Bool { start == end }
  var count: Int { end - start }
}

/// Splits text into rows and fields, byte by byte (RFC 4180 and what SPEC 3.1 adds).
///
/// Bytes, not `Character`s: CR LF is one `Character`, and a comma with a combining accent is none.
struct CSVScanner {
  enum Outcome: Equatable {
    /// A row that ends at `next`, where the next one starts.
    case row(next: Int)
    /// The text ends inside the row, and more may come.
    case needsMore
    case unclosedQuote(opened: Int)
    /// Longer than ``rowCountMax``; `opened` is where a quote opened that has not closed so far.
    case tooLong(opened: Int?)
    /// No row starts here.
    case atEnd
  }

  /// Bytes of a row, without its line end (SPEC 3.1).
  static let rowCountMax = 1 << 20

  let delimiter: UInt8
  /// The fields of the last row.
  private(set) var fields: [FieldSlice] = []
  /// Line ends of the last row, its own included.
  private(set) var lineEnds = 0
  /// Whether any field of the last row has something in it.
  private(set) var hasContent = false
  /// Whether any field of the last row has misplaced quotes.
  private(set) var isMalformed = false

  init(delimiter: UInt8) {
    self.delimiter = delimiter
    fields.reserveCapacity(32)
  }

  /// Scans the row that starts at `start`.
  ///
  /// - Parameter isComplete: whether the text ends where the bytes do.
  mutating func scanRow(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, isComplete: Bool
  ) -> Outcome {
    fields.removeAll(keepingCapacity: true)
    (lineEnds, hasContent, isMalformed) = (0, false, false)
    guard start < text.count else { return isComplete ? .atEnd : .needsMore }
    var index = start
    // A row that is longer is refused without looking further.
    let limit = min(text.count, start + Self.rowCountMax + 1)
    while true {
      if let end = endOfUsual(text, from: index, to: limit) {
        fields.append(FieldSlice(start: index, end: end, outerStart: index, flags: .plain))
        hasContent = true
        index = end
        guard text[index] == delimiter else { break }
        index += 1
        continue
      }
      var field = FieldSlice(start: index, end: index, outerStart: index)
      var opened: Int?
      index = skipBlanks(text, from: index, to: limit)
      if index < limit, text[index] == .quote {
        opened = index
        guard let end = scanQuoted(text, from: index + 1, to: limit, into: &field) else {
          return cut(text, limit, isComplete: isComplete, opened: opened)
        }
        index = end
      } else {
        index = scanBare(text, from: field.outerStart, to: limit, into: &field)
      }
      if !field.flags.isDisjoint(with: .malformed) {
        (hasContent, isMalformed) = (true, true)
      } else if !field.isEmpty, !hasContent {
        hasContent = !isEmptyExcelText(field, text)
      }
      guard index < limit else {
        guard isComplete, limit == text.count, index - start <= Self.rowCountMax else {
          return cut(text, limit, isComplete: isComplete, opened: nil)
        }
        fields.append(field)
        return .row(next: index)
      }
      fields.append(field)
      guard text[index] == delimiter else { break }
      index += 1
    }
    if text[index] == .carriageReturn {
      // A CR at the end of what is there may be half of a CRLF.
      if index + 1 == text.count, !isComplete { return .needsMore }
      if index + 1 < text.count, text[index + 1] == .lineFeed { index += 1 }
    }
    lineEnds += 1
    return .row(next: index + 1)
  }

  /// Whether a value is `=""` in quotes: `"="""""`. Without them it has been opened already.
  private func isEmptyExcelText(
    _ field: FieldSlice, _ text: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    field.flags.contains([.quoted, .doubledQuotes]) && text[field.start] == UInt8(ascii: "=")
      && FieldValue(field, in: text).isEmpty
  }

  private func cut(
    _ text: UnsafeBufferPointer<UInt8>, _ limit: Int, isComplete: Bool, opened: Int?
  ) -> Outcome {
    if limit < text.count || (opened == nil && isComplete) { return .tooLong(opened: opened) }
    guard isComplete, let opened else { return .needsMore }
    return .unclosedQuote(opened: opened)
  }

  /// Where a field ends that is like most are: printable ASCII without quotes, and no space at its ends. Nil for others,
  /// such as empty ones.
  @inline(__always)
  private func endOfUsual(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, to limit: Int
  ) -> Int? {
    guard start < limit, text[start] &- 0x21 < 0x5E else { return nil }
    let end = plainEnd(text, from: start, to: limit)
    guard end > start, end < limit, text[end - 1] != UInt8(ascii: " ") else { return nil }
    let byte = text[end]
    let isEnd = byte == delimiter || byte == .lineFeed || byte == .carriageReturn
    return isEnd ? end : nil
  }

  /// Scans a value without quotes, up to the delimiter or line end behind it.
  private func scanBare(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, to limit: Int, into field: inout FieldSlice
  ) -> Int {
    var index = start
    var (hasQuote, isPlain) = (false, true)
    while true {
      index = plainEnd(text, from: index, to: limit)
      guard index < limit else { break }
      let byte = text[index]
      if byte == delimiter || byte == .lineFeed || byte == .carriageReturn { break }
      if byte == .quote { hasQuote = true } else { isPlain = false }
      index += 1
    }
    (field.start, field.end) = trimmed(text, start, index)
    if isPlain, !hasQuote { field.flags = .plain }
    if hasQuote {
      let inner = text[field.start..<field.end].dropFirst(2).dropLast()
      if isExcelText(text, field.start, field.end), !inner.contains(.quote) {
        (field.start, field.end) = trimmed(text, inner.startIndex, inner.endIndex)
        field.flags = .excelText
      } else {
        field.flags = .strayQuote
      }
    }
    return index
  }

  /// Scans a value in quotes from behind the opening one, and what follows the closing one.
  ///
  /// - Returns: nil where the quote does not close.
  private mutating func scanQuoted(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, to limit: Int,
    into field: inout FieldSlice
  ) -> Int? {
    var index = start
    field.flags = [.quoted, .plain]
    while true {
      index = plainEnd(text, from: index, to: limit)
      guard index < limit else { break }
      let byte = text[index]
      if byte == .quote {
        guard index + 1 < limit, text[index + 1] == .quote else { break }
        field.flags.insert(.doubledQuotes)
        field.flags.remove(.plain)
        index += 1
      } else {
        // A delimiter may be any character of ASCII.
        if byte &- 0x20 >= 0x5F { field.flags.remove(.plain) }
        if byte == .lineFeed {
          lineEnds += 1
        } else if byte == .carriageReturn {
          // Counted with its LF, where it has one.
          if !(index + 1 < text.count && text[index + 1] == .lineFeed) { lineEnds += 1 }
        }
      }
      index += 1
    }
    guard index < limit else { return nil }
    (field.start, field.end) = trimmed(text, start, index)
    index = skipBlanks(text, from: index + 1, to: limit)
    while index < limit, text[index] != delimiter, text[index] != .lineFeed,
      text[index] != .carriageReturn
    {
      field.flags.insert(.textAfterQuote)
      index += 1
    }
    return index
  }

  /// Where printable ASCII ends that is neither the delimiter nor a quote.
  @inline(__always)
  private func plainEnd(_ text: UnsafeBufferPointer<UInt8>, from start: Int, to limit: Int) -> Int {
    guard let base = UnsafeRawPointer(text.baseAddress) else { return start }
    let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    let (delimiters, quotes) = (ones &* UInt64(delimiter), ones &* UInt64(UInt8.quote))
    var index = start
    // Eight bytes at a time: the lowest byte whose highest bit is set is the first of those, however
    // carries change the bytes above it.
    while index + 8 <= limit {
      let bytes = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      let (delimited, quoted) = (bytes ^ delimiters, bytes ^ quotes)
      let found =
        ((bytes &- ones &* 0x20) & ~bytes) | (bytes &+ ones) | bytes
        | ((delimited &- ones) & ~delimited) | ((quoted &- ones) & ~quoted)
      if found & highs != 0 { return index + (found & highs).trailingZeroBitCount >> 3 }
      index += 8
    }
    while index < limit, text[index] &- 0x20 < 0x5F, text[index] != delimiter,
      text[index] != .quote
    {
      index += 1
    }
    return index
  }

  // MARK: - White space

  /// Skips white space that is neither the delimiter nor a line end.
  private func skipBlanks(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, to limit: Int
  ) -> Int {
    var index = start
    while index < limit {
      let byte = text[index]
      if byte == delimiter || byte == .lineFeed || byte == .carriageReturn { break }
      let length = whiteSpaceLength(text, at: index)
      if length == 0 { break }
      index += length
    }
    return min(index, limit)
  }
}

/// The range without the white space at its ends.
func trimmed(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> (Int, Int) {
  // Most values have none.
  if start < end, text[start] &- 0x21 < 0x5E, text[end - 1] &- 0x21 < 0x5E { return (start, end) }
  var (start, end) = (start, end)
  while start < end {
    let length = whiteSpaceLength(text, at: start)
    if length == 0 || start + length > end { break }
    start += length
  }
  while start < end {
    var last = end - 1
    while last > start, text[last] & 0xC0 == 0x80 { last -= 1 }
    guard whiteSpaceLength(text, at: last) == end - last else { break }
    end = last
  }
  return (start, end)
}

/// Whether a value is `="..."`.
func isExcelText(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
  end - start >= 3 && text[start] == UInt8(ascii: "=") && text[start + 1] == .quote
    && text[end - 1] == .quote
}

/// Bytes of the white-space character at an index (Unicode White_Space); 0 where there is none.
func whiteSpaceLength(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
  let byte = text[index]
  if byte < 0x80 { return byte == 0x20 || byte &- 9 <= 4 ? 1 : 0 }
  func at(_ offset: Int) -> UInt8 { index + offset < text.count ? text[index + offset] : 0 }
  switch byte {
  case 0xC2: return at(1) == 0x85 || at(1) == 0xA0 ? 2 : 0  // Next line, no-break space.
  case 0xE1: return at(1) == 0x9A && at(2) == 0x80 ? 3 : 0  // Ogham space.
  case 0xE2:
    if at(1) == 0x80 {  // U+2000 ... 200A, 2028, 2029, 202F.
      return at(2) &- 0x80 <= 0x0A || at(2) == 0xA8 || at(2) == 0xA9 || at(2) == 0xAF ? 3 : 0
    }
    return at(1) == 0x81 && at(2) == 0x9F ? 3 : 0  // Medium mathematical space.
  case 0xE3: return at(1) == 0x80 && at(2) == 0x80 ? 3 : 0  // Ideographic space.
  default: return 0
  }
}

extension UInt8 {
  static let quote = UInt8(ascii: "\"")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
}
