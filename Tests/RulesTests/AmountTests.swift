import TestSupport
import Testing
import Vocabulary

/// What a record pays: rates by date and program, blocks "or portion thereof", and rule 21.
struct AmountTests {
  @Test(arguments: [
    RowCase(
      because: "40:00 is one block and 40:01 two; a second is a portion",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14,,0:40:00", "V2,MH,P1,2026-02-14,,0:40:01",
        "V3,MH,P1,2026-02-14,,0:00:01", "V4,MH,P1,2026-02-14,,1:20", "V5,MH,P1,2026-02-14,,80.02"),
      reasons: ["paid", "paid", "paid", "paid", "paid"],
      amounts: ["500.00", "1000.00", "500.00", "1000.00", "1500.00"]),
    RowCase(
      because: "fractions of a second are dropped when they are read",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T09:00:00.9,2026-02-14T09:40:00.1,",
        "V2,MH,P1,2026-02-14,,40.01"),
      reasons: ["paid", "paid"], amounts: ["500.00", "500.00"]),
    RowCase(
      because: "240 minutes are paid, a second more is held",
      office: Office(conferences: "V1,MH,P1,2026-02-14,,4:00:00", "V2,MH,P1,2026-02-14,,4:00:01"),
      reasons: ["paid", "long-conference"], amounts: ["3000.00", "3500.00"]),
    RowCase(
      because: "the clocks go forward on 8 March: 01:30 to 03:30 is one hour, two blocks",
      office: Office(conferences: "V1,MH,P1,2026-03-08T01:30,2026-03-08T03:30,"),
      reasons: ["paid"], amounts: ["1000.00"]),
    RowCase(
      because: "a rate that changes in mid-quarter holds from its first day",
      office: Office(cases: "C1,GR,P1,2026-02-14", "C2,GR,P1,2026-02-15").with {
        $0.plan.caseRates.append(
          Rate(
            start: CivilDate(year: 2026, month: 2, dayOfMonth: 15)!, amount: Money(cents: 550_10)))
      }, reasons: ["paid", "paid"], amounts: ["500.00", "550.10"]),
    RowCase(
      because: "a rate that names the program goes before a later one that names none",
      office: Office(
        cases: "C1,MH,P1,2026-01-19", "C2,MH,P1,2026-01-20", "C3,MH,P1,2026-03-01",
        "C4,GR,P1,2026-03-01", "C5,GR,P1,2026-02-01"
      ).with {
        $0.plan.caseRates += [
          Rate(
            start: CivilDate(year: 2026, month: 1, dayOfMonth: 20)!, amount: Money(cents: 525_25),
            program: "more-health"),
          Rate(
            start: CivilDate(year: 2026, month: 3, dayOfMonth: 1)!, amount: Money(cents: 550_00)),
        ]
      }, reasons: ["paid", "paid", "paid", "paid", "paid"],
      amounts: ["500.00", "525.25", "525.25", "550.00", "500.00"]),
    RowCase(
      because: "a program's own rates, too, in whatever order",
      office: Office(cases: "C1,MH,P1,2026-02-14", "C2,MH,P1,2026-02-15").with {
        $0.plan.caseRates += [(15, 550_10), (1, 525_25)].map { day, cents in
          Rate(
            start: CivilDate(year: 2026, month: 2, dayOfMonth: day)!, amount: Money(cents: cents),
            program: "more-health")
        }
      }, reasons: ["paid", "paid"], amounts: ["525.25", "550.10"]),
    RowCase(
      because: "rates hold by their dates, in whatever order the plan lists them",
      office: Office(cases: "C1,GR,P1,2026-02-14", "C2,GR,P1,2026-02-15").with {
        $0.plan.caseRates.insert(
          Rate(
            start: CivilDate(year: 2026, month: 2, dayOfMonth: 15)!, amount: Money(cents: 550_10)),
          at: 0)
      }, reasons: ["paid", "paid"], amounts: ["500.00", "550.10"]),
  ])
  func amount(_ row: RowCase) throws { try row.check() }

  @Test func aRecordBeforeTheFirstRateIsAnErrorOfThePlan() throws {
    var office = Office(cases: "C1,GR,P1,2026-02-14", "C2,GR,P1,2026-02-14")
    office.plan.caseRates = [
      Rate(start: CivilDate(year: 2026, month: 2, dayOfMonth: 15)!, amount: Money(cents: 1))
    ]
    let error = #expect(throws: UnusableInput.self) { try office.decide() }
    #expect(error?.problems.map(\.code) == ["plan.rateMissing"])
    #expect(error?.problems.first?.location.line == 2)
    // Of another quarter nobody asks for a rate.
    office.cases = [["C1,GR,P1,2025-12-31"]]
    #expect(try office.decide().reasons == ["earlier-quarter"])
  }

  @Test func anAmountThatNoNumberHoldsIsAnErrorOfThePlan() throws {
    var office = Office(conferences: "V1,MH,P1,2026-02-14,,41")
    office.plan.conferenceRates[0].amount = Money(cents: .max / 2 + 1)
    let error = #expect(throws: UnusableInput.self) { try office.decide() }
    #expect(error?.problems.map(\.code) == ["plan.amountTooLarge"])
  }

  /// Sixteen digits of cents would be a number that a spreadsheet rounds.
  @Test(arguments: ["good", "not good"])
  func aSumThatNoSheetHoldsIsAnErrorOfThePlan(standing: String) throws {
    var office = Office(cases: "C1,GR,P1,2026-02-14", "C2,GR,P1,2026-02-14")
    office.standing = ["P1,\(standing),2020-01-01,"]
    office.plan.caseRates[0].amount = Money(cents: 499_999_999_999_999)
    _ = try office.decide()
    office.plan.caseRates[0].amount = Money(cents: 500_000_000_000_000)
    let error = #expect(throws: UnusableInput.self) { try office.decide() }
    #expect(error?.problems.map(\.code) == ["plan.amountTooLarge"])
  }

  @Test func aSumThatNoNumberHoldsIsAnErrorOfThePlan() throws {
    var office = Office(cases: "C1,GR,P1,2026-02-14", "C2,GR,P1,2026-02-14", "C3,GR,P1,2026-02-14")
    office.plan.caseRates[0].amount = Money(cents: .max / 2)
    let error = #expect(throws: UnusableInput.self) { try office.decide() }
    #expect(error?.problems.map(\.code) == ["plan.amountTooLarge"])
  }

  /// The record is named with which the sum became too large, or that has no rate first, in whichever of many files.
  @Test func whatIsWrongInManyFilesIsToldOnce() throws {
    var office = Office()
    office.cases = (1...6).map { ["C\($0),GR,P1,2026-02-14"] }
    office.plan.caseRates[0].amount = Money(cents: .max / 2)
    var error = #expect(throws: UnusableInput.self) { try office.decide() }
    // The third makes it too large, and none behind it makes it better.
    #expect(error?.problems.map(\.code) == ["plan.amountTooLarge"])
    #expect(error?.problems.first?.location.file == "cases-3.csv", "\(String(describing: error))")
    office.plan.caseRates = [
      Rate(start: CivilDate(year: 2026, month: 2, dayOfMonth: 15)!, amount: Money(cents: 1))
    ]
    error = #expect(throws: UnusableInput.self) { try office.decide() }
    #expect(error?.problems.map(\.code) == ["plan.rateMissing"])
    #expect(error?.problems.first?.location.file == "cases-1.csv", "\(String(describing: error))")
  }

  /// Of what is held, too: in a department, and over two of them.
  @Test(arguments: [3, 2])
  func aSumOfWhatIsHeldThatNoNumberHoldsIsAnErrorOfThePlan(rows: Int) throws {
    var office = Office()
    office.cases = [(1...rows).map { "C\($0),GR,P\(rows == 2 ? $0 : 1),2026-02-14" }]
    office.physicians.append("P2,Ben Sample,Urology,2020-01-01,")
    office.standing = ["P1,not good,2020-01-01,", "P2,not good,2020-01-01,"]
    office.plan.caseRates[0].amount = Money(cents: .max / 2 + (rows == 2 ? 1 : 0))
    let error = #expect(throws: UnusableInput.self) { try office.decide() }
    #expect(error?.problems.map(\.code) == ["plan.amountTooLarge"])
  }

  /// Each department's sum fits, and that of both does not.
  @Test func aSumOverDepartmentsThatNoNumberHoldsIsAnErrorOfThePlan() throws {
    var office = Office(cases: "C1,GR,P1,2026-02-14", "C2,GR,P2,2026-02-14")
    office.physicians.append("P2,Ben Sample,Urology,2020-01-01,")
    office.standing.append("P2,good,2020-01-01,")
    office.plan.caseRates[0].amount = Money(cents: .max / 2 + 1)
    let error = #expect(throws: UnusableInput.self) { try office.decide() }
    #expect(error?.problems.map(\.code) == ["plan.amountTooLarge"])
  }
}
