/// A calendar quarter, and its name in the fiscal year.
public struct Quarter: Hashable, Sendable {
  public let year: Int
  /// 1 ... 4.
  public let number: Int

  /// - Precondition: `number` is 1 ... 4.
  public init(year: Int, number: Int) {
    precondition((1...4).contains(number), "a year has four quarters")
    self.year = year
    self.number = number
  }

  /// The quarter that has `date`.
  public init(of date: CivilDate) {
    let (year, month, _) = date.components
    self.init(year: year, number: (month + 2) / 3)
  }

  /// Years that a workbook can show: its calendar begins in 1900.
  public static let years = 1901...9998

  /// Reads `2026Q1` (calendar) or `FY2026Q3` (fiscal; SPEC 2). Case is ignored.
  ///
  /// - Parameter fiscalYearStarts: the fiscal year's first month: 1, 4, 7 or 10.
  public init?(_ text: String, fiscalYearStarts: Int) {
    guard text.uppercased().hasPrefix("FY") else {
      self.init(calendarName: text)
      return
    }
    guard let named = Quarter(calendarName: text.dropFirst(2)) else { return nil }
    // A fiscal year bears the year in which it ends.
    let firstYear = fiscalYearStarts == 1 ? named.year : named.year - 1
    let month = firstYear * 12 + fiscalYearStarts - 1 + (named.number - 1) * 3
    self.init(year: month / 12, number: month % 12 / 3 + 1)
  }

  /// Reads `2026Q1`, the form that needs no plan. Case is ignored.
  public init?(calendarName text: some StringProtocol) {
    let parts = text.uppercased().split(separator: "Q", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 1,
      parts.allSatisfy({ $0.utf8.allSatisfy { $0 &- UInt8(ascii: "0") <= 9 } }),
      let year = Int(parts[0]), let number = Int(parts[1]), (1...4).contains(number),
      Self.years.contains(year)
    else { return nil }
    self.init(year: year, number: number)
  }

  public var start: CivilDate { CivilDate(year: year, month: number * 3 - 2, dayOfMonth: 1)! }

  public var through: CivilDate {
    CivilDate(
      year: year, month: number * 3, dayOfMonth: CivilDate.days(inMonth: number * 3, of: year))!
  }

  /// The quarter right after this one.
  public var next: Quarter {
    number == 4 ? Quarter(year: year + 1, number: 1) : Quarter(year: year, number: number + 1)
  }

  public func contains(_ date: CivilDate) -> Bool { start <= date && date <= through }

  /// The fiscal name, such as `FY2026 Q3`.
  public func fiscalName(fiscalYearStarts: Int) -> String {
    let months = year * 12 + (number - 1) * 3 - (fiscalYearStarts - 1)
    let fiscalYear = months / 12 + (fiscalYearStarts == 1 ? 0 : 1)
    return "FY\(fiscalYear) Q\(months % 12 / 3 + 1)"
  }

  /// Both names and the dates: `2026Q1 (FY2026 Q3), 2026-01-01 to 2026-03-31` (SPEC 2).
  public func display(fiscalYearStarts: Int) -> String {
    "\(self) (\(fiscalName(fiscalYearStarts: fiscalYearStarts))), \(start) to \(through)"
  }
}

extension Quarter: Comparable {
  public static func < (lhs: Quarter, rhs: Quarter) -> Bool {
    (lhs.year, lhs.number) < (rhs.year, rhs.number)
  }
}

extension Quarter: CustomStringConvertible {
  /// The calendar form, `2026Q1`: files and tables use it.
  public var description: String { "\(year)Q\(number)" }
}
