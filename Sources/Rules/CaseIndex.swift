internal import Vocabulary

/// The IDs of cases that stand in a row, malformed ones apart: conferences name them.
final class CaseIndex: Sendable {
  private let records: RecordTables
  private let cases: RowTables

  /// - Returns: nil where no conference names a case.
  init?(of records: RecordTables, _ workers: Workers) {
    let namesCases = records.tables.contains { table in
      table.activity == .conference && table.records.contains { $0.flags.contains(.namesCase) }
    }
    guard namesCases else { return nil }
    self.records = records
    let parts = RowParts(records, workers) { table, row in
      let record = table.records[row]
      guard table.activity == .case, record.reason != .malformedRow else { return nil }
      return table.withID(of: record) { $0.isEmpty ? nil : hashOf($0) }
    }
    cases = RowTables(parts, workers) { part, table in
      parts.forEach(in: part) { entry in
        _ = table.add(entry) { other in
          records.withID(of: other) { one in records.withID(of: entry.row) { areEqual(one, $0) } }
        }
      }
    }
  }

  /// The paid and held conferences of a piece of the rows that name a case that stands in no row, in their order.
  func unknown(namedIn piece: RecordTables.Piece) -> [Int32] {
    let table = records.tables[piece.table]
    guard table.activity == .conference else { return [] }
    // Whether a case is the one that is named is looked at for many conferences in one go: the processor waits for the
    // memory of several at once.
    var named: [(row: Int, hash: UInt64, first: Int32?)] = []
    for row in piece.rows {
      let record = table.records[row]
      guard record.flags.contains(.namesCase), record.isPaidOrHeld else { continue }
      let hash = table.withCase(ofRow: row) { hashOf($0) }
      let entry = RowParts.Entry(hash, row: -1)
      named.append((row, hash, cases.table(for: hash).firstRow(tagged: entry)))
    }
    return named.compactMap { row, hash, first in
      let isKnown = table.withCase(ofRow: row) { name in
        func isNamed(_ other: Int32) -> Bool { records.withID(of: other) { areEqual($0, name) } }
        guard let first else { return false }
        return isNamed(first)
          || cases.table(for: hash).row(like: .init(hash, row: -1), isEqual: isNamed) != nil
      }
      return isKnown ? nil : piece.first + Int32(row - piece.rows.lowerBound)
    }
  }
}
