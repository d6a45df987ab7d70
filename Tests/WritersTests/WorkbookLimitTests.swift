import Foundation
import Reports
import Testing
import Writers

/// Both sides of what a workbook can hold.
@Suite struct WorkbookLimitTests {
  private let folder: TestFolder
  private var path: String { folder.path + "/a.xlsx" }

  init() throws { folder = try TestFolder() }

  private func write(_ sheets: [Sheet]) throws {
    try writeAndVerify(sheets, to: path, scratch: folder.path)
  }

  /// Fills the cell C3.
  private func cell(_ fill: @escaping @Sendable (inout CellRow) -> Void) -> [Sheet] {
    [
      sheet(3, columns: 3, name: "Detail") { index, row in
        row.blank()
        row.blank()
        if index == 2 { fill(&row) }
      }
    ]
  }

  private static let fitting: [@Sendable (inout CellRow) -> Void] = [
    { $0.text(String(repeating: "a", count: 32_767)) },
    { $0.text(String(repeating: "\u{1}", count: 32_767)) },
    { $0.text(String(repeating: "中", count: 32_767)) },
    { $0.text(String(repeating: "😀", count: 16_383) + "a") },
    { $0.count(999_999_999_999_999) },
    { $0.money(cents: -999_999_999_999_999) },
    { $0.date(day: 60 - 25_569) },  // A text, since Excel takes that day for another.
    { $0.date(day: 61 - 25_569) },
    { $0.date(day: 2_958_465 - 25_569) },
    { $0.duration(seconds: 0) },
    {
      $0.height = 409
      $0.text("a")
    },
    {
      $0.height = 0
      $0.text("a")
    },
    { $0.countFormula(String(repeating: "1", count: 8_192), result: 1, .count) },
  ]

  private static let refused: [@Sendable (inout CellRow) -> Void] = [
    { $0.text(String(repeating: "a", count: 32_768)) },
    { $0.text(String(repeating: "中", count: 32_768)) },
    { $0.text(String(repeating: "😀", count: 16_384)) },
    { $0.text([UInt8](repeating: 0x80, count: 500_000)) },
    { $0.text([0x61, 0xFF]) },
    { $0.text([0xC0, 0x80]) },
    { $0.text([0xED, 0xA0, 0x80]) },
    { $0.text([0xF4, 0x90, 0x80, 0x80]) },
    { $0.text([0xE2, 0x82]) },
    { $0.text([0xF0, 0x80, 0x80, 0x80]) },
    { $0.count(1_000_000_000_000_000) },
    { $0.count(.min) },
    { $0.money(cents: 1_000_000_000_000_000) },
    { $0.money(cents: -1_000_000_000_000_000) },
    { $0.moneyFormula("A1", cents: .max, .totalMoney) },
    { $0.countFormula("A1", result: .min, .totalCount) },
    { $0.countFormula(String(repeating: "1", count: 8_193), result: 1, .count) },
    { $0.countFormula("A\u{1}", result: 1, .count) },
    { $0.date(day: 2_958_466 - 25_569) },
    { $0.date(day: .min) },
    { $0.duration(seconds: -1) },
    { $0.duration(seconds: .max) },
    {
      $0.height = 410
      $0.text("a")
    },
    {
      $0.height = -1
      $0.text("a")
    },
    {
      $0.height = .nan
      $0.text("a")
    },
  ]

  @Test(arguments: fitting.indices) func whatFitsIsWritten(_ index: Int) throws {
    try write(cell(Self.fitting[index]))
  }

  @Test(arguments: refused.indices) func whatDoesNotFitIsRefusedByName(_ index: Int) throws {
    let error = #expect(throws: WorkbookError.self) { try self.write(cell(Self.refused[index])) }
    let place = error.map { [$0.sheet, $0.cell] }
    let wanted = error?.reason.contains("points high") == true ? "A3" : "C3"
    #expect(place == ["Detail", wanted])
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  /// The longest cell, wherever it stands in its part; and rows that are longer than what is looked at at once.
  @Test(arguments: [(8, 1), (1, 6), (3, 3)])
  func manyOfTheLongestCellsAreReadBack(rows: Int, columns: Int) throws {
    let longest = String(repeating: "\u{1}", count: 32_767)
    let sheets = [
      sheet(rows, columns: columns) { _, row in for _ in 0..<columns { row.text(longest) } }
    ]
    let cells = try writeAndVerify(sheets, to: path, scratch: folder.path)
    #expect(cells == rows * columns)
  }

  @Test func moreCellsThanColumnsAreRefused() throws {
    let error = #expect(throws: WorkbookError.self) {
      try self.write([
        sheet(1, columns: 2) { _, row in for _ in 0..<3 { row.blank() } }
      ])
    }
    #expect(error?.cell == "C1")
  }

  @Test func theLastRowIsWrittenAndNoneBehindIt() throws {
    let last = sheet(Sheet.rowsMax, headingRow: 0) { _, row in row.count(1) }
    try write([last])
    try FileManager.default.removeItem(atPath: path)
    let error = #expect(throws: WorkbookError.self) {
      try self.write([sheet(Sheet.rowsMax + 1) { _, row in row.count(1) }])
    }
    #expect(error?.sheet == "A")
  }

  @Test(arguments: ["", "a/b", "History", String(repeating: "x", count: 32)])
  func namesThatExcelRefusesAreRefused(_ name: String) throws {
    #expect(throws: WorkbookError.self) { try self.write([sheet(0, name: name) { _, _ in }]) }
  }

  @Test(arguments: [("='My sheet'!$A$1", true), ("=Mine!$A$1", false), ("='My'!$A$1", false)])
  func chartsAreOverCellsOfTheirWorkbook(_ values: String, _ isFine: Bool) throws {
    var layout = SheetLayout(name: "My sheet", columnWidths: [9])
    layout.charts = [
      ChartLayout(
        kind: .bar, title: "How many?", valueAxis: "", valueFormat: "#,##0",
        series: [
          .init(name: "Cases", categories: "='My sheet'!$A$1", values: values, color: 0x052049)
        ], row: 3, column: 0, width: 480, height: 288)
    ]
    let template = Result { try WorkbookTemplate(layouts: [layout], scratch: folder.path) }
    let isMade = (try? template.get()) != nil
    #expect(isMade == isFine)
  }

  @Test func filesThatExistAreLeftAlone() throws {
    try write(cell { $0.count(1) })
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(throws: WorkbookError.self) { try self.write(cell { $0.count(2) }) }
    let after = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(before == after)
  }

  @Test func aScratchFolderThatIsNotThereIsAnError() {
    #expect(throws: WorkbookError.self) {
      _ = try WorkbookTemplate(
        layouts: [SheetLayout(name: "A", columnWidths: [])], scratch: "/no/such/folder")
    }
  }
}

extension CellRow {
  fileprivate mutating func text(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { text($0) }
  }
}
