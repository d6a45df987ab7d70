internal import Vocabulary

/// Conferences whose case stands in no row, malformed ones apart.
enum ConferencesWithoutCase {
  /// The rows of those that are paid or held, ascending.
  ///
  /// The cases of a part of all hashes are put into a table that stays in the processor's own memory, and the
  /// conferences that name one of these hashes are held against them. O(rows), and what sorting those found takes.
  static func rows(of records: RecordTables, _ workers: Workers) -> [Int32] {
    let namesCases = records.tables.contains { table in
      table.activity == .conference && table.records.contains { $0.flags.contains(.namesCase) }
    }
    guard namesCases else { return [] }
    let named = RowParts(records, workers) { table, row in
      let record = table.records[row]
      guard record.flags.contains(.namesCase), record.isPaidOrHeld else { return nil }
      return table.withCase(ofRow: row) { hashOf($0) }
    }
    let cases = RowParts(records, workers) { table, row in
      let record = table.records[row]
      guard table.activity == .case, record.reason != .malformedRow else { return nil }
      return table.withID(of: record) { $0.isEmpty ? nil : hashOf($0) }
    }
    let unknown = workers.map(cases.count) { part in
      cases.withTable(for: part) { table in
        cases.forEach(in: part) { entry in
          _ = table.add(entry) { other in
            records.withID(of: other) { one in records.withID(of: entry.row) { areEqual(one, $0) } }
          }
        }
        var unknown: [Int32] = []
        named.forEach(in: part) { entry in
          let known = records.withCase(of: entry.row) { name in
            table.row(like: entry) { records.withID(of: $0) { areEqual($0, name) } }
          }
          if known == nil { unknown.append(entry.row) }
        }
        return unknown
      }
    }
    return unknown.joined().sorted()
  }
}
