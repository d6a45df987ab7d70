internal import GRDB
internal import Vocabulary

/// The ledger's numbers of the words that lines have: those that it has from before, and new ones as they are asked for.
struct WordNumbers: ~Copyable {
  struct Numbers {
    /// `recordKind`: of the program and the activity.
    var kind: Int64
    /// `sourceFile`.
    var file: Int64
  }

  private let words: [LineWords]
  private var numbers: [Numbers?]
  private let db: Database

  init(_ words: [LineWords], _ db: Database) {
    (self.words, self.db) = (words, db)
    numbers = Array(repeating: nil, count: words.count)
  }

  /// - Parameter place: among the words.
  mutating func numbers(ofWords place: Int) throws -> Numbers {
    if let known = numbers[place] { return known }
    let words = words[place]
    let found = Numbers(
      kind: try number(
        "kindID", of: "recordKind", ["program": words.program, "activity": words.activity.code]),
      file: try number("fileID", of: "sourceFile", ["file": words.sourceFile]))
    numbers[place] = found
    return found
  }

  /// The number of a row, which is added where it is not there.
  private func number(_ key: String, of table: String, _ values: KeyValuePairs<String, String>)
    throws -> Int64
  {
    let arguments = StatementArguments(values.map(\.value))
    let known = try Int64.fetchOne(
      db,
      sql: "SELECT \(key) FROM \(table) WHERE "
        + values.map { "\($0.key) = ?" }.joined(separator: " AND "),
      arguments: arguments)
    if let known { return known }
    let columns = values.map(\.key).joined(separator: ", ")
    let places = values.map { _ in "?" }.joined(separator: ", ")
    try db.execute(
      sql: "INSERT INTO \(table) (\(columns)) VALUES (\(places))", arguments: arguments)
    return db.lastInsertedRowID
  }
}

extension Ledger {
  /// Tables of words, and their keys.
  static let wordTables = [("recordKind", "kindID"), ("sourceFile", "fileID")]

  /// - Throws: ``LedgerError`` where words have been lost: nobody is paid again because the ledger no longer says what
  ///   its lines paid for, and no number is given twice.
  static func checkWords(_ db: Database) throws {
    for (table, key) in wordTables where try !hasAllWords(db, table, key) {
      throw LedgerError(
        .unusable, "the ledger has lost what some of its lines paid for: zpay ledger says more")
    }
  }

  /// Whether each number that was given, from 1 on, still has its row.
  static func hasAllWords(_ db: Database, _ table: String, _ key: String) throws -> Bool {
    let count = try Int64.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
    let last = try Int64.fetchOne(db, sql: "SELECT coalesce(max(\(key)), 0) FROM \(table)")
    let given = try Int64.fetchOne(
      db, sql: "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?",
      arguments: [table])
    return count == last && count == given
  }
}
