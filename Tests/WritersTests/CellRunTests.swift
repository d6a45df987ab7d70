import Reports
import TestSupport
import Testing
import Writers

/// Cells that rows have in common are made once, and nobody sees that.
struct CellRunTests {
  private static let long = String(repeating: "long, \"", count: 90)

  /// Rows with a run of two cells, one that wraps, one that is too long to keep, and cells between them.
  ///
  /// - Parameter keys: of how many values each run has.
  private func fill(_ keys: Int32, inRuns: Bool) -> FillCells {
    { index, row in
      func run(
        _ key: CellRun.Key, _ count: Int, _ add: (inout CellRow) -> Void
      ) {
        if inRuns { row.run(key, count: count, add) } else { add(&row) }
      }
      let key = Int32(index) * 7 % keys
      run(.init(.person, key), 2) { row in
        row.text("Name <\(key)>, MD")
        row.money(cents: Int64(key) * 101)
      }
      row.count(index)
      run(.init(.says, key % 5), 1) { row in
        row.text(key % 5 == 3 ? Self.long : "words")
        if key % 5 == 1 {
          row.setStyle(.wrapped, at: 3)
          row.grow(to: 29, for: 3)
        }
      }
      run(.init(.duration, 60 * key), 1) { row in row.duration(seconds: 60 * Int64(key)) }
      run(.init(.pay, -1, Int64(key % 3)), 3) { row in
        row.blank(.count)
        row.date(day: 20_000 + key % 3)
        row.text("")
      }
      row.text("end \(index)")
    }
  }

  @Test(arguments: [1, 3, 40, 9_001] as [Int32])
  func csvIsTheSame(keys: Int32) throws {
    func bytes(inRuns: Bool) throws -> [UInt8] {
      try CSVWriter.bytes(
        of: Table(headings: ["a"], rowCount: 20_000, fill: fill(keys, inRuns: inRuns)))
    }
    #expect(try bytes(inRuns: true) == bytes(inRuns: false))
  }

  @Test(arguments: [1, 3, 40, 9_001] as [Int32])
  func sheetsAreTheSame(keys: Int32) throws {
    let folder = try TestFolder()
    func part(inRuns: Bool) throws -> [String] {
      let path = folder.path + "/\(inRuns).xlsx"
      let one = sheet(12_000, columns: 9, name: "A", fill(keys, inRuns: inRuns))
      // The same keys say other things in another sheet.
      let other = sheet(3, columns: 9, name: "B") { index, row in
        row.text("B")
        if inRuns {
          row.run(.init(.person, 0), count: 1) { $0.text("other") }
        } else {
          row.text("other")
        }
      }
      let cells = try writeAndVerify([one, other], to: path, scratch: folder.path)
      #expect(cells == 12_000 * 9 + 6)
      return try (1...2).map { try text("xl/worksheets/sheet\($0).xml", of: path) }
    }
    #expect(try part(inRuns: true) == part(inRuns: false))
  }

  /// Whether a run is just short enough to be kept, or just too long: nobody's cells run into another's.
  @Test func runsOfEveryLengthAreTheSame() throws {
    let folder = try TestFolder()
    func fill(inRuns: Bool) -> FillCells {
      { index, row in
        let key = index % 32
        let add: (inout CellRow) -> Void = {
          $0.text(String(repeating: "x", count: 600 + 3 * key) + "\(key)")
        }
        if inRuns { row.run(.init(.person, Int32(key)), count: 1, add) } else { add(&row) }
        row.count(index)
      }
    }
    func bytes(inRuns: Bool) throws -> [UInt8] {
      try CSVWriter.bytes(of: Table(headings: ["a"], rowCount: 64, fill: fill(inRuns: inRuns)))
    }
    #expect(try bytes(inRuns: true) == bytes(inRuns: false))
    func part(inRuns: Bool) throws -> String {
      let path = folder.path + "/\(inRuns).xlsx"
      try writeAndVerify(
        [sheet(64, columns: 2, fill(inRuns: inRuns))], to: path, scratch: folder.path)
      return try text("xl/worksheets/sheet1.xml", of: path)
    }
    #expect(try part(inRuns: true) == part(inRuns: false))
  }

  /// A cell that says something else is found in a run that was read before, too.
  @Test(arguments: [0, 1, 7, 499]) func aChangedCellOfARunIsFound(row wrong: Int) throws {
    let folder = try TestFolder()
    func sheet(wrong: Int?) -> Sheet {
      WritersTests.sheet(500, columns: 3) { index, row in
        row.count(index)
        let key = Int32(index % 3) + (index == wrong ? 3 : 0)
        row.run(.init(.person, key), count: 2) { row in
          row.text("Same")
          row.money(cents: 50_000 + Int64(key))
        }
      }
    }
    let path = folder.path + "/a.xlsx"
    let written = sheet(wrong: wrong)
    let template = try WorkbookTemplate(layouts: [written.layout], scratch: folder.path)
    _ = try WorkbookWriter.write([written], using: template, to: path)
    let error = #expect(throws: WorkbookError.self) {
      try compareRows(of: path, with: [sheet(wrong: nil)], template)
    }
    #expect(error?.cell == "C\(wrong + 1)", "\(String(describing: error))")
  }

  /// A run that stands twice in a row is two: each has its own columns.
  @Test(arguments: [3, 700]) func aRunThatStandsTwiceIsTwo(length: Int) throws {
    let folder = try TestFolder()
    func part(inRuns: Bool) throws -> String {
      let path = folder.path + "/\(inRuns).xlsx"
      let sheet = sheet(200, columns: 3) { index, row in
        for place in 0..<3 {
          let add: (inout CellRow) -> Void = {
            $0.text(String(repeating: "x", count: length) + "\(index % 5)")
          }
          if inRuns, place != 1 {
            row.run(.init(.person, Int32(index % 5)), count: 1, add)
          } else {
            add(&row)
          }
        }
      }
      try writeAndVerify([sheet], to: path, scratch: folder.path)
      return try text("xl/worksheets/sheet1.xml", of: path)
    }
    #expect(try part(inRuns: true) == part(inRuns: false))
  }

  /// A kept run must be that of its own row.
  @Test(arguments: ["B400", "C400", "C9", "B10"]) func anotherRowsNumberIsFound(cell: String) throws
  {
    let folder = try TestFolder()
    let sheets = [
      sheet(500, columns: 3) { index, row in
        row.count(index)
        row.run(.init(.person), count: 2) { row in
          row.text("Same")
          row.money(cents: 50_000)
        }
      }
    ]
    let (path, changed) = (folder.path + "/a.xlsx", folder.path + "/b.xlsx")
    try writeAndVerify(sheets, to: path, scratch: folder.path)
    let changes = try repack(path, to: changed) { name, part in
      guard name == "xl/worksheets/sheet1.xml", let digit = cell.last else { return }
      let other = cell.dropLast() + (digit == "9" ? "8" : "9")
      part = part?.replacing("r=\"\(cell)\"", with: "r=\"\(other)\"")
    }
    #expect(changes == 1)
    let template = try WorkbookTemplate(layouts: sheets.map(\.layout), scratch: folder.path)
    let error = #expect(throws: WorkbookError.self) {
      try compareRows(of: changed, with: sheets, template)
    }
    #expect(error?.cell == cell, "\(String(describing: error))")
  }
}
