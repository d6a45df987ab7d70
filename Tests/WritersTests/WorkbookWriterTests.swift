import Foundation
import Packages
import Reports
import TestSupport
import Testing
import Writers
import XLSXWriter

@Suite struct WorkbookWriterTests {
  private let folder: TestFolder
  private var path: String { folder.path + "/a.xlsx" }

  init() throws { folder = try TestFolder() }

  private func write(_ sheets: [Sheet]) throws {
    try writeAndVerify(sheets, to: path, scratch: folder.path)
  }

  // MARK: The same as the library's cells

  @Test func cellsAreThoseThatTheLibraryWrites() throws {
    let fill: FillCells = { index, row in
      row.text("P00\(index)")
      row.text(index % 2 == 0 ? " a & <b>" : "Zoë\n2")
      row.count(index * 1_000 - 5)
      row.money(cents: Int64(index) * 1_234_507 - 99)
      row.date(day: 20_454 + Int32(index))
      row.duration(seconds: Int64(index * 2_401))
      row.countFormula("SUM(C1:C\(index + 1))", result: index, .totalCount)
      row.moneyFormula("A1&\"<x>\"", cents: 55_010, .totalMoney)
      row.blank(.signLine)
    }
    try write([sheet(40, columns: 9, fill)])
    let other = folder.path + "/other.xlsx"
    try writeByLibrary(fill, 40, to: other)
    let ours = try SheetParser.cells("xl/worksheets/sheet1.xml", of: path)
    let theirs = try SheetParser.cells("xl/worksheets/sheet1.xml", of: other)
    #expect(Set(ours.keys) == Set(theirs.keys))
    #expect(ours.count == 360)
    for (name, cell) in ours {
      let their = try #require(theirs[name])
      #expect(cell.type == their.type, "\(name)")
      #expect(cell.formula == their.formula, "\(name)")
      if cell.type == "n", let value = Double(cell.value), let wanted = Double(their.value) {
        // The library writes 16 digits, which may not be enough.
        #expect(abs(value - wanted) <= abs(wanted) * 1e-15, "\(name)")
      } else {
        #expect(cell.value == their.value, "\(name)")
      }
    }
  }

  private func writeByLibrary(_ fill: FillCells, _ count: Int, to path: String) throws {
    var workbook = try Workbook(
      path: path, temporaryFolder: folder.path, created: 315_532_800)
    var format = Format(fontSize: 10)
    format.bold = true
    let id = try workbook.addFormat(format)
    try workbook.addWorksheet(named: "A") { sheet throws(XLSXError) in
      for index in 0..<count {
        var row = CellRow()
        fill(index, &row)
        for (column, cell) in row.cells.enumerated() {
          let text = String(decoding: row.text(of: cell), as: UTF8.self)
          switch cell.value {
          case .blank, .kept: try sheet.writeBlank(row: index, column: column, id)
          case .text: try sheet.write(text, row: index, column: column, id)
          case .count(let count): try sheet.write(Double(count), row: index, column: column, id)
          case .money(let cents):
            try sheet.write(Double(cents) / 100, row: index, column: column, id)
          case .date(let day): try sheet.write(Double(day) + 25_569, row: index, column: column, id)
          case .duration(let seconds):
            try sheet.write(Double(seconds) / 86_400, row: index, column: column, id)
          case .countFormula(_, _, let result):
            try sheet.write(
              formula: "=" + text, result: Double(result), row: index, column: column, id)
          case .moneyFormula(_, _, let result):
            try sheet.write(
              formula: "=" + text, result: Double(result) / 100, row: index, column: column, id)
          }
        }
      }
    }
    try workbook.close()
  }

  // MARK: Values

  @Test(
    arguments: [
      (1_500_00, "1500"), (550_10, "550.1"), (-5, "-0.05"), (0, "0"), (1, "0.01"), (10, "0.1"),
      (-100, "-1"), (99, "0.99"), (-1_050, "-10.5"), (999_999_999_999_999, "9999999999999.99"),
      (-999_999_999_999_999, "-9999999999999.99"),
    ] as [(Int64, String)])
  func moneyIsExact(_ cents: Int64, _ digits: String) throws {
    try write([sheet(1) { _, row in row.money(cents: cents) }])
    let cell = try SheetParser.cells("xl/worksheets/sheet1.xml", of: path)["A1"]
    #expect(cell?.value == digits)
  }

  @Test func numbersAreWrittenInTheirShortestForm() throws {
    try write([
      sheet(1, columns: 6) { _, row in
        row.date(day: 20_512)
        row.duration(seconds: 2_401)
        row.duration(seconds: 86_400)
        row.duration(seconds: 0)
        row.count(-999_999_999_999_999)
        row.duration(seconds: 1)
      }
    ])
    let cells = try SheetParser.cells("xl/worksheets/sheet1.xml", of: path)
    #expect(cells["A1"]?.value == "46081")
    #expect(cells["B1"]?.value == "0.027789351851851853")
    #expect(cells["C1"]?.value == "1")
    #expect(cells["D1"]?.value == "0")
    #expect(cells["E1"]?.value == "-999999999999999")
    #expect(cells["F1"]?.value == "1.1574074074074073e-05")
  }

  @Test func naughtyTextsAreWrittenAsTheStandardSays() throws {
    try write([
      sheet(naughtyTexts.count) { index, row in row.text(naughtyTexts[index].text) }
    ])
    let xml = Array(try text("xl/worksheets/sheet1.xml", of: path).utf8)
    for (index, naughty) in naughtyTexts.enumerated() {
      let ends = [naughty.text.unicodeScalars.first, naughty.text.unicodeScalars.last]
      let isSpaced = ends.contains { $0 == " " || $0 == "\n" || $0 == "\t" }
      let preserve = isSpaced ? " xml:space=\"preserve\"" : ""
      let wanted = "<is><t\(preserve)>\(naughty.xml)</t></is></c></row>"
      let start = try #require(xml.end(of: Array("<row r=\"\(index + 1)\"><c r=\"A".utf8)))
      let end = try #require(xml.end(of: Array("</row>".utf8), from: start))
      let cell = String(decoding: xml[start..<end], as: UTF8.self)
      #expect(cell.utf8.suffix(wanted.utf8.count).elementsEqual(wanted.utf8), "\(cell)")
    }
  }

  @Test func rowHeightsAreKept() throws {
    try write([
      sheet(3) { index, row in
        row.height = [24, nil, 12.75][index]
        row.text("a")
      }
    ])
    let xml = try text("xl/worksheets/sheet1.xml", of: path)
    #expect(xml.contains("<row r=\"1\" ht=\"24\" customHeight=\"1\"><c"))
    #expect(xml.contains("<row r=\"2\"><c"))
    #expect(xml.contains("<row r=\"3\" ht=\"12.75\" customHeight=\"1\"><c"))
  }

  // MARK: Ranges

  @Test func rangesFollowTheRows() throws {
    let sheets = [
      sheet(9, columns: 3, name: "Zebra's", headingRow: 2, lastTableRow: 7) { index, row in
        row.count(index)
      },
      sheet(1, columns: 28, name: "Apple & Co", headingRow: 0, lastTableRow: 0) { _, row in
        row.text("only headings")
      },
      sheet(0, name: "Empty") { _, _ in },
    ]
    try write(sheets)
    let first = try text("xl/worksheets/sheet1.xml", of: path)
    let second = try text("xl/worksheets/sheet2.xml", of: path)
    let third = try text("xl/worksheets/sheet3.xml", of: path)
    #expect(first.contains("<dimension ref=\"A1:C9\"/>"))
    #expect(first.contains("<autoFilter ref=\"A3:C8\"/>"))
    #expect(second.contains("<dimension ref=\"A1:AB1\"/>"))
    #expect(second.contains("<autoFilter ref=\"A1:AB1\"/>"))
    #expect(third.contains("<dimension ref=\"A1\"/>"))
    #expect(third.contains("<sheetData></sheetData>"))
    let list = try text("xl/workbook.xml", of: path)
    #expect(list.contains("'Zebra''s'!$A$3:$C$8</definedName>"))
    #expect(list.contains("'Zebra''s'!$3:$3</definedName>"), "printed pages have their headings")
    #expect(list.contains("'Apple &amp; Co'!$A$1:$AB$1</definedName>"))
  }

  // MARK: The same bytes

  @Test func theSameSheetsGiveTheSameBytesLater() throws {
    let sheets = [
      sheet(5_000, columns: 3, headingRow: 0) { index, row in
        row.text("Row \(index)")
        row.money(cents: Int64(index * 7919))
        row.duration(seconds: Int64(index))
      }
    ]
    let other = folder.path + "/b.xlsx"
    try writeAndVerify(sheets, to: path, scratch: folder.path)
    // Zip times have two seconds, the document's time has one.
    Thread.sleep(forTimeInterval: 2.1)
    try writeAndVerify(sheets, to: other, scratch: folder.path)
    let first = try Data(contentsOf: URL(fileURLWithPath: path))
    let second = try Data(contentsOf: URL(fileURLWithPath: other))
    #expect(first == second)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(left == ["a.xlsx", "b.xlsx"])
  }

  @Test func oneTemplateServesSeveralThreads() async throws {
    let make: @Sendable (Int) -> Sheet = { number in
      sheet(2_000 + number, columns: 2, headingRow: 0) { index, row in
        row.text("Row \(index)")
        row.count(index * number)
      }
    }
    let template = try WorkbookTemplate(layouts: [make(0).layout], scratch: folder.path)
    let folder = folder.path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask {
          let path = "\(folder)/\(number).xlsx"
          let written = try WorkbookWriter.write([make(number)], using: template, to: path)
          try WorkbookVerifier.verify(path, written)
          #expect(
            try compareRows(of: path, with: [make(number)], template) == 2 * (2_000 + number))
        }
      }
      try await group.waitForAll()
    }
  }
}

extension [UInt8] {
  /// Where `other` ends.
  fileprivate func end(of other: [UInt8], from start: Int = 0) -> Int? {
    guard other.count <= count - start else { return nil }
    return (start...count - other.count).first {
      self[$0..<$0 + other.count].elementsEqual(other)
    }.map { $0 + other.count }
  }
}
