internal import GRDB
internal import Vocabulary

extension Row {
  /// A value of a column, of which the tables say that it is there, and what it is.
  ///
  /// - Throws: ``LedgerError`` where a file that was damaged or changed has another one. GRDB's own way
  ///   to a value would end the program there, and print the row, a person's name and amount included.
  func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(
    _ column: String
  ) throws -> Value {
    do {
      return try decode(forColumn: column)
    } catch {
      throw LedgerError(.unusable, "a value of \(column) in the ledger can't be read")
    }
  }

  /// A service date, in days since 1970-01-01.
  func day(_ column: String) throws -> Int32? {
    let day: Int32 = try value(column)
    return CivilDate.days.contains(day) ? day : nil
  }

  /// What `body` makes of the row's values; it gives nil for what no row of zpay's has.
  ///
  /// - Throws: ``LedgerError`` that names the row by its number.
  func made<Made>(into what: String, numbered key: String, by body: () throws -> Made?) throws
    -> Made
  {
    guard let made = try? body() else {
      throw LedgerError(.unusable, "\(what) \(try value(key) as Int64) in the ledger can't be read")
    }
    return made
  }
}

/// The values of a row, one after the other, as the statement names them.
struct ValuesInOrder {
  private let row: Row
  private var index = 0

  init(_ row: Row) { self.row = row }

  /// - Throws: ``LedgerError``, in place of what ``GRDB/Row/value(_:)`` is said to do. Who reads a whole row names it
  ///   (``GRDB/Row/made(into:numbered:by:)``).
  mutating func next<Value: DatabaseValueConvertible & StatementColumnConvertible>() throws -> Value
  {
    defer { index += 1 }
    do {
      return try row.decode(atIndex: index)
    } catch {
      throw LedgerError(.unusable, "value \(index + 1) of a row in the ledger can't be read")
    }
  }
}

/// As ``Ledger/closes()`` gives them: numbered from 1, without a gap.
extension [QuarterClose] {
  /// The quarter of a row's close.
  ///
  /// - Throws: ``LedgerError`` where the ledger has lost it.
  func quarter(ofNumber number: Int64) throws -> Quarter {
    guard number >= 1, number <= count else { throw LedgerError.lost(close: number) }
    return self[Int(number) - 1].quarter
  }
}
