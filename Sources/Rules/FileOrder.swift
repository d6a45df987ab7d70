internal import Vocabulary

/// The record tables by the names of their files, by Unicode code point (SPEC 6).
struct FileOrder {
  /// Files are few: their order is found once, not at each comparison.
  let ranks: [String: Int]
  let rankOfTable: [Int]
  let tables: [Int]
  /// Whether two tables are of the same file.
  let hasFileTwice: Bool

  /// - Parameter others: files that have a rank too.
  init(_ records: RecordTables, and others: [String] = []) {
    let files = Set(records.tables.map(\.file) + others).sorted(by: precedes)
    let ranks = Dictionary(uniqueKeysWithValues: files.enumerated().map { ($1, $0) })
    let rankOfTable = records.tables.map { ranks[$0.file]! }
    tables = rankOfTable.indices.sorted { (rankOfTable[$0], $0) < (rankOfTable[$1], $1) }
    hasFileTwice = Set(rankOfTable).count < rankOfTable.count
    (self.ranks, self.rankOfTable) = (ranks, rankOfTable)
  }
}
