/// Names of cells and columns: `C7` is row 6, column 2.
enum CellName {
  /// Excel's last column is `XFD`.
  static let columnsMax = 16_384

  static func column(_ column: Int) -> String {
    var rest = column + 1
    var letters = ""
    while rest > 0 {
      letters.insert(Character(UnicodeScalar(UInt8(65 + (rest - 1) % 26))), at: letters.startIndex)
      rest = (rest - 1) / 26
    }
    return letters
  }

  static func cell(row: Int, column: Int) -> String { "\(Self.column(column))\(row + 1)" }
}
