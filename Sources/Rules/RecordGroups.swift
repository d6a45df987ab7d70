internal import Vocabulary

/// The same record in several rows: the same program, activity and ID, letter for letter (SPEC 5).
///
/// A hash table over the records themselves: four bytes a row, and lists only for what stands
/// twice.
struct RecordGroups {
  let records: RecordTables
  /// The first row of each record that came as far as rule 10, by hash; -1 is free.
  private var slots: [Int32]
  /// For records in several rows: the rows in their order, by the first of them.
  private(set) var rows: [Int32: [Int32]] = [:]

  /// - Parameter reason: groups the rows that have it.
  init(_ records: RecordTables, of reason: Reason = .undecided) {
    self.records = records
    var size = 64
    while size < records.count * 3 / 2 { size *= 2 }
    slots = Array(repeating: -1, count: size)
    for (number, table) in records.tables.enumerated() {
      for row in table.records.indices where table.records[row].reason == reason {
        let slot = slot(of: table.records[row], table)
        let index = records.index(table: number, row: row)
        if slots[slot] < 0 {
          slots[slot] = index
        } else {
          let first = slots[slot]
          rows[first, default: [first]].append(index)
        }
      }
    }
    for index in rows.values.joined() { records[index].flags.insert(.repeated) }
  }

  /// Marks the records that also stand in a row that is `not-completed`.
  func markAlsoNotCompleted() {
    for table in records.tables {
      for row in table.records.indices where table.records[row].reason == .notCompleted {
        guard let first = first(like: table.records[row], table) else { continue }
        for index in rows[first] ?? [first] {
          records[index].flags.insert(.alsoNotCompleted)
        }
      }
    }
  }

  /// The first row of the same record.
  private func first(like record: ServiceRecord, _ table: RecordTable) -> Int32? {
    guard record.program != ServiceRecord.noProgram else { return nil }
    let index = slots[slot(of: record, table)]
    return index < 0 ? nil : index
  }

  /// The slot that has the record, or that is free for it.
  private func slot(of record: ServiceRecord, _ table: RecordTable) -> Int {
    table.withID(of: record) { id in
      let seed = UInt64(record.program) << 1 | UInt64(table.activity.rawValue)
      var slot = Int(truncatingIfNeeded: hashOf(id, seed: seed)) & (slots.count - 1)
      while slots[slot] >= 0 {
        let (number, row) = records.locate(slots[slot])
        let other = records.tables[number]
        if other.activity == table.activity, other.records[row].program == record.program,
          other.withID(of: other.records[row], { areEqual($0, id) })
        {
          break
        }
        slot = (slot + 1) & (slots.count - 1)
      }
      return slot
    }
  }
}
