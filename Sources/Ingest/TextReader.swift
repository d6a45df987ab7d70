internal import Crypto
internal import Vocabulary

/// How the bytes of a file become text (SPEC 3.1).
enum TextEncoding: String, Sendable {
  case utf8 = "UTF-8"
  case utf16LittleEndian = "UTF-16LE"
  case utf16BigEndian = "UTF-16BE"
  case windows1252 = "Windows-1252"
}

/// A file whose bytes are no text in the encoding found.
struct IllFormedText: Error {
  /// From 0, in the bytes of the file.
  var byteOffset: Int
  /// The physical line, from 1.
  var line: Int
  var message: String
  var remedy: String
}

/// Reads a file piece by piece as UTF-8 text, and hashes its bytes.
///
/// Only as much is read as is asked for, so that a file that is refused in its first mebibyte costs
/// no more, however long it is. What is read stays: records refer to it by offset.
struct TextReader: ~Copyable {
  private var stream: any ByteStream
  private var hash = SHA256()
  /// UTF-8 text, well formed as far as ``count``.
  private var memory: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// Bytes of text that can be read.
  private(set) var count = 0
  /// Bytes behind ``count`` that were read and not yet checked: a sequence that is cut by a piece's
  /// end.
  private var pending = 0
  /// Bytes of the file read so far.
  private(set) var byteCount = 0
  private(set) var isAtEnd = false
  private(set) var encoding = TextEncoding.utf8
  private var hasByteOrderMark = false
  private var hasMultibyte = false
  private var raw: [UInt8] = []
  /// Undecoded bytes at the end of the last piece: an odd byte or an unpaired surrogate.
  private var rawRest: [UInt8] = []
  private var multibyteSearch = MultibyteSearch()
  /// Where UTF-8 was found to be ill-formed, where the file is then read as Windows-1252.
  private var firstIllFormed: IllFormedText?

  /// A small piece first keeps small what is refused early; larger ones later have enough rows for several threads.
  /// None is larger than all before it: it is read while their rows are.
  private var pieceCount: Int { Self.pieceCount(behind: byteCount) }
  private static func pieceCount(behind count: Int) -> Int { min(max(count, 1 << 20), 8 << 20) }

  /// A file may say anything of its size: it is believed up to this, and then up to some times what was read.
  private static let believedCount = 128 << 20
  private static let believedTimes = 8

  init(_ stream: any ByteStream) {
    self.stream = stream
    // The whole file at once: memory that is not touched costs nothing, and copying what was read does.
    let expected = min(max(stream.expectedCount, 0), Self.believedCount)
    capacity = expected + Self.pieceCount(behind: expected) + 64
    memory = .allocate(capacity: capacity)
    askForLargePages(memory, byteCount: capacity)
  }

  deinit { memory.deallocate() }

  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: memory, count: count) }

  /// Gives the text away; the reader is empty then.
  mutating func finish() -> (text: SourceText, sha256: String) {
    let text = SourceText(owning: memory, count: count)
    memory = .allocate(capacity: 1)
    (capacity, count, pending) = (1, 0, 0)
    return (text, hash.finalize().map(hexadecimal).joined())
  }

  /// Makes room for the next piece, so that it can be read without moving what was read before.
  ///
  /// - Returns: false where the text is not read in place, or nothing is left to read.
  mutating func makeRoom() -> Bool {
    guard encoding == .utf8, !isAtEnd else { return false }
    reserve(count + pending + pieceCount)
    return true
  }

  /// Reads the next piece.
  ///
  /// - Parameter most: bytes of it; text that is transcoded takes no notice.
  /// - Returns: `true` where the text has to be read again from its start, since its encoding
  ///   turned out to be another one.
  /// - Throws: ``IllFormedText``, or what the stream throws; the text is then what it was before.
  mutating func readMore(atMost most: Int = .max) throws -> Bool {
    let before = count
    do {
      switch encoding {
      case .utf8: return try readUTF8(min(pieceCount, most))
      case .windows1252: try readWindows1252()
      case .utf16LittleEndian, .utf16BigEndian: try readUTF16()
      }
      return false
    } catch {
      (count, isAtEnd) = (before, false)
      throw error
    }
  }

  // MARK: - UTF-8, read in place

  private mutating func readUTF8(_ wanted: Int) throws -> Bool {
    let unchecked = count + pending
    reserve(unchecked + wanted)
    let read = try stream.read(
      into: UnsafeMutableRawBufferPointer(start: memory + unchecked, count: wanted))
    if byteCount == 0, try startsUTF16(read) { return true }
    hash.update(
      bufferPointer: UnsafeRawBufferPointer(start: memory + unchecked, count: read))
    let start = byteCount == 0 && hasUTF8Mark(read) ? 3 : count
    if start == 3, byteCount == 0 {
      hasByteOrderMark = true
      count = 3
    }
    byteCount += read
    isAtEnd = read == 0
    let end = unchecked + read
    let checked = checkUTF8(from: count, to: end)
    hasMultibyte = hasMultibyte || checked.hasMultibyte
    count = checked.end
    pending = end - checked.end
    if checked.hasNUL { throw illFormed(at: count, "has a NUL byte", remedy: Self.saveAgain) }
    guard checked.isIllFormed || (isAtEnd && pending > 0) else { return false }
    let problem = illFormed(
      at: count, "is not UTF-8, though other parts of the file are", remedy: Self.saveAgain)
    if hasByteOrderMark || hasMultibyte { throw problem }
    firstIllFormed = problem
    try restart(as: .windows1252)
    return true
  }

  private static let saveAgain =
    "save the file again as “CSV UTF-8” from the program that it came from"

  /// The text starts behind a byte order mark.
  var start: Int { encoding == .utf8 && hasByteOrderMark ? 3 : 0 }

  private func hasUTF8Mark(_ read: Int) -> Bool {
    read >= 3 && memory[0] == 0xEF && memory[1] == 0xBB && memory[2] == 0xBF
  }

  private mutating func startsUTF16(_ read: Int) throws -> Bool {
    guard read >= 2 else { return false }
    if memory[0] == 0xFF, memory[1] == 0xFE {
      try restart(as: .utf16LittleEndian)
    } else if memory[0] == 0xFE, memory[1] == 0xFF {
      try restart(as: .utf16BigEndian)
    } else {
      return false
    }
    return true
  }

  private mutating func restart(as encoding: TextEncoding) throws {
    try stream.rewind()
    hash = SHA256()
    self.encoding = encoding
    (count, pending, byteCount, isAtEnd, rawRest) = (0, 0, 0, false, [])
  }

  /// Checks bytes of the text; stops before a sequence that the end cuts.
  private func checkUTF8(from start: Int, to end: Int) -> (
    end: Int, isIllFormed: Bool, hasNUL: Bool, hasMultibyte: Bool
  ) {
    var (index, hasMultibyte) = (start, false)
    let raw = UnsafeRawPointer(memory)
    while index < end {
      if index + 8 <= end {
        let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        // Eight bytes of ASCII without a NUL among them.
        let zeros = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
        if word & 0x8080_8080_8080_8080 == 0, zeros == 0 {
          index += 8
          continue
        }
      }
      if memory[index] < 0x80 {
        if memory[index] == 0 { return (index, false, true, hasMultibyte) }
        index += 1
        continue
      }
      switch utf8SequenceLength(memory + index, available: end - index) {
      case .length(let length):
        index += length
        hasMultibyte = true
      case .cut: return (index, false, false, hasMultibyte)
      case .illFormed: return (index, true, false, hasMultibyte)
      }
    }
    return (index, false, false, hasMultibyte)
  }

  // MARK: - Windows-1252 and UTF-16, transcoded

  private mutating func readRaw() throws -> Int {
    if raw.isEmpty { raw = Array(repeating: 0, count: pieceCount) }
    let read = try raw.withUnsafeMutableBytes { try stream.read(into: $0) }
    raw.withUnsafeBytes {
      hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<read]))
    }
    isAtEnd = read == 0
    return read
  }

  private mutating func readWindows1252() throws {
    let read = try readRaw()
    reserve(count + read * 3)
    for index in 0..<read {
      let byte = raw[index]
      if multibyteSearch.isFound(after: byte), let firstIllFormed { throw firstIllFormed }
      if byte == 0 {
        throw illFormed(at: count, byteOffset: byteCount + index, "has a NUL byte", Self.saveAgain)
      }
      guard byte >= 0x80 else {
        memory[count] = byte
        count += 1
        continue
      }
      guard let scalar = windows1252Scalar(byte) else {
        throw illFormed(
          at: count, byteOffset: byteCount + index,
          "is neither UTF-8 nor Windows-1252: byte 0x\(hexadecimal(byte)) stands for no character",
          Self.saveAgain)
      }
      append(scalar)
    }
    byteCount += read
  }

  private mutating func readUTF16() throws {
    let read = try readRaw()
    reserve(count + (read + rawRest.count) * 2 + 8)
    let piece = rawRest + raw[..<read]
    let base = byteCount - rawRest.count
    let isLittle = encoding == .utf16LittleEndian
    func unit(_ index: Int) -> UInt32 {
      let (first, second) = (UInt32(piece[index]), UInt32(piece[index + 1]))
      return isLittle ? second << 8 | first : first << 8 | second
    }
    var index = base == 0 ? 2 : 0  // The byte order mark.
    while index + 1 < piece.count {
      let high = unit(index)
      var scalar = high
      var length = 2
      if high & 0xF800 == 0xD800 {
        if high < 0xDC00, index + 3 >= piece.count, !isAtEnd { break }
        guard high < 0xDC00, index + 3 < piece.count, unit(index + 2) & 0xFC00 == 0xDC00 else {
          throw illFormed(
            at: count, byteOffset: base + index, "has half of a character (an unpaired surrogate)",
            Self.saveAgain)
        }
        scalar = 0x10000 + (high & 0x3FF) << 10 + (unit(index + 2) & 0x3FF)
        length = 4
      }
      if scalar == 0 {
        throw illFormed(at: count, byteOffset: base + index, "has a NUL", Self.saveAgain)
      }
      append(Unicode.Scalar(scalar)!)
      index += length
    }
    byteCount += read
    rawRest = Array(piece[index...])
    if isAtEnd, !rawRest.isEmpty {
      throw illFormed(
        at: count, byteOffset: base + index, "ends in the middle of a character", Self.saveAgain)
    }
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    for byte in UTF8.encode(scalar)! {
      memory[count] = byte
      count += 1
    }
  }

  // MARK: - Storage and places

  private mutating func reserve(_ needed: Int) {
    guard needed > capacity else { return }
    let expected = min(stream.expectedCount, Self.believedTimes * needed)
    let larger = max(needed, expected + pieceCount + 64, capacity / 2 * 3)
    (memory, capacity) = (grown(memory, keeping: count + pending, to: larger), larger)
  }

  private func illFormed(at end: Int, _ message: String, remedy: String) -> IllFormedText {
    illFormed(at: end, byteOffset: end, message, remedy)
  }

  private func illFormed(
    at end: Int, byteOffset: Int, _ message: String, _ remedy: String
  ) -> IllFormedText {
    let before = UnsafeBufferPointer(start: memory, count: end)
    return IllFormedText(
      byteOffset: byteOffset, line: physicalLines(in: before) + 1,
      message: message, remedy: remedy)
  }
}

/// Line ends in a text: LF, CRLF or CR.
func physicalLines(in bytes: UnsafeBufferPointer<UInt8>) -> Int {
  var lines = 0
  for index in bytes.indices {
    if bytes[index] == 10 {
      lines += index > 0 && bytes[index - 1] == 13 ? 0 : 1
    } else if bytes[index] == 13 {
      lines += 1
    }
  }
  return lines
}

func hexadecimal(_ byte: UInt8) -> String {
  let digits = Array("0123456789abcdef")
  return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
}
