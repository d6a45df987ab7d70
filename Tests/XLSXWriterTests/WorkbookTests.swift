import Foundation
import Packages
import Testing
import XLSXWriter

@Suite final class WorkbookTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "workbooks-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func start(_ name: String = "a.xlsx") throws -> Workbook {
    try Workbook(path: "\(folder)/\(name)", temporaryFolder: folder, created: 315_532_800)
  }

  private func text(_ part: String, in name: String = "a.xlsx") throws -> String {
    let reader = try PackageReader("\(folder)/\(name)")
    let found = try #require(reader.part(named: part))
    return String(decoding: try reader.bytes(of: found), as: UTF8.self)
  }

  @Test(arguments: [
    "", "a[b", "History", "hiStory", "a:b", "x\u{1}", String(repeating: "😀", count: 16), "'a",
  ])
  func sheetNamesThatExcelRefusesAreErrors(_ name: String) throws {
    var workbook = try start()
    var failure: XLSXError?
    do throws(XLSXError) { try workbook.addWorksheet(named: name) { _ in } } catch {
      failure = error
    }
    #expect(failure != nil)
  }

  @Test func theSameNameTwiceIsAnError() throws {
    var workbook = try start()
    try workbook.addWorksheet(named: "Detail") { _ in }
    var failure: XLSXError?
    do throws(XLSXError) { try workbook.addWorksheet(named: "DETAIL") { _ in } } catch {
      failure = error
    }
    #expect(failure?.operation == "adding a worksheet “DETAIL”")
  }

  @Test func cellsThatAreNoneAreErrors() throws {
    var workbook = try start()
    let format = try workbook.addFormat(Format(fontSize: 10))
    var reasons: [String] = []
    try workbook.addWorksheet(named: "a") { sheet throws(XLSXError) in
      do throws(XLSXError) { try sheet.write(1, row: 1_048_576, column: 0, format) } catch {
        reasons.append(error.reason)
      }
      do throws(XLSXError) { try sheet.write(.nan, row: 0, column: 0, format) } catch {
        reasons.append(error.reason)
      }
      do throws(XLSXError) {
        try sheet.write(formula: "=1/0", result: .infinity, row: 0, column: 0, format)
      } catch {
        reasons.append(error.reason)
      }
      do throws(XLSXError) { try sheet.write("a\0b", row: 0, column: 0, format) } catch {
        reasons.append(error.reason)
      }
      do throws(XLSXError) { try sheet.write("a", row: -1, column: 0, format) } catch {
        reasons.append(error.reason)
      }
      do throws(XLSXError) {
        try sheet.write(String(repeating: "😀", count: 16_384), row: 0, column: 0, format)
      } catch {
        reasons.append(error.reason)
      }
    }
    #expect(
      reasons == [
        "Worksheet row or column index out of range.", "nan is not finite", "inf is not finite",
        "the text has a NUL character", "no such cell",
        "the text is longer than 32,767 UTF-16 units",
      ])
  }

  /// The library gives null for what it has no memory for.
  @Test func whatCouldNotBeMadeIsAnErrorWithItsName() {
    let error = #expect(throws: XLSXError.self) {
      try XLSXError.made(nil as UnsafeMutablePointer<Int>?, "adding a format")
    }
    #expect(error?.description == "adding a format: out of memory")
  }

  @Test func aFolderThatIsNotThereIsAnError() throws {
    var workbook = try start("no/such/folder.xlsx")
    try workbook.addWorksheet(named: "a") { _ in }
    var failure: XLSXError?
    do throws(XLSXError) { try workbook.close() } catch { failure = error }
    #expect(failure != nil)
  }

  @Test func furnitureIsInTheFile() throws {
    var workbook = try start()
    try workbook.addWorksheet(named: "By month") { sheet throws(XLSXError) in
      try sheet.setWidth(20, ofColumn: 0)
      try sheet.freeze(rows: 3, columns: 1)
      try sheet.filter(rows: 2...9, columns: 0...3)
      try sheet.repeatOnPages(row: 2)
      sheet.printLandscape(marginInches: 0.4)
      try sheet.setPage(header: "&RDRAFT", footer: "&LA && B&R&P of &N")
      sheet.setTabColor(0x052049)
      let series = Chart.Series(
        name: "Cases", categories: "='By month'!$A$4:$A$9", values: "='By month'!$B$4:$B$9",
        color: 0x052049)
      for kind in [Chart.Kind.bar, .column, .stackedColumn] {
        try sheet.insert(
          Chart(
            kind: kind, title: "How many?", valueAxis: "Cases", valueFormat: "#,##0",
            series: [series], width: 480, height: 288), row: 10, column: 0)
      }
    }
    try workbook.close()
    let sheet = try text("xl/worksheets/sheet1.xml")
    for piece in [
      "<pane xSplit=\"1\" ySplit=\"3\"", "<autoFilter ref=\"A3:D10\"/>",
      "orientation=\"landscape\"",
      "fitToHeight=\"0\"", "<tabColor rgb=\"FF052049\"/>",
      "&amp;RDRAFT",
    ] { #expect(sheet.contains(piece), "\(piece)") }
    let list = try text("xl/workbook.xml")
    #expect(list.contains("'By month'!$3:$3"))
    #expect(try text("xl/charts/chart1.xml").contains("<c:barDir val=\"bar\"/>"))
    #expect(try text("xl/charts/chart3.xml").contains("<c:grouping val=\"stacked\"/>"))
    #expect(try text("docProps/core.xml").contains("1980-01-01T00:00:00Z"))
  }
}
