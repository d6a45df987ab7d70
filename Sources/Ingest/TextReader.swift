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
/// no more, however long it is. What is read stays until ``forget(before:line:)``: a file that is forgotten as its rows are
/// read takes the memory of a few pieces, which is written to again and again.
struct TextReader: ~Copyable {
  private var stream: any ByteStream
  private var hash = SHA256()
  /// UTF-8 text, well formed as far as ``count``: where it would begin, for it is there from ``known`` on.
  private var memory: UnsafeMutablePointer<UInt8>
  private var block: Block
  /// The other one, for the piece that is read while the rows of this one are.
  private var other = Block(capacity: 0)
  /// Where the text in the other block begins, when there is some.
  private var otherStart: Int?
  /// What is behind the forgotten text, and on which physical line.
  private var (known, knownLine) = (0, 1)
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

  /// Memory for text.
  private struct Block {
    var base: UnsafeMutablePointer<UInt8>
    var capacity: Int

    init(capacity: Int) {
      (base, self.capacity) = (.allocate(capacity: max(capacity, 1)), capacity)
    }
  }

  /// Before a piece in the other block: for the end of the text before, which is no longer than a row.
  private static let carriedMax = CSVScanner.rowCountMax + 64
  /// A file may say anything of its size: it is believed up to this.
  private static let believedCount = 16 << 20

  init(_ stream: any ByteStream) {
    self.stream = stream
    let expected = min(max(stream.expectedCount, 0), Self.believedCount)
    block = Block(capacity: expected + Self.pieceCount(behind: expected) + 64)
    memory = block.base
  }

  deinit {
    block.base.deallocate()
    other.base.deallocate()
  }

  /// The text so far. What is before ``known`` is not looked at.
  var bytes: UnsafeBufferPointer<UInt8> {
    precondition(otherStart == nil, "the text is in one block")
    return UnsafeBufferPointer(start: memory, count: count)
  }

  /// Of the file, once all of it is read.
  var sha256: String { hexadecimal(hash.finalize()) }

  /// Makes room for the next piece, so that ``readAhead()`` can read it.
  ///
  /// - Returns: false where the text is not read in place, or nothing is left to read.
  mutating func makeRoom() -> Bool {
    guard encoding == .utf8, !isAtEnd else { return false }
    let needed = Self.carriedMax + pieceCount + 64
    if other.capacity < needed {
      other.base.deallocate()
      // For the largest at once: memory that is not touched costs nothing.
      other = Block(capacity: Self.carriedMax + Self.pieceCount(behind: .max) + 64)
    }
    return true
  }

  /// Reads the next piece, while other threads look at ``bytes``. Behind it comes ``forget(before:line:)``.
  ///
  /// - Precondition: ``makeRoom()``.
  mutating func readAhead() throws -> Bool {
    try readMore { reader in
      let start = reader.count
      let text = reader.other.base + Self.carriedMax - start
      (text + start).update(from: reader.memory + start, count: reader.pending)
      reader.otherStart = start
      return try reader.readUTF8(reader.pieceCount, to: text)
    }
  }

  /// Forgets text whose rows are read; its memory is used for what comes.
  ///
  /// - Parameter line: the physical line at `start`.
  mutating func forget(before start: Int, line: Int) {
    let text: UnsafeMutablePointer<UInt8>
    if let otherStart {
      text = other.base + Self.carriedMax - otherStart
      precondition(otherStart - start <= Self.carriedMax, "what is carried on is no row")
      (text + start).update(from: memory + start, count: otherStart - start)
      swap(&block, &other)
      self.otherStart = nil
    } else {
      text = block.base - start
      (text + start).update(from: memory + start, count: count + pending - start)
    }
    (memory, known, knownLine) = (text, start, line)
  }

  /// Reads the next piece.
  ///
  /// - Parameter most: bytes of it; text that is transcoded takes no notice.
  /// - Returns: `true` where the text has to be read again from its start, since its encoding
  ///   turned out to be another one.
  /// - Throws: ``IllFormedText``, or what the stream throws; the text is then what it was before.
  mutating func readMore(atMost most: Int = .max) throws -> Bool {
    try readMore { reader in
      switch reader.encoding {
      case .utf8:
        let wanted = min(reader.pieceCount, most)
        reader.reserve(reader.count + reader.pending + wanted)
        return try reader.readUTF8(wanted, to: reader.memory)
      case .windows1252: try reader.readWindows1252()
      case .utf16LittleEndian, .utf16BigEndian: try reader.readUTF16()
      }
      return false
    }
  }

  private mutating func readMore(_ read: (inout Self) throws -> Bool) throws -> Bool {
    let before = (count, pending)
    do {
      return try read(&self)
    } catch {
      ((count, pending), isAtEnd, otherStart) = (before, false, nil)
      throw error
    }
  }

  // MARK: - UTF-8, read in place

  /// - Parameter text: where the text would begin that is before the piece.
  private mutating func readUTF8(
    _ wanted: Int, to text: UnsafeMutablePointer<UInt8>
  ) throws -> Bool {
    let unchecked = count + pending
    let read = try stream.read(
      into: UnsafeMutableRawBufferPointer(start: text + unchecked, count: wanted))
    if byteCount == 0, try startsUTF16(read) { return true }
    hash.update(bufferPointer: UnsafeRawBufferPointer(start: text + unchecked, count: read))
    let start = byteCount == 0 && hasUTF8Mark(read) ? 3 : count
    if start == 3, byteCount == 0 {
      hasByteOrderMark = true
      count = 3
    }
    byteCount += read
    isAtEnd = read == 0
    let end = unchecked + read
    let checked = Self.checkUTF8(text, from: count, to: end)
    hasMultibyte = hasMultibyte || checked.hasMultibyte
    count = checked.end
    pending = end - checked.end
    if checked.hasNUL {
      throw illFormed(
        text,
        "has a NUL byte, as no text has: it may be an Excel workbook, or UTF-16 without its mark",
        Self.saveAgain)
    }
    guard checked.isIllFormed || (isAtEnd && pending > 0) else { return false }
    let problem = illFormed(
      text, "is not UTF-8, though other parts of the file are", Self.saveAgain)
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
    (memory, otherStart, known, knownLine) = (block.base, nil, 0, 1)
  }

  /// Checks bytes of the text; stops before a sequence that the end cuts.
  private static func checkUTF8(
    _ text: UnsafeMutablePointer<UInt8>, from start: Int, to end: Int
  ) -> (end: Int, isIllFormed: Bool, hasNUL: Bool, hasMultibyte: Bool) {
    var (index, hasMultibyte) = (start, false)
    let raw = UnsafeRawPointer(text)
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
      if text[index] < 0x80 {
        if text[index] == 0 { return (index, false, true, hasMultibyte) }
        index += 1
        continue
      }
      switch utf8SequenceLength(text + index, available: end - index) {
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
        throw illFormed(byteOffset: byteCount + index, "has a NUL byte", Self.saveAgain)
      }
      guard byte >= 0x80 else {
        memory[count] = byte
        count += 1
        continue
      }
      guard let scalar = windows1252Scalar(byte) else {
        throw illFormed(
          byteOffset: byteCount + index,
          "is neither UTF-8 nor Windows-1252: byte 0x\(hexadecimal([byte])) stands for no character",
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
            byteOffset: base + index, "has half of a character (an unpaired surrogate)",
            Self.saveAgain)
        }
        scalar = 0x10000 + (high & 0x3FF) << 10 + (unit(index + 2) & 0x3FF)
        length = 4
      }
      if scalar == 0 {
        throw illFormed(byteOffset: base + index, "has a NUL", Self.saveAgain)
      }
      append(Unicode.Scalar(scalar)!)
      index += length
    }
    byteCount += read
    rawRest = Array(piece[index...])
    if isAtEnd, !rawRest.isEmpty {
      throw illFormed(
        byteOffset: base + index, "ends in the middle of a character", Self.saveAgain)
    }
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    for byte in UTF8.encode(scalar)! {
      memory[count] = byte
      count += 1
    }
  }

  // MARK: - Storage and places

  /// Makes room for text up to a place.
  private mutating func reserve(_ end: Int) {
    let needed = end - known + 64
    guard needed > block.capacity else { return }
    let larger = max(needed, block.capacity / 2 * 3)
    block.base = grown(block.base, keeping: count + pending - known, to: larger)
    block.capacity = larger
    memory = block.base - known
  }

  /// - Parameter text: where the text would begin that has the piece which was read last.
  private func illFormed(
    _ text: UnsafeMutablePointer<UInt8>, _ message: String, _ remedy: String
  ) -> IllFormedText {
    let start = otherStart ?? count
    let before = UnsafeBufferPointer(start: memory + known, count: start - known)
    let behind = UnsafeBufferPointer(start: text + start, count: count - start)
    return illFormed(Array(before) + Array(behind), byteOffset: count, message, remedy)
  }

  private func illFormed(
    byteOffset: Int, _ message: String, _ remedy: String
  ) -> IllFormedText {
    let before = UnsafeBufferPointer(start: memory + known, count: count - known)
    return illFormed(Array(before), byteOffset: byteOffset, message, remedy)
  }

  /// - Parameter before: the text that is not forgotten, up to the problem.
  private func illFormed(
    _ before: [UInt8], byteOffset: Int, _ message: String, _ remedy: String
  ) -> IllFormedText {
    let lines = before.withUnsafeBufferPointer { physicalLines(in: $0) }
    return IllFormedText(
      byteOffset: byteOffset, line: knownLine + lines, message: message, remedy: remedy)
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
