package import Vocabulary

/// A date, or a time of day on a date, as it stands in a file (SPEC 3.2).
package struct CivilTime: Equatable, Sendable {
  package var date: CivilDate
  /// Seconds of the day; nil where no time is given. Fractions are dropped.
  package var secondOfDay: Int32?
  /// Seconds east of UTC, where the text says so.
  package var secondsEast: Int32?

  /// Reads `2026-02-14`, `2026-02-14T09:31:07.5-08:00`, `2/14/2026 9:31 AM` and their kin.
  ///
  /// The whole text must match: two-digit years, impossible dates and all else are nil.
  package init?(_ text: UnsafeBufferPointer<UInt8>) {
    var reader = ByteReader(text)
    if let minute = PlainMinute(text),
      let date = CivilDate(year: minute.year, month: minute.month, dayOfMonth: minute.dayOfMonth),
      minute.hour < 24, minute.minute < 60
    {
      self.date = date
      reader.skip(PlainMinute.count)
      guard readRest(&reader, minute.hour, minute.minute) else { return nil }
    } else if text.count >= 5, text[4] == UInt8(ascii: "-") {
      guard let date = Self.isoDate(&reader) else { return nil }
      self.date = date
      if reader.isAtEnd { return }
      guard reader.skip("T") || reader.skip(" "), readISOTime(&reader) else { return nil }
    } else {
      guard let date = Self.slashDate(&reader) else { return nil }
      self.date = date
      if reader.isAtEnd { return }
      guard reader.skip(" "), readOfficeTime(&reader) else { return nil }
    }
    guard reader.isAtEnd else { return nil }
  }

  package init?(_ text: String) {
    var text = text
    guard let time = text.withUTF8({ CivilTime($0) }) else { return nil }
    self = time
  }

  /// Whether this is a date alone, or the midnight that Excel writes behind one.
  package var isDateOnly: Bool { (secondOfDay ?? 0) == 0 && secondsEast == nil }

  /// The instant in seconds since 1970-01-01 UTC; nil without a time of day.
  package func instant(in zone: ZoneOffsets) -> Int64? {
    guard let secondOfDay else { return nil }
    let local = Int64(date.day) * 86_400 + Int64(secondOfDay)
    return secondsEast.map { local - Int64($0) } ?? zone.instant(local: local)
  }

  private static func isoDate(_ reader: inout ByteReader) -> CivilDate? {
    guard let year = reader.number(digits: 4...4), reader.skip("-"),
      let month = reader.number(digits: 2...2), reader.skip("-"),
      let dayOfMonth = reader.number(digits: 2...2)
    else { return nil }
    return CivilDate(year: year, month: month, dayOfMonth: dayOfMonth)
  }

  /// Month before day.
  private static func slashDate(_ reader: inout ByteReader) -> CivilDate? {
    guard let month = reader.number(digits: 1...2), reader.skip("/"),
      let dayOfMonth = reader.number(digits: 1...2), reader.skip("/"),
      let year = reader.number(digits: 4...4)
    else { return nil }
    return CivilDate(year: year, month: month, dayOfMonth: dayOfMonth)
  }

  private mutating func readISOTime(_ reader: inout ByteReader) -> Bool {
    guard let hour = reader.number(digits: 2...2), hour < 24, reader.skip(":"),
      let minute = reader.number(digits: 2...2), minute < 60
    else { return false }
    return readRest(&reader, hour, minute)
  }

  /// Seconds and an offset, where they are there.
  private mutating func readRest(_ reader: inout ByteReader, _ hour: Int, _ minute: Int) -> Bool {
    var second = 0
    if reader.skip(":") {
      guard let read = reader.number(digits: 2...2), read < 60 else { return false }
      second = read
      if reader.skip("."), !reader.skipDigits() { return false }
    }
    secondOfDay = Int32(hour * 3600 + minute * 60 + second)
    if reader.skip("Z") {
      secondsEast = 0
    } else if let sign: Int32 = reader.skip("+") ? 1 : reader.skip("-") ? -1 : nil {
      guard let hours = reader.number(digits: 2...2), hours < 24, reader.skip(":"),
        let minutes = reader.number(digits: 2...2), minutes < 60
      else { return false }
      secondsEast = sign * Int32(hours * 3600 + minutes * 60)
    }
    return true
  }

  /// `9:31 AM`, `9:31:07pm`, `21:31`, `21:31:07`.
  private mutating func readOfficeTime(_ reader: inout ByteReader) -> Bool {
    guard var hour = reader.number(digits: 1...2), reader.skip(":"),
      let minute = reader.number(digits: 2...2), minute < 60
    else { return false }
    var second = 0
    if reader.skip(":") {
      guard let read = reader.number(digits: 2...2), read < 60 else { return false }
      second = read
    }
    if !reader.isAtEnd {
      _ = reader.skip(" ")
      guard let isAfternoon = reader.halfOfDay(), (1...12).contains(hour) else { return false }
      hour = hour % 12 + (isAfternoon ? 12 : 0)
    }
    guard hour < 24 else { return false }
    secondOfDay = Int32(hour * 3600 + minute * 60 + second)
    return true
  }
}

/// The numbers of a text that begins `2026-02-14 09:31` or `2026-02-14T09:31`, as most times do: read in one go.
private struct PlainMinute {
  static let count = 16

  /// The values of its digits, eight bytes each, the first in the lowest byte; 0 for the signs between them.
  private let (first, second): (UInt64, UInt64)

  /// Nil for all else, which is read from left to right.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    guard text.count >= Self.count, let base = UnsafeRawPointer(text.baseAddress),
      // `2026-02-`, then `14 09:31` or `14T09:31`.
      let first = Self.digits(base, 0x2D30_302D_3030_3030, signs: 0xFF00_00FF_0000_0000),
      let second = Self.digits(base + 8, 0x3030_3A30_3020_3030, signs: 0x0000_FF00_00FF_0000)
        ?? Self.digits(base + 8, 0x3030_3A30_3054_3030, signs: 0x0000_FF00_00FF_0000)
    else { return nil }
    (self.first, self.second) = (first, second)
  }

  /// - Parameters:
  ///   - form: the signs, and zeros where digits are.
  ///   - signs: which bytes are signs.
  private static func digits(
    _ bytes: UnsafeRawPointer, _ form: UInt64, signs: UInt64
  ) -> UInt64? {
    let values = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)) ^ form
    // A byte above 9 has its highest bit set, or has it with 0x76 more; which carries into no other byte.
    let above9 = values | ((values & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7676_7676_7676_7676)
    return above9 & 0x8080_8080_8080_8080 == 0 && values & signs == 0 ? values : nil
  }

  private func number(_ word: UInt64, _ place: UInt64) -> Int {
    let digits = word &>> (8 &* place)
    return Int(digits & 0xFF) * 10 + Int(digits &>> 8 & 0xFF)
  }

  var year: Int { number(first, 0) * 100 + number(first, 2) }
  var month: Int { number(first, 5) }
  var dayOfMonth: Int { number(second, 0) }
  var hour: Int { number(second, 3) }
  var minute: Int { number(second, 6) }
}

/// A conference's length as it stands in a file: `45`, `40.5` minutes, `0:45` or `0:45:30`.
///
/// - Returns: whole seconds, fractions dropped; nil for all else. A number of minutes beyond a
///   million counts as a million.
package func readLength(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
  var reader = ByteReader(text)
  var isNegative = false
  if reader.skip("-") { isNegative = true }
  guard let whole = reader.boundedNumber() else { return nil }
  var seconds = whole * 60
  if reader.skip(".") {
    guard let fraction = reader.secondsOfMinuteFraction() else { return nil }
    seconds += fraction
  } else if reader.skip(":") {
    guard !isNegative, let minutes = reader.number(digits: 2...2), minutes < 60 else { return nil }
    seconds = whole * 3600 + Int64(minutes) * 60
    if reader.skip(":") {
      guard let second = reader.number(digits: 2...2), second < 60 else { return nil }
      seconds += Int64(second)
    }
  }
  guard reader.isAtEnd else { return nil }
  return isNegative ? -seconds : seconds
}

/// The longest conference: 24 hours (SPEC 3.2).
package let lengthSecondsMax: Int64 = 86_400

/// Reads bytes from left to right, each only once.
private struct ByteReader {
  private let text: UnsafeBufferPointer<UInt8>
  private var index = 0

  init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  var isAtEnd: Bool { index == text.count }

  mutating func skip(_ count: Int) { index += count }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard index < text.count, text[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private var digit: Int? {
    guard index < text.count, text[index] &- UInt8(ascii: "0") <= 9 else { return nil }
    return Int(text[index] &- UInt8(ascii: "0"))
  }

  mutating func number(digits: ClosedRange<Int>) -> Int? {
    var (value, count) = (0, 0)
    while count < digits.upperBound, let digit {
      value = value * 10 + digit
      index += 1
      count += 1
    }
    return count >= digits.lowerBound ? value : nil
  }

  mutating func skipDigits() -> Bool {
    let start = index
    while digit != nil { index += 1 }
    return index > start
  }

  /// A number of any length; one of more than a million counts as a million: far too long anyway.
  mutating func boundedNumber() -> Int64? {
    guard digit != nil else { return nil }
    var value: Int64 = 0
    while let digit {
      value = min(value * 10 + Int64(digit), 1_000_000)
      index += 1
    }
    return value
  }

  /// The digits behind a decimal point of minutes, in whole seconds: `5` is 30, `99` is 59.
  mutating func secondsOfMinuteFraction() -> Int64? {
    guard digit != nil else { return nil }
    // 36 digits, which 128 bits hold; what is behind them is less than a second by far.
    var (value, scale): (Int128, Int128) = (0, 1)
    var digits = 0
    while let digit {
      if digits < 36 {
        value = value * 10 + Int128(digit)
        scale *= 10
        digits += 1
      }
      index += 1
    }
    return Int64(value * 60 / scale)
  }

  /// `AM` or `PM`, in any case.
  mutating func halfOfDay() -> Bool? {
    guard index + 2 == text.count, text[index + 1] | 0x20 == UInt8(ascii: "m") else { return nil }
    let letter = text[index] | 0x20
    guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else { return nil }
    index += 2
    return letter == UInt8(ascii: "p")
  }
}
