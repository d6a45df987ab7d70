/// The record tables of a run, with one number for each of their rows.
public struct RecordTables: Sendable {
  /// Cases, then conferences, each in the order in which they were read.
  public let tables: [RecordTable]
  @usableFromInline let places: [Place]
  public let count: Int

  /// Where a table's records and its text lie, as long as it is there. Who asks here counts no reference, which a
  /// million questions would.
  @usableFromInline struct Place: @unchecked Sendable {
    // Unchecked: as RecordTable.
    /// The number of the table's first row.
    @usableFromInline let first: Int
    @usableFromInline let records: UnsafeMutableBufferPointer<ServiceRecord>
    @usableFromInline let text: UnsafeBufferPointer<UInt8>

    @inlinable func record(_ row: Int) -> UnsafeMutablePointer<ServiceRecord> {
      precondition(row >= 0 && row < records.count, "a row is in its table")
      return records.baseAddress! + row
    }
  }

  public init(_ tables: [RecordTable]) {
    self.tables = tables
    var places: [Place] = []
    var count = 0
    for table in tables {
      places.append(
        Place(first: count, records: table.records.memory, text: table.text.bytes))
      count += table.records.count
    }
    self.places = places
    self.count = count
  }

  @inlinable public func locate(_ index: Int32) -> (table: Int, row: Int) {
    var table = places.count - 1
    while places[table].first > index { table -= 1 }
    return (table, Int(index) - places[table].first)
  }

  @inlinable public func index(table: Int, row: Int) -> Int32 { Int32(places[table].first + row) }

  @inlinable public func table(of index: Int32) -> RecordTable { tables[locate(index).table] }

  @inlinable public subscript(index: Int32) -> ServiceRecord {
    get {
      let (table, row) = locate(index)
      return places[table].record(row).pointee
    }
    nonmutating _modify {
      let (table, row) = locate(index)
      yield &places[table].record(row).pointee
    }
  }

  /// What stands in a row for the physician.
  public func writtenPhysician(of index: Int32) -> String {
    table(of: index).writtenPhysician(self[index])
  }

  /// Calls `body` with the bytes of a row's ID.
  @inlinable public func withID<Result>(
    of index: Int32, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    let (table, row) = locate(index)
    let record = places[table].record(row).pointee
    if record.flags.contains(.rewrittenID) { return try tables[table].withID(of: record, body) }
    let start = record.rowStart + record.idOffset
    let id = places[table].text[start..<start + record.idLength]
    return try body(UnsafeBufferPointer(rebasing: id))
  }

  /// Calls `body` with the bytes of the case that a row of conferences names; empty for none.
  @inlinable public func withCase<Result>(
    of index: Int32, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    let (table, row) = locate(index)
    return try tables[table].withCase(ofRow: row, body)
  }

  /// Rows of one table, as a piece of work: `first` is the number of the first one.
  public struct Piece: Sendable {
    public let table: Int
    public let rows: Range<Int>
    public let first: Int32

    /// The numbers of the rows.
    public var numbers: Range<Int32> { first..<first + Int32(rows.count) }
  }

  /// The rows of some tables, or of all, in their order and in pieces of some ten thousand.
  public func pieces(of tables: [Int]? = nil) -> [Piece] {
    let rowCount = 1 << 15
    return (tables ?? Array(self.tables.indices)).flatMap { table in
      let count = self.tables[table].records.count
      return stride(from: 0, to: count, by: rowCount).map { start in
        Piece(
          table: table, rows: start..<min(start + rowCount, count),
          first: index(table: table, row: start))
      }
    }
  }
}

/// Something for a person's eye (SPEC 5, notices). 16 bytes: most say nothing but their kind.
public struct Notice: Sendable {
  public let kind: NoticeKind
  private let index: Int32
  private let words: Words?

  private final class Words: Sendable {
    let (file, line, physicianID, detail): (String, Int?, String, String)

    init(_ file: String, _ line: Int?, _ physicianID: String, _ detail: String) {
      (self.file, self.line, self.physicianID, self.detail) = (file, line, physicianID, detail)
    }
  }

  /// - Parameter record: not below zero.
  public init(
    _ kind: NoticeKind, record: Int32? = nil, file: String = "", line: Int? = nil,
    physicianID: String = "", detail: String = ""
  ) {
    self.kind = kind
    index = record ?? -1
    let isPlain = file.isEmpty && line == nil && physicianID.isEmpty && detail.isEmpty
    words = isPlain ? nil : Words(file, line, physicianID, detail)
  }

  /// The record it flags; nil for a file or a row of another table.
  public var record: Int32? { index < 0 ? nil : index }
  public var file: String { words?.file ?? "" }
  public var line: Int? { words?.line }
  /// The physician as written, where no record says.
  public var physicianID: String { words?.physicianID ?? "" }
  /// Of this notice alone; ``QuarterResult/detail(of:)`` has what it says of another record, too.
  public var detail: String { words?.detail ?? "" }
}

/// A file that was read.
public struct InputFile: Sendable {
  public var kind: TableKind
  public var file: String
  public var byteCount: Int
  public var rowCount: Int
  public var encoding: String
  /// Lower-case hexadecimal.
  public var sha256: String
  /// Letters of the columns whose headings are none that zpay reads, but for those of patients.
  public var unreadColumns: [String]
  /// Whether it says which records are completed.
  public var hasStatus: Bool

  public init(
    kind: TableKind, file: String, byteCount: Int, rowCount: Int, encoding: String, sha256: String,
    unreadColumns: [String] = [], hasStatus: Bool = true
  ) {
    self.kind = kind
    self.file = file
    self.byteCount = byteCount
    self.rowCount = rowCount
    self.encoding = encoding
    self.sha256 = sha256
    (self.unreadColumns, self.hasStatus) = (unreadColumns, hasStatus)
  }
}

/// What one physician's records come to in a department.
public struct PhysicianSums: Sendable {
  /// An index into ``Roster/physicians``.
  public var physician: Int32
  /// Lines and held records are those of one physician after the other's, so many each.
  public var paidRecords = 0
  public var heldRecords = 0
  /// Of paid records; cases by the plan's programs.
  public var cases: [Int] = []
  public var conferences = 0
  public var blocks: Int64 = 0
  public var cents: Int64 = 0
  /// Of ``cents``, what was earned in earlier quarters.
  public var lateCents: Int64 = 0
  /// At most.
  public var heldCents: Int64 = 0

  public init(physician: Int32) { self.physician = physician }

  public var isEmpty: Bool { paidRecords == 0 && heldRecords == 0 }

  /// - Parameter isLate: whether it was earned in an earlier quarter.
  public mutating func addPaid(_ money: Money, isLate: Bool) {
    paidRecords += 1
    cents += money.cents
    if isLate { lateCents += money.cents }
  }

  public mutating func addPaidConference(_ money: Money, blocks: Int64, isLate: Bool) {
    addPaid(money, isLate: isLate)
    conferences += 1
    self.blocks += blocks
  }

  public mutating func addHeld(_ money: Money) {
    heldRecords += 1
    heldCents += money.cents
  }

  /// Adds what other records of the same physician are.
  public mutating func add(_ other: Self) {
    paidRecords += other.paidRecords
    heldRecords += other.heldRecords
    for (program, count) in other.cases.enumerated() { cases[program] += count }
    conferences += other.conferences
    blocks += other.blocks
    cents += other.cents
    lateCents += other.lateCents
    heldCents += other.heldCents
  }
}

/// One department's quarter.
public struct DepartmentResult: Sendable {
  public var name: String
  /// The statement's file name without its ending.
  public var sheet = ""
  /// Paid records and reversals in the order of the statement.
  public var lines = StatementLines()
  /// Held records in the same order.
  public var held: [Int32] = []
  /// Whose the lines and held records are, in their order; behind them come those of nobody known.
  /// A physician of several names stands there under each.
  public var people: [PhysicianSums] = []
  /// Physicians, cases, conferences and blocks of paid lines; what is taken back is not among them.
  public var physicians = 0
  public var cases = 0
  public var conferences = 0
  public var blocks: Int64 = 0
  /// Paid lines less reversals: it may be below zero.
  public var payable = Money.zero
  public var heldAtMost = Money.zero

  /// The department of held records whose physician is unknown or ambiguous (SPEC 6).
  public static let unassigned = "(unassigned)"

  public init(name: String) { self.name = name }
}

/// What a department's row of a summary says.
public struct DepartmentTotals: Hashable, Sendable {
  public var name: String
  public var sheet: String
  public var physicians: Int
  public var cases: Int
  public var conferences: Int
  public var blocks: Int64
  public var payable: Money
  public var heldRecords: Int
  public var heldAtMost: Money

  public init(
    name: String, sheet: String, physicians: Int, cases: Int, conferences: Int, blocks: Int64,
    payable: Money, heldRecords: Int, heldAtMost: Money
  ) {
    self.name = name
    self.sheet = sheet
    self.physicians = physicians
    self.cases = cases
    self.conferences = conferences
    self.blocks = blocks
    self.payable = payable
    self.heldRecords = heldRecords
    self.heldAtMost = heldAtMost
  }
}

extension DepartmentResult {
  public var totals: DepartmentTotals {
    DepartmentTotals(
      name: name, sheet: sheet, physicians: physicians, cases: cases, conferences: conferences,
      blocks: blocks, payable: payable, heldRecords: held.count, heldAtMost: heldAtMost)
  }
}

/// A quarter, decided: every row's disposition, the lines, the notices, the sums.
public struct QuarterResult: Sendable {
  public let quarter: Quarter
  public let plan: CompensationPlan
  /// What the plan pays, by day.
  public let schedule: PaySchedule
  public let roster: Roster
  public var inputs: [InputFile]
  public var records: RecordTables
  public var history: QuarterHistory
  /// By name, in the order of Unicode code points.
  public var departments: [DepartmentResult] = []
  /// Every row that is not paid, by file and line.
  public var exceptions: [Int32] = []
  /// By file and line.
  public var notices: [Notice] = []
  /// For a duplicate, a merged segment or a conflicting row another row of the same record: the one
  /// that carries it, or that it contradicts.
  public var counterparts: [Int32: Int32] = [:]
  /// For rows that are paid since a person released their record, and would be held otherwise: why.
  public var lifted: [Int32: Reason] = [:]
  /// For each conference that overlaps others of its physician one of them.
  public var overlaps: [Int32: Int32] = [:]
  /// Rows by reason, ``Reason/rawValue`` being the index.
  public var rowsByReason = Array(repeating: 0, count: Reason.allCases.count)
  public var payable = Money.zero
  public var heldAtMost = Money.zero

  public init(
    quarter: Quarter, plan: CompensationPlan, roster: Roster, inputs: [InputFile],
    records: RecordTables, history: QuarterHistory = QuarterHistory()
  ) {
    self.quarter = quarter
    self.plan = plan
    schedule = PaySchedule(plan)
    self.roster = roster
    self.inputs = inputs
    self.records = records
    self.history = history
  }

  public func rowCount(_ disposition: Disposition) -> Int {
    Reason.allCases.reduce(0) {
      $0 + ($1.disposition == disposition ? rowsByReason[Int($1.rawValue)] : 0)
    }
  }

  /// Both names of the quarter and its dates.
  public var quarterDisplay: String {
    quarter.display(fiscalYearStarts: plan.fiscalYearStarts)
  }

  /// What a notice says; empty where its kind says all.
  ///
  /// Overlaps may be hundreds of thousands, and are put into words only where somebody reads them.
  public func detail(of notice: Notice) -> String {
    guard notice.kind == .overlappingConferences, let record = notice.record,
      let other = overlaps[record]
    else { return notice.detail }
    let table = records.table(of: other)
    let place = "\(table.file) line \(records[other].line)"
    return "overlaps \(shown(table.id(of: records[other]))) (\(place))"
  }

  /// The appointment that names a record's physician and department; nil without a physician.
  public func appointment(of record: ServiceRecord) -> Appointment? {
    guard record.physician >= 0 else { return nil }
    let physician = roster.physicians[Int(record.physician)]
    return physician.appointments[physician.namingAppointment(on: record.date)]
  }

  /// The rate of a paid or held record; the rules have made sure that there is one.
  public func rate(of record: ServiceRecord, _ activity: Activity) -> Rate? {
    plan.rate(for: activity, program: Int(record.program), on: record.date)
  }
}

extension QuarterResult {
  /// Whether what is paid or held for a day was earned in an earlier quarter.
  public func isLate(day: Int32) -> Bool { day < quarter.start.day }

  /// A line as the ledger keeps it.
  public func paymentLine(_ line: StatementLine, of department: DepartmentResult) -> PaymentLine {
    if let reversal = line.reversal {
      var line = history.reversals[reversal].line
      line.sheet = department.sheet
      return line
    }
    guard let index = line.record else { preconditionFailure("a line is one or the other") }
    let table = records.table(of: index)
    let record = records[index]
    guard let appointment = appointment(of: record),
      let step = schedule.step(of: record, table.activity),
      let cents = step.cents(seconds: record.seconds)
    else { preconditionFailure("a paid record has a physician and an amount") }
    return PaymentLine(
      department: department.name, sheet: department.sheet,
      physicianID: roster.physicians[Int(record.physician)].id,
      employeeID: appointment.employeeID, employeeRecord: appointment.employeeRecord,
      physician: appointment.name, record: identity(of: record, table), day: record.day,
      seconds: Int64(record.seconds),
      blocks: step.blocks(seconds: record.seconds), rateCents: step.rateCents, amountCents: cents,
      sourceFile: table.file, sourceLine: record.line)
  }

  /// What a record pays, or would; 0 before the first rate.
  public func cents(of record: ServiceRecord, _ table: RecordTable) -> Int64 {
    schedule.step(of: record, table.activity)?.cents(seconds: record.seconds) ?? 0
  }

  public func identity(of record: ServiceRecord, _ table: RecordTable) -> RecordIdentity {
    RecordIdentity(
      program: plan.programs[Int(record.program)].key, activity: table.activity,
      id: table.id(of: record))
  }

  /// A held row as the ledger keeps it, with all that rules need to look at it again.
  public func heldRecord(_ index: Int32, of department: DepartmentResult) -> HeldRecord {
    let table = records.table(of: index)
    let record = records[index]
    let written = table.reread(record)
    var flags = record.flags.intersection(.own)
    if record.flags.contains(.alsoNotCompleted) { flags.insert(.wasNotCompleted) }
    return HeldRecord(
      record: identity(of: record, table), department: department.name,
      physicianID: record.physician >= 0
        ? roster.physicians[Int(record.physician)].id : written.physician,
      writtenPhysician: written.physician, writtenCase: written.caseID, instant: record.instant,
      day: record.day, seconds: record.seconds, flags: flags.rawValue,
      reason: record.reason.code,
      amountCents: cents(of: record, table),
      sourceFile: table.isCarried ? table.file : "\(quarter):\(table.file)",
      sourceLine: record.line,
      columns: written.columns.map { HeldRecord.Column(heading: $0.heading, value: $0.value) })
  }
}

extension QuarterResult {
  /// Employees from whom more is taken back than they are paid, by physician: payroll has to recover it. A physician
  /// whose employee ID has changed is paid by the new one, and it is recovered from the old one.
  public var employeesBelowZero:
    [(physicianID: String, physician: String, employeeID: String, payable: Money)]
  {
    guard !history.reversals.isEmpty else { return [] }
    var sums: [String: (physicianID: String, physician: String, employeeID: String, cents: Int64)] =
      [:]
    for department in departments {
      for reference in department.lines {
        let line = paymentLine(reference, of: department)
        // Several physicians of one employee ID are one to payroll; without one it is the physician.
        let key = line.employeeID.isEmpty ? "\u{0}" + line.physicianID : line.employeeID
        sums[key, default: (line.physicianID, line.physician, line.employeeID, 0)].cents +=
          line.amountCents
      }
    }
    return sums.values.filter { $0.cents < 0 }
      .map { ($0.physicianID, $0.physician, $0.employeeID, Money(cents: $0.cents)) }
      .sorted { ($0.0, $0.2) < ($1.0, $1.2) }
  }
}
