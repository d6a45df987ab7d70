import Reports
import Templates
import TestSupport
import Testing
import Vocabulary
import Yams

/// When there is a `payroll.csv`, and what keeps it from being there.
struct PayrollTableTests {
  private static let day = CivilDate(year: 2026, month: 4, dayOfMonth: 30)

  private func absence(_ change: (inout Office) -> Void) throws -> PayrollTable.Absence? {
    var office = Office(cases: "C1,GR,P1,2026-02-14,,,")
    office.physicians = ["P1,Ada Example,Neurology,2020-01-01,,0042,,"]
    change(&office)
    let wording = try YAMLDecoder().decode(Wording.self, from: Templates.statement)
    switch PayrollTable.make(RecordLines(try office.decide(), wording: wording)) {
    case .success(let upload):
      #expect(upload.table.rowCount == 1)
      #expect(upload.total == Money(cents: 500_00))
      return nil
    case .failure(let absence): return absence
    }
  }

  @Test func aKeyWithoutWhichNothingCanBeUploadedIsNamed() throws {
    #expect(try absence { _ in } == .notConfigured)
    #expect(try absence { $0.plan.payroll.payPeriodEnd = Self.day } == .keyMissing("earn_code"))
    #expect(try absence { $0.plan.payroll.earnCode = "HZZ" } == .keyMissing("pay_period_end"))
    let absence = try absence {
      $0.plan.payroll.earnCode = "HZZ"
      $0.plan.payroll.payPeriodEnd = Self.day
    }
    #expect(absence == nil)
  }

  /// The day that the plan leaves out is the quarter's.
  @Test func earningsDoNotEndBeforeTheyBegin() throws {
    let (early, late) = (
      CivilDate(year: 2025, month: 5, dayOfMonth: 1)!,
      CivilDate(year: 2026, month: 5, dayOfMonth: 1)!
    )
    func absence(_ change: (inout PayrollUpload) -> Void) throws -> PayrollTable.Absence? {
      try self.absence {
        $0.plan.payroll.earnCode = "HZZ"
        $0.plan.payroll.payPeriodEnd = Self.day
        change(&$0.plan.payroll)
      }
    }
    #expect(
      try absence { $0.earningsBegin = late }
        == .spanReversed(begin: late, end: Office().quarter.through))
    #expect(
      try absence { $0.earningsEnd = early }
        == .spanReversed(begin: Office().quarter.start, end: early))
    #expect(try absence { $0.earningsEnd = late } == nil)
  }

  /// Physicians P1, P2 … with these employee IDs, each paid for one case.
  private func doubts(_ employeeIDs: [String]) throws -> [String] {
    let people = employeeIDs.indices.map { "P\($0 + 1)" }
    var office = Office()
    office.cases = [people.map { "C\($0),GR,\($0),2026-02-14,,," }]
    office.physicians = zip(people, employeeIDs).map {
      "\($0),Ada \($0),Neurology,2020-01-01,,\($1),,"
    }
    office.standing = people.map { "\($0),good,2020-01-01," }
    office.plan.payroll.earnCode = "HZZ"
    office.plan.payroll.payPeriodEnd = Self.day
    let wording = try YAMLDecoder().decode(Wording.self, from: Templates.statement)
    let upload = try PayrollTable.make(RecordLines(try office.decide(), wording: wording)).get()
    #expect(upload.table.rowCount == employeeIDs.count)
    return upload.doubts
  }

  @Test(
    arguments: [
      (["0042", "0043", "0044"], [], "all different, all of one length"),
      (["417001", "7002"], [], "two lengths, and nobody can say which is right"),
      (
        ["0042", "0042", "0043"],
        ["one employee ID of several physicians: 0042 (Ada P1, P1; Ada P2, P2)"],
        "payroll knows one"
      ),
      (
        ["1", "1", "1", "1", "2", "2", "3", "3", "4", "4", "5", "5"],
        [
          "5 employee IDs of several physicians each: 1 (Ada P1, P1; Ada P2, P2; Ada P3, P3; and 1 more), 4 (Ada P10, P10; Ada P9, P9), 5 (Ada P11, P11; Ada P12, P12), and 2 more"
        ], "a few, then how many more"
      ),
      (
        ["417001", "00417002"],
        [
          "an employee ID that is not of 8 characters, as the others are: 417001 (Ada P1, P1): were zeros lost?"
        ], "who fills up with zeros fills up all"
      ),
      (
        ["10417001", "10417002", "10417003", "104170041"],
        [
          "an employee ID that is not of 8 characters, as the others are: 104170041 (Ada P4, P4)"
        ], "a digit too many is no zero that was lost"
      ),
      (
        ["10417001", "10417002", "417003"], [],
        "two of three are not nearly all, and begin with no zero"
      ),
      (
        ["417001", "417002", "417003", "417004", "00417005", "00417006", "00417007", "00417008"],
        [
          "4 employee IDs that are not of 8 characters, as the others are: 417001 (Ada P1, P1), 417002 (Ada P2, P2), 417003 (Ada P3, P3), and 1 more: were zeros lost?"
        ], "of two that are as frequent the longer one is right"
      ),
      (
        ["4.17E+05", "00417002", "00417003"],
        [
          "an employee ID in scientific notation, as a spreadsheet writes a number: 4.17E+05 (Ada P1, P1)"
        ], "a number with an exponent"
      ),
      (
        ["417E05", "E417+5", "417E-5", "417e+a", "00417E"], [],
        "digits and letters, of which an ID may be"
      ),
    ] as [([String], [String], String)])
  func whatIsDoubtfulOfEmployeeIDsIsSaid(
    employeeIDs: [String], sentences: [String], because: String
  ) throws {
    let doubts = try doubts(employeeIDs)
    #expect(doubts == sentences, "\(because)")
  }

  /// Who has two jobs, or has changed her name, is one physician.
  @Test func onePhysicianInTwoJobsIsNotSeveral() throws {
    var office = Office(cases: "C1,GR,P1,2026-02-14,,,", "C2,GR,P1,2026-03-02,,,")
    office.physicians = [
      "P1,Ada Example,Neurology,2020-01-01,2026-02-28,0042,,",
      "P1,Ada Sample,Surgery,2026-03-01,,0042,,",
    ]
    office.plan.payroll.earnCode = "HZZ"
    office.plan.payroll.payPeriodEnd = Self.day
    let wording = try YAMLDecoder().decode(Wording.self, from: Templates.statement)
    let upload = try PayrollTable.make(RecordLines(try office.decide(), wording: wording)).get()
    #expect(upload.doubts == [])
  }
}
