import TestSupport
import Testing
import Vocabulary

/// Rules 13 and 14: the quarter's edges are midnights in Los Angeles.
struct ServiceQuarterRuleTests {
  @Test(arguments: [
    RowCase(
      because: "the first and the last day belong to the quarter, their neighbours do not",
      office: Office(
        cases: "C1,GR,P1,2025-12-31", "C2,GR,P1,2026-01-01", "C3,GR,P1,2026-03-31",
        "C4,GR,P1,2026-04-01"),
      reasons: ["earlier-quarter", "paid", "paid", "later-quarter"]),
    RowCase(
      because: "06:59:59 UTC on 1 April is the last second of March in Los Angeles",
      office: Office(
        cases: "C1,GR,P1,2026-04-01T06:59:59Z", "C2,GR,P1,2026-04-01T07:00:00Z"),
      reasons: ["paid", "later-quarter"]),
    RowCase(
      because: "14:59:59 on 1 April in Shanghai is the same second",
      office: Office(
        cases: "C1,GR,P1,2026-04-01T14:59:59+08:00", "C2,GR,P1,2026-04-01T15:00:00+08:00"),
      reasons: ["paid", "later-quarter"]),
    RowCase(
      because: "the year begins at 08:00 UTC in Los Angeles",
      office: Office(
        cases: "C1,GR,P1,2026-01-01T07:59:59Z", "C2,GR,P1,2026-01-01T08:00:00Z"),
      reasons: ["earlier-quarter", "paid"]),
    RowCase(
      because: "by the plan's zone, and no other",
      office: Office(cases: "C1,GR,P1,2026-04-01T06:59:59Z").with {
        $0.plan.timeZone = "America/New_York"
      }, reasons: ["later-quarter"]),
    RowCase(
      because:
        "the quarter goes before the physician: nobody is asked about another quarter's work",
      office: Office(cases: "C1,GR,ghost,2025-12-31"), reasons: ["earlier-quarter"]),
  ])
  func quarter(_ row: RowCase) throws { try row.check() }
}

/// Dates at the ends of the calendar, and typed wrong by a century.
struct FarDateTests {
  @Test(arguments: [
    RowCase(
      because: "the zone moves it out of the calendar",
      office: Office(
        cases: "C1,GR,P1,0001-01-01T00:00+14:00", "C2,GR,P1,9999-12-31T23:59-23:59"),
      reasons: ["bad-date", "bad-date"]),
    RowCase(
      because: "the calendar's own ends are only other quarters",
      office: Office(cases: "C1,GR,P1,0001-01-02", "C2,GR,P1,9999-12-31"),
      reasons: ["earlier-quarter", "later-quarter"]),
  ])
  func date(_ row: RowCase) throws { try row.check() }
}
