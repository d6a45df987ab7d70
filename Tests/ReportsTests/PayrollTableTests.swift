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
}
