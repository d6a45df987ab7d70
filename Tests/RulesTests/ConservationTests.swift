import Rules
import TestSupport
import Testing
import Vocabulary

/// What holds for every input, seeded: nothing is lost, and order and files decide nothing.
struct ConservationTests {
  /// Rows of every trait, from a seed: repeated IDs, wrong values, all dates around the quarter.
  private static func rows(seed: UInt64, count: Int) -> [String] {
    var random = SeededGenerator(seed: seed)
    let dates = [
      "2025-12-31", "2026-01-01", "2026-02-14", "2026-02-14T09:00", "2026-03-31", "2026-04-01",
      "2026-04-01T06:59:59Z", "2026-02-30", "",
    ]
    return (0..<count).map { _ in
      let id = "C\(Int.random(in: 0..<count, using: &random))"
      let program = ["GR", "MH", "mh", "Acme", ""].randomElement(using: &random)!
      let physician = ["P1", "P1", "P1", "P2", "ghost", ""].randomElement(using: &random)!
      let status = ["", "", "done", "declined"].randomElement(using: &random)!
      return "\(id),\(program),\(physician),\(dates.randomElement(using: &random)!),\(status)"
    }
  }

  /// How often each row text has each reason.
  private static func outcomes(_ result: QuarterResult, _ files: [[String]]) -> [String: Int] {
    zip(files.flatMap { $0 }, result.reasons).reduce(into: [:]) {
      $0["\($1.0) \($1.1)", default: 0] += 1
    }
  }

  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func everyRowHasOneDispositionAndEveryCentItsDepartment(seed: UInt64) throws {
    var office = Office()
    office.cases = [Self.rows(seed: seed, count: 40)]
    let result = try office.decide()
    let decided = Disposition.allCases.reduce(0) { $0 + result.rowCount($1) }
    #expect(decided == 40, "seed \(seed)")
    #expect(!result.reasons.contains("undecided"), "seed \(seed)")
    let cents = result.departments.reduce(0) { $0 + $1.payable.cents }
    #expect(cents == result.payable.cents, "seed \(seed)")
    #expect(result.payable.cents == Int64(result.rowCount(.paid)) * 500_00, "seed \(seed)")
    #expect(result.exceptions.count == 40 - result.rowCount(.paid), "seed \(seed)")
  }

  /// Which of several rows alike is the first depends on order; how many there are of each does not.
  @Test(arguments: 1...100 as ClosedRange<UInt64>)
  func theOrderOfRowsChangesNoDisposition(seed: UInt64) throws {
    var office = Office()
    let rows = Self.rows(seed: seed, count: 30)
    office.cases = [rows]
    let inOrder = Self.outcomes(try office.decide(), office.cases)
    var random = SeededGenerator(seed: seed)
    office.cases = [rows.shuffled(using: &random)]
    let shuffled = try office.decide()
    let totals = Self.outcomes(shuffled, office.cases)
    #expect(
      shuffled.payable == (try Office().with { $0.cases = [rows] }.decide()).payable, "seed \(seed)"
    )
    // A duplicate may be another of the rows alike, with other words for the same thing.
    let byReason = { (counts: [String: Int]) in
      counts.reduce(into: [String: Int]()) {
        $0[String($1.key.split(separator: " ").last!), default: 0] += $1.value
      }
    }
    #expect(byReason(inOrder) == byReason(totals), "seed \(seed)")
  }

  @Test(arguments: 1...100 as ClosedRange<UInt64>)
  func splittingAFileInTwoChangesNothing(seed: UInt64) throws {
    let rows = Self.rows(seed: seed, count: 30)
    let whole = try Office().with { $0.cases = [rows] }.decide()
    let cut = Int(seed) % rows.count
    let split = try Office().with { $0.cases = [Array(rows[..<cut]), Array(rows[cut...])] }.decide()
    #expect(whole.reasons == split.reasons, "seed \(seed)")
    #expect(whole.payable == split.payable && whole.heldAtMost == split.heldAtMost, "seed \(seed)")
  }
}
