/// What a cell can hold: by Excel's limits, and by what its numbers keep exactly.
enum CellLimits {
  /// Excel keeps 15 digits: 9,999,999,999,999.99 dollars.
  static let magnitudeMax: Int64 = 999_999_999_999_999
  static let textMax = 32_767
  static let formulaMax = 8_192
  /// Serial numbers of 1900-03-01 (before it, Excel has a day that never was) and 9999-12-31.
  static let dates: ClosedRange<Int64> = 61...2_958_465
  /// Of 1970-01-01 among Excel's days.
  static let firstDay: Int64 = 25_569
  static let secondsADay: Int64 = 86_400
}
