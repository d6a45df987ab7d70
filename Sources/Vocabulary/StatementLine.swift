/// A line of a statement: a record that is paid or held, or a payment that is taken back. 40 bytes.
///
/// Records lie as their files have them, so of the lines of a statement each is somewhere else in memory. What a line
/// says of its record stands in the line as well: who writes lines reads them one behind the other.
public struct StatementLine: BitwiseCopyable, Hashable, Sendable {
  /// The number of its record among all, or the complement of that of a reversal.
  @usableFromInline let value: Int32
  @usableFromInline let line: UInt32
  /// As the record's own (``ServiceRecord``).
  public let day: Int32
  public let physician: Int32
  public let seconds: Int32
  public let program: UInt8
  public let activity: Activity
  /// Of the ID; ``isLonger`` where it has more than there is room for.
  @usableFromInline let idCount: UInt8
  /// The first sixteen bytes of the ID as they lie in memory, zeros behind its end.
  @usableFromInline let (idStart, idRest): (UInt64, UInt64)

  @usableFromInline static let isLonger = UInt8.max
  @usableFromInline static let idOffset = MemoryLayout<StatementLine>.offset(of: \.idStart)!

  /// - Parameters:
  ///   - index: of the record among all.
  ///   - id: of the record.
  @inlinable public init(
    _ record: ServiceRecord, _ activity: Activity, at index: Int32, id: UnsafeBufferPointer<UInt8>
  ) {
    (value, line) = (index, UInt32(truncatingIfNeeded: record.line))
    (day, physician, seconds) = (record.day, record.physician, record.seconds)
    (program, self.activity) = (record.program, activity)
    (idStart, idRest) = (sortingWord(id, from: 0).bigEndian, sortingWord(id, from: 8).bigEndian)
    idCount = id.count <= 16 ? UInt8(truncatingIfNeeded: id.count) : Self.isLonger
  }

  /// - Parameter reversal: an index into ``QuarterHistory/reversals``.
  public init(reversal: Int) {
    (value, line) = (~Int32(reversal), 0)
    (day, physician, seconds) = (0, Roster.unknown, 0)
    (program, activity) = (ServiceRecord.noProgram, .case)
    (idStart, idRest, idCount) = (0, 0, 0)
  }

  @inlinable public var record: Int32? { value >= 0 ? value : nil }
  @inlinable public var reversal: Int? { value < 0 ? Int(~value) : nil }
  /// The physical line of its file on which the record's row starts, from 1.
  @inlinable public var sourceLine: Int { Int(line) }

  /// Whether the ID of its record comes before another one's, byte by byte; nil where the sixteen bytes don't say it.
  public func hasIDBefore(_ other: StatementLine) -> Bool? {
    if idStart != other.idStart { return idStart.bigEndian < other.idStart.bigEndian }
    if idRest != other.idRest { return idRest.bigEndian < other.idRest.bigEndian }
    return nil
  }
}

extension RecordTables {
  /// A record as a line has it.
  public func line(of index: Int32) -> StatementLine {
    withID(of: index) {
      StatementLine(self[index], tables[locate(index).table].activity, at: index, id: $0)
    }
  }
}

/// Eight bytes from `start` on as a number that sorts as they do; zeros behind the last.
@inlinable public func sortingWord(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> UInt64 {
  if let base = bytes.baseAddress, bytes.count >= start + 8 {
    return word(UnsafeRawPointer(base), at: start).bigEndian
  }
  var word: UInt64 = 0
  for index in start..<max(start, bytes.count) {
    word |= UInt64(bytes[index]) << UInt64(8 * (start + 7 - index))
  }
  return word
}

/// The lines of a statement, in their order. Those of all departments lie in one memory.
public struct StatementLines: RandomAccessCollection, @unchecked Sendable {
  // Unchecked: nobody writes to the lines any more.
  /// Memory for lines.
  public final class Memory: @unchecked Sendable {
    // Unchecked: who puts lines there on several threads gives each of them its own, before any statement has them.
    public let lines: UnsafeMutableBufferPointer<StatementLine>

    public init(count: Int) {
      lines = .init(start: allocated(count), count: count)
    }

    deinit { lines.deallocate() }
  }

  private let memory: Memory
  @usableFromInline let lines: UnsafeBufferPointer<StatementLine>

  public init(_ memory: Memory, _ range: Range<Int>) {
    self.memory = memory
    lines = UnsafeBufferPointer(rebasing: memory.lines[range])
  }

  /// No lines.
  public init() { self.init(Self.nothing, 0..<0) }

  private static let nothing = Memory(count: 0)

  public init(_ lines: [StatementLine]) {
    let memory = Memory(count: lines.count)
    _ = memory.lines.initialize(fromContentsOf: lines)
    self.init(memory, 0..<lines.count)
  }

  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { lines.count }

  @inlinable public subscript(position: Int) -> StatementLine {
    precondition(position >= 0 && position < lines.count, "a line is of its statement")
    return lines[position]
  }

  /// Calls `body` with the bytes of the ID of a line's record.
  @inlinable public func withID<Result>(
    at position: Int, in records: RecordTables,
    _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    let line = self[position]
    if line.idCount == StatementLine.isLonger, let index = line.record {
      return try records.withID(of: index, body)
    }
    // In the memory of the lines: nobody has to put it together.
    let start = UnsafeRawPointer(lines.baseAddress! + position) + StatementLine.idOffset
    return try start.withMemoryRebound(to: UInt8.self, capacity: Int(line.idCount)) {
      try body(UnsafeBufferPointer(start: $0, count: Int(line.idCount)))
    }
  }
}
