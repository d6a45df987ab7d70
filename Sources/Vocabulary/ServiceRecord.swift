/// One row of cases or conferences, as the rules see it: 40 bytes.
///
/// It refers to what is kept of its row in its table's text. What only a report shows is read again from there, where
/// all of the row is kept (``RecordTable/reread``).
public struct ServiceRecord: BitwiseCopyable, Sendable {
  /// What was found while the row was read.
  public struct Flags: OptionSet, BitwiseCopyable, Sendable {
    public let rawValue: UInt16
    @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

    @inlinable public func contains(_ member: Flags) -> Bool {
      rawValue & member.rawValue == member.rawValue
    }

    /// The service time has a time of day; else `instant` is the midnight that begins the day.
    @inlinable public static var timed: Flags { Flags(rawValue: 1) }
    /// The service date could be read.
    @inlinable public static var dated: Flags { Flags(rawValue: 2) }
    /// The ID is among the table's ``RecordTable/rewrittenIDs``, since it stands otherwise in the
    /// file.
    @inlinable public static var rewrittenID: Flags { Flags(rawValue: 4) }
    @inlinable public static var dateMoved: Flags { Flags(rawValue: 8) }
    @inlinable public static var lateResponse: Flags { Flags(rawValue: 16) }
    @inlinable public static var lateReview: Flags { Flags(rawValue: 32) }
    @inlinable public static var clockNotRead: Flags { Flags(rawValue: 64) }
    /// The record also stands in a row that is not completed.
    @inlinable public static var alsoNotCompleted: Flags { Flags(rawValue: 128) }
    /// A conference that names its case.
    @inlinable public static var namesCase: Flags { Flags(rawValue: 256) }
    /// `seconds` is the sum of several segments.
    @inlinable public static var merged: Flags { Flags(rawValue: 512) }
    /// Stands in more than one row that came as far as rule 10.
    @inlinable public static var repeated: Flags { Flags(rawValue: 1024) }
    /// Of the row only the ID is kept, and the case that it names: it can't be read again.
    @inlinable public static var rowGone: Flags { Flags(rawValue: 2048) }
    /// Where the ledger carries it: while it was held, it stood in a row that was not completed.
    @inlinable public static var wasNotCompleted: Flags { Flags(rawValue: 4096) }

    /// What is kept where the ledger carries a record.
    public static let own: Flags = [
      .timed, .dated, .dateMoved, .lateResponse, .lateReview, .clockNotRead, .namesCase,
      .wasNotCompleted,
    ]
  }

  /// Bits 0 ..< 40 the offset in the table's text of what is kept of the row, 40 ..< 60 the ID's length.
  @usableFromInline var place: UInt64 = 0
  /// Bits 0 ..< 32 the line, 32 ..< 52 the ID's offset from the row's start.
  @usableFromInline var lineAndID: UInt64 = 0
  /// The service time in seconds since 1970-01-01 UTC; without a time of day the day's midnight as
  /// if in UTC.
  public var instant: Int64 = 0
  /// The service date, in days since 1970-01-01.
  public var day: Int32 = 0
  /// An index into ``Roster/physicians``, or ``Roster/unknown`` or ``Roster/ambiguous``.
  public var physician: Int32 = Roster.unknown
  /// A conference's length; 0 for a case.
  public var seconds: Int32 = 0
  public var flags: Flags = []
  /// An index into the plan's programs, or ``noProgram``.
  public var program: UInt8 = Self.noProgram
  public var reason: Reason = .undecided

  public static let noProgram = UInt8.max

  /// Whether it stands for money: paid, or held.
  public var isPaidOrHeld: Bool {
    let disposition = reason.disposition
    return disposition == .paid || disposition == .held
  }

  public init(rowStart: Int, line: Int) {
    place = UInt64(rowStart)
    lineAndID = UInt64(line)
  }

  @inlinable public var rowStart: Int { Int(place & 0xFF_FFFF_FFFF) }
  /// The physical line on which the row starts, from 1.
  @inlinable public var line: Int { Int(lineAndID & 0xFFFF_FFFF) }
  @inlinable public var idLength: Int { Int(place >> 40) }
  /// From the start of the row; for a rewritten ID its index.
  @inlinable public var idOffset: Int { Int(lineAndID >> 32) }

  /// - Precondition: both are below 2²⁰: no row is longer than 1 MiB.
  public mutating func setID(offset: Int, length: Int) {
    precondition(offset < 1 << 32 && length < 1 << 20, "an ID lies in its row")
    place = place & 0xFF_FFFF_FFFF | UInt64(length) << 40
    lineAndID = lineAndID & 0xFFFF_FFFF | UInt64(offset) << 32
  }

  /// What of its row is kept begins elsewhere.
  public mutating func setRowStart(_ start: Int) {
    place = place & ~0xFF_FFFF_FFFF | UInt64(start)
  }

  /// Counts lines, what is kept of rows, and the place of a rewritten ID, from further above.
  mutating func move(linesBefore: Int, textBefore: Int, rewrittenBefore: Int) {
    lineAndID += UInt64(linesBefore)
    place += UInt64(textBefore)
    if flags.contains(.rewrittenID) { lineAndID += UInt64(rewrittenBefore) << 32 }
  }

  @inlinable public var date: CivilDate { CivilDate(day: day) }

  /// The end of a timed conference.
  @inlinable public var end: Int64 { instant + Int64(seconds) }
}

/// What is kept of a file's text, as UTF-8, and its memory.
public final class SourceText: @unchecked Sendable {
  // Unchecked: nobody writes to the bytes once the text is made.
  public let bytes: UnsafeBufferPointer<UInt8>

  /// Takes over memory that was allocated with `malloc`.
  public init(owning memory: UnsafeMutablePointer<UInt8>, count: Int) {
    bytes = UnsafeBufferPointer(start: memory, count: count)
  }

  deinit { UnsafeMutablePointer(mutating: bytes.baseAddress)?.deallocate() }
}

/// What is kept of a file's rows, in memory that a ``SourceText`` takes over.
public struct GrowingText: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) public var count = 0
  private static let believedCount = 64 << 20

  /// - Parameter count: of the bytes that are to be added, about: they are not moved then.
  public init(expecting count: Int = 64) {
    capacity = max(count, 1)
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  @inline(__always)
  public mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    if capacity - count < bytes.count { grow(to: max(2 * capacity, count + bytes.count)) }
    guard let source = bytes.baseAddress else { return }
    (base + count).initialize(from: source, count: bytes.count)
    count += bytes.count
  }

  /// Adds what was kept of a stretch that was read by itself.
  ///
  /// - Parameter share: of the file, the stretch with it.
  public mutating func append(contentsOf stretch: borrowing GrowingText, share: FileShare) {
    let needed = count + stretch.count
    if needed > capacity {
      grow(to: max(needed, capacity * 3 / 2, share.all(needed, believed: Self.believedCount)))
    }
    append(UnsafeBufferPointer(start: stretch.base, count: stretch.count))
  }

  /// Gives the text away; none is left here.
  public mutating func finish() -> SourceText {
    defer { (base, capacity, count) = (.allocate(capacity: 1), 1, 0) }
    return SourceText(owning: base, count: count)
  }

  private mutating func grow(to capacity: Int) {
    (base, self.capacity) = (grown(base, keeping: count, to: capacity), capacity)
  }
}

/// The case that a conference names: its bytes in the row, a rewritten text, or none. 8 bytes.
public struct CaseReference: Sendable {
  public static let none = CaseReference(offset: 0, count: 0)

  /// The offset from the row's start, or for a rewritten ID its index.
  public let start: Int32
  /// Bytes; 0 for none, -1 for a rewritten ID.
  public let count: Int32

  public init(offset: Int, count: Int) { (start, self.count) = (Int32(offset), Int32(count)) }

  /// The same, for a table with so many rewritten IDs before.
  public func moved(byRewritten before: Int) -> CaseReference {
    count < 0 ? CaseReference(rewritten: Int(start) + before) : self
  }

  public init(rewritten index: Int) { (start, count) = (Int32(index), -1) }
}

/// What stands in a row beyond what the rules need, for reports and messages.
public struct WrittenRecord: Sendable {
  public var id = ""
  public var program = ""
  public var physician = ""
  public var caseID = ""
  public var serviceTime = ""
  public var endTime = ""
  public var length = ""
  public var status = ""
  public var offered = ""
  public var accepted = ""
  /// What is wrong with the row, where reading stopped it.
  public var problem: Diagnostic?
  /// The row as it stands in the file, without columns that are not read.
  public var columns: [(heading: String, value: String)] = []

  public init() {}
}

/// The records of one file of cases or conferences, and the text that they refer to.
public final class RecordTable: @unchecked Sendable {
  // Unchecked: all is written before the table is shared, and only the rows of `records` change
  // later, each in one thread at a time.
  public let activity: Activity
  /// Relative to the workspace where it lies in it, else as given; for records that the ledger
  /// carries with the quarter in which they were read, `2026Q1:inputs/cases.csv`.
  public let file: String
  /// Whether the ledger carries these records, since the inputs no longer have them.
  public let isCarried: Bool
  public let text: SourceText
  public let records: RecordRows
  /// IDs that stand otherwise in the file (doubled quotes, another Unicode form).
  public let rewrittenIDs: [[UInt8]]
  /// For conferences: the case that each row names.
  public let cases: [CaseReference]
  /// Reads a row again.
  public let reread: @Sendable (ServiceRecord) -> WrittenRecord
  /// Begins to say what is wrong with rows, one after the other; each thread begins for itself. That, and what
  /// stands in a row for the physician, is all that reports need of many rows.
  public let problems: @Sendable () -> (ServiceRecord) -> Diagnostic?
  public let writtenPhysician: @Sendable (ServiceRecord) -> String

  public init(
    activity: Activity, file: String, isCarried: Bool = false, text: SourceText,
    records: RecordRows, rewrittenIDs: [[UInt8]], cases: [CaseReference],
    reread: @escaping @Sendable (ServiceRecord) -> WrittenRecord,
    problems: (@Sendable () -> (ServiceRecord) -> Diagnostic?)? = nil,
    writtenPhysician: (@Sendable (ServiceRecord) -> String)? = nil
  ) {
    self.activity = activity
    self.file = file
    self.isCarried = isCarried
    self.text = text
    self.records = records
    self.rewrittenIDs = rewrittenIDs
    self.cases = cases
    self.reread = reread
    self.problems = problems ?? { { reread($0).problem } }
    self.writtenPhysician = writtenPhysician ?? { reread($0).physician }
  }

  /// Calls `body` with the bytes of a record's ID.
  @inlinable public func withID<Result>(
    of record: ServiceRecord, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    if record.flags.contains(.rewrittenID) {
      return try rewrittenIDs[record.idOffset].withUnsafeBufferPointer(body)
    }
    let start = record.rowStart + record.idOffset
    return try body(UnsafeBufferPointer(rebasing: text.bytes[start..<start + record.idLength]))
  }

  /// Calls `body` with the bytes of the case that the conference in `row` names; empty for none.
  @inlinable public func withCase<Result>(
    ofRow row: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    let reference = cases[row]
    if reference.count < 0 {
      return try rewrittenIDs[Int(reference.start)].withUnsafeBufferPointer(body)
    }
    let start = records[row].rowStart + Int(reference.start)
    let bytes = text.bytes[start..<start + Int(reference.count)]
    return try body(UnsafeBufferPointer(rebasing: bytes))
  }

  public func id(of record: ServiceRecord) -> String {
    withID(of: record) { String(decoding: $0, as: UTF8.self) }
  }
}
