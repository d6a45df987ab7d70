import Foundation
import Reports
import Testing
import Writers

/// What programs that are not ours read from our workbooks.
@Suite struct OtherReadersTests {
  @Test func otherReadersSeeTheSameCells() throws {
    let folder = try TestFolder()
    // NUL is the one character that no reader's text can hold.
    let texts = naughtyTexts.map(\.text).filter { !$0.unicodeScalars.contains("\0") }
    let detail = sheet(40, columns: 6, name: "Detail", headingRow: 0, lastTableRow: 39) {
      index, row in
      if index == 0 {
        for title in ["A", "B", "C", "D", "E", "F"] { row.text(title, .heading) }
        return
      }
      row.text("00\(index)")
      row.count(index * 1_001 - 5_000)
      row.money(cents: Int64(index) * 98_765_432_101 - 7)
      row.date(day: 20_454 + Int32(index) * 40)
      row.duration(seconds: Int64(index) * 2_401)
      row.moneyFormula("SUM(C2:C\(index + 1))", cents: Int64(index) * 5, .totalMoney)
    }
    let naughty = sheet(texts.count, name: "Texts") { index, row in row.text(texts[index]) }
    let path = folder.path + "/a.xlsx"
    try writeAndVerify([detail, naughty], to: path, scratch: folder.path)
    let expected: [String: Any] = [
      "Detail": Self.cells(of: detail), "Texts": Self.cells(of: naughty),
    ]
    let json = try JSONSerialization.data(withJSONObject: expected, options: [.sortedKeys])
    try json.write(to: URL(fileURLWithPath: folder.path + "/expected.json"))

    let check = Process()
    check.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("check_workbook.py").path
    check.arguments = ["python3", script, path, folder.path + "/expected.json", folder.path]
    let output = Pipe()
    check.standardOutput = output
    check.standardError = output
    try check.run()
    let words = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    check.waitUntilExit()
    #expect(check.terminationStatus == 0, Comment(rawValue: words))
    #expect(words.hasPrefix("ok ") || words.hasPrefix("skipped"), Comment(rawValue: words))
  }

  private static func cells(of sheet: Sheet) -> [[Any]] {
    let fill = sheet.reader()
    return (0..<sheet.rowCount).map { index in
      var row = CellRow()
      fill(index, &row)
      return row.cells.map { cell -> Any in
        let money = "$#,##0.00;[Red]-$#,##0.00"
        switch cell.value {
        case .blank, .kept: return NSNull()
        case .text:
          let text = String(decoding: row.text(of: cell), as: UTF8.self)
          return ["text", text, cell.style == .text ? "@" : NSNull()] as [Any]
        case .count(let count), .countFormula(_, _, let count):
          return ["count", Int(count), "#,##0"] as [Any]
        case .money(let cents), .moneyFormula(_, _, let cents):
          return ["money", Int(cents), money] as [Any]
        case .date(let day):
          let date = Date(timeIntervalSince1970: Double(day) * 86_400)
          let words = date.formatted(.iso8601.year().month().day())
          return ["date", words, "yyyy-mm-dd"] as [Any]
        case .duration(let seconds): return ["duration", Int(seconds), "[h]:mm:ss"] as [Any]
        }
      }
    }
  }
}
