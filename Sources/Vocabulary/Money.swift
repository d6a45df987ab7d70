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

  /// Reads dollars as people and programs write them: `1500`, `1,500.00`, `$1,500.00`; below zero `-500`, `-$500.00`,
  /// `($500.00)`.
  public init?(written text: some StringProtocol) {
    var rest = text[...]
    var isNegative = false
    if rest.hasPrefix("("), rest.hasSuffix(")") {
      isNegative = true
      rest = rest.dropFirst().dropLast()
    } else if rest.hasPrefix("-") {
      isNegative = true
      rest = rest.dropFirst()
    }
    if rest.hasPrefix("$") { rest = rest.dropFirst() }
    let groups = rest.prefix { $0 != "." }.split(separator: ",", omittingEmptySubsequences: false)
    if groups.count > 1 {
      guard (1...3).contains(groups[0].count), groups.dropFirst().allSatisfy({ $0.count == 3 })
      else { return nil }
    }
    guard let money = Money(dollars: groups.joined() + String(rest.drop { $0 != "." })) else {
      return nil
    }
    cents = isNegative ? -money.cents : money.cents
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
    return writingGrouped(
      dollars, before: self.cents < 0 ? "-$" : "$",
      behind: (
        UInt8(ascii: "."), UInt8(ascii: "0") + UInt8(cents / 10),
        UInt8(ascii: "0") + UInt8(cents % 10)
      ))
  }
}

/// An amount of money left the range of 64 bits.
public enum MoneyError: Error, Equatable {
  /// The calculation that failed, in dollars, as it would be written by hand.
  case outOfRange(String)
}

/// Digits in groups of three, such as `1,234,567`.
public func grouped(_ number: some BinaryInteger) -> String {
  writingGrouped(UInt64(number.magnitude), before: number < 0 ? "-" : "", behind: nil)
}

private func writingGrouped(
  _ number: UInt64, before: StaticString, behind: (UInt8, UInt8, UInt8)?
) -> String {
  var digits = 1
  var rest = number / 10
  while rest > 0 {
    digits += 1
    rest /= 10
  }
  let end = before.utf8CodeUnitCount + digits + (digits - 1) / 3
  // As many bytes as there are: a short text takes no memory of its own.
  return String(unsafeUninitializedCapacity: end + (behind == nil ? 0 : 3)) { text in
    for place in 0..<before.utf8CodeUnitCount {
      text.initializeElement(at: place, to: before.utf8Start[place])
    }
    var (place, left) = (end, number)
    for digit in 0..<digits {
      if digit > 0, digit.isMultiple(of: 3) {
        place -= 1
        text.initializeElement(at: place, to: UInt8(ascii: ","))
      }
      place -= 1
      text.initializeElement(at: place, to: UInt8(ascii: "0") + UInt8(left % 10))
      left /= 10
    }
    guard let behind else { return end }
    text.initializeElement(at: end, to: behind.0)
    text.initializeElement(at: end + 1, to: behind.1)
    text.initializeElement(at: end + 2, to: behind.2)
    return end + 3
  }
}
