package import Vocabulary

/// What reports say of a record: who, where, how much and why.
///
/// A class: rows by the million ask it, and to copy it is to count a reference for each of its fields.
package final class RecordLines: Sendable {
  package let result: QuarterResult
  package let wording: Wording
  let widths: ColumnWidths
  private let texts: LineTexts
  private let days: ClosedRange<Int32>
  /// By table.
  private let activities: [Activity]
  /// By the raw value of the reason.
  private let saysOfReasons: [String]
  /// By the raw value of the kind.
  private let saysOfNotices: [String]

  package init(_ result: QuarterResult, wording: Wording, _ workers: Workers = .one) {
    self.result = result
    self.wording = wording
    (widths, texts) = workers.both(
      { ColumnWidths(result, wording) }, { LineTexts(result, wording) })
    activities = result.records.tables.map(\.activity)
    saysOfReasons = Reason.allCases.map { wording.reasons[$0.code]?.says ?? "" }
    saysOfNotices = NoticeKind.allCases.map { wording.notices[$0.code] ?? "" }
    days = result.quarter.start.day...result.quarter.through.day
  }

  /// At the foot of each printed page.
  var footer: String { "\(result.quarterDisplay) · \(result.plan.name)" }

  // MARK: - Statement lines (SPEC 6, sheets/*.csv)

  package static let lineKeys = [
    "quarter", "department", "physician_id", "employee_id", "physician", "program", "activity",
    "record_id", "service_date", "duration", "blocks", "rate", "amount", "earned_in", "source_file",
    "source_line",
  ]

  /// The column of a table whose amounts are held, none of them paid: it says so (SPEC 6).
  static func heldKey(_ key: String) -> String { key == "amount" ? "amount_at_most" : key }

  /// Adds the cells of a line that the ledger gave.
  func addLine(_ line: PaymentLine, to row: inout CellRow) {
    row.text(texts[texts.quarter])
    row.text(line.department)
    row.text(line.physicianID)
    row.text(line.employeeID)
    row.text(line.physician)
    row.text(line.record.program)
    row.text(line.record.activity.code)
    row.text(line.record.id)
    row.date(day: line.day)
    if let blocks = line.blocks {
      row.duration(seconds: line.seconds)
      row.count(Int(blocks))
    } else {
      row.blank(.duration)
      row.blank(.count)
    }
    row.money(cents: line.rateCents)
    row.money(cents: line.amountCents)
    row.text(line.earnedIn.description)
    row.text(line.sourceFile)
    row.count(line.sourceLine)
  }

  /// Adds the cells of a paid or held record's line.
  func addLine(
    _ position: Int, of lines: StatementLines, department: UnsafeBufferPointer<UInt8>, held: Bool,
    to row: inout CellRow
  ) {
    let line = lines[position]
    guard let index = line.record else { preconditionFailure("a line of a record has one") }
    let number = result.records.locate(index).table
    row.run(.init(.heading), count: 2) { row in
      row.text(texts[texts.quarter])
      row.text(department)
    }
    addPerson(line, of: index, to: &row)
    addWork(line.activity, program: line.program, to: &row)
    lines.withID(at: position, in: result.records) { row.text($0) }
    row.run(.init(.date, line.day), count: 1) { row in row.date(day: line.day) }
    addPay(line, held ? .heldMoney : .money, to: &row)
    addSource(day: line.day, ofTable: number, to: &row)
    row.count(line.sourceLine)
  }

  /// physician_id, employee_id, physician.
  @inline(__always)
  private func addPerson(_ line: StatementLine, of index: Int32, to row: inout CellRow) {
    guard let place = texts.place(ofPerson: line.physician, on: line.day) else {
      row.text(result.records.writtenPhysician(of: index))
      row.blank()
      row.blank()
      return
    }
    row.run(.init(.person, 0, Int64(place)), count: 3) { row in
      let person = texts[person: place]
      row.text(texts[person.id])
      row.text(texts[person.employeeID])
      row.text(texts[person.name])
    }
  }

  /// program, activity.
  @inline(__always)
  private func addWork(_ activity: Activity, program: UInt8, to row: inout CellRow) {
    row.run(.init(.work, Int32(activity.rawValue), Int64(program)), count: 2) { row in
      if program == ServiceRecord.noProgram {
        row.blank()
      } else {
        row.text(texts[texts.programs[Int(program)]])
      }
      row.text(texts[texts.activities[Int(activity.rawValue)]])
    }
  }

  /// duration, blocks, rate, amount.
  @inline(__always)
  private func addPay(_ line: StatementLine, _ style: CellStyle, to row: inout CellRow) {
    let step = result.schedule.step(line.activity, program: line.program, day: line.day)
    let (rate, amount) = (step?.rateCents ?? 0, step?.cents(seconds: line.seconds) ?? 0)
    guard let blocks = step?.blocks(seconds: line.seconds) else {
      row.run(.init(.pay, -1, rate), count: 4) { row in
        row.blank(.duration)
        row.blank(.count)
        row.money(cents: rate)
        row.money(cents: amount, style)
      }
      return
    }
    row.run(.init(.duration, line.seconds), count: 1) { row in
      row.duration(seconds: Int64(line.seconds))
    }
    // No more blocks than seconds.
    row.run(.init(.pay, Int32(truncatingIfNeeded: blocks), rate), count: 3) { row in
      row.count(Int(blocks))
      row.money(cents: rate)
      row.money(cents: amount, style)
    }
  }

  /// earned_in, source_file.
  @inline(__always)
  private func addSource(day: Int32, ofTable number: Int, to row: inout CellRow) {
    let isOfQuarter = days.contains(day)
    row.run(.init(.source, isOfQuarter ? .max : day, Int64(number)), count: 2) { row in
      if isOfQuarter {
        row.text(texts[texts.quarter])
      } else if let earned = texts.earnedIn(CivilDate(day: day)) {
        row.text(texts[earned])
      } else {
        row.text(Quarter(of: CivilDate(day: day)).description)
      }
      row.text(texts[texts.files[number]])
    }
  }

  package func amount(of index: Int32) -> Money {
    Money(cents: result.cents(of: result.records[index], result.records.table(of: index)))
  }

  // MARK: - Exceptions and notices

  /// Records, some hundred at a time, with whom they name.
  func chunk() -> RecordChunk {
    RecordChunk(result.records) { [texts] record in
      texts.place(ofPerson: record.physician, on: record.day).map { place in
        RecordChunk.Person(place: place, id: texts[texts[person: place].id])
      }
    }
  }

  package static let exceptionKeys = [
    "disposition", "reason", "program", "activity", "record_id", "physician_id", "physician",
    "department", "service_date", "amount", "source_file", "source_line", "detail",
  ]

  /// All but the last column, the detail.
  func addException(_ index: Int32, _ found: RecordChunk.Found, to row: inout CellRow) {
    let (record, number) = (found.record, found.table)
    let isMalformed = record.reason == .malformedRow
    row.run(.init(.reason, Int32(record.reason.rawValue)), count: 2) { row in
      if let disposition = texts.dispositions[record.reason.disposition] {
        row.text(texts[disposition])
      }
      row.text(texts[texts.reasons[Int(record.reason.rawValue)]])
    }
    if isMalformed {
      // Its values may stand in the wrong columns: only file and line are sure.
      for _ in 0..<8 { row.blank() }
    } else {
      addRecord(found, to: &row)
      addShown(found, withName: true, to: &row)
      if record.flags.contains(.dated) {
        row.run(.init(.date, record.day), count: 1) { row in row.date(day: record.day) }
      } else {
        row.blank(.date)
      }
      if record.reason.disposition == .held {
        row.money(cents: amount(of: index).cents)
      } else {
        row.blank(.money)
      }
    }
    addFile(ofTable: number, to: &row)
    row.count(record.line)
  }

  package static let noticeKeys = [
    "notice", "program", "activity", "record_id", "physician_id", "department", "source_file",
    "source_line", "detail",
  ]

  /// - Parameter found: the record that is flagged, where one is.
  func addNotice(_ notice: Notice, _ found: RecordChunk.Found?, to row: inout CellRow) {
    let code = Int32(notice.kind.rawValue)
    let kind = texts.notices[Int(code)]
    row.run(.init(.notice, code), count: 1) { row in row.text(texts[kind.code]) }
    if let found {
      addRecord(found, to: &row)
      addShown(found, withName: false, to: &row)
      addFile(ofTable: found.table, to: &row)
      row.count(found.record.line)
    } else {
      for _ in 0..<3 { row.blank() }
      row.text(notice.physicianID)
      row.blank()
      row.text(notice.file)
      if let line = notice.line { row.count(line) } else { row.blank(.count) }
    }
    let detail = result.detail(of: notice)
    guard detail.isEmpty else { return row.text(detail) }
    switch notice.kind {
    case .nearBlockEdge:
      // Of few lengths there are many.
      let seconds = found.map { Int64($0.record.seconds) } ?? 0
      row.run(.init(.says, code, seconds), count: 1) { row in row.text(words(of: notice)) }
    case .conferenceWithoutCase: row.text(words(of: notice))
    default: row.run(.init(.says, code), count: 1) { row in row.text(texts[kind.says]) }
    }
  }

  /// What a notice says: its detail, or what all of its kind say, behind what they are about.
  func words(of notice: Notice) -> String {
    let detail = result.detail(of: notice)
    if !detail.isEmpty { return detail }
    let says = saysOfNotices[Int(notice.kind.rawValue)]
    guard let index = notice.record else { return says }
    switch notice.kind {
    case .nearBlockEdge:
      return clockText(seconds: Int64(result.records[index].seconds)) + ": " + says
    case .conferenceWithoutCase:
      return result.records.withCase(of: index) { shown(String(decoding: $0, as: UTF8.self)) }
        + ": "
        + says
    default: return says
    }
  }

  /// program, activity, record_id, and physician_id as found, else as written.
  private func addRecord(_ found: RecordChunk.Found, to row: inout CellRow) {
    let record = found.record
    addWork(activities[found.table], program: record.program, to: &row)
    row.text(found.id)
    if let person = found.person {
      // Rows stand as in their files, each with somebody else: nothing to be kept.
      row.text(person.id)
    } else {
      row.text(result.records.tables[found.table].writtenPhysician(record))
    }
  }

  /// source_file.
  private func addFile(ofTable number: Int, to row: inout CellRow) {
    row.run(.init(.file, 0, Int64(number)), count: 1) { row in row.text(texts[texts.files[number]])
    }
  }

  /// physician (where asked for) and department: for paid and held records of the appointment that
  /// names them, else only of the one that has the date.
  private func addShown(_ found: RecordChunk.Found, withName: Bool, to row: inout CellRow) {
    let record = found.record
    guard let place = found.person?.place, isShown(record, place) else {
      if withName { row.blank() }
      if record.reason.disposition == .held {
        row.text(texts[texts.unassigned])
      } else {
        row.blank()
      }
      return
    }
    let person = texts[person: place]
    if withName { row.text(texts[person.name]) }
    row.run(.init(.department, person.departmentNumber), count: 1) { row in
      row.text(texts[person.department])
    }
  }

  private func isShown(_ record: ServiceRecord, _ person: Int) -> Bool {
    switch record.reason.disposition {
    case .paid, .held: true
    case .excluded, .rejected:
      record.flags.contains(.dated) && texts.isAppointed(person: person, on: record.day)
    }
  }

  // MARK: - Why

  /// Why a row is not paid, with the values that decided it.
  package func detail(of index: Int32) -> String { details()(index) }

  /// Begins to say why rows are not paid, one after the other.
  func details() -> (_ index: Int32) -> String {
    var problems = [((ServiceRecord) -> Diagnostic?)?](
      repeating: nil, count: result.records.tables.count)
    return { [self] index in
      let (table, row) = result.records.locate(index)
      let record = result.records.tables[table].records[row]
      if record.reason.isOfReading {
        if problems[table] == nil { problems[table] = result.records.tables[table].problems() }
        if let problem = problems[table]?(record) {
          return problem.message + ": " + problem.remedy + paidBefore(record, index)
        }
      }
      return says(of: record, index)
    }
  }

  /// Of a row that is not completed, and whose record a closed quarter paid.
  private func paidBefore(_ record: ServiceRecord, _ index: Int32) -> String {
    guard record.reason == .notCompleted, let payment = result.history.payments[index] else {
      return ""
    }
    return
      "; \(Money(cents: payment.cents).display) was paid for it to \(payment.physicianID) in \(payment.quarter): zpay reverse takes that back"
  }

  private func says(of record: ServiceRecord, _ index: Int32) -> String {
    let says = saysOfReasons[Int(record.reason.rawValue)] + facts(of: record, index)
    // Of another quarter by its row now: it is in no sheet, and the ledger holds it still.
    let isHeld =
      record.reason.disposition == .held
      || [.earlierQuarter, .laterQuarter].contains(record.reason)
    guard isHeld, let hold = result.history.holds[index] else { return says }
    return says + "; held since \(hold.since)"
  }

  /// What would release a held record.
  package func release(of record: ServiceRecord) -> String {
    wording.reasons[record.reason.code]?.release ?? ""
  }

  private func facts(of record: ServiceRecord, _ index: Int32) -> String {
    switch record.reason {
    case .duplicate, .mergedSegment, .conflictingRecords:
      guard let other = result.counterparts[index] else { return "" }
      return ": \(result.records.table(of: other).file) line \(result.records[other].line)"
    case .notCredentialed: return appointmentFacts(of: record)
    case .standingUnknown, .notPlanMember, .notInGoodStanding: return standingFacts(of: record)
    case .longConference: return ": \(clockText(seconds: Int64(record.seconds)))"
    case .laterQuarter, .earlierQuarter, .lateRecord: return ": \(record.date)"
    case .alreadyPaid:
      guard let payment = result.history.payments[index] else { return "" }
      return
        ": \(Money(cents: payment.cents).display) to \(payment.physicianID) in \(payment.quarter)"
    case .onHold, .forfeited:
      guard let decision = result.history.decisions[index] else { return "" }
      return
        ": \(Decision.inCell(decision.reason)) (\(Decision.inCell(decision.by)), \(decision.at.prefix(10)))"
    default: return ""
    }
  }

  /// The appointment that is nearest before, else the first.
  private func appointmentFacts(of record: ServiceRecord) -> String {
    guard let nearest = result.appointment(of: record) else { return "" }
    return ": none has \(record.date); \(nearest.department) is from \(nearest.start)"
      + (nearest.through.map { " to \($0)" } ?? " on")
      + " (\(nearest.location.file) line \(nearest.location.line ?? 0))"
  }

  private func standingFacts(of record: ServiceRecord) -> String {
    let physician = result.roster.physicians[Int(record.physician)]
    let facts = result.plan.standingBasis.lazy.compactMap { [self] basis -> String? in
      let date = basis == .serviceDate ? record.date : result.quarter.through
      let words = basis == .serviceDate ? "the service date" : "the quarter's last day"
      guard let span = physician.standing(on: date) else {
        return result.plan.holdsUnlistedStanding ? ": no row has \(date), \(words)" : nil
      }
      guard span.standing != .good else { return nil }
      return " on \(date), \(words) "
        + "(\(span.location.file) line \(span.location.line ?? 0))"
    }
    return facts.first ?? ""
  }
}
