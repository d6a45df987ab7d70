package import Vocabulary

/// `payroll.csv`, shaped for UCPath's upload of amounts, I-618 (SPEC 7). Gross.
package struct PayrollTable: Sendable {
  /// Why there is no file.
  package enum Absence: Error, Equatable {
    /// The plan says nothing of payroll.
    case notConfigured
    /// The plan leaves out a key without which nothing can be uploaded.
    case keyMissing(String)
    /// The earnings would end before they begin: the plan gives one of the two days, and the quarter the other.
    case spanReversed(begin: CivilDate, end: CivilDate)
    /// Paid physicians without an employee ID.
    case employeesMissing([String])
  }

  private struct Line {
    var physicianID: String
    var physician: String
    var employeeID: String
    var employeeRecord: String
    var cents: Int64
  }

  package static let keys = [
    "Empl ID", "Employee Record", "Position Number", "Pay Period End Date", "Earnings Begin Date",
    "Earnings End Date", "Earnings Code", "Amount",
  ]

  /// The file, and what it comes to: more than is payable where something is to be recovered.
  package struct Upload: Sendable {
    package var table: Table
    package var total: Money
    /// What a person should look at in its employee IDs, a sentence each.
    package var doubts: [String]
  }

  package static func make(_ lines: RecordLines) -> Result<Upload, Absence> {
    let result = lines.result
    let payroll = result.plan.payroll
    guard payroll.isConfigured else { return .failure(.notConfigured) }
    guard let earnCode = payroll.earnCode else {
      return .failure(.keyMissing("earn_code"))
    }
    guard let periodEnd = payroll.payPeriodEnd else {
      return .failure(.keyMissing("pay_period_end"))
    }
    let begin = payroll.earningsBegin ?? result.quarter.start
    let end = payroll.earningsEnd ?? result.quarter.through
    guard begin <= end else {
      return .failure(.spanReversed(begin: begin, end: end))
    }
    let (uploads, missing) = uploads(lines)
    guard missing.isEmpty else { return .failure(.employeesMissing(missing)) }
    let table = Table(headings: keys, rowCount: uploads.count) { index, row in
      row.text(uploads[index].employeeID)
      row.text(uploads[index].employeeRecord)
      row.blank()
      row.text(monthDayYear(periodEnd))
      row.date(day: begin.day)
      row.date(day: end.day)
      row.text(earnCode)
      row.money(cents: uploads[index].cents)
    }
    var doubts = EmployeeIDDoubts()
    for line in uploads {
      doubts.add(line.employeeID, physicianID: line.physicianID, physician: line.physician)
    }
    return .success(
      Upload(
        table: table, total: Money(cents: uploads.reduce(0) { $0 + $1.cents }),
        doubts: doubts.sentences))
  }

  /// A row a physician and employee record, by physician; and the paid who have no employee ID.
  private static func uploads(_ lines: RecordLines) -> ([Line], missing: [String]) {
    let result = lines.result
    var uploads: [Line] = []
    var places: [String: Int] = [:]
    var missing: Set<String> = []
    var order: [(key: [UInt8], place: Int)] = []
    for department in result.departments {
      for reference in department.lines {
        let line = result.paymentLine(reference, of: department)
        guard !line.employeeID.isEmpty else {
          // What was paid without one, and is taken back, is named by the run.
          if line.amountCents >= 0 { missing.insert("\(line.physician) (\(line.physicianID))") }
          continue
        }
        let key = "\(line.physicianID)\u{0}\(line.employeeID)\u{0}\(line.employeeRecord)"
        let cents = line.amountCents
        if let place = places[key] {
          uploads[place].cents += cents
        } else {
          places[key] = uploads.count
          order.append((Array((line.physician + "\u{0}" + key).utf8), uploads.count))
          uploads.append(
            Line(
              physicianID: line.physicianID, physician: line.physician,
              employeeID: line.employeeID, employeeRecord: line.employeeRecord, cents: cents))
        }
      }
    }
    order.sort { $0.key.lexicographicallyPrecedes($1.key) }
    return (recovered(order.map { uploads[$0.place] }), missing.sorted())
  }

  /// What is taken back in one job of an employee comes off what the others pay, from the first on. What is more than
  /// all of them is no payment: the run names it.
  private static func recovered(_ lines: [Line]) -> [Line] {
    var debts: [String: Int64] = [:]
    for line in lines where line.cents < 0 { debts[line.employeeID, default: 0] -= line.cents }
    return lines.compactMap { line in
      let recovered = min(max(line.cents, 0), debts[line.employeeID] ?? 0)
      debts[line.employeeID]? -= recovered
      var line = line
      line.cents -= recovered
      return line.cents > 0 ? line : nil
    }
  }

  /// MMDDYYYY, as text.
  private static func monthDayYear(_ date: CivilDate) -> String {
    let text = date.description.filter { $0 != "-" }
    return String(text.dropFirst(4) + text.prefix(4))
  }
}
