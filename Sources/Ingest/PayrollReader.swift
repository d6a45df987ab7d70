package import Vocabulary

/// A payment, as payroll's file has it.
package struct PayrollPayment: Sendable {
  package var employeeID: String
  package var amount: Money
  /// The date (as `2026-04-15` where it is one) or the period, as written.
  package var period: String
  package var line: Int
}

/// What payroll paid, by one file of its.
package struct PayrollFile: Sendable {
  package var payments: [PayrollPayment]
  /// Of the bytes that were read.
  package var sha256: String
}

/// Reads what payroll paid: a CSV with an employee ID, an amount and a date or period (SPEC 8).
package enum PayrollReader {
  /// - Throws: ``UnusableInput`` with every problem of the file: these rows are money. What the
  ///   stream throws.
  package static func read(_ stream: any ByteStream, file: String) throws -> PayrollFile {
    let table = try PlainTable(stream, file: file)
    let columns = try Columns(table, file)
    var payments: [PayrollPayment] = []
    var problems: [Diagnostic] = []
    for row in table.rows {
      do throws(Fault) {
        payments.append(try payment(of: row, columns))
      } catch {
        problems.append(
          Diagnostic(
            .error, code: error.code, at: SourceLocation(file: file, line: row.line), error.message,
            remedy: error.remedy))
      }
    }
    guard problems.isEmpty else { throw UnusableInput(problems) }
    return PayrollFile(payments: payments, sha256: table.sha256)
  }

  /// Where the values stand.
  private struct Columns {
    var employee: Int
    var amount: Int
    /// Reports have several dates: any of them says when it was.
    var periods: [Int]
    /// Whether the column behind the amount has a heading that is none of theirs.
    var hasOtherBehindAmount: Bool

    init(_ table: PlainTable, _ file: String) throws {
      // Of a name and an ID, or of a code and an amount, the heading that says more is meant.
      let employee =
        try table.column("employee_id", "empl id", "emplid", "employee number")
        ?? table.column("employee")
      let amount =
        try table.column("amount", "gross amount", "amount paid")
        ?? table.column("gross", "paid", "earnings")
      periods = table.columns(
        "date", "pay date", "paid on", "check date", "paycheck date", "period", "pay period",
        "pay period end", "pay period end date", "period end", "earnings end date", "quarter")
      guard let employee, let amount, !periods.isEmpty else {
        let missing = [
          employee == nil ? "an employee ID" : nil, amount == nil ? "an amount" : nil,
          periods.isEmpty ? "a date or period" : nil,
        ].compactMap(\.self).joined(separator: ", ")
        throw UnusableInput([
          Diagnostic(
            .error, code: "payroll.columns",
            at: SourceLocation(file: file, line: table.headingLine),
            "what payroll paid has no column for \(missing)",
            remedy: "write headings like employee_id,amount,pay_date")
        ])
      }
      (self.employee, self.amount) = (employee, amount)
      let next = amount + 1
      hasOtherBehindAmount =
        table.headings.indices.contains(next) && !table.headings[next].isEmpty
        && !periods.contains(next)
    }
  }

  /// What is wrong with a row.
  private struct Fault: Error {
    var code: String
    var message: String
    var remedy: String

    init(_ code: String, _ message: String, _ remedy: String) {
      (self.code, self.message, self.remedy) = ("payroll." + code, message, remedy)
    }
  }

  private static func payment(
    of row: PlainTable.Row, _ columns: Columns
  ) throws(Fault) -> PayrollPayment {
    let (employee, amount, next) = (
      row.value(columns.employee), row.value(columns.amount), row.value(columns.amount + 1)
    )
    guard !employee.isEmpty else {
      throw Fault(
        "employeeMissing", "the row has no employee ID",
        "fill it in, or delete the row if it is a total")
    }
    guard let money = Money(written: amount) else {
      throw Fault(
        "badAmount", "“\(shown(amount))” is no amount",
        "write dollars, such as 1500.00, $1,500.00 or (500.00)")
    }
    guard money.cents.magnitude <= amountMax.cents.magnitude else {
      throw Fault(
        "amountTooLarge", "\(money.display) is more than anybody is paid",
        "look whether the column is the right one")
    }
    guard !isSplit(amount, next, mayBeOther: columns.hasOtherBehindAmount) else {
      throw Fault(
        "splitAmount",
        "“\(shown(amount))” and “\(shown(next))” behind it look like one amount that its comma has split",
        "put the amount into quotation marks, or write it without commas and with its cents")
    }
    guard !isTotal(employee) else {
      throw Fault(
        "total", "“\(shown(employee))” is no employee ID, but looks like a total", "delete the row")
    }
    guard let period = columns.periods.map(row.value).first(where: { !$0.isEmpty }) else {
      throw Fault("periodMissing", "the row has no date or period", "fill it in")
    }
    let date = period.utf8.withContiguousStorageIfAvailable { CivilTime($0)?.date } ?? nil
    return PayrollPayment(
      employeeID: employee, amount: money, period: date?.description ?? period, line: row.line)
  }

  /// Nobody is paid as much, and sums of millions of such rows stay in 64 bits.
  private static let amountMax = Money(cents: 1_000_000_000_00)

  /// Whether a value and the one behind it are `1,500` or `1,500.00` without quotation marks.
  ///
  /// - Parameter mayBeOther: whether the second may be something else, such as hours: then only what no other number
  ///   looks like, `050.00`, counts.
  private static func isSplit(_ amount: String, _ next: String, mayBeOther: Bool) -> Bool {
    let parts = next.split(separator: ".", omittingEmptySubsequences: false)
    let isRest =
      parts[0].count == 3 && parts.count <= 2 && parts.dropFirst().allSatisfy { $0.count == 2 }
      && parts.joined().utf8.allSatisfy { $0 &- UInt8(ascii: "0") <= 9 }
    // What has more than three digits has not lost a comma behind them.
    return isRest && amount.count(where: \.isNumber) <= 3 && !amount.contains(".")
      && (!mayBeOther || parts.count == 2 && next.hasPrefix("0"))
  }

  private static func isTotal(_ employee: String) -> Bool {
    ["total", "totals", "grandtotal", "subtotal", "sum"].contains(matchKey(employee))
  }
}
