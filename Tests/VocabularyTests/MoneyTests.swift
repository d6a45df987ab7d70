import TestSupport
import Testing
import Vocabulary

struct MoneyTests {
  @Test(arguments: [
    ("500", 500_00), ("500.1", 500_10), ("500.10", 500_10), ("0.05", 5), ("0", 0),
    ("00500.00", 500_00),
    ("92233720368547758.07", Int64.max),
  ])
  func dollarsAreRead(text: String, cents: Int64) {
    #expect(Money(dollars: text)?.cents == cents)
  }

  @Test(arguments: [
    "", ".", ".5", "5.", "500.005", "500.000", "-1", "+1", "1,000", "$5", "1e3", "12abc", "5 ", "５",
    "1.2.3",
    "92233720368547758.08", "92233720368547759", "184467440737095517", "9223372036854775807",
    "99999999999999999999", "nan", "0x10",
  ])
  func allElseIsNoAmount(text: String) {
    #expect(Money(dollars: text) == nil)
  }

  // One cent too much would wrap to the least number; two would wrap to an amount that looks right.
  @Test(
    arguments: [(.max, 1), (.max, 2), (.max, .max), (.min, -1), (.min, .min)] as [(Int64, Int64)])
  func aSumOutOfRangeIsAnError(lhs: Int64, rhs: Int64) {
    #expect(throws: MoneyError.self) { try Money(cents: lhs) + Money(cents: rhs) }
  }

  @Test func aProductOutOfRangeIsAnError() throws {
    #expect(throws: MoneyError.self) { try Money(cents: .max / 2 + 1) * 2 }
    let product = try Money(cents: .max / 2) * 2
    #expect(product.cents == .max - 1)
  }

  @Test(arguments: [
    (0, "0.00", "$0.00"), (5, "0.05", "$0.05"), (-5, "-0.05", "-$0.05"),
    (1_234_567_89, "1234567.89", "$1,234,567.89"),
    (-100_00, "-100.00", "-$100.00"),
    (Int64.min, "-92233720368547758.08", "-$92,233,720,368,547,758.08"),
  ])
  func amountsAreWrittenExactly(cents: Int64, plain: String, display: String) {
    #expect(Money(cents: cents).description == plain)
    #expect(Money(cents: cents).display == display)
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1_000, "1,000"), (-100, "-100"), (-1_000, "-1,000"),
    (123_456, "123,456"), (-123_456_789, "-123,456,789"),
  ])
  func digitsStandInThrees(number: Int, text: String) { #expect(grouped(number) == text) }

  /// What is written is read again as the same, for 100,000 amounts.
  @Test func writingAndReadingIsARoundTrip() {
    var random = SeededGenerator(seed: 2026)
    for _ in 0..<100_000 {
      let cents =
        Int64.random(in: 0...(.max), using: &random) >> Int64.random(in: 0...60, using: &random)
      let text = Money(cents: cents).description
      guard Money(dollars: text)?.cents == cents else {
        Issue.record("seed 2026: \(cents) is written \(text)")
        return
      }
    }
  }

  @Test(
    arguments: [
      (1, 1), (2399, 1), (2400, 1), (2401, 2), (4800, 2), (4801, 3), (86_400, 36),
    ] as [(Int64, Int64)])
  func aPortionOfABlockIsABlock(seconds: Int64, blocks: Int64) {
    let rate = Rate(
      start: CivilDate(day: 0), amount: Money(cents: 500_00), minutesPerBlock: 40)
    #expect(rate.blocks(seconds: seconds) == blocks)
  }
}
