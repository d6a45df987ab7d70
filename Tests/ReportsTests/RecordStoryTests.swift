import Reports
import Templates
import TestSupport
import Testing
import Vocabulary
import Yams

/// The story of one row that `explain` tells.
struct RecordStoryTests {
  /// The lines of the story of the first row, without the spaces before them.
  private func story(_ office: Office) throws -> [Substring] {
    let wording = try YAMLDecoder().decode(Wording.self, from: Templates.statement)
    let lines = RecordLines(try office.decide(), wording: wording)
    return RecordStory(0, lines).text.split(separator: "\n").map { $0.drop { $0 == " " } }
  }

  struct Told: CustomTestStringConvertible, Sendable {
    var because: String
    var office: Office
    /// The line that tells it, and what is told no more or not at all.
    var line: String
    var without: String
    var testDescription: String { because }
  }

  private static func conferences(_ rows: String...) -> Office {
    var office = Office()
    office.conferences = [
      rows.map { $0 + String(repeating: ",", count: 7 - $0.count { $0 == "," }) }
    ]
    return office
  }

  private static func notGood(_ change: (inout Office) -> Void) -> Office {
    var office = Office(cases: "C1,GR,P1,2026-02-14,,,")
    office.standing = ["P1,not good,2026-02-01,"]
    change(&office)
    return office
  }

  @Test(arguments: [
    Told(
      because: "a notice whose kind says all has the words of its kind",
      office: Office(cases: "C1,GR,P1,2026-02-14,,2026-02-01 08:00,2026-02-03 08:00"),
      line: "late-response: The offer was accepted after the time that the plan allows.",
      without: "late-review"),
    Told(
      because: "a notice of two records names the other one",
      office: conferences(
        "C1,MH,P1,2026-02-14 08:00,2026-02-14 09:00", "C2,MH,P1,2026-02-14 08:30,2026-02-14 09:00"),
      line: "overlapping-conferences: overlaps C2 (conferences-1.csv line 3)", without: "C1 ("),
    Told(
      because: "a row that nothing flags has no notices",
      office: Office(cases: "C1,GR,P1,2026-02-14,,,", "C2,GR,P9,2026-02-15,,,"),
      line: "✓ 9–12    stands in no other row that counts", without: "notices"),
    Told(
      because: "who carries a conference of several segments names each of them",
      office: conferences(
        "C1,MH,P1,2026-02-14 08:00,2026-02-14 08:20", "C1,MH,P1,2026-02-14 08:30,2026-02-14 08:50",
        "C1,MH,P1,2026-02-14 09:30,2026-02-14 09:50"),
      line: "✓ 9–12    carries a conference of several segments: conferences-1.csv line 3, "
        + "conferences-1.csv line 4", without: "stands in several rows"),
    Told(
      because: "a duplicate of a segment is no segment: its length is not in the sum",
      office: conferences(
        "C1,MH,P1,2026-02-14 08:00,2026-02-14 08:20", "C1,MH,P1,2026-02-14 08:00,2026-02-14 08:20",
        "C1,MH,P1,2026-02-14 08:30,2026-02-14 08:50"),
      line: "✓ 9–12    carries a conference of several segments: conferences-1.csv line 4",
      without: "line 3"),
    Told(
      because: "a rule that was not reached says nothing: this row has no service time",
      office: Office(cases: "C1,GR,P1,,open"),
      line: "✗ 5       not-completed: its status is “open”: write completed, if it was completed",
      without: "service time"),
    Told(
      because: "what is blank is told by its rule", office: Office(cases: "C1,GR,P1,"),
      line:
        "✗ 6       missing-value: completed_at is blank: fill it in, or delete the row if it is no record",
      without: "✓ 6"),
    Told(
      because: "an ID comes before the program", office: Office(cases: ",XX,P1,2026-02-14"),
      line:
        "✗ 2       missing-value: case_id is blank: fill it in, or delete the row if it is no record",
      without: "3, 4"),
    Told(
      because: "without a decision the rule that holds the row ends its story",
      office: notGood { _ in },
      line: "✗ 18–20   not-in-good-standing: The physician is not in good standing on 2026-02-14, "
        + "the service date (standing.csv line 2)", without: "22      paid"),
    Told(
      because: "a standing that ends holds on its last day, and is named for it",
      office: notGood { $0.standing = ["P1,not good,2026-02-01,2026-02-14"] },
      line: "✗ 18–20   not-in-good-standing: The physician is not in good standing on 2026-02-14, "
        + "the service date (standing.csv line 2)", without: "no row has"),
    Told(
      because: "a length of nothing is not more than 24 hours",
      office: conferences("C1,MH,P1,2026-02-14,,0"),
      line:
        "✗ 7, 8    bad-duration: the conference has no length: correct it; 40 minutes are 40 or 0:40:00",
      without: "more than 24"),
    Told(
      because: "an end that is the start is told as that",
      office: conferences("C1,MH,P1,2026-02-14T09:00,2026-02-14T09:00,40"),
      line:
        "✗ 7, 8    bad-duration: the conference ends before it begins, or as it begins: correct it; 40 minutes are 40 or 0:40:00",
      without: "start and end say"),
    Told(
      because: "of a record that a person has released is told what that lifts, and no later rule",
      office: notGood { $0.decisions = ["C1": .release] },
      line:
        "✓ 17–21   released: a reason (Ada, 2026-04-01); it would be held as not-in-good-standing",
      without: "18–20"),
  ])
  func whatBecameOfARow(_ told: Told) throws {
    let story = try story(told.office)
    #expect(story.contains(told.line[...]), "\(story)")
    #expect(!story.contains { $0.contains(told.without) }, "\(story)")
  }

  @Test(arguments: [("16:00", 12), ("16:01", 13)])
  func manyBlocksAreMultiplied(end: String, blocks: Int) throws {
    let lines = try story(Self.conferences("C1,MH,P1,2026-02-14 08:00,2026-02-14 \(end)"))
    let pays = try #require(lines.first { $0.contains("would pay") })
    let sum = Array(repeating: "$500.00", count: blocks).joined(separator: " + ")
    #expect(pays.contains(blocks == 12 ? sum : "13 × $500.00"), "\(pays)")
    #expect(pays.contains("×") == (blocks > 12))
  }

  /// Good on one day that the plan names and not on the other: the sentence names the other.
  @Test(arguments: [
    (
      "P1,good,2020-01-01,", "P1,not good,2026-03-31,", true,
      " on 2026-03-31, the quarter's last day (standing.csv line 3)"
    ),
    (
      "P1,good,2020-01-01,2026-03-01", "P1,good,2019-01-01,2019-02-01", true,
      ": no row has 2026-03-31, the quarter's last day"
    ),
    (
      // No row has the service date, which the plan takes for good.
      "P1,good,2020-01-01,2020-02-01", "P1,non-member,2026-03-31,", false,
      " on 2026-03-31, the quarter's last day (standing.csv line 3)"
    ),
  ])
  func theDayThatDecidedIsNamed(one: String, other: String, holdsUnlisted: Bool, facts: String)
    throws
  {
    var office = Office(cases: "C1,GR,P1,2026-02-14,,,")
    office.standing = [one, other]
    office.plan.holdsUnlistedStanding = holdsUnlisted
    let end = try story(office).first { $0.hasPrefix("✗ 18–20") }
    #expect(end?.hasSuffix(facts) == true, "\(end ?? "nothing held it")")
  }
}
