import TestSupport
import Testing
import Vocabulary

/// Rules 18 to 20: In Good Standing on every day that the plan names.
struct StandingRuleTests {
  static func office(_ standing: String..., basis: [StandingBasis] = [.serviceDate, .quarterEnd])
    -> Office
  {
    var office = Office(cases: "C1,GR,P1,2026-02-13", "C2,GR,P1,2026-02-14")
    office.standing = standing
    office.plan.standingBasis = basis
    return office
  }

  @Test(arguments: [
    RowCase(
      because:
        "standing that is lost on a service date holds that date's work, and not the day's before",
      office: office("P1,good,2020-01-01,", "P1,not good,2026-02-14,", basis: [.serviceDate]),
      reasons: ["paid", "not-in-good-standing"]),
    RowCase(
      because: "standing goes before the length of a conference",
      office: Office(conferences: "V1,MH,P1,2026-02-14,,241").with {
        $0.standing = ["P1,not good,2020-01-01,"]
      }, reasons: ["not-in-good-standing"]),
    RowCase(
      because: "whichever row stands first: the later start holds",
      office: office("P1,not good,2026-02-14,", "P1,good,2020-01-01,", basis: [.serviceDate]),
      reasons: ["paid", "not-in-good-standing"]),
    RowCase(
      because: "standing that is lost by the quarter's end holds the whole quarter",
      office: office("P1,good,2020-01-01,", "P1,not good,2026-03-31,"),
      reasons: ["not-in-good-standing", "not-in-good-standing"], amounts: ["500.00", "500.00"]),
    RowCase(
      because: "the day after the quarter's end is another quarter's matter",
      office: office("P1,good,2020-01-01,", "P1,not good,2026-04-01,"), reasons: ["paid", "paid"]),
    RowCase(
      because: "only the quarter's end counts where the plan names only that",
      office: office("P1,not good,2020-01-01,", "P1,good,2026-03-31,", basis: [.quarterEnd]),
      reasons: ["paid", "paid"]),
    RowCase(
      because: "a span that ends falls back to the one that still runs",
      office: office(
        "P1,good,2020-01-01,", "P1,not good,2026-02-13,2026-02-13", basis: [.serviceDate]),
      reasons: ["not-in-good-standing", "paid"]),
    RowCase(
      because: "no row holds on the date: unknown, and held",
      office: office("P1,good,2020-01-01,2026-02-13", basis: [.serviceDate]),
      reasons: ["paid", "standing-unknown"]),
    RowCase(
      because: "no row at all",
      office: office(), reasons: ["standing-unknown", "standing-unknown"]),
    RowCase(
      because: "where the plan says so, whom no row names counts as good",
      office: office().with { $0.plan.holdsUnlistedStanding = false }, reasons: ["paid", "paid"]),
    RowCase(
      because: "the service date is judged before the quarter's end",
      office: office("P1,non-member,2020-01-01,", "P1,not good,2026-03-01,"),
      reasons: ["not-plan-member", "not-plan-member"]),
    RowCase(
      because: "on one date unknown goes before all else",
      office: office("P1,not good,2026-03-01,"), reasons: ["standing-unknown", "standing-unknown"]),
  ])
  func standing(_ row: RowCase) throws { try row.check() }
}
