import Foundation
import Packages
import Reports
import Testing

@testable import Writers

@Suite struct WorkbookVerifierTests {
  private let folder: TestFolder
  private var path: String { folder.path + "/a.xlsx" }

  init() throws { folder = try TestFolder() }

  private static let fill: FillCells = { index, row in
    if index == 4 { row.height = 30 }
    row.text("Row \(index)")
    row.count(index * 31)
    row.money(cents: Int64(index * 7919) - 50)
    row.date(day: 20_454 + Int32(index % 90))
    row.duration(seconds: Int64(index * 61))
    row.blank(.count)
    row.moneyFormula("SUM(C1:C\(index + 1))", cents: 10, .totalMoney)
  }

  private static func sheets(
    _ rowCount: Int, _ fill: @escaping FillCells = Self.fill
  ) -> [Sheet] {
    [sheet(rowCount, columns: 8, name: "Detail", headingRow: 0, lastTableRow: 3, fill)]
  }

  /// Writes sheets to ``path``.
  private func write(_ sheets: [Sheet]) throws -> (template: WorkbookTemplate, WrittenWorkbook) {
    let template = try WorkbookTemplate(layouts: sheets.map(\.layout), scratch: folder.path)
    return (template, try WorkbookWriter.write(sheets, using: template, to: path))
  }

  @Test func whatWasWrittenIsThere() throws {
    let (template, written) = try write(Self.sheets(500))
    let read = try WorkbookVerifier.verify(path, written)
    let file = try readFile(path)
    #expect(read.byteCount == file.byteCount && read.sha256 == file.sha256)
    #expect(try compareRows(of: path, with: Self.sheets(500), template) == 3_500)
  }

  /// Each changes one thing of one cell, D2 unless it says so.
  private static let changes: [(cell: String?, change: @Sendable (Int, inout CellRow) -> Void)] = [
    ("A2", { index, row in row.text("Row \(index)x") }),
    ("A2", { index, row in row.text("Row ") }),
    ("A2", { _, row in row.text("row 1") }),
    ("A2", { index, row in row.text("Row \(index)", .wrapped) }),
    ("A2", { _, row in row.blank() }),
    ("A2", { index, row in row.count(index, .text) }),
    ("B2", { index, row in row.next(Self.fill, index, 1) { $0.count(index * 31 + 1) } }),
    ("B2", { index, row in row.next(Self.fill, index, 1) { $0.money(cents: 3_110, .count) } }),
    ("C2", { index, row in row.next(Self.fill, index, 2) { $0.money(cents: 7_870) } }),
    ("C2", { index, row in row.next(Self.fill, index, 2) { $0.money(cents: -7_869) } }),
    ("D2", { index, row in row.next(Self.fill, index, 3) { $0.date(day: 20_456) } }),
    ("E2", { index, row in row.next(Self.fill, index, 4) { $0.duration(seconds: 62) } }),
    ("F2", { index, row in row.next(Self.fill, index, 5) { $0.count(0) } }),
    ("F2", { index, row in row.next(Self.fill, index, 5) { $0.blank(.money) } }),
    (
      "G2",
      { index, row in
        row.next(Self.fill, index, 6) { $0.moneyFormula("SUM(C1:C3)", cents: 10, .totalMoney) }
      }
    ),
    (
      "G2",
      { index, row in
        row.next(Self.fill, index, 6) { $0.moneyFormula("SUM(C1:C2)", cents: 11, .totalMoney) }
      }
    ),
    (
      nil,
      { index, row in
        Self.fill(index, &row)
        row.height = 12
      }
    ),
    (
      "H2",
      { index, row in
        Self.fill(index, &row)
        row.blank()
      }
    ),
    ("G2", { index, row in row.next(Self.fill, index, 6) { _ in } }),
  ]

  @Test(arguments: changes.indices) func everyOtherCellIsFound(_ number: Int) throws {
    let (template, _) = try write(Self.sheets(5))
    let other = Self.sheets(5) { index, row in
      if index == 1 { Self.changes[number].change(index, &row) } else { Self.fill(index, &row) }
    }
    let error = #expect(throws: WorkbookError.self) {
      try compareRows(of: self.path, with: other, template)
    }
    #expect(error?.sheet == "Detail")
    #expect(error?.cell == Self.changes[number].cell)
    #expect(error?.file == path)
  }

  @Test(arguments: [6, 8, -7, 70])
  func aStoredCountThatIsAnotherIsFound(result: Int) throws {
    func sheets(_ result: Int) -> [Sheet] {
      [sheet(1) { _, row in row.countFormula("1+6", result: result, .totalCount) }]
    }
    let (template, _) = try write(sheets(7))
    try compareRows(of: path, with: sheets(7), template)
    let error = #expect(throws: WorkbookError.self) {
      try compareRows(of: self.path, with: sheets(result), template)
    }
    #expect(error?.cell == "A1")
  }

  /// A renderer that makes other XML than its reader wants gives nothing of the row away.
  @Test func aRowIsReadBeforeItIsGivenAway() throws {
    let sheets = Self.sheets(5)
    let (template, _) = try write(sheets)
    var styles = template.styleNumbers
    styles[Int(CellStyle.money.rawValue)] += 1
    var renderer = SheetRenderer(
      file: "a.xlsx", template: template, places: 64,
      verifier: RowVerifier(
        file: "a.xlsx", columns: template.snippets.columns, styleNumbers: styles, places: 64))
    let error = #expect(throws: WorkbookError.self) {
      try renderer.render(sheets[0]) { _ in Issue.record("a wrong row was given away") }
    }
    #expect(error?.cell == "C1" && error?.sheet == "Detail")
  }

  private func parts() throws -> [[UInt8]] {
    let package = try PackageReader(path)
    return try package.parts.map(package.bytes)
  }

  @Test func damageAnywhereIsFound() throws {
    let (_, written) = try write(Self.sheets(300))
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    let whole = try parts()
    var unnoticed: [Int] = []
    for index in stride(from: 0, to: good.count, by: 3) {
      var bad = good
      bad[index] ^= UInt8(1 << (index % 8))
      try bad.write(to: URL(fileURLWithPath: path))
      let result = try? WorkbookVerifier.verify(path, written)
      // A repeat from another place where the same stands is no damage.
      if result != nil, try parts() != whole { unnoticed.append(index) }
    }
    #expect(unnoticed == [])
  }

  @Test func filesThatAreCutShortAreRefused() throws {
    let (_, written) = try write(Self.sheets(300))
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    for count in Array(stride(from: 0, to: good.count, by: 311)) + [good.count - 1] {
      try good.prefix(count).write(to: URL(fileURLWithPath: path))
      #expect(throws: WorkbookError.self) {
        try WorkbookVerifier.verify(self.path, written)
      }
    }
    try (good + Data([0])).write(to: URL(fileURLWithPath: path))
    #expect(throws: WorkbookError.self) {
      try WorkbookVerifier.verify(self.path, written)
    }
  }

  /// Changes of a row, and behind them some of what stands around the rows.
  private static let texts = [
    ("<v>31</v>", "<v>031</v>"), ("<v>31</v>", "<v>31.0</v>"), ("<v>31</v>", "<v>3.1e1</v>"),
    ("<v>31</v>", "<v> 31</v>"), ("<v>31</v>", "<v>31</v><v>31</v>"), ("<v>31</v>", "<v></v>"),
    ("<v>78.69</v>", "<v>78.690</v>"), ("<v>78.69</v>", "<v>78.691</v>"),
    ("<v>78.69</v>", "<v>078.69</v>"), ("r=\"B2\"", "r=\"B3\""), ("r=\"B2\"", "r=\"C2\""),
    ("r=\"B2\"", "r=\"b2\""), ("Row 1<", "Row 1 <"), ("Row 1<", "Row <![CDATA[1]]><"),
    ("Row 1<", "Row &#49;<"), ("Row 1<", "Row _x0032_<"),
    ("<row r=\"2\">", "<row r=\"2\" hidden=\"1\">"), ("<row r=\"2\">", "<row r=\"1\">"),
    ("<f>SUM(C1:C2)</f>", "<f>SUM(C1:C1)</f>"), ("<f>SUM(C1:C2)</f>", ""),
    ("ht=\"30\"", "ht=\"3\""),
    ("ht=\"30\"", "ht=\"31\""),
    ("<v>78.69</v>", "<v>78.</v>"), ("<v>78.69</v>", "<v>78</v>"),
  ]
  private static let around = [
    ("</sheetData>", "<row/></sheetData>"), ("fitToHeight=\"0\"", "fitToHeight=\"1\""),
  ]

  /// A sheet's XML that was changed and packed again with the right sums.
  @Test(arguments: texts + around)
  func changesWithRightSumsAreFound(_ old: String, _ new: String) throws {
    try expectRefusal { name, text in
      guard name == "xl/worksheets/sheet1.xml", let range = text?.range(of: old) else { return }
      text?.replaceSubrange(range, with: new)
    }
  }

  /// The same, as its row is read.
  @Test(arguments: texts) func changesOfARowAreFound(_ old: String, _ new: String) throws {
    let (template, _) = try write(Self.sheets(5))
    let changed = folder.path + "/b.xlsx"
    let changes = try repack(path, to: changed) { name, text in
      guard name == "xl/worksheets/sheet1.xml", let range = text?.range(of: old) else { return }
      text?.replaceSubrange(range, with: new)
    }
    #expect(changes == 1)
    #expect(throws: WorkbookError.self) {
      try compareRows(of: changed, with: Self.sheets(5), template)
    }
  }

  /// Cells that stand in a row before are not read anew, and yet no byte of them may be another.
  @Test func everyByteOfCellsThatAreKeptIsCompared() throws {
    @Sendable func fill(_ row: inout CellRow) {
      row.clear()
      row.run(.init(.person, 0, 1), count: 3) { row in
        for text in ["P000123", "40000123", "Abara, Ada, MD"] { row.text(text) }
      }
    }
    let sheets = [sheet(2, columns: 3) { _, row in fill(&row) }]
    let (template, _) = try write(sheets)
    let package = try PackageReader(path)
    let part = try #require(package.parts.first { $0.name == "xl/worksheets/sheet1.xml" })
    let rows = String(decoding: try package.bytes(of: part), as: UTF8.self)
      .matches(of: #/<row.*?</row>/#).map { Array($0.output.utf8) }
    var row = CellRow(keepingRuns: 64)
    var verifier = RowVerifier(
      file: path, columns: template.snippets.columns, styleNumbers: template.styleNumbers,
      places: 64)
    func verify(_ number: Int, _ bytes: [UInt8]) throws {
      try (bytes + [UInt8](repeating: 0, count: XMLCursor.zeros)).withUnsafeBufferPointer {
        try verifier.verify(
          row, RowNumber(number), of: sheets[0].layout,
          as: .init(rebasing: $0.dropLast(XMLCursor.zeros)))
      }
    }
    for (index, bytes) in rows.enumerated() {
      fill(&row)
      try verify(index + 1, bytes)
    }
    #expect(rows.count == 2 && row.runs.allSatisfy { !$0.isNew })
    for place in rows[1].indices {
      var changed = rows[1]
      changed[place] ^= 1
      #expect(throws: WorkbookError.self, "byte \(place)") { try verify(2, changed) }
    }
  }

  /// Spaces that a program would drop were not read back, whatever the file seems to say.
  @Test(arguments: [" a", "a ", " a b "])
  func spacesCountOnlyWhereTheyAreKept(text: String) throws {
    let sheets = [sheet(1) { _, row in row.text(text) }]
    let (template, _) = try write(sheets)
    try compareRows(of: path, with: sheets, template)
    let changed = folder.path + "/b.xlsx"
    let changes = try repack(path, to: changed) { name, part in
      guard name == "xl/worksheets/sheet1.xml" else { return }
      part = part?.replacing("<t xml:space=\"preserve\">", with: "<t>")
    }
    #expect(changes == 1)
    let error = #expect(throws: WorkbookError.self) {
      try compareRows(of: changed, with: sheets, template)
    }
    #expect(error?.cell == "A1")
  }

  @Test(arguments: ["", " ", "<row/>", "</row>"]) func nothingStandsBehindARow(_ more: String)
    throws
  {
    let (template, _) = try write(Self.sheets(5))
    var verifier = RowVerifier(
      file: path, columns: template.snippets.columns, styleNumbers: template.styleNumbers,
      places: 64)
    var row = CellRow()
    row.count(5)
    let style = template.styleNumbers[Int(CellStyle.count.rawValue)]
    let xml = "<row r=\"3\"><c r=\"A3\" s=\"\(style)\"><v>5</v></c></row>" + more
    let bytes = Array(xml.utf8) + [UInt8](repeating: 0, count: XMLCursor.zeros)
    let verify = {
      try bytes.withUnsafeBufferPointer {
        try verifier.verify(
          row, RowNumber(3), of: Self.sheets(5)[0].layout,
          as: .init(rebasing: $0.dropLast(XMLCursor.zeros)))
      }
    }
    guard !more.isEmpty else { return try verify() }
    let error = #expect(throws: WorkbookError.self) { try verify() }
    #expect(error?.cell == "B3")
  }

  /// What XML or a cell means otherwise must be written otherwise, wherever it stands among eight bytes.
  @Test(arguments: ["&", "<", ">", "_x0041_", "\u{1}"], [0, 3, 7, 8])
  func whatMustBeEscapedIsNotTakenAsItIs(_ special: String, before: Int) throws {
    let text = String(repeating: "a", count: before) + special + "12345678"
    let sheets = [sheet(1) { _, row in row.text(text) }]
    let (template, _) = try write(sheets)
    try compareRows(of: path, with: sheets, template)
    let changed = folder.path + "/b.xlsx"
    let changes = try repack(path, to: changed) { name, part in
      guard name == "xl/worksheets/sheet1.xml" else { return }
      part = part?.replacing(#/<t>[^<]*</t>/#, with: "<t>\(text)</t>")
    }
    #expect(changes == 1)
    #expect(throws: WorkbookError.self) {
      try compareRows(of: changed, with: sheets, template)
    }
  }

  @Test func aPartThatIsNotThereIsFound() throws {
    let error = try expectRefusal { name, text in if name == "xl/styles.xml" { text = nil } }
    #expect(error?.reason == "reading it: it has other parts than were written")
  }

  @Test func aRowThatIsWiderThanItsSheetIsFound() throws {
    let (template, _) = try write(Self.sheets(5))
    let wide = Self.sheets(5) { index, row in
      Self.fill(index, &row)
      if index == 2 { for _ in 0..<2 { row.blank() } }
    }
    let error = #expect(throws: WorkbookError.self) {
      try compareRows(of: self.path, with: wide, template)
    }
    #expect(error?.cell == "I3")
  }

  @Test(arguments: [
    "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml",
  ])
  func moreOrLessOfAnyPartIsFound(_ part: String) throws {
    try expectRefusal { name, text in if name == part { text? += "\n" } }
    try expectRefusal { name, text in if name == part { text?.removeLast() } }
  }

  /// Packs a workbook again with another part.
  @discardableResult private func expectRefusal(
    _ change: (_ part: String, _ text: inout String?) -> Void
  ) throws -> WorkbookError? {
    let template = try WorkbookTemplate(
      layouts: Self.sheets(5).map(\.layout), scratch: folder.path)
    let path = "\(folder.path)/\(UUID().uuidString).xlsx"
    let written = try WorkbookWriter.write(Self.sheets(5), using: template, to: path)
    let changed = "\(folder.path)/\(UUID().uuidString).xlsx"
    let changes = try repack(path, to: changed, change)
    #expect(changes == 1)
    return #expect(throws: WorkbookError.self) {
      try WorkbookVerifier.verify(changed, written)
    }
  }
}

extension CellRow {
  /// The cells of `fill` up to `column`, and another there; no more.
  fileprivate mutating func next(
    _ fill: FillCells, _ index: Int, _ column: Int, _ other: (inout CellRow) -> Void
  ) {
    var row = CellRow()
    fill(index, &row)
    for cell in row.cells.prefix(column) {
      let text = String(decoding: row.text(of: cell), as: UTF8.self)
      switch cell.value {
      case .blank, .kept: blank(cell.style)
      case .text: self.text(text, cell.style)
      case .count(let count): self.count(Int(count), cell.style)
      case .money(let cents): money(cents: cents, cell.style)
      case .date(let day): date(day: day, cell.style)
      case .duration(let seconds): duration(seconds: seconds, cell.style)
      case .countFormula(_, _, let result):
        countFormula(text, result: Int(result), cell.style)
      case .moneyFormula(_, _, let result): moneyFormula(text, cents: result, cell.style)
      }
    }
    other(&self)
  }
}
