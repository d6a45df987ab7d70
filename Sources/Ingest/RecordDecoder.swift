package import Vocabulary

/// What the rows of cases and conferences are read with.
package struct RecordContext: Sendable {
  package let plan: CompensationPlan
  package let roster: Roster
  package let zone: ZoneOffsets
  /// Programs by ``matchKey(_:)`` of their key, name and aliases.
  let programs: [String: UInt8]
  /// The only program that pays conferences: what a blank one means.
  let conferenceProgram: UInt8?

  /// Whether any row may be read again, as for a close or to explain it. Else only those that can't be paid by what
  /// they say: what is wrong with them is told.
  let keepsRows: Bool

  package init(
    plan: CompensationPlan, roster: Roster, zone: ZoneOffsets, keepsRows: Bool = true
  ) {
    self.plan = plan
    self.roster = roster
    self.zone = zone
    self.keepsRows = keepsRows
    var programs: [String: UInt8] = [:]
    for (index, program) in plan.programs.enumerated() {
      for name in [program.key, program.name] + program.aliases {
        programs[matchKey(name)] = UInt8(index)
      }
    }
    self.programs = programs
    let paying = plan.conferencePrograms
    conferenceProgram = paying.count == 1 ? UInt8(paying[0]) : nil
  }
}

/// What stopped the reading of a row, by the column (its place among the definitions) that did.
enum RowFault: Equatable {
  case misplacedQuote(field: Int)
  case extraField(Int)
  case tooFewFields(Int)
  case value(column: Int, ValueFault)
  case missing(column: Int)
  case unknownProgram
  case activityNotOffered
  case notCompleted
  case badDate(column: Int)
  case badLength(column: Int)
  case lengthsDiffer(clock: Int64, given: Int64)
  case lengthOutOfRange(Int64, column: Int)
  case noLength
}

/// Reads a row of cases or conferences: rules 1 to 8 of SPEC section 5, which look at the row
/// alone.
///
/// What can be read is read, whatever stopped the row: reports show it.
struct RecordDecoder {
  let activity: Activity
  let header: TableHeader
  private let context: RecordContext
  private let columns: Columns
  /// Whether each program of the plan pays the table's activity.
  private let isOffered: [Bool]
  private var programs = RecentWords()
  private var statuses = RecentWords()
  /// What stopped the last row.
  private(set) var fault: RowFault?
  /// The ID of the last row, and of a conference the case that it names, where they differ from the
  /// text.
  private(set) var rewrittenID: [UInt8]?
  private(set) var caseValue: FieldValue?

  /// The columns' places among the definitions.
  private struct Columns {
    let id = 0, program = 1, physician = 2, time = 3
    let end, length, caseID, status, offered, accepted: Int?

    init(_ activity: Activity) {
      let isCase = activity == .case
      (end, length, caseID) = isCase ? (nil, nil, nil) : (4, 5, 6)
      (offered, accepted) = isCase ? (4, 5) : (nil, nil)
      status = isCase ? 6 : 7
    }
  }

  init(activity: Activity, header: TableHeader, context: RecordContext) {
    self.activity = activity
    self.header = header
    self.context = context
    columns = Columns(activity)
    isOffered = context.plan.programs.map { $0.pays.contains(activity) }
  }

  mutating func decode(
    _ scanner: CSVScanner, _ row: ScannedRow, _ text: UnsafeBufferPointer<UInt8>
  ) -> ServiceRecord {
    var record = ServiceRecord(rowStart: row.start, line: row.line)
    (fault, rewrittenID, caseValue) = (nil, nil, nil)
    if let fault = shapeFault(scanner, header, text) {
      stop(&record, .malformedRow, fault)
      return record
    }
    let fields = scanner.fields
    let id = value(columns.id, fields, text)
    let physician = value(columns.physician, fields, text)
    readID(id, row, text, &record)
    record.physician = physician.withBytes(in: text) {
      $0.isEmpty ? Roster.unknown : context.roster.physician(identifiedBy: $0)
    }
    if id.isEmpty { stop(&record, .missingValue, .missing(column: columns.id)) }
    if physician.isEmpty { stop(&record, .missingValue, .missing(column: columns.physician)) }
    readProgram(fields, text, &record)
    readStatus(fields, text, &record)
    readServiceTime(fields, text, &record)
    if activity == .conference {
      readConference(fields, text, &record)
    } else {
      readClocks(fields, text, &record)
    }
    return record
  }

  /// The first fault of a row is its reason: the rules stand in this order.
  private mutating func stop(_ record: inout ServiceRecord, _ reason: Reason, _ fault: RowFault) {
    guard record.reason == .undecided else { return }
    record.reason = reason
    self.fault = fault
  }

  private func value(
    _ column: Int?, _ fields: [FieldSlice], _ text: UnsafeBufferPointer<UInt8>
  ) -> FieldValue {
    guard let column else { return .inPlace(start: 0, end: 0) }
    let field = header.fields[column]
    guard field >= 0, field < fields.count else { return .inPlace(start: 0, end: 0) }
    return FieldValue(fields[field], in: text)
  }

  private mutating func readID(
    _ id: FieldValue, _ row: ScannedRow, _ text: UnsafeBufferPointer<UInt8>,
    _ record: inout ServiceRecord
  ) {
    switch id {
    case .inPlace(let start, let end):
      record.setID(offset: start == end ? 0 : start - row.start, length: end - start)
    case .rewritten(let bytes): rewrittenID = bytes
    }
  }

  private mutating func readProgram(
    _ fields: [FieldSlice], _ text: UnsafeBufferPointer<UInt8>, _ record: inout ServiceRecord
  ) {
    let written = value(columns.program, fields, text)
    if written.isEmpty {
      record.program =
        activity == .conference
        ? context.conferenceProgram ?? ServiceRecord.noProgram : ServiceRecord.noProgram
    } else {
      record.program = written.withBytes(in: text) { bytes in
        let program = programs.meaning(of: bytes) {
          let key = matchKey(String(decoding: $0, as: UTF8.self))
          return Int32(context.programs[key] ?? ServiceRecord.noProgram)
        }
        return UInt8(program)
      }
    }
    if record.program == ServiceRecord.noProgram {
      stop(&record, .unknownProgram, .unknownProgram)
    } else if !isOffered[Int(record.program)] {
      stop(&record, .activityNotOffered, .activityNotOffered)
    }
  }

  private mutating func readStatus(
    _ fields: [FieldSlice], _ text: UnsafeBufferPointer<UInt8>, _ record: inout ServiceRecord
  ) {
    let written = value(columns.status, fields, text)
    guard !written.isEmpty else { return }
    let isCompleted = written.withBytes(in: text) { bytes in
      statuses.meaning(of: bytes) {
        let key = matchKey(String(decoding: $0, as: UTF8.self))
        return ["", "completed", "complete", "done", "closed"].contains(key) ? 1 : 0
      }
    }
    if isCompleted == 0 { stop(&record, .notCompleted, .notCompleted) }
  }

  private mutating func readServiceTime(
    _ fields: [FieldSlice], _ text: UnsafeBufferPointer<UInt8>, _ record: inout ServiceRecord
  ) {
    let written = value(columns.time, fields, text)
    if written.isEmpty {
      return stop(&record, .missingValue, .missing(column: columns.time))
    }
    guard let time = written.withBytes(in: text, { CivilTime($0) }) else {
      return stop(&record, .badDate, .badDate(column: columns.time))
    }
    let instant = time.instant(in: context.zone)
    // Also of a time without offset: one that a clock change skips may be of the next day.
    let day = instant.map { context.zone.date(at: $0).day } ?? time.date.day
    // The zone can move the first or the last day of the calendar out of it.
    guard CivilDate.days.contains(day) else {
      return stop(&record, .badDate, .badDate(column: columns.time))
    }
    record.day = day
    record.flags.insert(.dated)
    if day != time.date.day { record.flags.insert(.dateMoved) }
    if instant != nil { record.flags.insert(.timed) }
    record.instant = instant ?? Int64(day) * 86_400
  }

  private mutating func readConference(
    _ fields: [FieldSlice], _ text: UnsafeBufferPointer<UInt8>, _ record: inout ServiceRecord
  ) {
    let caseID = value(columns.caseID, fields, text)
    if !caseID.isEmpty {
      record.flags.insert(.namesCase)
      caseValue = caseID
    }
    let endText = value(columns.end, fields, text)
    let end = endText.withBytes(in: text) { CivilTime($0) }
    if !endText.isEmpty, end == nil { stop(&record, .badDate, .badDate(column: columns.end!)) }
    let lengthText = value(columns.length, fields, text)
    let given = lengthText.withBytes(in: text) { readLength($0) }
    if !lengthText.isEmpty, given == nil {
      stop(&record, .badDuration, .badLength(column: columns.length!))
    }
    var clock: Int64?
    if record.flags.contains(.timed), let end = end?.instant(in: context.zone) {
      clock = end - record.instant
    }
    guard let seconds = clock ?? given else {
      return stop(&record, .badDuration, .noLength)
    }
    if let clock, clock <= 0 {
      stop(&record, .badDuration, .lengthOutOfRange(clock, column: columns.end!))
    }
    if let clock, let given, abs(clock - given) > 60 {
      stop(&record, .badDuration, .lengthsDiffer(clock: clock, given: given))
    }
    if let clock, clock > lengthSecondsMax {
      stop(&record, .badDuration, .lengthOutOfRange(clock, column: columns.end!))
    }
    // Also where it does not count: a length of 0 beside half a minute says that there was no conference.
    if let given, !(1...lengthSecondsMax).contains(given) {
      stop(&record, .badDuration, .lengthOutOfRange(given, column: columns.length!))
    }
    record.seconds = Int32(clamping: seconds)
  }

  /// The clocks of a case's offer, which are reported and never change what is paid.
  ///
  /// Mutating, as its callers are: else the whole decoder is copied for each row.
  private mutating func readClocks(
    _ fields: [FieldSlice], _ text: UnsafeBufferPointer<UInt8>, _ record: inout ServiceRecord
  ) {
    let offered = readClock(columns.offered, fields, text, &record)
    let accepted = readClock(columns.accepted, fields, text, &record)
    guard let accepted else { return }
    if let offered, accepted - offered > context.plan.respondHours * 3600 {
      record.flags.insert(.lateResponse)
    }
    if record.flags.contains(.timed), record.instant - accepted > context.plan.reviewHours * 3600 {
      record.flags.insert(.lateReview)
    }
  }

  private mutating func readClock(
    _ column: Int?, _ fields: [FieldSlice], _ text: UnsafeBufferPointer<UInt8>,
    _ record: inout ServiceRecord
  ) -> Int64? {
    let written = value(column, fields, text)
    guard !written.isEmpty else { return nil }
    guard let time = written.withBytes(in: text, { CivilTime($0) }) else {
      record.flags.insert(.clockNotRead)
      return nil
    }
    return time.instant(in: context.zone)
  }
}

/// What is wrong with a row's shape, whatever its table (SPEC 3.1): rule 1.
func shapeFault(
  _ scanner: CSVScanner, _ header: TableHeader, _ text: UnsafeBufferPointer<UInt8>
) -> RowFault? {
  let fields = scanner.fields
  if scanner.isMalformed,
    let field = fields.firstIndex(where: { !$0.flags.isDisjoint(with: .malformed) })
  {
    return .misplacedQuote(field: field)
  }
  if fields.count > header.fieldCount,
    let extra = fields[header.fieldCount...].firstIndex(where: { !FieldValue($0, in: text).isEmpty }
    )
  {
    return .extraField(extra)
  }
  if fields.count < header.fieldCountMin { return .tooFewFields(fields.count) }
  for (column, field) in header.fields.enumerated() where field >= 0 && field < fields.count {
    let isPlain = fields[field].flags.contains(.plain)
    if fields[field].isEmpty || isPlain && fields[field].count <= utf16UnitsMax { continue }
    let fault = FieldValue(fields[field], in: text)
      .fault(in: text, isIdentifier: header.definitions[column].isIdentifier)
    if let fault { return .value(column: column, fault) }
  }
  return nil
}
