import TestSupport
import Testing
import Vocabulary

/// Rules 10 to 12: the same record in several rows.
struct RepeatedRecordRuleTests {
  static let physicians = [
    "P1,Ada Example,Neurology,2020-01-01,", "P2,Bo Example,Surgery,2020-01-01,",
  ]
  static let standing = ["P1,good,2020-01-01,", "P2,good,2020-01-01,"]

  @Test(arguments: [
    RowCase(
      because: "alike in physician and time: the second is a duplicate, also in another file",
      office: Office().with {
        $0.cases = [["C1,GR,P1,2026-02-14"], ["C1,Grand Rounds,P1,2/14/2026"]]
      },
      reasons: ["paid", "duplicate"], amounts: ["500.00", nil]),
    RowCase(
      because: "the same instant written in two zones is the same time",
      office: Office(
        cases: "C1,GR,P1,2026-02-14T09:00", "C1,GR,P1,2026-02-14T17:00:00Z"),
      reasons: ["paid", "duplicate"]),
    RowCase(
      because: "a date and a time of that day are not the same time",
      office: Office(cases: "C1,GR,P1,2026-02-14", "C1,GR,P1,2026-02-14T00:00"),
      reasons: ["conflicting-records", "conflicting-records"], amounts: ["500.00", "500.00"]),
    RowCase(
      because: "IDs are the same letter for letter only",
      office: Office(cases: "C1,GR,P1,2026-02-14", "c1,GR,P1,2026-02-14"),
      reasons: ["paid", "paid"]),
    RowCase(
      because: "the same ID under another program is another record",
      office: Office(cases: "C1,GR,P1,2026-02-14", "C1,MH,P1,2026-02-14"),
      reasons: ["paid", "paid"]),
    RowCase(
      because: "a row that was not completed did not come so far",
      office: Office(cases: "C1,GR,P1,2026-02-14,declined", "C1,GR,P1,2026-02-14"),
      reasons: ["not-completed", "paid"]),
    RowCase(
      because: "another physician: nobody knows who is right, so both are held",
      office: Office(cases: "C1,GR,P1,2026-02-14", "C1,GR,P2,2026-02-14").with {
        ($0.physicians, $0.standing) = (physicians, standing)
      }, reasons: ["conflicting-records", "conflicting-records"]),
    RowCase(
      because: "nobody is found for either: the same text is the same physician",
      office: Office(cases: "C1,GR,ghost,2026-02-14", "C1,GR,ghost,2026-02-14"),
      reasons: ["unknown-physician", "duplicate"]),
    RowCase(
      because: "nobody is found for either: another text is another physician",
      office: Office(cases: "C1,GR,ghost,2026-02-14", "C1,GR,Ghost,2026-02-14"),
      reasons: ["conflicting-records", "conflicting-records"]),
    RowCase(
      because:
        "one of the rows is of the quarter, so both are held, and each at its own date's rate",
      office: Office(cases: "C1,GR,P1,2026-02-14", "C1,GR,P1,2025-12-31").with {
        $0.plan.caseRates.append(
          Rate(start: CivilDate(year: 2026, month: 1, dayOfMonth: 1)!, amount: Money(cents: 600_00))
        )
      }, reasons: ["conflicting-records", "conflicting-records"], amounts: ["600.00", "500.00"]),
    RowCase(
      because: "none of the rows is of the quarter, so each is what its date says",
      office: Office(cases: "C1,GR,P1,2025-12-31", "C1,GR,P1,2026-04-01"),
      reasons: ["earlier-quarter", "later-quarter"]),
    RowCase(
      because: "a duplicate of a conflicting row stays a duplicate",
      office: Office(
        cases: "C1,GR,P1,2026-02-14", "C1,GR,P1,2026-02-14", "C1,GR,P1,2026-02-15"),
      reasons: ["conflicting-records", "duplicate", "conflicting-records"]),
    RowCase(
      because: "alike, but naming different cases: not one of them is a duplicate",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T09:00,,30,C1", "V1,MH,P1,2026-02-14T09:00,,30,C2"),
      reasons: ["conflicting-records", "conflicting-records"]),
    RowCase(
      because: "alike, and only one names a case: the second is a duplicate",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T09:00,,30,", "V1,MH,P1,2026-02-14T09:00,,30,C2"),
      reasons: ["paid", "duplicate"]),
    RowCase(
      because: "the same start and two lengths are no duplicates: one of them is worth $500 more",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T09:00,,30,", "V1,MH,P1,2026-02-14T09:00,,60,"),
      reasons: ["conflicting-records", "conflicting-records"], amounts: ["500.00", "1000.00"]),
  ])
  func repeated(_ row: RowCase) throws { try row.check() }

  @Test(arguments: [
    RowCase(
      because: "two segments that touch are one conference: 20 and 20 minutes are one block",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T09:00,2026-02-14T09:20,",
        "V1,MH,P1,2026-02-14T09:20,2026-02-14T09:40,"),
      reasons: ["paid", "merged-segment"], amounts: ["500.00", nil]),
    RowCase(
      because: "20 minutes and 20 minutes and a second are two blocks",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T09:00:00,2026-02-14T09:20:00,",
        "V1,MH,P1,2026-02-14T09:30:00,2026-02-14T09:50:01,"),
      reasons: ["paid", "merged-segment"], amounts: ["1000.00", nil]),
    RowCase(
      because: "the earliest segment carries the conference, wherever it stands",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T10:00,,30", "V1,MH,P1,2026-02-14T09:00,,30"),
      reasons: ["merged-segment", "paid"], amounts: [nil, "1000.00"]),
    RowCase(
      because: "segments that overlap by a second are no segments of one conference",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T09:00:00,2026-02-14T09:20:01,",
        "V1,MH,P1,2026-02-14T09:20:00,2026-02-14T09:40:00,"),
      reasons: ["conflicting-records", "conflicting-records"]),
    RowCase(
      because: "without a time of day nobody knows whether they overlap",
      office: Office(conferences: "V1,MH,P1,2026-02-14,,30", "V1,MH,P1,2026-02-14T09:00,,20"),
      reasons: ["conflicting-records", "conflicting-records"]),
    RowCase(
      because: "another service date is another conference under the same ID",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T09:00,,30", "V1,MH,P1,2026-02-15T09:00,,20"),
      reasons: ["conflicting-records", "conflicting-records"]),
    RowCase(
      because: "segments that name different cases are no one conference",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T09:00,,20,C1", "V1,MH,P1,2026-02-14T10:00,,20,C2"),
      reasons: ["conflicting-records", "conflicting-records"]),
    RowCase(
      because: "segments of two physicians are no one conference: nobody knows whose it is",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T09:00,,20", "V1,MH,P2,2026-02-14T10:00,,20"
      ).with { ($0.physicians, $0.standing) = (physicians, standing) },
      reasons: ["conflicting-records", "conflicting-records"]),
    RowCase(
      because: "what a duplicate of a segment names counts too",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T09:00,,20,", "V1,MH,P1,2026-02-14T09:00,,20,C1",
        "V1,MH,P1,2026-02-14T10:00,,20,C2"),
      reasons: ["conflicting-records", "duplicate", "conflicting-records"]),
    RowCase(
      because: "the sum of the segments is what the limit of 240 minutes looks at",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T08:00,,120", "V1,MH,P1,2026-02-14T11:00,,121"),
      reasons: ["long-conference", "merged-segment"], amounts: ["3500.00", nil]),
  ])
  func segments(_ row: RowCase) throws { try row.check() }
}
