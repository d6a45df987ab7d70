/// A day of the Gregorian calendar, without a time or a zone.
public struct CivilDate: Hashable, Sendable {
  /// Days since 1970-01-01.
  public let day: Int32

  @inlinable public init(day: Int32) { self.day = day }

  /// The days that a date can be: 0001-01-01 to 9999-12-31.
  public static let days: ClosedRange<Int32> = -719_162...2_932_896

  /// - Returns: nil for a day that no calendar has, and for years outside 1 ... 9999.
  public init?(year: Int, month: Int, dayOfMonth: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), dayOfMonth >= 1,
      dayOfMonth <= Self.days(inMonth: month, of: year)
    else { return nil }
    // Days from the civil calendar: years begin in March, so that the leap day is the last.
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400  // Never negative: year is at least 1, shifted at least 0.
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + dayOfMonth - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    day = Int32(era * 146_097 + dayOfEra - 719_468)
  }

  /// Reads `2026-02-14`, and nothing else.
  public init?(iso text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2],
      parts.allSatisfy({ $0.utf8.allSatisfy { $0 &- UInt8(ascii: "0") <= 9 } }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { return nil }
    self.init(year: year, month: month, dayOfMonth: day)
  }

  public static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2:
      year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  public var components: (year: Int, month: Int, dayOfMonth: Int) {
    let shifted = Int(day) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    )
  }
}

extension CivilDate: Comparable {
  @inlinable public static func < (lhs: CivilDate, rhs: CivilDate) -> Bool { lhs.day < rhs.day }
}

extension CivilDate: CustomStringConvertible {
  /// `2026-02-14`.
  public var description: String {
    String(unsafeUninitializedCapacity: 10) { buffer in
      write(to: buffer.baseAddress!)
      return 10
    }
  }

  /// Writes the ten bytes of ``description``.
  public func write(to bytes: UnsafeMutablePointer<UInt8>) {
    let (year, month, dayOfMonth) = components
    let parts = [
      (0, year / 1000), (1, year / 100 % 10), (2, year / 10 % 10), (3, year % 10), (5, month / 10),
      (6, month % 10), (8, dayOfMonth / 10), (9, dayOfMonth % 10),
    ]
    for (index, digit) in parts { bytes[index] = UInt8(ascii: "0") + UInt8(digit) }
    bytes[4] = UInt8(ascii: "-")
    bytes[7] = UInt8(ascii: "-")
  }
}

/// A length in whole seconds as a person reads it: `0:40:01`.
public func clockText(seconds: Int64) -> String {
  guard seconds >= 0 else { return "-" + clockText(seconds: -seconds) }
  let (hours, rest) = seconds.quotientAndRemainder(dividingBy: 3600)
  let (minutes, second) = rest.quotientAndRemainder(dividingBy: 60)
  return "\(hours):\(minutes < 10 ? "0" : "")\(minutes):\(second < 10 ? "0" : "")\(second)"
}
