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
  /// Whoever nobody is: by day, program, and what the row says of him.
  private static let held = [
    "H1,GR,ghost,2026-01-01", "H0,GR,nobody,2026-01-01", "H3,GR,nobody,2026-01-01",
    "H4,MH,ghost,2026-01-01", "H9,GR,ghost,2026-01-05", "H2,GR,ghost,2026-02-05",
    "H8,GR,ghost,2026-02-05",
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

  private static func id(_ row: String) -> String { String(row.prefix { $0 != "," }) }
}
