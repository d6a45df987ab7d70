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
}
