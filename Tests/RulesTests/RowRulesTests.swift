import TestSupport
import Testing
import Vocabulary

/// Rules 1 to 8: what a row alone shows, in the order of the table.
struct RowRulesTests {
  @Test(arguments: [
    RowCase(
      because: "a stray quote makes the row malformed before anything else is looked at",
      office: Office(cases: "C\"1,GR,P1,2026-02-14"), reasons: ["malformed-row"]),
    RowCase(
      because: "a blank ID goes before an unknown program",
      office: Office(cases: ",Nobody,P1,2026-02-14"), reasons: ["missing-value"]),
    RowCase(
      because: "a blank physician", office: Office(cases: "C1,GR,,2026-02-14"),
      reasons: ["missing-value"]),
    RowCase(
      because: "a program that is not in the plan goes before a status",
      office: Office(cases: "C1,Acme,P1,2026-02-14,cancelled"), reasons: ["unknown-program"]),
    RowCase(
      because: "a blank program of a case", office: Office(cases: "C1,,P1,2026-02-14"),
      reasons: ["unknown-program"]),
    RowCase(
      because: "a blank program of a conference is the only one that pays conferences",
      office: Office(conferences: "V1,,P1,2026-02-14,,40"), reasons: ["paid"]),
    RowCase(
      because: "with two programs that pay conferences a blank one is none",
      office: Office(conferences: "V1,,P1,2026-02-14,,40").with {
        $0.plan.programs[0].pays.insert(.conference)
      }, reasons: ["unknown-program"]),
    RowCase(
      because: "Grand Rounds pays no conferences",
      office: Office(conferences: "V1,Grand Rounds,P1,2026-02-14,,40"),
      reasons: ["activity-not-offered"]),
    RowCase(
      because: "names and aliases match without case, spaces and signs",
      office: Office(
        cases: "C1,GRAND_ROUNDS,P1,2026-02-14", "C2,included-health,P1,2026-02-14",
        "C3,mh,P1,2026-02-14"), reasons: ["paid", "paid", "paid"]),
    RowCase(
      because: "a status that is not completed goes before a blank date",
      office: Office(cases: "C1,GR,P1,,declined"), reasons: ["not-completed"]),
    RowCase(
      because: "each word for completed, and a blank",
      office: Office(
        cases: "C1,GR,P1,2026-02-14,Completed", "C2,GR,P1,2026-02-14,COMPLETE",
        "C3,GR,P1,2026-02-14,done", "C4,GR,P1,2026-02-14,Closed", "C5,GR,P1,2026-02-14,"),
      reasons: ["paid", "paid", "paid", "paid", "paid"]),
    RowCase(
      because: "a blank service time", office: Office(cases: "C1,GR,P1,"),
      reasons: ["missing-value"]),
    RowCase(
      because: "no February has 30 days", office: Office(cases: "C1,GR,P1,2026-02-30"),
      reasons: ["bad-date"]),
    RowCase(
      because: "an end that can't be read, though the length is given",
      office: Office(conferences: "V1,MH,P1,2026-02-14T09:00,soon,40"), reasons: ["bad-date"]),
    RowCase(
      because: "no length at all", office: Office(conferences: "V1,MH,P1,2026-02-14T09:00,,"),
      reasons: ["bad-duration"]),
    RowCase(
      because: "one length is enough: blank ends of rows may be left out",
      office: Office(conferences: "V1,MH,P1,2026-02-14T09:00,2026-02-14T09:40"),
      reasons: ["paid"], amounts: ["500.00"]),
    RowCase(
      because: "an ID has no character that nobody sees, a conference's neither",
      office: Office(conferences: "V1,MH,P1,2026-02-14,,30", "V\u{200B}1,MH,P1,2026-02-14,,30"),
      reasons: ["paid", "malformed-row"]),
    RowCase(
      because: "without a start's time of day the length that is given counts",
      office: Office(conferences: "V1,MH,P1,2026-02-14,2026-02-14T09:40,40"),
      reasons: ["paid"], amounts: ["500.00"]),
    RowCase(
      because: "signs alone are as good as a blank status",
      office: Office(cases: "C1,GR,P1,2026-02-14,-", "C2,GR,P1,2026-02-14, -- "),
      reasons: ["paid", "paid"]),
    RowCase(
      because: "a program's key names it, which our own files show",
      office: Office(cases: "C1,acme,P1,2026-02-14", "C2,Acme Health,P1,2026-02-14").with {
        $0.plan.programs[0] = Program(key: "acme", name: "Acme Health", aliases: [], pays: [.case])
      }, reasons: ["paid", "paid"]),
    RowCase(
      because: "an end without a time of day gives no length",
      office: Office(conferences: "V1,MH,P1,2026-02-14T09:00,2026-02-14,"),
      reasons: ["bad-duration"]),
    RowCase(
      because: "a length that can't be read, though the end gives one",
      office: Office(conferences: "V1,MH,P1,2026-02-14T09:00,2026-02-14T09:40,long"),
      reasons: ["bad-duration"]),
    RowCase(
      because: "two lengths may differ by a minute, and by no second more",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T09:00:00,2026-02-14T09:41:00,40",
        "V2,MH,P1,2026-02-14T09:00:00,2026-02-14T09:41:01,40"),
      reasons: ["paid", "bad-duration"], amounts: ["1000.00", nil]),
    RowCase(
      because: "zero, below zero and over 24 hours are impossible; 24 hours are only long",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14,,0", "V2,MH,P1,2026-02-14T10:00,2026-02-14T09:00,",
        "V3,MH,P1,2026-02-14,,24:00:01", "V4,MH,P1,2026-02-14,,24:00"),
      reasons: ["bad-duration", "bad-duration", "bad-duration", "long-conference"]),
    RowCase(
      because: "of two lengths neither may be impossible, though the other one counts",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T10:00:00,2026-02-14T10:00:30,0",
        "V2,MH,P1,2026-02-14T11:00:00,2026-02-14T11:00:30,-0.5",
        "V3,MH,P1,2026-02-14T00:00:00,2026-02-15T00:00:00,1441",
        "V4,MH,P1,2026-02-14T10:00,2026-02-14T10:00,1",
        "V5,MH,P1,2026-02-14T12:00:00,2026-02-14T12:00:30,1"),
      reasons: ["bad-duration", "bad-duration", "bad-duration", "bad-duration", "paid"]),
  ])
  func row(_ row: RowCase) throws { try row.check() }
}
