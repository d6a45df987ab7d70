internal import Vocabulary

/// What a table's reader is told of one row.
struct ScannedRow {
  var start: Int
  /// Where the next one begins.
  var next: Int
  var line: Int
  /// The row's number in a spreadsheet: quoted line breaks do not count, empty rows do. Nil where
  /// the row is read again, and nobody counted.
  var sheetRow: Int?

  /// A field's place in a spreadsheet: `cell D4`, or `column D`.
  func cell(_ field: Int) -> String {
    sheetRow.map { "cell \(columnLetters(field))\($0)" } ?? "column \(columnLetters(field))"
  }
}

/// Reads a file's rows: its encoding, its delimiter, its headings, then row by row.
///
/// All four tables are read this way; what their rows mean is said by `body`.
struct TableReader: ~Copyable {
  let file: String
  let kind: TableKind
  private var reader: TextReader
  private(set) var header: TableHeader?
  private(set) var headerLine = 1
  private(set) var delimiter = UInt8(ascii: ",")
  private(set) var rowCount = 0
  private let planned: [String: [String]]
  /// What reading on came to, where it was done before: while the rows before were scanned, or before all rows. What
  /// comes last is taken last: what the text so far has is told before a problem behind it.
  private var ahead: [Result<Bool, any Error>] = []

  init(
    _ stream: any ByteStream, file: String, kind: TableKind, planned: [String: [String]]
  ) {
    self.file = file
    self.kind = kind
    self.planned = planned
    reader = TextReader(stream)
  }

  var encoding: TextEncoding { reader.encoding }
  var byteCount: Int { reader.byteCount }
  var sha256: String { reader.sha256 }
  private var bytes: UnsafeBufferPointer<UInt8> { reader.bytes }

  /// Reads the text's first bytes, before any row is asked for: at least a piece, and small ones, since who asks for
  /// rows waits for the last.
  mutating func readAhead(asLongAs isEarly: () -> Bool) {
    repeat {
      let next = Result { try reader.readMore(atMost: Self.aheadCount) }
      switch (ahead.last, next) {
      // In another encoding: what was read before is read again.
      case (_, .success(true)): ahead = [next]
      case (.success(false)?, .success(false)): continue
      case (_, .success(false)): ahead.append(next)
      case (_, .failure): return ahead.append(next)
      }
    } while !reader.isAtEnd && reader.byteCount < Self.aheadMax && isEarly()
  }

  private static let aheadCount = 1 << 20
  private static let aheadMax = 32 << 20

  /// Reads the whole file, row by row.
  ///
  /// - Parameters:
  ///   - restart: forgets all rows: the encoding turned out to be another one.
  ///   - body: takes a row that has something in it, with the text so far.
  /// - Throws: ``UnusableInput`` for a problem of the file, and what the stream throws.
  mutating func read(
    restart: () -> Void,
    body: (CSVScanner, ScannedRow, UnsafeBufferPointer<UInt8>, TableHeader) -> Void
  ) throws {
    try readPieces(restart: restart) { table, state in try table.scan(&state, body) }
  }

  /// Reads the whole file in stretches of rows, on several threads where it is large.
  ///
  /// Where a stretch begins is guessed, at a line end; that the row before it ends just there shows
  /// that the guess was right. Else, as in a quoted value with line breaks, its rows are read again.
  ///
  /// - Parameters:
  ///   - restart: forgets all rows: the encoding turned out to be another one.
  ///   - begin: makes what takes the rows of a stretch; on any thread, as `add`.
  ///   - add: takes a row that has something in it. Lines are counted from the stretch's first.
  ///   - join: takes the stretches in their order, how many lines come before each, and where in the text it ends; on
  ///     any thread, one at a time.
  /// - Throws: ``UnusableInput`` for a problem of the file, and what the stream throws.
  mutating func readStretches<Stretch: Sendable>(
    on workers: Workers, restart: () -> Void, begin: @Sendable (TableHeader) -> Stretch,
    add: @Sendable (Stretch, CSVScanner, ScannedRow, UnsafeBufferPointer<UInt8>) -> Void,
    join: (Stretch, _ lines: Int, _ end: Int) -> Void
  ) throws {
    /// Those of the piece before, which are joined while this one is scanned; none are left where the next piece shows
    /// another encoding, and all is forgotten.
    var unjoined: [(stretch: Stretch, lines: Int, end: Int)] = []
    try readPieces(restart: restart) { table, state in
      guard let header = table.header, let position = state.position else { return }
      let hasRoom = table.reader.makeRoom()
      // Nothing moves while threads look at the text.
      nonisolated(unsafe) let text = table.bytes
      let (scanner, isComplete) = (state.scanner, table.reader.isAtEnd)
      let starts = Self.stretchStarts(in: text, from: position)
      let ends = starts.dropFirst() + [.max]
      @Sendable func scan(_ number: Int, from start: Int) -> (State, Stretch) {
        let stretch = begin(header)
        var rows = State(scanner: scanner, position: start, line: 0)
        rows.stop = Self.scan(text, isComplete, header, &rows, until: ends[number + 1]) {
          add(stretch, $0, $1, $2)
        }
        return (rows, stretch)
      }
      let guesses = table.map(
        starts.count, workers, readingAhead: hasRoom && table.ahead.isEmpty,
        beside: {
          for (stretch, lines, end) in unjoined { join(stretch, lines, end) }
          unjoined = []
        }, { scan($0, from: starts[$0]) })
      // All is read again, in another encoding.
      if case .success(true)? = table.ahead.first { return }
      for number in starts.indices {
        guard let position = state.position else { break }
        let isRight = position == starts[number]
        let (rows, stretch) = isRight ? guesses[number] : scan(number, from: position)
        unjoined.append((stretch, state.line, rows.position ?? position))
        table.rowCount += rows.rowCount
        (state.position, state.line) = (rows.position, state.line + rows.line)
        if let stop = rows.stop {
          try table.check(stop, text, from: rows.position ?? position, line: state.line)
          break
        }
      }
      if let position = state.position { table.reader.forget(before: position, line: state.line) }
    }
    for (stretch, lines, end) in unjoined { join(stretch, lines, end) }
  }

  /// The results of pieces of work. Meanwhile `other` work is done, and the next piece of the file is read where that
  /// moves no text.
  private mutating func map<Value: Sendable>(
    _ count: Int, _ workers: Workers, readingAhead: Bool, beside other: () -> Void,
    _ body: @Sendable (Int) -> Value
  ) -> [Value] {
    let results = withUnsafeMutablePointer(to: &reader) { reader in
      withoutActuallyEscaping(other) { other in
        // One piece of work reads and one does the other work, and no further one looks at what these do.
        nonisolated(unsafe) let (reader, other) = (reader, other)
        return workers.map(count + 2) {
          number -> (value: Value?, ahead: Result<Bool, any Error>?) in
          switch number {
          case 0: return (nil, readingAhead ? Result { try reader.pointee.readAhead() } : nil)
          case 1:
            other()
            return (nil, nil)
          default: return (body(number - 2), nil)
          }
        }
      }
    }
    if let read = results[0].ahead { ahead = [read] }
    return results.compactMap(\.value)
  }

  /// Where stretches of rows begin, if what is told of line ends is right: the first one does.
  private static func stretchStarts(
    in text: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> [Int] {
    var starts = [start]
    while let last = starts.last, text.count - last > 2 * stretchCount {
      let from = last + stretchCount
      guard let end = text[from...].firstIndex(where: { $0 == .lineFeed || $0 == .carriageReturn })
      else { break }
      let isPair =
        text[end] == .carriageReturn && end + 1 < text.count && text[end + 1] == .lineFeed
      starts.append(end + (isPair ? 2 : 1))
    }
    return starts
  }

  /// Bytes of a stretch: enough to be worth a thread.
  static let stretchCount = 1 << 18

  /// Where the reading stands.
  private struct State: Sendable {
    var scanner: CSVScanner?
    var position: Int?
    var line = 1
    var sheetRow = 1
    var rowCount = 0
    var isSeparatorKnown = false
    var hasSeparator = false
    /// Why no further row was read.
    var stop: CSVScanner.Outcome?
  }

  /// Reads piece after piece; `scan` takes the rows of each.
  private mutating func readPieces(
    restart: () -> Void, scan: (inout TableReader, inout State) throws -> Void
  ) throws {
    var state = State()
    while true {
      do {
        let read = ahead.isEmpty ? Result { try reader.readMore() } : ahead.removeFirst()
        if try read.get() {
          restart()
          (state, header, rowCount) = (State(), nil, 0)
          continue
        }
      } catch let problem as IllFormedText {
        throw UnusableInput([TextFault.diagnostic(of: problem, file: file)])
      }
      var position = state.position ?? min(reader.start, bytes.count)
      let isFound = try state.scanner != nil || findHeader(&state, &position)
      state.position = position
      if isFound { try scan(&self, &state) }
      if reader.isAtEnd, ahead.isEmpty { break }
    }
    try checkHeaderWasFound()
  }

  /// Scans the rows that are there, as far as the text has been read.
  private mutating func scan(
    _ state: inout State,
    _ body: (CSVScanner, ScannedRow, UnsafeBufferPointer<UInt8>, TableHeader) -> Void
  ) throws {
    guard let header, let position = state.position else { return }
    let before = state.rowCount
    let stop = Self.scan(bytes, reader.isAtEnd, header, &state, until: .max) {
      body($0, $1, $2, header)
    }
    rowCount += state.rowCount - before
    if let stop { try check(stop, bytes, from: state.position ?? position, line: state.line) }
  }

  /// Scans the rows that begin before `end`.
  ///
  /// - Returns: why it stopped before that.
  private static func scan(
    _ text: UnsafeBufferPointer<UInt8>, _ isComplete: Bool, _ header: TableHeader,
    _ state: inout State, until end: Int,
    _ body: (CSVScanner, ScannedRow, UnsafeBufferPointer<UInt8>) -> Void
  ) -> CSVScanner.Outcome? {
    guard var scanner = state.scanner.take(), var position = state.position else { return nil }
    defer { (state.scanner, state.position) = (scanner, position) }
    while position < end {
      let outcome = scanner.scanRow(text, from: position, isComplete: isComplete)
      guard case .row(let next) = outcome else { return outcome }
      if scanner.hasContent {
        state.rowCount += 1
        body(
          scanner,
          ScannedRow(start: position, next: next, line: state.line, sheetRow: state.sheetRow), text)
      }
      position = next
      state.line += scanner.lineEnds
      state.sheetRow += 1
    }
    return nil
  }

  // MARK: - The header

  /// Skips lines without anything, obeys `sep=`, finds the delimiter and reads the headings.
  ///
  /// - Returns: `false` where the text so far ends before that.
  private mutating func findHeader(_ state: inout State, _ position: inout Int) throws -> Bool {
    if !state.isSeparatorKnown {
      guard reader.isAtEnd || reader.bytes.count - position > 8 else { return false }
      state.isSeparatorKnown = true
      if let line = try SeparatorLine(reader.bytes, from: position, file: file) {
        (delimiter, position, state.line, state.hasSeparator) = (line.separator, line.next, 2, true)
      }
    }
    let text = reader.bytes
    var scanner = CSVScanner(delimiter: delimiter)
    var isBlank = true
    while isBlank {
      if !state.hasSeparator { delimiter = mostFrequentDelimiter(text, from: position) }
      scanner = CSVScanner(delimiter: delimiter)
      let outcome = scanner.scanRow(text, from: position, isComplete: reader.isAtEnd)
      guard case .row(let next) = outcome else {
        try check(outcome, text, from: position, line: state.line)
        return false
      }
      let row = UnsafeBufferPointer(rebasing: text[position..<next])
      isBlank = !scanner.hasContent || (!state.hasSeparator && isBlankInAnyDelimiter(row))
      (headerLine, position) = (state.line, next)
      state.line += scanner.lineEnds
      state.sheetRow += 1
    }
    try takeHeader(scanner, text)
    state.scanner = scanner
    return true
  }

  private mutating func takeHeader(
    _ scanner: CSVScanner, _ text: UnsafeBufferPointer<UInt8>
  ) throws {
    guard !scanner.isMalformed else {
      throw UnusableInput([
        Diagnostic(
          .error, code: "header.malformed", at: SourceLocation(file: file, line: headerLine),
          "the line of headings has a misplaced quotation mark",
          remedy: "put the whole heading into quotation marks, and double those inside it")
      ])
    }
    let headings = scanner.fields.map { FieldValue($0, in: text).string(in: text) }
    do throws(HeaderProblem) {
      header = try TableHeader(headings, of: kind, planned: planned)
    } catch {
      throw UnusableInput(error.diagnostics(file: file, line: headerLine))
    }
  }

  private func checkHeaderWasFound() throws {
    guard header == nil else { return }
    throw UnusableInput([
      Diagnostic(
        .error, code: "file.empty", at: SourceLocation(file: file),
        reader.byteCount == 0 ? "the file is empty" : "the file has no line of headings",
        remedy:
          "export it again, or take it out of the inputs; an empty table still needs its line "
          + "of headings, such as "
          + TableColumns.of(kind).filter(\.isRequired).map(\.name).joined(separator: ","))
    ])
  }

  private func check(
    _ outcome: CSVScanner.Outcome, _ text: UnsafeBufferPointer<UInt8>, from start: Int, line: Int
  ) throws {
    let fault = TextFault.diagnostic(of: outcome, text, from: start, line: line, file: file)
    if let fault { throw UnusableInput([fault]) }
  }
}

/// That of comma, semicolon and tab which the line has most of outside quotes, the first on a tie.
func mostFrequentDelimiter(
  _ text: UnsafeBufferPointer<UInt8>, from start: Int
) -> UInt8 {
  let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
  var counts = [0, 0, 0]
  var isQuoted = false
  for byte in text[start...].prefix(CSVScanner.rowCountMax) {
    if byte == .quote {
      isQuoted.toggle()
    } else if !isQuoted {
      if byte == .lineFeed || byte == .carriageReturn { break }
      if let index = candidates.firstIndex(of: byte) { counts[index] += 1 }
    }
  }
  return candidates[counts.firstIndex(of: counts.max() ?? 0) ?? 0]
}

/// Whether a line has nothing but delimiters, quotes and white space.
private func isBlankInAnyDelimiter(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
  var index = 0
  while index < line.count {
    switch line[index] {
    case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\""): index += 1
    default:
      let length = whiteSpaceLength(line, at: index)
      if length == 0 { return false }
      index += length
    }
  }
  return true
}
