import Templates
import TestSupport
import Testing
import Vocabulary
import Yams

@testable import Reports

/// What stands in the rows of a statement.
struct StatementTests {
  /// The rows of a department's sheet as texts: texts as they are, cents, counts, nothing else.
  private static func rows(_ sheet: String, _ office: Office) throws -> [[String]] {
    let result = try office.decide()
    let wording = try YAMLDecoder().decode(Wording.self, from: Templates.statement)
    let department = try #require(result.departments.first)
    let lines = RecordLines(result, wording: wording)
    let provenance = Provenance(digest: "0", version: "1")
    let sheets = StatementSheets(lines, provenance: provenance).sheets(for: department)
    let found = try #require(sheets.first { $0.layout.name == sheet })
    let fill = found.reader()
    var row = CellRow()
    var texts: [[String]] = []
    for index in 0..<found.rowCount {
      row.clear()
      fill(index, &row)
      texts.append(
        (0..<row.cells.count).map { place in
          let cell = row.cells[place]
          return switch cell.value {
          case .text: String(decoding: row.text(of: cell), as: UTF8.self)
          case .count(let count): "\(count)"
          case .money(let cents): "\(cents)"
          default: ""
          }
        })
    }
    return texts
  }

  @Test(arguments: [
    (
      "A Old", "Z New",
      [
        ["Z New", "P1", "E2", "2", "0", "0", "0", "100000", "1", "50000"]
      ], "the first line names, not what is held before it"
    ),
    (
      "Z Old", "A New",
      [
        ["A New", "P1", "E2", "2", "0", "0", "0", "100000", "1", "50000"]
      ], "and so it does where it comes before"
    ),
  ])
  func aPhysicianOfTwoNamesHasOneRow(
    old: String, new: String, expected: [[String]], because: String
  ) throws {
    var office = Office(
      cases: "C1,GR,P1,2026-01-10,,,", "C2,GR,P1,2026-03-01,,,", "C3,GR,P1,2026-03-02,,,")
    office.plan.standingBasis = [.serviceDate]
    office.physicians = [
      "P1,\(old),Neurology,2020-01-01,2026-01-31,E1,,",
      "P1,\(new),Neurology,2026-02-01,,E2,,",
    ]
    office.standing = ["P1,not good,2020-01-01,2026-01-31", "P1,good,2026-02-01,"]
    let rows = try Self.rows("Summary", office)
    let people = rows.filter { $0.count == 10 && $0[1] == "P1" }
    #expect(people == expected, "\(because)")
  }

  @Test func strangersAreNamedAsTheRowsSay() throws {
    let office = Office(
      cases: "C1,GR,P8,2026-01-10,,,", "C2,GR,P9,2026-03-01,,,", "C3,GR,P8,2026-03-02,,,")
    let rows = try Self.rows("Summary", office)
    let people = rows.filter { ["P8", "P9"].contains($0.dropFirst().first) }
    #expect(
      people == [
        ["", "P8", "", "0", "0", "0", "0", "0", "2", "100000"],
        ["", "P9", "", "0", "0", "0", "0", "0", "1", "50000"],
      ])
  }

  @Test func whatIsPaidLateIsSaidBelowTheTotal() throws {
    var office = Office(
      cases: "C1,GR,P1,2026-02-14,,,", "C2,GR,P1,2026-03-14,,,", "C3,GR,P1,2026-05-14,,,")
    office.quarter = Quarter(year: 2026, number: 2)
    office.closed = Quarter(year: 2026, number: 1)...Quarter(year: 2026, number: 1)
    let said = try Self.rows("Summary", office).joined().first { $0.contains("for late records") }
    #expect(said?.hasPrefix("Of the total, $1,000.00 is for late records") == true, "\(said ?? "")")
    #expect(try Self.rows("Late", office).count == 3)
  }

  /// Near quarters have their names ready; those of far ones are made.
  @Test(arguments: [("2014-12-31", "2014Q4"), ("2026-03-31", "2026Q1"), ("2010-07-01", "2010Q3")])
  func whatIsPaidLateNamesTheQuarterThatEarnedIt(day: String, quarter: String) throws {
    var office = Office(cases: "C1,GR,P1,\(day),,,", "C2,GR,P1,2026-05-14,,,")
    office.physicians = ["P1,Ada Example,Neurology,2001-01-01,"]
    office.standing = ["P1,good,2001-01-01,"]
    office.quarter = Quarter(year: 2026, number: 2)
    office.closed = Quarter(year: 2010, number: 1)...Quarter(year: 2026, number: 1)
    let detail = try Self.rows("Detail", office)
    let column = try #require(detail.first?.firstIndex(of: "Earned in"))
    let earned = Dictionary(uniqueKeysWithValues: detail.dropFirst().map { ($0[7], $0[column]) })
    #expect(earned == ["C1": quarter, "C2": "2026Q2"])
  }

  /// IDs of every length stand in the lines as they stand in the file, or as they mean there.
  @Test func idsAreWholeWhereverTheyStand() throws {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij"
    let ids =
      letters.indices.map { String(letters[...$0]) }
      + [String(repeating: "4", count: 4_000), "\"C\"\"5\""]
    var office = Office()
    office.cases = [ids.map { "\($0),GR,P1,2026-01-10,,," }]
    let rows = try Self.rows("Detail", office).dropFirst()
    #expect(rows.map { $0[7] }.sorted() == (ids.dropLast() + ["C\"5"]).sorted())
    // The last ID of a file has nothing behind it but the rest of its row.
    office.cases = [["C6,GR,P1,1/1/2026"]]
    #expect(try Self.rows("Detail", office).last?[7] == "C6")
  }

  /// What is held goes on in the next sheet, too.
  @Test func moreHeldRecordsThanASheetHasGoOnInTheNext() throws {
    let result = try Office(cases: "C1,GR,P9,2026-01-10,,,", "C2,GR,P9,2026-01-11,,,").decide()
    let wording = try YAMLDecoder().decode(Wording.self, from: Templates.statement)
    var department = try #require(result.departments.first)
    let (first, second) = (department.held[0], department.held[1])
    let rowsMax = Sheet.rowsMax - 1
    department.held = Array(repeating: first, count: rowsMax) + [second]
    let sheets = StatementSheets(
      RecordLines(result, wording: wording), provenance: Provenance(digest: "0", version: "1")
    ).sheets(for: department).filter { $0.layout.name.hasPrefix("Held") }
    #expect(sheets.map(\.layout.name) == ["Held", "Held 2"])
    #expect(sheets.map(\.rowCount) == [rowsMax + 1, 2])
    var row = CellRow()
    sheets[1].reader()(1, &row)
    #expect(String(decoding: row.text(of: row.cells[7]), as: UTF8.self) == "C2")
  }

  /// A department of more lines than a sheet has rows goes on in the next one, with the line that comes next.
  @Test func moreLinesThanASheetHasGoOnInTheNext() throws {
    let result = try Office(cases: "C1,GR,P1,2026-01-10,,,", "C2,GR,P1,2026-01-11,,,").decide()
    let wording = try YAMLDecoder().decode(Wording.self, from: Templates.statement)
    var department = try #require(result.departments.first)
    let (first, second) = (department.lines[0], department.lines[1])
    let rowsMax = Sheet.rowsMax - 1
    department.lines = StatementLines(
      Array(repeating: first, count: rowsMax) + [second, first, second])
    let sheets = StatementSheets(
      RecordLines(result, wording: wording), provenance: Provenance(digest: "0", version: "1")
    ).sheets(for: department)
    func ids(_ name: String, _ rows: [Int]) throws -> [String] {
      let sheet = try #require(sheets.first { $0.layout.name == name })
      let fill = sheet.reader()
      var row = CellRow()
      return rows.map { index in
        row.clear()
        fill(index, &row)
        return String(decoding: row.text(of: row.cells[7]), as: UTF8.self)
      }
    }
    #expect(try ids("Detail", [1, rowsMax]) == ["C1", "C1"])
    #expect(try ids("Detail 2", [1, 2, 3]) == ["C2", "C1", "C2"])
    department.lines = StatementLines(Array(repeating: first, count: rowsMax))
    let full = StatementSheets(
      RecordLines(result, wording: wording), provenance: Provenance(digest: "0", version: "1")
    ).sheets(for: department)
    #expect(full.map(\.layout.name).filter { $0.hasPrefix("Detail") } == ["Detail"])
    #expect(
      sheets.filter { $0.layout.name.hasPrefix("Detail") }.map(\.rowCount) == [rowsMax + 1, 4])
  }

  @Test func aTableOfMoreRowsThanASheetHasGoesOnInTheNext() throws {
    let wording = try YAMLDecoder().decode(Wording.self, from: Templates.statement)
    let table = Table(headings: ["record_id"], rowCount: Sheet.rowsMax + 1) { index, row in
      row.count(index)
    }
    let sheets = TableSheets(
      name: "Notices", keys: ["record_id"], wording: wording, widths: [12], tabColor: 0, footer: "",
      header: ""
    ).sheets(of: table)
    #expect(sheets.map(\.layout.name) == ["Notices", "Notices 2"])
    let fill = try #require(sheets.last).reader()
    var row = CellRow()
    fill(1, &row)
    #expect(row.cells.first?.value == .count(Int64(Sheet.rowsMax - 1)))
  }

  private static func sheets(_ office: Office) throws -> (summary: [Sheet], statement: [Sheet]) {
    let result = try office.decide()
    let wording = try YAMLDecoder().decode(Wording.self, from: Templates.statement)
    let (lines, provenance) = (
      RecordLines(result, wording: wording), Provenance(digest: "0", version: "1")
    )
    return (
      SummarySheets(lines, provenance: provenance).sheets,
      result.departments.first.map {
        StatementSheets(lines, provenance: provenance).sheets(for: $0)
      } ?? []
    )
  }

  /// Details are kept in pieces of some hundred, and found again by the record: nobody sees that.
  @Test func everyDetailIsItsOwnException() throws {
    var office = Office()
    office.physicians += ["P2,Ben Sample,Surgery,2026-02-10,2026-02-12"]
    office.cases = [
      (0..<1_500).map { "C\($0),GR,P\($0 % 7),2026-0\($0 % 9 + 1)-14,,," },
      (0..<200).map { "D\($0),GR,P\($0 % 4),2026-02-\($0 % 18 + 10),,," },
    ]
    office.conferences = [
      (0..<90).map { "V\($0),MH,P\($0 % 4),2026-02-\($0 % 18 + 10),,\(400 + $0)" }
    ]
    let result = try office.decide()
    let lines = RecordLines(
      result, wording: try YAMLDecoder().decode(Wording.self, from: Templates.statement))
    func rows(_ count: Int, _ reader: RowReader) -> [[UInt8]] {
      let fill = reader()
      var row = CellRow()
      return (0..<count).map {
        row.clear()
        fill($0, &row)
        return Array(row.bytes)
      }
    }
    let table = lines.exceptionsTable()
    let each = rows(table.rowCount, table.reader)
    #expect(each.count > 1_024)
    let details = ExceptionDetails(lines, .one)
    #expect(rows(table.rowCount, lines.exceptionsTable(details).reader) == each)
    for (place, index) in result.exceptions.enumerated() {
      #expect(details.place(of: index) == place)
    }
    for index in 0..<Int32(result.records.count) where result.records[index].reason == .paid {
      #expect(details.place(of: index) == nil)
    }
    func held(_ details: ExceptionDetails?) -> [[UInt8]] {
      let sheets = StatementSheets(
        lines, provenance: Provenance(digest: "0", version: "1"), details: details)
      return result.departments.flatMap { department in
        let sheet = sheets.sheets(for: department).first { $0.layout.name == "Held" }!
        return rows(sheet.rowCount, sheet.reader)
      }
    }
    #expect(held(details) == held(nil))
    #expect(Set(held(nil)).count > 300)
  }

  /// Details that are long are made anew: so that those that are kept have a bound.
  @Test func longDetailsAreNotKept() throws {
    var office = Office()
    office.cases = [(0..<700).map { "C\($0),GR,P1,2026-02-14" }]
    let quarter = Quarter(year: 2025, number: 4)
    office.closed = quarter...quarter
    for number in 0..<700 {
      office.paid["C\(number)"] = PriorPayment(
        quarter: quarter, physicianID: String(repeating: "P", count: number < 512 ? 2_000 : 2),
        day: 20_000, cents: 500_00)
    }
    let lines = RecordLines(
      try office.decide(),
      wording: try YAMLDecoder().decode(Wording.self, from: Templates.statement))
    let details = ExceptionDetails(lines, .one)
    #expect(details.with(511, { $0.count }) == nil)
    #expect(details.with(512, { $0.count }) != nil)
    let table = lines.exceptionsTable(details)
    let fill = table.reader()
    var row = CellRow()
    for index in [0, 511, 512, 699] {
      row.clear()
      fill(index, &row)
      let said = String(decoding: row.text(of: row.cells[row.cells.count - 1]), as: UTF8.self)
      #expect(said == lines.detail(of: lines.result.exceptions[index]))
    }
  }

  /// A sum over no rows would be a formula that refers to itself.
  @Test func theTotalsOfAnEmptyQuarterAreZero() throws {
    let summary = try #require(try Self.sheets(Office()).summary.first)
    var row = CellRow()
    summary.reader()(summary.rowCount - 1, &row)
    let formulas = row.cells.compactMap { cell in
      switch cell.value {
      case .countFormula, .moneyFormula: String(decoding: row.text(of: cell), as: UTF8.self)
      default: nil
      }
    }
    #expect(formulas.count == 7 && Set(formulas) == ["0"], "\(formulas)")
  }

  @Test func whatIsFilteredIsTheWholeTable() throws {
    let sheets = try Self.sheets(
      Office(cases: "C1,GR,P1,2026-01-10,,,", "C2,GR,P1,2026-01-11,,,")
    ).statement
    #expect(sheets.first { $0.layout.name == "Detail" }?.lastTableRow == 2)
  }

  /// A long reason stands in several lines, and its row is as high as they need.
  @Test func aLongReasonIsWholeInItsRow() throws {
    var office = Office(cases: "C1,GR,P1,2026-02-14,,,")
    office.standing = ["P1,good,2026-03-01,"]
    let held = try #require(try Self.sheets(office).statement.first { $0.layout.name == "Held" })
    var row = CellRow()
    held.reader()(1, &row)
    #expect(row.height == 42.5)
    #expect(row.cells[16].style == .wrapped)
  }

  @Test func aPartnersOwnRateIsSaid() throws {
    var office = Office(cases: "C1,GR,P1,2026-02-14,,,")
    office.plan.caseRates.append(
      Rate(
        start: office.plan.caseRates[0].start, amount: Money(cents: 400_00), program: "more-health")
    )
    let basis = try Self.rows("Basis", office).map { $0.joined(separator: "|") }
    #expect(
      basis.contains { $0.contains("$400.00 for each completed case of More Health") }, "\(basis)")
    #expect(basis.contains { $0.contains("40000") && $0.contains("more-health") }, "\(basis)")
  }

  @Test func whoIsOwedNothingOwesNothingBack() throws {
    let rows = try Self.rows("Summary", Office(cases: "C1,GR,P9,2026-02-14,,,"))
    #expect(
      !rows.joined().contains { $0.contains("negative") || $0.contains("recovered") }, "\(rows)")
  }

  @Test func aLineHasTheNameOfItsFirstDay() throws {
    var office = Office(cases: "C1,GR,P1,2026-02-15,,,")
    office.physicians = [
      "P1,Old Name,Neurology,2020-01-01,2026-02-14,E1,,", "P1,New Name,Neurology,2026-02-15,,E2,,",
    ]
    let line = try #require(try Self.rows("Detail", office).last)
    #expect(line[3] == "E2" && line[4] == "New Name", "\(line)")
  }
}
