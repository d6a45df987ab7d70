/// A column's letters in a spreadsheet: 0 is `A`, 26 is `AA`.
public func columnLetters(_ column: Int) -> String {
  var (letters, rest) = ("", column)
  repeat {
    letters = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(rest % 26))) + letters
    rest = rest / 26 - 1
  } while rest >= 0
  return letters
}

/// A cell's name in a spreadsheet, by row and column from 0: row 9 of column 0 is `A10`.
public func cellName(_ row: Int, _ column: Int) -> String { columnLetters(column) + "\(row + 1)" }
