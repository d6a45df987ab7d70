import Reports
import Testing

/// Rows that keep runs of cells.
struct CellRowTests {
  private static func text(_ row: inout CellRow, key: Int32, _ text: String) {
    row.run(.init(.person, key), count: 1) { $0.text(text) }
  }

  /// With one place, every run takes that of the run before it.
  @Test func aHeightIsThatOfItsOwnRun() {
    var row = CellRow(keepingRuns: 1)
    Self.text(&row, key: 1, "a name of two lines")
    Self.text(&row, key: 2, "$500")
    row.grow(to: 29, for: 0)
    #expect(row.height == 29)
    row.clear()
    Self.text(&row, key: 2, "$500")
    #expect(row.height == nil, "the run that took the place is of one line")
    row.clear()
    Self.text(&row, key: 1, "a name of two lines")
    row.grow(to: 29, for: 0)
    row.clear()
    Self.text(&row, key: 1, "a name of two lines")
    #expect(row.height == 29, "a kept run is as high as it was")
  }

  /// A plan of many programs has as many columns.
  @Test func aRowHasAsManyCellsAsItIsGiven() {
    var row = CellRow()
    for turn in 0..<2 {
      row.clear()
      for number in 0..<300 { row.text("cell \(turn) \(number)") }
      let texts = row.cells.map { String(decoding: row.text(of: $0), as: UTF8.self) }
      #expect(texts == (0..<300).map { "cell \(turn) \($0)" })
    }
  }
}
