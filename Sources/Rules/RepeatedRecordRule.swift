internal import Vocabulary

/// Rules 10 to 12: a record that stands in several rows is paid once, or a person decides.
///
/// Says nothing about records that are alike but for their ID: those only get a notice.
enum RepeatedRecordRule {
  /// - Returns: for each row that is decided here another row of its record: the one that carries
  ///   it, or that it contradicts.
  static func apply(to groups: RecordGroups, _ context: RuleContext) -> [Int32: Int32] {
    var counterparts: [Int32: Int32] = [:]
    let records = groups.records
    for rows in groups.rows {
      var record = RepeatedRecord(rows: rows, records: records)
      for (duplicate, first) in record.excludeDuplicates() {
        records[duplicate].reason = .duplicate
        counterparts[duplicate] = first
      }
      switch record.verdict {
      case .one: continue
      case .segments(let carrier, let seconds, let others):
        for segment in others {
          records[segment].reason = .mergedSegment
          counterparts[segment] = carrier
        }
        records[carrier].seconds = seconds
        records[carrier].flags.insert(.merged)
      case .conflict(let rows):
        guard rows.contains(where: { isPayable(records[$0], context) }) else { continue }
        for row in rows {
          records[row].reason = .conflictingRecords
          counterparts[row] = rows.first { $0 != row }
        }
      }
    }
    return counterparts
  }

  /// Whether a row would get past rules 13 and 14.
  private static func isPayable(_ record: ServiceRecord, _ context: RuleContext) -> Bool {
    ServiceQuarterRule.reason(for: record, context) == nil
  }
}

/// The rows of one record, in their order.
struct RepeatedRecord {
  /// What the rows say together, once duplicates are out.
  enum Verdict {
    case one(Int32)
    /// One conference; the earliest segment carries it, with the sum of the lengths.
    case segments(carrier: Int32, seconds: Int32, others: [Int32])
    case conflict([Int32])
  }

  let rows: [Int32]
  let records: RecordTables
  /// The rows that are no duplicates.
  private(set) var kept: [Int32]
  private let writtenPhysicians: [Int32: String]
  private let cases: [Int32: String]

  init(rows: [Int32], records: RecordTables) {
    self.rows = rows
    self.records = records
    kept = rows
    var (physicians, cases): ([Int32: String], [Int32: String]) = ([:], [:])
    for index in rows {
      let (number, row) = records.locate(index)
      let table = records.tables[number]
      let record = table.records[row]
      // Only where no physician is found does the text decide who is alike.
      if record.physician < 0 { physicians[index] = table.writtenPhysician(record) }
      if table.activity == .conference, record.flags.contains(.namesCase) {
        cases[index] = table.withCase(ofRow: row) { String(decoding: $0, as: UTF8.self) }
      }
    }
    (writtenPhysicians, self.cases) = (physicians, cases)
  }

  /// Rule 10: alike in physician, time and length, and no two of the rows so alike name different
  /// cases.
  ///
  /// - Returns: each duplicate, with the row that counts. O(rows).
  mutating func excludeDuplicates() -> [(duplicate: Int32, first: Int32)] {
    var rowsAlike: [Likeness: [Int32]] = [:]
    for row in rows { rowsAlike[likeness(of: row), default: []].append(row) }
    var firsts: [Int32: Int32] = [:]
    for alike in rowsAlike.values where alike.count > 1 && !nameDifferentCases(alike) {
      for duplicate in alike.dropFirst() { firsts[duplicate] = alike[0] }
    }
    guard !firsts.isEmpty else { return [] }
    kept.removeAll { firsts[$0] != nil }
    return rows.compactMap { row in firsts[row].map { (row, $0) } }
  }

  var verdict: Verdict {
    if kept.count == 1 { return .one(kept[0]) }
    guard isOneConferenceInSegments else { return .conflict(kept) }
    let carrier = kept.min { records[$0].instant < records[$1].instant }!
    return .segments(
      carrier: carrier, seconds: kept.reduce(0) { $0 + records[$1].seconds },
      others: kept.filter { $0 != carrier })
  }

  /// Rule 11: a conference of one physician and service date, all rows timed, no two overlapping,
  /// no two naming different cases. What a duplicate names counts too.
  private var isOneConferenceInSegments: Bool {
    let first = records[kept[0]]
    guard records.table(of: kept[0]).activity == .conference,
      kept.allSatisfy({ index in
        let record = records[index]
        return record.flags.contains(.timed) && record.day == first.day
          && physician(of: index) == physician(of: kept[0])
      }),
      !nameDifferentCases(rows)
    else { return false }
    let byStart = kept.map { records[$0] }.sorted { $0.instant < $1.instant }
    return zip(byStart, byStart.dropFirst()).allSatisfy { $0.end <= $1.instant }
  }

  /// What rows that are alike have in common.
  private struct Likeness: Hashable {
    var physician: Physician
    var isTimed: Bool
    var instant: Int64
    var seconds: Int32
  }

  /// The one found; where none or several are, the text.
  private enum Physician: Hashable {
    case found(Int32)
    case written(String?)
  }

  private func likeness(of row: Int32) -> Likeness {
    let record = records[row]
    return Likeness(
      physician: physician(of: row), isTimed: record.flags.contains(.timed),
      instant: record.instant, seconds: record.seconds)
  }

  private func physician(of row: Int32) -> Physician {
    let physician = records[row].physician
    return physician >= 0 ? .found(physician) : .written(writtenPhysicians[row])
  }

  /// Whether two of the rows both have a case and these differ.
  private func nameDifferentCases(_ rows: [Int32]) -> Bool {
    Set(rows.compactMap { cases[$0] }).count > 1
  }
}
