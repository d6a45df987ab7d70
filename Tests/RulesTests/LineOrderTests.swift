import Rules
import TestSupport
import Testing
import Vocabulary

/// Lines stand by physician, physician_id, service_date, program, activity, record_id, text by Unicode code
/// point (SPEC 6), in whatever order the rows come.
struct LineOrderTests {
  /// In the order in which their lines must stand.
  private static let cases = [
    "a2,GR,P3,2026-03-01", "B,GR,P1,2026-01-05", "a,GR,P1,2026-01-05", "b,GR,P1,2026-01-05",
    "É,GR,P1,2026-01-05", "A,MH,P1,2026-01-05", "Z,GR,P1,2026-02-14", "Y,GR,P2,2026-01-04",
    "X,GR,P2,2026-01-06",
  ]
  /// Whoever nobody is: by what the row says of him, as the physician_id shows it, and then as anybody's.
  private static let held = [
    "H1,GR,ghost,2026-01-01", "H4,MH,ghost,2026-01-01", "H9,GR,ghost,2026-01-05",
    "H2,GR,ghost,2026-02-05", "H8,GR,ghost,2026-02-05", "H0,GR,nobody,2026-01-01",
    "H3,GR,nobody,2026-01-01",
  ]

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func linesAreSorted(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var office = Office()
    office.physicians = [
      "P1,Bo,Neurology,2020-01-01,", "P2,Bo,Neurology,2020-01-01,",
      "P3,Ada,Neurology,2020-01-01,",
    ]
    office.standing = ["P1,good,2020-01-01,", "P2,good,2020-01-01,", "P3,good,2020-01-01,"]
    office.cases = [(Self.cases + Self.held).shuffled(using: &random)]
    // Programs stand by their text, and not as the plan lists them.
    if seed.isMultiple(of: 2) { office.plan.programs.reverse() }
    let result = try office.decide()
    let neurology = try #require(result.departments.first { $0.name == "Neurology" })
    let lines = neurology.lines.map { result.paymentLine($0, of: neurology) }
    #expect(lines.map(\.record.id) == Self.cases.map(Self.id))
    let nobody = try #require(result.departments.first { $0.name == DepartmentResult.unassigned })
    let held = nobody.held.map { result.heldRecord($0, of: nobody) }
    #expect(held.map(\.record.id) == Self.held.map(Self.id))
  }

  /// Exceptions stand by file, line and reason (SPEC 6): names by code point, so one with an accent of its own comes
  /// before `f`; and a file that is given twice is one.
  @Test func exceptionsAreSorted() throws {
    var office = Office()
    office.cases = [
      ["C1,GR,P9,2026-02-01"], ["C2,GR,P9,2026-02-01", "C2,GR,P9,2026-02-01"],
      ["C1,GR,P9,2026-02-01", "C3,GR,,2026-02-01"], ["C2,GR,P9,2026-02-01"],
    ]
    office.caseFiles = ["cases-f.csv", "cases-e\u{301}.csv", "cases-f.csv", "cases.csv"]
    let result = try office.decide()
    let places = result.exceptions.map { index in
      let table = result.records.table(of: index)
      return "\(table.file):\(result.records[index].line) \(result.records[index].reason.code)"
    }
    #expect(
      places == [
        "cases-e\u{301}.csv:2 unknown-physician", "cases-e\u{301}.csv:3 duplicate",
        "cases-f.csv:2 duplicate", "cases-f.csv:2 unknown-physician", "cases-f.csv:3 missing-value",
        "cases.csv:2 duplicate",
      ])
  }

  /// Names of every length, which differ in any of their bytes; of two with one name the ID decides.
  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func physiciansAreSortedByName(seed: UInt64) throws {
    let stem = "Abcdefghijklmnopqrstuvwx"
    var names = (1...stem.count).map { String(stem.prefix($0)) }
    for place in [1, 7, 8, 12, 15, 16, 20] {
      for other in ["A", "z", "é", "漢"] {
        names.append(String(stem.prefix(place)) + other + String(stem.dropFirst(place + 1)))
      }
    }
    names = Array(Set(names)) + [stem, stem]
    var random = SeededGenerator(seed: seed)
    names.shuffle(using: &random)
    var office = Office()
    let ids = names.indices.map { "P\(1000 + $0)" }
    office.physicians = zip(ids, names).map { "\($0),\($1),Neurology,2020-01-01," }
    office.standing = ids.map { "\($0),good,2020-01-01," }
    office.cases = [ids.map { "C\($0),GR,\($0),2026-02-14" }]
    let result = try office.decide()
    let department = try #require(result.departments.first)
    let lines = department.lines.map { result.paymentLine($0, of: department) }
    let expected = zip(names, ids).sorted { one, other in
      one.0 == other.0 ? one.1 < other.1 : one.0.utf8.lexicographicallyPrecedes(other.0.utf8)
    }
    #expect(lines.map(\.physicianID) == expected.map(\.1))
    #expect(lines.count == names.count)
  }

  /// Alike in all but the ID, of every length, and different in any of its bytes.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func alikeRecordsAreSortedByTheirIDs(seed: UInt64) throws {
    let stem = "ABCDEFGHIJKLMNOPQRSTUVWX"
    var ids = (1...stem.count).map { String(stem.prefix($0)) }
    for place in [0, 3, 7, 8, 12, 15, 16, 20, 23] {
      for other in ["!", "a", "é", "漢", "😀"] {
        ids.append(String(stem.prefix(place)) + other + String(stem.dropFirst(place + 1)))
        ids.append(String(stem.prefix(place)) + other)
      }
    }
    ids = Array(Set(ids))
    var random = SeededGenerator(seed: seed)
    var office = Office()
    office.cases = [ids.shuffled(using: &random).map { "\($0),GR,P1,2026-02-14" }]
    let result = try office.decide()
    let department = try #require(result.departments.first)
    let lines = department.lines.map { result.paymentLine($0, of: department).record.id }
    #expect(lines == ids.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    #expect(lines.count == ids.count && ids.count > 90)
  }

  private static func id(_ row: String) -> String { String(row.prefix { $0 != "," }) }
}
