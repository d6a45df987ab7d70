/// For rows whose record is paid: the payment. They may be most rows of a file that has earlier quarters, too, so each
/// takes 16 bytes, and whether a row has one is a bit.
public struct PriorPayments: Sendable {
  fileprivate struct Value: Sendable {
    var day: Int32
    /// Among ``payees``.
    var payee: Int32
    var cents: Int64
  }

  /// In which quarter somebody was paid.
  fileprivate struct Payee: Equatable, Sendable {
    var quarter: Quarter
    var physicianID: String
  }

  /// Payments as they are found, in any order of their rows.
  public struct Found: Sendable {
    fileprivate var rows: [Int32] = []
    fileprivate var values: [Value] = []
    fileprivate var payees: [Payee] = []

    public init() {}

    public mutating func append(_ payment: PriorPayment, of row: Int32) {
      let payee = Payee(quarter: payment.quarter, physicianID: payment.physicianID)
      // Lines of one physician stand behind each other.
      if payees.last != payee { payees.append(payee) }
      rows.append(row)
      values.append(
        Value(day: payment.day, payee: Int32(payees.count - 1), cents: payment.cents))
    }
  }

  /// A bit for each row.
  private var bits: [UInt64] = []
  /// How many rows have a payment before those of each 64.
  private var before: [Int32] = []
  /// By row.
  private var values: [Value] = []
  private var payees: [Payee] = []

  public init() {}

  /// Of a row that is found twice, the first counts. O(rows).
  ///
  /// - Parameter rowCount: of all rows, with and without a payment.
  public init(_ found: [Found], rowCount: Int) {
    bits = Array(repeating: 0, count: (rowCount + 63) / 64)
    for row in found.lazy.flatMap(\.rows) { bits[Int(row) >> 6] |= 1 << UInt64(row & 63) }
    before.reserveCapacity(bits.count)
    var count: Int32 = 0
    for word in bits {
      before.append(count)
      count += Int32(word.nonzeroBitCount)
    }
    let none = Value(day: 0, payee: -1, cents: 0)
    values = Array(repeating: none, count: Int(count))
    for found in found {
      let first = Int32(payees.count)
      payees += found.payees
      for (row, value) in zip(found.rows, found.values) {
        let place = place(of: row)
        guard values[place].payee < 0 else { continue }
        values[place] = value
        values[place].payee += first
      }
    }
  }

  public var isEmpty: Bool { values.isEmpty }
  public var count: Int { values.count }

  /// Whether a row has a payment.
  public func contains(_ row: Int32) -> Bool {
    let word = Int(row) >> 6
    return word < bits.count && bits[word] & 1 << UInt64(row & 63) != 0
  }

  /// - Precondition: the row has one.
  private func place(of row: Int32) -> Int {
    let word = Int(row) >> 6
    let lower = bits[word] & (1 << UInt64(row & 63) - 1)
    return Int(before[word]) + lower.nonzeroBitCount
  }

  public subscript(row: Int32) -> PriorPayment? {
    contains(row) ? payment(at: place(of: row)) : nil
  }

  private func payment(at place: Int) -> PriorPayment {
    let value = values[place]
    let payee = payees[Int(value.payee)]
    return PriorPayment(
      quarter: payee.quarter, physicianID: payee.physicianID, day: value.day, cents: value.cents)
  }
}

extension PriorPayments {
  /// Gives the rows among some that have a payment, ascending.
  @inlinable public func forEachRow(in rows: Range<Int32>, _ body: (Int32) -> Void) {
    var row = rows.lowerBound
    while row < rows.upperBound {
      let left = bits(from: row)
      guard left != 0 else {
        row = (row | 63) &+ 1
        continue
      }
      row &+= Int32(left.trailingZeroBitCount)
      guard row < rows.upperBound else { return }
      body(row)
      row &+= 1
    }
  }

  /// Whether a row and those behind it have one, as far as they are of the same 64.
  @usableFromInline func bits(from row: Int32) -> UInt64 {
    let word = Int(row) >> 6
    return word < bits.count ? bits[word] >> UInt64(row & 63) : 0
  }

  /// All rows, as a range.
  public var rows: Range<Int32> { 0..<Int32(bits.count * 64) }
}
