/// An amount of United States dollars, in whole cents.
///
/// `Money(cents: 500_00)` is $500.00. Arithmetic that leaves the range throws ``MoneyError``; it
/// never wraps, saturates or goes through floating point (SPEC 4: "whole cents in whole numbers").
public struct Money: Hashable, Sendable {
  public let cents: Int64

  public static let zero = Money(cents: 0)

  public init(cents: Int64) { self.cents = cents }

  /// - Throws: ``MoneyError/outOfRange``.
  public static func + (lhs: Money, rhs: Money) throws(MoneyError) -> Money {
    let (sum, overflow) = lhs.cents.addingReportingOverflow(rhs.cents)
    guard !overflow else { throw .outOfRange("\(lhs) + \(rhs)") }
    return Money(cents: sum)
  }

  /// - Throws: ``MoneyError/outOfRange``.
  public static func - (lhs: Money, rhs: Money) throws(MoneyError) -> Money {
    let (difference, overflow) = lhs.cents.subtractingReportingOverflow(rhs.cents)
    guard !overflow else { throw .outOfRange("\(lhs) - \(rhs)") }
    return Money(cents: difference)
  }

  /// - Throws: ``MoneyError/outOfRange``.
  public static func * (lhs: Money, times: Int64) throws(MoneyError) -> Money {
    let (product, overflow) = lhs.cents.multipliedReportingOverflow(by: times)
    guard !overflow else { throw .outOfRange("\(lhs) × \(times)") }
    return Money(cents: product)
  }

  /// Reads dollars with at most two decimals, such as `500`, `500.1` or `500.10`.
  ///
  /// No sign, no grouping, no exponent, no symbol; a third decimal is no amount (SPEC 4).
  public init?(dollars text: some StringProtocol) {
    var (cents, decimals, digits) = (Int64(0), -1, 0)
    for byte in text.utf8 {
      if byte == UInt8(ascii: "."), decimals < 0, digits > 0 {
        decimals = 0
        continue
      }
      guard byte &- UInt8(ascii: "0") <= 9, decimals < 2 else { return nil }
      if decimals >= 0 { decimals += 1 }
      digits += 1
      let (scaled, overflow) = cents.multipliedReportingOverflow(by: 10)
      let (sum, overflow2) = scaled.addingReportingOverflow(Int64(byte &- UInt8(ascii: "0")))
      guard !overflow, !overflow2 else { return nil }
      cents = sum
    }
    guard digits > 0, decimals != 0 else { return nil }
    for _ in max(decimals, 0)..<2 {
      let (scaled, overflow) = cents.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      cents = scaled
    }
    self.cents = cents
  }
}

extension Money: Comparable {
  public static func < (lhs: Money, rhs: Money) -> Bool { lhs.cents < rhs.cents }
}

extension Money: CustomStringConvertible {
  /// Dollars with two decimals, a leading minus and no grouping, such as `-1234.50`.
  public var description: String {
    let (dollars, cents) = cents.magnitude.quotientAndRemainder(dividingBy: 100)
    return (self.cents < 0 ? "-" : "") + "\(dollars)." + (cents < 10 ? "0" : "") + "\(cents)"
  }

  /// As a person reads it: `$1,234.50`, `-$1,234.50`.
  public var display: String {
    let (dollars, cents) = cents.magnitude.quotientAndRemainder(dividingBy: 100)
    return (self.cents < 0 ? "-$" : "$") + grouped(dollars) + (cents < 10 ? ".0" : ".") + "\(cents)"
  }
}

/// An amount of money left the range of 64 bits.
public enum MoneyError: Error, Equatable {
  /// The calculation that failed, in dollars, as it would be written by hand.
  case outOfRange(String)
}

/// Digits in groups of three, such as `1,234,567`.
public func grouped(_ number: some BinaryInteger) -> String {
  var text = ""
  for (index, digit) in String(number).reversed().enumerated() {
    if index > 0, index.isMultiple(of: 3), digit != "-" { text.append(",") }
    text.append(digit)
  }
  return String(text.reversed())
}
