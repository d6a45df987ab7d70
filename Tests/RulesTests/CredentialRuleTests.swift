import TestSupport
import Testing
import Vocabulary

/// Rules 15 to 17: whose work it is, and whether an appointment has its date.
struct CredentialRuleTests {
  static let several = [
    "P1,Ada Example,Neurology,2020-01-01,2026-02-14,0041,1000000001,ada@example.org",
    "P1,Ada Example,Surgery,2026-02-16,,0041,1000000001,ada@example.org",
    "P2,Bo Example,Surgery,2020-01-01,,1000000001,,BO@example.org",
  ]
  static let standing = ["P1,good,2020-01-01,", "P2,good,2020-01-01,"]

  @Test(arguments: [
    RowCase(
      because: "the last day of an appointment belongs to it, the day after does not",
      office: Office(cases: "C1,GR,P1,2026-02-14", "C2,GR,P1,2026-02-15", "C3,GR,P1,2026-02-16"),
      reasons: ["paid", "not-credentialed", "paid"], amounts: ["500.00", "500.00", "500.00"]),
    RowCase(
      because: "an e-mail is found in any case",
      office: Office(cases: "C1,GR,bo@EXAMPLE.ORG,2026-02-14"),
      reasons: ["paid"]),
    RowCase(
      because: "an employee ID is found letter for letter, with its zeros",
      office: Office(cases: "C1,GR,0041,2026-02-14", "C2,GR,41,2026-02-14"),
      reasons: ["paid", "unknown-physician"]),
    RowCase(
      because: "an NPI of one that is the employee ID of another fits both",
      office: Office(cases: "C1,GR,1000000001,2026-02-14"), reasons: ["ambiguous-physician"],
      amounts: ["500.00"]),
    RowCase(
      because: "nobody", office: Office(cases: "C1,GR,P3,2026-02-14"),
      reasons: ["unknown-physician"], amounts: ["500.00"]),
  ])
  func physician(_ row: RowCase) throws {
    var row = row
    (row.office.physicians, row.office.standing) = (Self.several, Self.standing)
    try row.check()
  }

  /// Each appointment's department pays for its own days.
  @Test func aMoveSplitsTheQuarterBetweenTwoDepartments() throws {
    var office = Office(cases: "C1,GR,P1,2026-02-14", "C2,GR,P1,2026-02-15", "C3,GR,P1,2026-02-16")
    (office.physicians, office.standing) = (Self.several, Self.standing)
    let departments = try office.decide().departments
    #expect(departments.map(\.name) == ["Neurology", "Surgery"])
    #expect(departments.map(\.payable.cents) == [500_00, 500_00])
    // Held work of the day between is named by the appointment that started last.
    #expect(departments.map(\.held.count) == [1, 0])
    office.physicians.reverse()
    let newestFirst = try office.decide().departments
    #expect(newestFirst.map(\.totals) == departments.map(\.totals), "whichever stands first")
  }

  /// Payroll pays by the name and the number of the appointment that has the day.
  @Test(arguments: [("2026-02-14", "E1 Old Name"), ("2026-02-15", "E2 New Name")])
  func aLineHasTheNameAndNumberOfItsDay(day: String, person: String) throws {
    var office = Office(cases: "C1,GR,P1,\(day)")
    office.physicians = [
      "P1,Old Name,Neurology,2020-01-01,2026-02-14,E1", "P1,New Name,Neurology,2026-02-15,,E2",
    ]
    let result = try office.decide()
    let department = try #require(result.departments.first)
    let lines = department.lines.map { result.paymentLine($0, of: department) }
    #expect(lines.map { "\($0.employeeID) \($0.physician)" } == [person])
  }

  @Test func aPhysicianOfTwoNamesIsOne() throws {
    var office = Office(cases: "C1,GR,P1,2026-02-14", "C2,GR,P1,2026-02-15")
    office.physicians = [
      "P1,Old Name,Neurology,2020-01-01,2026-02-14,E1", "P1,New Name,Neurology,2026-02-15,,E2",
    ]
    let result = try office.decide()
    #expect(result.departments.map(\.physicians) == [1])
    #expect(result.payable.cents == 1000_00)
  }

  @Test func workOfNobodyIsHeldUnderNoDepartment() throws {
    let departments = try Office(cases: "C1,GR,ghost,2026-02-14").decide().departments
    #expect(departments.map(\.name) == ["(unassigned)"])
    #expect(departments.map(\.heldAtMost.cents) == [500_00])
  }
}
