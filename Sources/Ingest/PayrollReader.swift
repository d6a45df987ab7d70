package import Vocabulary

/// A payment, as payroll's file has it.
package struct PayrollPayment: Sendable {
  package var employeeID: String
  package var amount: Money
  /// The date (as `2026-04-15` where it is one) or the period, as written.
  package var period: String
  package var line: Int
}

/// Reads what payroll paid: a CSV with an employee ID, an amount and a date or period (SPEC 8).
package enum PayrollReader {
  /// - Throws: ``UnusableInput`` with every problem of the file: these rows are money. What the
  ///   stream throws.
  package static func read(_ stream: any ByteStream, file: String) throws -> [PayrollPayment] {
    let table = try PlainTable(stream, file: file)
    let employee = try table.column(
      "employee_id", "empl id", "emplid", "employee", "employee number")
    let amount = try table.column(
      "amount", "gross", "paid", "gross amount", "amount paid", "earnings")
    // Reports have several dates: any of them says when it was.
    let period = table.firstColumn(
      "date", "pay date", "paid on", "check date", "paycheck date", "period", "pay period",
      "pay period end", "pay period end date", "period end", "earnings end date", "quarter")
    guard let employee, let amount, let period else {
      let missing = [
        employee == nil ? "an employee ID" : nil, amount == nil ? "an amount" : nil,
        period == nil ? "a date or period" : nil,
      ].compactMap(\.self).joined(separator: ", ")
      throw UnusableInput([
        Diagnostic(
          .error, code: "payroll.columns",
          at: SourceLocation(file: file, line: table.headingLine),
          "what payroll paid has no column for \(missing)",
          remedy: "write headings like employee_id,amount,pay_date")
      ])
    }
    var payments: [PayrollPayment] = []
    var problems: [Diagnostic] = []
    for row in table.rows {
      func value(_ column: Int) -> String {
        row.values.indices.contains(column) ? row.values[column] : ""
      }
      func fail(_ code: String, _ message: String, _ remedy: String) {
        problems.append(
          Diagnostic(
            .error, code: code, at: SourceLocation(file: file, line: row.line), message,
            remedy: remedy))
      }
      guard !value(employee).isEmpty else {
        fail(
          "payroll.employeeMissing", "the row has no employee ID",
          "fill it in, or delete the row if it is a total")
        continue
      }
      guard let money = Self.amount(value(amount)) else {
        fail(
          "payroll.badAmount", "“\(shown(value(amount)))” is no amount",
          "write dollars, such as 1500.00, $1,500.00 or (500.00)")
        continue
      }
      guard !isSplit(value(amount), value(amount + 1)) else {
        fail(
          "payroll.splitAmount",
          "“\(shown(value(amount)))” and “\(shown(value(amount + 1)))” look like one amount that its comma has split",
          "put the amount into quotation marks, or write it without commas")
        continue
      }
      guard !value(period).isEmpty else {
        fail("payroll.periodMissing", "the row has no date or period", "fill it in")
        continue
      }
      let text = value(period)
      let date = text.utf8.withContiguousStorageIfAvailable { CivilTime($0)?.date } ?? nil
      payments.append(
        PayrollPayment(
          employeeID: value(employee), amount: money, period: date?.description ?? text,
          line: row.line))
    }
    guard problems.isEmpty else { throw UnusableInput(problems) }
    return payments
  }

  /// Whether a value and the one behind it are `1,500.00` without its quotation marks.
  private static func isSplit(_ amount: String, _ next: String) -> Bool {
    let parts = next.split(separator: ".", omittingEmptySubsequences: false)
    return !amount.contains(".") && parts.map(\.count) == [3, 2]
      && parts.joined().utf8.allSatisfy { $0 &- UInt8(ascii: "0") <= 9 }
  }

  /// `1500`, `1,500.00`, `$1,500.00`; below zero `-500`, `-$500.00`, `($500.00)`.
  static func amount(_ text: String) -> Money? {
    var rest = Substring(text)
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
    let plain = groups.joined() + rest.drop { $0 != "." }
    guard let money = Money(dollars: plain) else { return nil }
    return isNegative ? Money(cents: -money.cents) : money
  }
}
