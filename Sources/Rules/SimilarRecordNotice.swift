internal import Vocabulary

/// Records whose IDs differ only in case, signs and zeros at the start, or stand under two
/// programs: one piece of work that may have been entered twice.
enum SimilarRecordNotice {
  static func notices(of result: QuarterResult, _ workers: Workers) -> [Notice] {
    let records = result.records
    let parts = RowParts(records, workers) { table, row in
      let record = table.records[row]
      guard Notices.isForAPerson(record) else { return nil }
      return table.withID(of: record) {
        SimilarityKey.hash(of: $0, seed: UInt64(table.activity.rawValue))
      }
    }
    let members = workers.map(parts.count) { part in
      var (table, members) = (parts.table(for: part), [RowGroups.Member]())
      parts.forEach(in: part) { entry in
        let first = table.add(entry) { other in
          records.table(of: other).activity == records.table(of: entry.row).activity
            && records.withID(of: other) { one in
              records.withID(of: entry.row) { SimilarityKey.areEqual(one, $0) }
            }
        }
        if let first { members.append(RowGroups.Member(first: first, row: entry.row)) }
      }
      return members
    }
    var notices: [Notice] = []
    for rows in RowGroups(members) { notices += self.notices(ofGroup: rows, result) }
    return notices
  }

  /// Each row with the first one that is another record.
  private static func notices(ofGroup rows: [Int32], _ result: QuarterResult) -> [Notice] {
    let records = result.records
    guard let second = rows.first(where: { !records.areSame(rows[0], $0) }) else { return [] }
    return rows.map { row in
      let other = records.areSame(rows[0], row) ? second : rows[0]
      let (table, record) = (records.table(of: other), records[other])
      return Notice(
        .similarRecord, record: row,
        detail:
          "like \(result.plan.programs[Int(record.program)].key) \(shown(table.id(of: record))) "
          + "(\(table.file) line \(record.line))")
    }
  }
}

/// An ID's letters and digits in lower case, without zeros at the start.
private enum SimilarityKey {
  static func hash(of id: UnsafeBufferPointer<UInt8>, seed: UInt64) -> UInt64 {
    withASCII(id) { ascii in
      if let ascii { return hashOf(ascii, seed: seed) }
      var text = String(key(of: id))
      // The same for keys that are the same in another Unicode form.
      guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
        return UInt64(bitPattern: Int64(text.hashValue)) &* 0x9E37_79B9_7F4A_7C15
      }
      return text.withUTF8 { hashOf($0, seed: seed) }
    }
  }

  static func areEqual(
    _ lhs: UnsafeBufferPointer<UInt8>, _ rhs: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    withASCII(lhs) { one in
      withASCII(rhs) { other in
        guard let one, let other else { return key(of: lhs) == key(of: rhs) }
        return Vocabulary.areEqual(one, other)
      }
    }
  }

  /// Calls `body` with the key of an ID in ASCII; nil for one that is not.
  private static func withASCII<Result>(
    _ id: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>?) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: id.count) { key in
      var count = 0
      for byte in id {
        let lower = byte | 0x20
        if byte >= 0x80 { return body(nil) }
        if lower &- UInt8(ascii: "a") < 26 {
          key[count] = lower
        } else if byte &- UInt8(ascii: "0") < 10, count > 0 || byte != UInt8(ascii: "0") {
          key[count] = byte
        } else {
          continue
        }
        count += 1
      }
      return body(UnsafeBufferPointer(rebasing: key[..<count]))
    }
  }

  private static func key(of id: UnsafeBufferPointer<UInt8>) -> Substring {
    var key = String.UnicodeScalarView()
    for scalar in String(decoding: id, as: UTF8.self).unicodeScalars {
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
