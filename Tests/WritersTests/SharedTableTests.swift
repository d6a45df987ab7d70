import Foundation
import Reports
import TestSupport
import Testing

@testable import Writers

/// Rows of a sheet that are a table's, too: filled once, and in both files what each would have by itself.
struct SharedTableTests {
  /// Of the runs, one is too long to keep in a sheet, and one in both; the words of a third decide how high a row is.
  private static let fill: FillCells = { index, row in
    row.run(.init(.notice, Int32(index % 3)), count: 1) { $0.text("notice <\(index % 3)>") }
    row.text("ID, \(index)")
    row.run(.init(.person, Int32(index % 700)), count: 2) { row in
      row.text(String(repeating: "&", count: index % 700 == 5 ? 200 : 1) + "\(index % 700)")
      row.money(cents: Int64(index % 700) * 101)
    }
    row.run(.init(.says, Int32(index % 4)), count: 1) { row in
      row.text(index % 4 == 1 ? String(repeating: "long, \"", count: 120) : "words \(index % 4)")
      if index % 4 == 2 { row.grow(to: 29, for: 4) }
    }
  }

  /// A table of `count` rows, and the sheets that it is, a heading above each part and a total below the last one.
  private func make(_ count: Int, parts: [Int]) -> (table: Table, sheets: [Sheet]) {
    let table = Table(
      headings: SharedRows.Name.notices.headings, rowCount: count, fill: Self.fill)
    let sheets = parts.indices.map { part in
      let start = parts[..<part].reduce(0, +)
      let rows = parts[part]
      var sheet = sheet(rows + 2, columns: 5, name: "Part \(part)") { index, row in
        if index == 0 || index > rows {
          row.text("no row of the table")
        } else {
          Self.fill(start + index - 1, &row)
        }
      }
      sheet.shared = SharedRows(table: .notices, rows: 1..<1 + rows)
      return sheet
    }
    return (table, sheets)
  }

  @Test(arguments: [[0], [1], [20_000], [12_345, 1, 0, 4_000]], [false, true])
  func bothFilesAreWhatEachWouldBeByItself(parts: [Int], onTwoThreads: Bool) throws {
    let folder = try TestFolder()
    let (table, sheets) = make(parts.reduce(0, +), parts: parts)
    let template = try WorkbookTemplate(layouts: sheets.map(\.layout), scratch: folder.path)
    let (alone, together) = (folder.path + "/alone.xlsx", folder.path + "/together.xlsx")
    _ = try WorkbookWriter.write(sheets, using: template, to: alone)
    let file = try SharedTableFile(
      .notices, with: sheets, to: folder.path + "/notices.csv", byteOrderMark: true)
    let workbook = try WorkbookWriter.write(
      sheets, using: template, to: together, sharing: [.notices: file], onTwoThreads: onTwoThreads)
    let written = try file.finish()
    try WorkbookVerifier.verify(together, workbook)

    func bytes(_ path: String) throws -> [UInt8] {
      Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
    let wanted = try CSVWriter.bytes(of: table, byteOrderMark: true)
    #expect(try bytes(folder.path + "/notices.csv").elementsEqual(wanted))
    #expect(try bytes(together).elementsEqual(bytes(alone)))
    let (byteCount, sha256) = try readFile(folder.path + "/notices.csv")
    #expect(written.byteCount == byteCount && written.sha256 == sha256)
  }

  /// Only the table's own sheets give it rows, though others share theirs with another one.
  @Test func rowsOfAnotherTableAreNotItsRows() throws {
    let folder = try TestFolder()
    var (_, sheets) = make(6, parts: [4, 2])
    sheets[0].shared?.table = .exceptions
    let template = try WorkbookTemplate(layouts: sheets.map(\.layout), scratch: folder.path)
    var tables: SharedTables = [:]
    for name in SharedRows.Name.allCases {
      tables[name] = try SharedTableFile(
        name, with: sheets, to: folder.path + "/\(name.rawValue).csv", byteOrderMark: false)
    }
    _ = try WorkbookWriter.write(
      sheets, using: template, to: folder.path + "/a.xlsx", sharing: tables)
    let ids = try SharedRows.Name.allCases.map { name in
      _ = try tables[name]?.finish()
      let text = try String(contentsOfFile: folder.path + "/\(name.rawValue).csv", encoding: .utf8)
      return text.split(separator: "\n").dropFirst().map { $0.split(separator: "\"")[1] }
    }
    #expect(ids == [["ID, 0", "ID, 1", "ID, 2", "ID, 3"], ["ID, 4", "ID, 5"]])
  }

  /// A table that cannot be written is no workbook's fault, and is named.
  @Test func aTablesFileThatIsThereIsLeftAlone() throws {
    let folder = try TestFolder()
    let path = folder.path + "/notices.csv"
    try Data("kept".utf8).write(to: URL(fileURLWithPath: path))
    let (_, sheets) = make(1, parts: [1])
    let said = folder.failure {
      _ = try SharedTableFile(.notices, with: sheets, to: path, byteOrderMark: false)
    }
    #expect(said?.contains("notices.csv") == true, "\(String(describing: said))")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "kept")
  }
}
