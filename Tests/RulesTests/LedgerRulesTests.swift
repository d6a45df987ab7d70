import Rules
import TestSupport
import Testing
import Vocabulary

/// What the ledger knows decides, as SPEC 5 and 8 say.
struct LedgerRulesTests {
  /// 2026Q2 is open, 2026Q1 is closed; P1 is in good standing.
  private func office(cases: String...) -> Office {
    var office = Office()
    office.cases = [cases]
    office.quarter = Quarter(year: 2026, number: 2)
    office.closed = Quarter(year: 2026, number: 1)...Quarter(year: 2026, number: 1)
    return office
  }

  private func payment(_ day: String, _ cents: Int64, to physician: String = "P1") -> PriorPayment {
    let parts = day.split(separator: "-").map { Int($0)! }
    return PriorPayment(
      quarter: Quarter(year: 2026, number: 1), physicianID: physician,
      day: CivilDate(year: parts[0], month: parts[1], dayOfMonth: parts[2])!.day, cents: cents)
  }

  struct LateCase: CustomTestStringConvertible {
    var date: String
    var reason: String
    var because: String
    var testDescription: String { because }
  }

  @Test(arguments: [
    LateCase(date: "2026-04-01", reason: "paid", because: "it is of the open quarter"),
    LateCase(date: "2026-03-31", reason: "paid", because: "it is late: its quarter is closed"),
    LateCase(
      date: "2026-01-01", reason: "paid", because: "the first day of the first closed quarter"),
    LateCase(
      date: "2025-12-31", reason: "earlier-quarter", because: "before the first closed quarter"),
    LateCase(date: "2026-07-01", reason: "later-quarter", because: "its quarter is to come"),
  ])
  func aRecordOfAClosedQuarterThatWasNotPaidIsPayable(_ row: LateCase) throws {
    let result = try office(cases: "C1,GR,P1,\(row.date),,,").decide()
    let reasons = result.reasons
    #expect(reasons == [row.reason])
  }

  @Test func withoutALedgerAnEarlierRecordIsNotPaid() throws {
    var office = office(cases: "C1,GR,P1,2026-03-31,,,")
    office.closed = nil
    let reasons = try office.decide().reasons
    #expect(reasons == ["earlier-quarter"])
  }

  /// Work of a quarter that is still to be closed is paid there, and not as late in the one after it.
  @Test func aRecordOfAnOpenQuarterIsNotLate() throws {
    var office = office(
      cases: "C1,GR,P1,2026-03-31,,,", "C2,GR,P1,2026-04-01,,,", "C3,GR,P1,2026-06-30,,,",
      "C4,GR,P1,2026-07-01,,,")
    office.quarter = Quarter(year: 2026, number: 3)
    let reasons = try office.decide().reasons
    #expect(reasons == ["paid", "earlier-quarter", "earlier-quarter", "paid"])
  }

  /// The first quarter of a year comes after the last of the year before.
  @Test func aRecordOfLastYearsLastQuarterIsLate() throws {
    var office = office(cases: "C1,GR,P1,2026-12-31,,,", "C2,GR,P1,2025-12-31,,,")
    office.quarter = Quarter(year: 2027, number: 1)
    office.closed = Quarter(year: 2026, number: 1)...Quarter(year: 2026, number: 4)
    #expect(try office.decide().reasons == ["paid", "earlier-quarter"])
  }

  @Test func aPlanMayHoldLateRecords() throws {
    var office = office(cases: "C1,GR,P1,2026-03-31,,,", "C2,GR,P1,2026-04-01,,,")
    office.plan.holdsLateRecords = true
    #expect(try office.decide().reasons == ["late-record", "paid"])
    office.decisions = ["C1": .release]
    #expect(try office.decide().reasons == ["paid", "paid"])
  }

  @Test func whatTheLedgerHasAsPaidIsNeverPaidAgain() throws {
    var office = office(cases: "C1,GR,P1,2026-02-14,,,", "C1,GR,P1,2026-05-01,,,")
    office.paid = ["C1": payment("2026-02-14", 500_00)]
    let result = try office.decide()
    #expect(result.reasons == ["already-paid", "already-paid"])
    #expect(result.payable == .zero)
    // The second row says another day than what was paid.
    #expect(result.flags == ["changed-after-paid 3"])
  }

  @Test func whatChangedAfterItWasPaidIsFlaggedWithTheDifference() throws {
    for (row, isFlagged, because) in [
      ("C1,GR,P1,2026-02-14,,,", false, "nothing differs"),
      ("C1,GR,P1,2026-02-15,,,", true, "the date differs"),
      ("C1,GR,P9,2026-02-14,,,", true, "nobody fits now"),
    ] {
      var office = office(cases: row)
      office.paid = ["C1": payment("2026-02-14", 500_00)]
      let flags = try office.decide().flags
      #expect(flags == (isFlagged ? ["changed-after-paid 2"] : []), "\(because)")
    }
    var office = office(cases: "C1,GR,P1,2026-02-14,,,")
    office.paid = ["C1": payment("2026-02-14", 400_00)]
    let detail = try office.decide().notices.first?.detail ?? ""
    #expect(detail.contains("a difference of +$100.00"))
    office.cases = [["C1,GR,P1,2026-02-15,,,"]]
    office.paid = ["C1": payment("2026-02-14", 500_00)]
    let same = try office.decide().notices.first?.detail ?? ""
    #expect(same.contains("a difference of $0.00"), "\(same)")
  }

  @Test func segmentsThatWerePaidAsOneConferenceHaveNotChanged() throws {
    var office = Office()
    office.quarter = Quarter(year: 2026, number: 2)
    office.closed = Quarter(year: 2026, number: 1)...Quarter(year: 2026, number: 1)
    office.conferences = [
      [
        "V1,MH,P1,2026-02-14 10:00,2026-02-14 10:30,,,",
        "V1,MH,P1,2026-02-14 11:00,2026-02-14 11:30,,,",
      ]
    ]
    office.paid = ["V1": payment("2026-02-14", 1000_00)]
    let result = try office.decide()
    #expect(result.reasons == ["already-paid", "already-paid"])
    #expect(result.flags == [])
  }

  struct DecisionCase: CustomTestStringConvertible {
    var row: String
    var decision: DecisionKind
    var reason: String
    var because: String
    var testDescription: String { because }
  }

  @Test(arguments: [
    DecisionCase(
      row: "C1,GR,P1,2026-05-01,,,", decision: .hold, reason: "on-hold", because: "it would be paid"
    ),
    DecisionCase(
      row: "C1,GR,P2,2026-05-01,,,", decision: .hold, reason: "not-in-good-standing",
      because: "a rule holds it already"),
    DecisionCase(
      row: "C1,GR,P2,2026-05-01,,,", decision: .release, reason: "paid",
      because: "a release goes before standing"),
    DecisionCase(
      row: "C1,GR,P3,2026-05-01,,,", decision: .release, reason: "paid",
      because: "and before the appointment"),
    DecisionCase(
      row: "C1,GR,P2,2019-05-01,,,", decision: .release, reason: "earlier-quarter",
      because: "a release makes no other quarter payable"),
    DecisionCase(
      row: "C1,GR,P9,2026-05-01,,,", decision: .release, reason: "unknown-physician",
      because: "nobody can be paid who is not known"),
    DecisionCase(
      row: "C1,GR,P2,2026-05-01,,,", decision: .forfeit, reason: "forfeited",
      because: "it has been ended unpaid"),
    DecisionCase(
      row: "C1,GR,P1,2026-05-01,,,", decision: .forfeit, reason: "forfeited",
      because: "ended is ended, also where the rules would pay it now"),
  ])
  func aDecisionCountsWhereTheRulesLetIt(_ row: DecisionCase) throws {
    var office = office(cases: row.row)
    office.physicians.append("P2,Ben Sample,Urology,2020-01-01,")
    office.standing.append("P2,not good,2020-01-01,")
    office.physicians.append("P3,Cy Sample,Urology,2026-05-02,")
    office.standing.append("P3,good,2020-01-01,")
    office.decisions = ["C1": row.decision]
    let reasons = try office.decide().reasons
    #expect(reasons == [row.reason])
  }

  @Test func conflictingRowsAreNotReleased() throws {
    var office = office(cases: "C1,GR,P1,2026-05-01,,,", "C1,GR,P1,2026-05-02,,,")
    office.decisions = ["C1": .release]
    let reasons = try office.decide().reasons
    #expect(reasons == ["conflicting-records", "conflicting-records"])
  }

  private func reversal(of id: String, _ cents: Int64, in quarter: Quarter) -> Reversal {
    let line = PaymentLine(
      department: "Urology", sheet: "urology", physicianID: "P7", employeeID: "7",
      employeeRecord: "", physician: "Gone Example",
      record: RecordIdentity(program: "grand-rounds", activity: .case, id: id),
      day: CivilDate(year: 2026, month: 2, dayOfMonth: 14)!.day, seconds: 0, blocks: nil,
      rateCents: cents, amountCents: cents, sourceFile: "cases.csv", sourceLine: 2)
    return Reversal(
      line: line.reversed(number: 1, place: ("2026Q1:sheets/urology.csv", 2)),
      decision: Decision(
        kind: .reverse, record: line.record, quarter: quarter, reason: "wrong", by: "Ada",
        at: "2026-04-01T00:00:00Z"), paidIn: Quarter(year: 2026, number: 1))
  }

  @Test func aPaymentTakenBackMayMakeADepartmentNegative() throws {
    var office = office(cases: "C2,GR,P1,2026-05-01,,,")
    office.reversals = [reversal(of: "C1", 500_00, in: office.quarter)]
    let result = try office.decide()
    let totals = result.departments.map { "\($0.name) \($0.cases) \($0.payable)" }
    #expect(totals == ["Neurology 1 500.00", "Urology 0 -500.00"])
    #expect(result.payable == .zero)
  }

  @Test func moreTakenBackThanANumberHoldsIsToldAndNotWrittenAsAnotherSum() throws {
    var office = office(cases: "C2,GR,P1,2026-05-01,,,")
    office.reversals = ["C1", "C3"].map { reversal(of: $0, .max, in: office.quarter) }
    let error = #expect(throws: UnusableInput.self) { try office.decide() }
    #expect(error?.problems.map(\.code) == ["plan.amountTooLarge"])
  }
}
