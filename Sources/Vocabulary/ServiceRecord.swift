/// One row of cases or conferences, as the rules see it: 40 bytes.
///
/// It refers to the text of its file instead of copying it, so that ten million of them fit in
/// memory. What only a report shows is read again from ``rowStart`` (``RecordTable/reread``).
package struct ServiceRecord: Sendable {
  /// What was found while the row was read.
  package struct Flags: OptionSet, Sendable {
    package let rawValue: UInt16
    @inlinable package init(rawValue: UInt16) { self.rawValue = rawValue }

    @inlinable package func contains(_ member: Flags) -> Bool {
      rawValue & member.rawValue == member.rawValue
    }

    /// The service time has a time of day; else `instant` is the midnight that begins the day.
    @inlinable package static var timed: Flags { Flags(rawValue: 1) }
    /// The service date could be read.
    @inlinable package static var dated: Flags { Flags(rawValue: 2) }
    /// The ID is among the table's ``RecordTable/rewrittenIDs``, since it stands otherwise in the
    /// file.
    @inlinable package static var rewrittenID: Flags { Flags(rawValue: 4) }
    @inlinable package static var dateMoved: Flags { Flags(rawValue: 8) }
    @inlinable package static var lateResponse: Flags { Flags(rawValue: 16) }
    @inlinable package static var lateReview: Flags { Flags(rawValue: 32) }
    @inlinable package static var clockNotRead: Flags { Flags(rawValue: 64) }
    /// The record also stands in a row that is not completed.
    @inlinable package static var alsoNotCompleted: Flags { Flags(rawValue: 128) }
    /// A conference that names its case.
    @inlinable package static var namesCase: Flags { Flags(rawValue: 256) }
    /// `seconds` is the sum of several segments.
    @inlinable package static var merged: Flags { Flags(rawValue: 512) }
    /// Stands in more than one row that came as far as rule 10.
    @inlinable package static var repeated: Flags { Flags(rawValue: 1024) }

    /// What belongs to the row alone, and is kept where the ledger carries it.
    package static let own: Flags = [
      .timed, .dated, .dateMoved, .lateResponse, .lateReview, .clockNotRead, .namesCase,
    ]
  }

  /// Bits 0 ..< 40 the row's offset in the text, 40 ..< 60 the ID's length.
  @usableFromInline var place: UInt64 = 0
  /// Bits 0 ..< 32 the line, 32 ..< 52 the ID's offset from the row's start.
  @usableFromInline var lineAndID: UInt64 = 0
  /// The service time in seconds since 1970-01-01 UTC; without a time of day the day's midnight as
  /// if in UTC.
  package var instant: Int64 = 0
  /// The service date, in days since 1970-01-01.
  package var day: Int32 = 0
  /// An index into ``Roster/physicians``, or ``Roster/unknown`` or ``Roster/ambiguous``.
  package var physician: Int32 = Roster.unknown
  /// A conference's length; 0 for a case.
  package var seconds: Int32 = 0
  package var flags: Flags = []
  /// An index into the plan's programs, or ``noProgram``.
  package var program: UInt8 = Self.noProgram
  package var reason: Reason = .undecided

  package static let noProgram = UInt8.max
  /// Offsets that a record can have: 1 TiB.
  package static let rowStartMax = 1 << 40 - 1

  package init(rowStart: Int, line: Int) {
    place = UInt64(rowStart)
    lineAndID = UInt64(line)
  }

  @inlinable package var rowStart: Int { Int(place & 0xFF_FFFF_FFFF) }
  /// The physical line on which the row starts, from 1.
  @inlinable package var line: Int { Int(lineAndID & 0xFFFF_FFFF) }
  @inlinable package var idLength: Int { Int(place >> 40) }
  /// From the start of the row; for a rewritten ID its index.
  @inlinable package var idOffset: Int { Int(lineAndID >> 32) }

  /// - Precondition: both are below 2²⁰: no row is longer than 1 MiB.
  package mutating func setID(offset: Int, length: Int) {
    precondition(offset < 1 << 32 && length < 1 << 20, "an ID lies in its row")
    place = place & 0xFF_FFFF_FFFF | UInt64(length) << 40
    lineAndID = lineAndID & 0xFFFF_FFFF | UInt64(offset) << 32
  }

  @inlinable package var date: CivilDate { CivilDate(day: day) }

  /// The end of a timed conference.
  @inlinable package var end: Int64 { instant + Int64(seconds) }
}

/// The text of a file as UTF-8, and its memory.
package final class SourceText: @unchecked Sendable {
  // Unchecked: nobody writes to the bytes once the text is made.
  package let bytes: UnsafeBufferPointer<UInt8>

  /// Takes over memory that was allocated with `malloc`.
  package init(owning memory: UnsafeMutablePointer<UInt8>, count: Int) {
    bytes = UnsafeBufferPointer(start: memory, count: count)
  }

  deinit { UnsafeMutablePointer(mutating: bytes.baseAddress)?.deallocate() }
}

/// The case that a conference names: its bytes in the row, a rewritten text, or none. 8 bytes.
package struct CaseReference: Sendable {
  package static let none = CaseReference(offset: 0, count: 0)

  /// The offset from the row's start, or for a rewritten ID its index.
  package let start: Int32
  /// Bytes; 0 for none, -1 for a rewritten ID.
  package let count: Int32

  package init(offset: Int, count: Int) { (start, self.count) = (Int32(offset), Int32(count)) }

  package init(rewritten index: Int) { (start, count) = (Int32(index), -1) }
}

/// What stands in a row beyond what the rules need, for reports and messages.
package struct WrittenRecord: Sendable {
  package var id = ""
  package var program = ""
  package var physician = ""
  package var caseID = ""
  package var serviceTime = ""
  package var endTime = ""
  package var length = ""
  package var status = ""
  package var offered = ""
  package var accepted = ""
  /// What is wrong with the row, where reading stopped it.
  package var problem: Diagnostic?
  /// The row as it stands in the file, without columns that are not read.
  package var columns: [(heading: String, value: String)] = []

  package init() {}
}

/// The records of one file of cases or conferences, and the text that they refer to.
package final class RecordTable: @unchecked Sendable {
  // Unchecked: all is written before the table is shared, and only the rows of `records` change
  // later, each in one thread at a time.
  package let activity: Activity
  /// Relative to the workspace where it lies in it, else as given; for records that the ledger
  /// carries with the quarter in which they were read, `2026Q1:inputs/cases.csv`.
  package let file: String
  /// Whether the ledger carries these records, since the inputs no longer have them.
  package let isCarried: Bool
  package let text: SourceText
  package let records: RecordRows
  /// IDs that stand otherwise in the file (doubled quotes, another Unicode form).
  package let rewrittenIDs: [[UInt8]]
  /// For conferences: the case that each row names.
  package let cases: [CaseReference]
  /// Reads a row again.
  package let reread: @Sendable (ServiceRecord) -> WrittenRecord
  /// What stands in a row for the physician: all that reports need of many rows.
  package let writtenPhysician: @Sendable (ServiceRecord) -> String

  package init(
    activity: Activity, file: String, isCarried: Bool = false, text: SourceText,
    records: RecordRows, rewrittenIDs: [[UInt8]], cases: [CaseReference],
    reread: @escaping @Sendable (ServiceRecord) -> WrittenRecord,
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
    self.writtenPhysician = writtenPhysician ?? { reread($0).physician }
  }

  /// Calls `body` with the bytes of a record's ID.
  @inlinable package func withID<Result>(
    of record: ServiceRecord, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    if record.flags.contains(.rewrittenID) {
      return try rewrittenIDs[record.idOffset].withUnsafeBufferPointer(body)
    }
    let start = record.rowStart + record.idOffset
    return try body(UnsafeBufferPointer(rebasing: text.bytes[start..<start + record.idLength]))
  }

  /// Calls `body` with the bytes of the case that the conference in `row` names; empty for none.
  @inlinable package func withCase<Result>(
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

  package func id(of record: ServiceRecord) -> String {
    withID(of: record) { String(decoding: $0, as: UTF8.self) }
  }
}
