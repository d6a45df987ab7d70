import Foundation
import Testing
import Vocabulary

struct CivilDateTests {
  /// Every day of three centuries against Foundation's calendar.
  @Test func everyDayIsFoundationsDay() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    for day in Int32(-25_567)...84_006 {  // 1900-01-01 to 2200-01-01.
      let date = CivilDate(day: day)
      let parts = calendar.dateComponents(
        [.year, .month, .day], from: Date(timeIntervalSince1970: Double(day) * 86_400))
      let (year, month, dayOfMonth) = date.components
      guard year == parts.year, month == parts.month, dayOfMonth == parts.day,
        CivilDate(year: year, month: month, dayOfMonth: dayOfMonth) == date
      else {
        Issue.record("day \(day): \(date), Foundation has \(parts)")
        return
      }
    }
  }

  @Test(arguments: [
    (0, 1, 1), (10_000, 1, 1), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (2026, 1, 32),
    (2026, 2, 29),
    (2024, 2, 30), (1900, 2, 29), (2026, 4, 31), (2026, 6, 31), (2026, 9, 31), (2026, 11, 31),
    (2026, 3, 32), (2026, 5, 32), (2026, 7, 32), (2026, 8, 32), (2026, 10, 32), (2026, 12, 32),
  ])
  func whatNoCalendarHasIsNoDay(year: Int, month: Int, dayOfMonth: Int) {
    #expect(CivilDate(year: year, month: month, dayOfMonth: dayOfMonth) == nil)
  }

  @Test(arguments: [(1, 1, 1), (9999, 12, 31), (2000, 2, 29), (2024, 2, 29)])
  func theEdgesAreDays(year: Int, month: Int, dayOfMonth: Int) throws {
    let date = try #require(CivilDate(year: year, month: month, dayOfMonth: dayOfMonth))
    #expect(date.components == (year, month, dayOfMonth))
    #expect(date.description.utf8.count == 10)
  }
}

struct QuarterTests {
  @Test(arguments: [
    ("2026Q1", 7, "2026Q1"), ("2026q4", 7, "2026Q4"),
    // A fiscal year bears the year in which it ends.
    ("FY2026Q1", 7, "2025Q3"), ("FY2026Q3", 7, "2026Q1"), ("fy2026q4", 7, "2026Q2"),
    ("FY2026Q1", 10, "2025Q4"), ("FY2026Q2", 10, "2026Q1"),
    ("FY2026Q1", 4, "2025Q2"), ("FY2026Q4", 4, "2026Q1"), ("FY2026Q1", 1, "2026Q1"),
  ])
  func bothNamesAreRead(text: String, starts: Int, calendar: String) throws {
    let quarter = try #require(Quarter(text, fiscalYearStarts: starts))
    #expect(quarter.description == calendar)
    let fiscal = quarter.fiscalName(fiscalYearStarts: starts).filter { $0 != " " }
    #expect(Quarter(fiscal, fiscalYearStarts: starts) == quarter)
  }

  @Test(arguments: [
    "0000Q1", "1900Q4", "9999Q1", "", "2026", "2026Q0", "2026Q5", "26Q1", "2026 Q1", "Q12026",
    "2026Q11", "FY26Q1", "２０２６Q1",
  ])
  func allElseIsNoQuarter(text: String) {
    #expect(Quarter(text, fiscalYearStarts: 7) == nil)
  }

  @Test func quartersFollowEachOther() {
    var quarter = Quarter(year: 2025, number: 3)
    for name in ["2025Q4", "2026Q1", "2026Q2", "2026Q3", "2026Q4", "2027Q1"] {
      #expect(quarter < quarter.next && !(quarter.next < quarter))
      #expect(quarter.next.start.day == quarter.through.day + 1)
      quarter = quarter.next
      #expect(quarter.description == name)
    }
  }

  @Test func aPersonSeesBothNamesAndTheDates() {
    let quarter = Quarter(year: 2026, number: 1)
    #expect(
      quarter.display(fiscalYearStarts: 7) == "2026Q1 (FY2026 Q3), 2026-01-01 to 2026-03-31")
    #expect(quarter.contains(quarter.start) && quarter.contains(quarter.through))
    #expect(!quarter.contains(CivilDate(day: quarter.start.day - 1)))
    #expect(!quarter.contains(CivilDate(day: quarter.through.day + 1)))
  }
}
