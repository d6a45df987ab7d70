internal import Vocabulary

/// The same record in several rows: the same program, activity and ID, letter for letter (SPEC 5).
struct RecordGroups {
  let records: RecordTables
  /// The rows of each record that stands in several.
  let rows: RowGroups

  /// Groups the rows that have a reason, and flags those that are not alone.
  ///
  /// With the undecided ones it also flags the records that stand in a row that is `not-completed`
  /// as well.
  init(_ records: RecordTables, of reason: Reason = .undecided, _ workers: Workers) {
    self.records = records
    let parts = Self.parts(records, of: reason, workers)
    let notCompleted =
      reason == .undecided ? Self.parts(records, of: .notCompleted, workers) : nil
    let members = workers.map(parts.count) { part in
      Self.members(of: parts, part, notCompleted, records)
    }
    rows = RowGroups(members)
    for group in rows {
      for index in group { records[index].flags.insert(.repeated) }
    }
  }

  /// The rows that have a reason, and a program.
  private static func parts(
    _ records: RecordTables, of reason: Reason, _ workers: Workers
  ) -> RowParts {
    RowParts(records, workers) { table, row in
      let record = table.records[row]
      guard record.reason == reason, record.program != ServiceRecord.noProgram else { return nil }
      let seed = UInt64(record.program) << 1 | UInt64(table.activity.rawValue)
      return table.withID(of: record) { hashOf($0, seed: seed) }
    }
  }

  /// Finds the repeated rows of a part. Flags are of rows of the part alone.
  ///
  /// - Parameter notCompleted: parts of the same number.
  private static func members(
    of parts: RowParts, _ part: Int, _ notCompleted: RowParts?, _ records: RecordTables
  ) -> [RowGroups.Member] {
    parts.withTable(for: part) { table in
      var members: [RowGroups.Member] = []
      parts.forEach(in: part) { entry in
        if let first = table.add(entry, isEqual: { records.areSame($0, entry.row) }) {
          members.append(RowGroups.Member(first: first, row: entry.row))
        }
      }
      var firsts: Set<Int32> = []
      notCompleted?.forEach(in: part) { entry in
        if let first = table.row(like: entry, isEqual: { records.areSame($0, entry.row) }) {
          firsts.insert(first)
        }
      }
      for first in firsts { records[first].flags.insert(.alsoNotCompleted) }
      for member in members where firsts.contains(member.first) {
        records[member.row].flags.insert(.alsoNotCompleted)
      }
      return members
    }
  }
}

extension RecordTables {
  /// Whether two rows are one record: the same program, activity and ID.
  func areSame(_ lhs: Int32, _ rhs: Int32) -> Bool {
    table(of: lhs).activity == table(of: rhs).activity
      && self[lhs].program == self[rhs].program
      && withID(of: lhs) { one in withID(of: rhs) { areEqual(one, $0) } }
  }
}
