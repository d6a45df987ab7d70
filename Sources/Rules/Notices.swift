internal import Vocabulary

/// Flags for a person's eye; none changes money (SPEC 5).
enum Notices {
  static func all(
    of result: QuarterResult, _ groups: RecordGroups, fileNotices: [Notice]
  ) -> [Notice] {
    var notices = fileNotices
    let cases = CaseNumbers(result.records)
    for (number, table) in result.records.tables.enumerated() {
      for (row, record) in table.records.enumerated() where isForAPerson(record) {
        let index = result.records.index(table: number, row: row)
        addOwn(of: record, index, row, table, result, cases, to: &notices)
      }
    }
    notices += OverlapNotice.notices(of: result)
    notices += SimilarRecordNotice.notices(of: result)
    return sorted(notices, result)
  }

  static func isForAPerson(_ record: ServiceRecord) -> Bool {
    let disposition = record.reason.disposition
    return disposition == .paid || disposition == .held
  }

  /// Notices that the record shows by itself.
  private static func addOwn(
    of record: ServiceRecord, _ index: Int32, _ row: Int, _ table: RecordTable,
    _ result: QuarterResult, _ cases: CaseNumbers, to notices: inout [Notice]
  ) {
    func add(_ kind: NoticeKind) { notices.append(Notice(kind, record: index)) }
    let flags = record.flags
    if flags.contains(.lateResponse) { add(.lateResponse) }
    if flags.contains(.lateReview) { add(.lateReview) }
    if flags.contains(.clockNotRead) { add(.clockNotRead) }
    if flags.contains(.dateMoved) { add(.dateMoved) }
    if flags.contains(.alsoNotCompleted) { add(.alsoNotCompleted) }
    guard table.activity == .conference else { return }
    if let minutes = result.rate(of: record, .conference)?.minutesPerBlock {
      // Over the multiple below it: a length of just one block is a whole block over 0.
      let over = (Int64(record.seconds) - 1) % (minutes * 60) + 1
      if over <= result.plan.nearBlockMinutes * 60 { add(.nearBlockEdge) }
    }
    if flags.contains(.namesCase), !table.withCase(ofRow: row, cases.contains) {
      add(.conferenceWithoutCase)
    }
  }

  /// By file, line, kind and record ID; what belongs to a whole file comes before its lines.
  private static func sorted(_ notices: [Notice], _ result: QuarterResult) -> [Notice] {
    let records = result.records
    // Files are few: their order is found once, not at each comparison.
    let files = Set(records.tables.map(\.file) + notices.map(\.file)).sorted(by: precedes)
    let ranks = Dictionary(uniqueKeysWithValues: files.enumerated().map { ($1, $0) })
    let keyed = notices.map { notice -> (rank: Int, line: Int, notice: Notice) in
      guard let index = notice.record else {
        return (ranks[notice.file]!, notice.line ?? 0, notice)
      }
      let table = records.table(of: index)
      return (ranks[table.file]!, records[index].line, notice)
    }
    return keyed.sorted { one, other in
      if one.rank != other.rank { return one.rank < other.rank }
      if one.line != other.line { return one.line < other.line }
      if one.notice.kind != other.notice.kind {
        return precedes(one.notice.kind.code, other.notice.kind.code)
      }
      return one.notice.detail < other.notice.detail
    }.map(\.notice)
  }
}

/// The IDs of all rows of cases, malformed ones apart.
private struct CaseNumbers {
  private let records: RecordTables
  private var slots: [Int32] = []

  init(_ records: RecordTables) {
    self.records = records
    let namesCases = records.tables.contains { table in
      table.activity == .conference && table.records.contains { $0.flags.contains(.namesCase) }
    }
    guard namesCases else { return }
    var size = 64
    let count = records.tables.reduce(0) { $0 + ($1.activity == .case ? $1.records.count : 0) }
    while size < count * 3 / 2 { size *= 2 }
    slots = Array(repeating: -1, count: size)
    for (number, table) in records.tables.enumerated() where table.activity == .case {
      for (row, record) in table.records.enumerated() where record.reason != .malformedRow {
        table.withID(of: record) { id in
          guard !id.isEmpty else { return }
          let slot = slot(of: id)
          if slots[slot] < 0 { slots[slot] = records.index(table: number, row: row) }
        }
      }
    }
  }

  func contains(_ id: UnsafeBufferPointer<UInt8>) -> Bool {
    !slots.isEmpty && slots[slot(of: id)] >= 0
  }

  private func slot(of id: UnsafeBufferPointer<UInt8>) -> Int {
    var slot = Int(truncatingIfNeeded: hashOf(id)) & (slots.count - 1)
    while slots[slot] >= 0 {
      let (number, row) = records.locate(slots[slot])
      let table = records.tables[number]
      if table.withID(of: table.records[row], { areEqual($0, id) }) { break }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }
}

/// Conferences of one physician that overlap: a person cannot be in two at a time.
private enum OverlapNotice {
  private struct Span {
    var start: Int64
    var end: Int64
    var record: Int32
    var physician: Int32
  }

  static func notices(of result: QuarterResult) -> [Notice] {
    var spans = spans(of: result)
    spans.sort { ($0.physician, $0.start, $0.record) < ($1.physician, $1.start, $1.record) }
    var flagged: [Int32: Int32] = [:]
    for index in spans.indices {
      let span = spans[index]
      for other in spans[(index + 1)...] {
        guard other.physician == span.physician, other.start < span.end else { break }
        guard !isSameRecord(span.record, other.record, result.records) else { continue }
        flagged[span.record] = flagged[span.record] ?? other.record
        flagged[other.record] = flagged[other.record] ?? span.record
      }
    }
    return flagged.map { record, other in
      let table = result.records.table(of: other)
      return Notice(
        .overlappingConferences, record: record,
        detail: "overlaps \(shown(table.id(of: result.records[other]))) "
          + "(\(table.file) line \(result.records[other].line))")
    }
  }

  private static func spans(of result: QuarterResult) -> [Span] {
    var spans: [Span] = []
    for (number, table) in result.records.tables.enumerated() where table.activity == .conference {
      for (row, record) in table.records.enumerated()
      where Notices.isForAPerson(record) && record.flags.contains(.timed) && record.physician >= 0 {
        let index = result.records.index(table: number, row: row)
        for (start, end) in segments(of: record, table, result.records) {
          spans.append(Span(start: start, end: end, record: index, physician: record.physician))
        }
      }
    }
    return spans
  }

  /// A merged conference is there only while its segments are.
  private static func segments(
    of record: ServiceRecord, _ table: RecordTable, _ records: RecordTables
  ) -> [(Int64, Int64)] {
    guard record.flags.contains(.merged) else { return [(record.instant, record.end)] }
    var (segments, rest) = ([(Int64, Int64)](), record.seconds)
    for other in records.tables where other.activity == .conference {
      for segment in other.records
      where segment.reason == .mergedSegment && segment.program == record.program
        && other.id(of: segment) == table.id(of: record)
      {
        segments.append((segment.instant, segment.end))
        rest -= segment.seconds
      }
    }
    return segments + [(record.instant, record.instant + Int64(rest))]
  }

  private static func isSameRecord(_ lhs: Int32, _ rhs: Int32, _ records: RecordTables) -> Bool {
    records[lhs].program == records[rhs].program
      && records.table(of: lhs).id(of: records[lhs]) == records.table(of: rhs).id(of: records[rhs])
  }
}

/// Records whose IDs differ only in case, signs and zeros at the start, or stand under two
/// programs: one piece of work that may have been entered twice.
private enum SimilarRecordNotice {
  static func notices(of result: QuarterResult) -> [Notice] {
    var notices: [Notice] = []
    for activity in Activity.allCases {
      var groups: [Substring: [Int32]] = [:]
      for (number, table) in result.records.tables.enumerated() where table.activity == activity {
        for (row, record) in table.records.enumerated() where Notices.isForAPerson(record) {
          let key = similarityKey(table.id(of: record))
          groups[key, default: []].append(result.records.index(table: number, row: row))
        }
      }
      for group in groups.values where group.count > 1 {
        notices += self.notices(ofGroup: group, result)
      }
    }
    return notices
  }

  private static func notices(ofGroup group: [Int32], _ result: QuarterResult) -> [Notice] {
    let identities = group.map { index -> (program: UInt8, id: String) in
      let record = result.records[index]
      return (record.program, result.records.table(of: index).id(of: record))
    }
    return group.indices.compactMap { index in
      guard let other = group.indices.first(where: { identities[$0] != identities[index] }) else {
        return nil
      }
      let record = result.records[group[other]]
      return Notice(
        .similarRecord, record: group[index],
        detail:
          "like \(result.plan.programs[Int(record.program)].key) \(shown(identities[other].id)) "
          + "(\(result.records.table(of: group[other]).file) line \(record.line))")
    }
  }

  /// Letters and digits in lower case, without zeros at the start.
  private static func similarityKey(_ id: String) -> Substring {
    var key = String.UnicodeScalarView()
    for scalar in id.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
        .decimalNumber, .letterNumber, .otherNumber:
        key.append(scalar)
      default: continue
      }
    }
    return String(key).lowercased().drop { $0 == "0" }
  }
}
