internal import GRDB
internal import GRDBSQLite
internal import Vocabulary

/// A statement that is stepped for each of a million rows, through SQLite's own calls: an array of
/// arguments a row would cost more than the row.
///
/// Texts that are the same as when it was last run, byte by byte, are not given again: SQLite keeps them. Texts that
/// Swift calls equal may be written otherwise, such as the names of two files.
struct RowStatement: ~Copyable {
  private let statement: Statement
  private let connection: OpaquePointer?
  private var texts: [String?]
  private var position = 0

  /// - Throws: what the database says of the text.
  init(_ db: Database, sql: String) throws {
    statement = try db.makeStatement(sql: sql)
    connection = db.sqliteConnection
    let count = Int(sqlite3_bind_parameter_count(statement.sqliteStatement))
    texts = Array(repeating: nil, count: count)
  }

  /// Gives the next parameter.
  mutating func bind(_ text: String) {
    defer { position += 1 }
    endAnswer()
    var (text, last) = (text, texts[position])
    if last?.withUTF8({ last in text.withUTF8 { areEqual(last, $0) } }) == true { return }
    texts[position] = text
    text.withUTF8 { bind($0, until: transient) }
  }

  /// Gives the next parameter, of UTF-8 bytes.
  mutating func bind(_ bytes: UnsafeBufferPointer<UInt8>) { bind(bytes, keptUntil: transient) }

  /// Gives the next parameter, of UTF-8 bytes that stay where they are until it is given again.
  mutating func bind(whileLiving bytes: UnsafeBufferPointer<UInt8>) { bind(bytes, keptUntil: nil) }

  private mutating func bind(
    _ bytes: UnsafeBufferPointer<UInt8>, keptUntil end: sqlite3_destructor_type?
  ) {
    endAnswer()
    texts[position] = nil
    bind(bytes, until: end)
    position += 1
  }

  /// That SQLite takes a copy.
  private var transient: sqlite3_destructor_type {
    unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }

  private func bind(_ bytes: UnsafeBufferPointer<UInt8>, until: sqlite3_destructor_type?) {
    // Without an address it would be NULL.
    let code = bytes.withMemoryRebound(to: CChar.self) {
      sqlite3_bind_text(
        statement.sqliteStatement, Int32(position) + 1, $0.baseAddress ?? Self.nothing,
        Int32($0.count), until)
    }
    precondition(code == SQLITE_OK, "a parameter can be bound")
  }

  nonisolated(unsafe) private static let nothing = UnsafePointer(
    UnsafeMutablePointer<CChar>.allocate(capacity: 1))

  /// Gives the next parameter, a blob of bytes that stay where they are until it is given again.
  mutating func bind(whileLiving blob: UnsafeRawBufferPointer) {
    endAnswer()
    let code = sqlite3_bind_blob64(
      statement.sqliteStatement, Int32(position) + 1, blob.baseAddress, UInt64(blob.count), nil)
    precondition(code == SQLITE_OK, "a parameter can be bound")
    position += 1
  }

  mutating func bind(_ number: Int64?) {
    endAnswer()
    let place = Int32(position) + 1
    let code =
      number.map { sqlite3_bind_int64(statement.sqliteStatement, place, $0) }
      ?? sqlite3_bind_null(statement.sqliteStatement, place)
    precondition(code == SQLITE_OK, "a parameter can be bound")
    position += 1
  }

  /// Runs it for the parameters given.
  ///
  /// - Returns: whether there is a row in the answer; its columns can be read until the next step.
  @discardableResult mutating func step() throws -> Bool {
    precondition(position == texts.count, "every parameter is given")
    position = 0
    switch sqlite3_step(statement.sqliteStatement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      sqlite3_reset(statement.sqliteStatement)
      return false
    default:
      let code = ResultCode(rawValue: sqlite3_extended_errcode(connection))
      let message = String(cString: sqlite3_errmsg(connection))
      sqlite3_reset(statement.sqliteStatement)
      throw DatabaseError(resultCode: code, message: message)
    }
  }

  /// Nothing can be bound while an answer is read.
  private func endAnswer() { if position == 0 { reset() } }

  // MARK: - Columns of the answer, from 0

  func integer(_ column: Int32) -> Int64 {
    sqlite3_column_int64(statement.sqliteStatement, column)
  }

  func text(_ column: Int32) -> String {
    sqlite3_column_text(statement.sqliteStatement, column).map { String(cString: $0) } ?? ""
  }

  /// Calls `body` with the bytes of a text.
  func withText<Result>(
    _ column: Int32, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    let start = sqlite3_column_text(statement.sqliteStatement, column)
    let count = sqlite3_column_bytes(statement.sqliteStatement, column)
    return try body(UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(count)))
  }

  /// Ends the answer that is being read.
  func reset() { sqlite3_reset(statement.sqliteStatement) }
}
