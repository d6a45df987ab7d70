import Ledger
import Reports
import Vocabulary
import Writers

/// The short account at the end of a run.
struct RunAccount {
  let result: QuarterResult
  let made: QuarterFiles.Made
  let place: String
  let hasPlan: Bool
  var close: QuarterClose?

  /// The most frequent reasons for which rows are not paid.
  private var reasons: [(reason: Reason, count: Int)] {
    let all = Reason.allCases.filter { $0 != .paid }
      .map { ($0, result.rowsByReason[Int($0.rawValue)]) }.filter { $0.1 > 0 }
    return Array(all.sorted { ($1.1, $0.0.rawValue) < ($0.1, $1.0.rawValue) }.prefix(5))
  }

  var text: String {
    let width = max(8, grouped(result.records.count).count)
    func row(_ label: String, _ count: Int, _ more: String = "") -> String {
      let number = grouped(count)
      let line =
        "  " + label.padding(14) + String(repeating: " ", count: width - number.count) + number
      return line + (more.isEmpty ? "" : "   " + more) + "\n"
    }
    var text =
      "\(result.quarterDisplay): \(close.map { "closed, close \($0.number)" } ?? "draft")\n\n"
    let carried = result.history.carriedRows
    text += row(
      carried == 0 ? "rows read" : "rows", result.records.count,
      carried == 0
        ? "" : "\(grouped(result.records.count - carried)) read, \(grouped(carried)) carried")
    let taken = result.history.reversals.reduce(0) { $0 + $1.line.amountCents }
    text += row(
      "paid", result.rowCount(.paid),
      Money(cents: result.payable.cents - taken).display
        + (taken == 0 ? " payable, gross" : ", gross"))
    if !result.history.reversals.isEmpty {
      text += row("taken back", result.history.reversals.count, Money(cents: taken).display)
      text += row(
        "in all", result.rowCount(.paid) + result.history.reversals.count,
        result.payable.display + " payable, gross")
    }
    text += row("held", result.rowCount(.held), "at most " + result.heldAtMost.display)
    text += row("excluded", result.rowCount(.excluded))
    let rejected = result.rowCount(.rejected)
    text += row("rejected", rejected)
    if !reasons.isEmpty {
      text += "\nmost frequent reasons (each row is in exceptions.csv)\n"
      for (reason, count) in reasons {
        text += row(reason.disposition.rawValue, count, reason.code)
      }
    }
    text += "\n"
    if carried > 0 {
      text +=
        "carried   \(grouped(carried)) held before, for which the inputs have no row that can be used\n"
    }
    text += FormerHolds(result).text
    // Without a ledger nothing is late.
    let tables = result.history.closed == nil ? [] : result.records.tables
    let late = tables.reduce(0) { count, table in
      count + table.records.count { $0.reason == .paid && result.isLate(day: $0.day) }
    }
    if late > 0 {
      text += "late      \(grouped(late)) of the paid were earned in earlier quarters\n"
    }
    let paidAnew = records(result.history.takenBack)
    if !paidAnew.isEmpty {
      text +=
        "again?    \(grouped(paidAnew.count)) of the paid \(paidAnew.count == 1 ? "was" : "were") paid before, and taken back by a close: \(firstOf(paidAnew.map(\.id))); zpay explain says more\n"
    }
    let lifted = records(result.lifted.keys)
    if !lifted.isEmpty {
      text +=
        "released  \(grouped(lifted.count)) of the paid would be held, as \(liftedReasons), if nobody had released \(lifted.count == 1 ? "it" : "them"): \(firstOf(lifted.map(\.id))); zpay explain says more\n"
    }
    if nearlyPaidBefore > 0 {
      text +=
        "twice?    \(grouped(nearlyPaidBefore)) of the paid \(nearlyPaidBefore == 1 ? "is" : "are") nearly what a closed quarter paid: similar-record in notices.csv\n"
    }
    let (nearlyPaidTwice, notRead) = noticesToTell
    if nearlyPaidTwice > 0 {
      text +=
        "twice?    \(grouped(nearlyPaidTwice)) of the paid \(nearlyPaidTwice == 1 ? "is" : "are") nearly another record of this quarter: similar-record in notices.csv\n"
    }
    if paidAndNotCompleted > 0 {
      text +=
        "undone?   \(grouped(paidAndNotCompleted)) \(paidAndNotCompleted == 1 ? "row is" : "rows are") not completed of what a closed quarter paid: not-completed in exceptions.csv\n"
    }
    for department in result.departments where department.payable < .zero {
      text += "negative  \(department.name): \(department.payable.display), to be recovered\n"
    }
    for employee in result.employeesBelowZero {
      let who =
        employee.physicianID
        + (employee.employeeID.isEmpty ? "" : ", employee \(employee.employeeID)")
      text +=
        "negative  \(shown(employee.physician)) (\(shown(who))): \(employee.payable.display), to be recovered"
        + (hasPayroll ? "; payroll.csv has no row for it" : "") + "\n"
    }
    if let sentence = payrollSentence { text += "payroll   \(sentence)\n" }
    for doubt in payrollDoubts { text += "payroll?  \(doubt)\n" }
    if !result.notices.isEmpty {
      text += "notices   \(grouped(result.notices.count)) to look at, in notices.csv\n"
    }
    if !notRead.isEmpty {
      text +=
        "not read  \(firstOf(notRead)): file-not-read in notices.csv says why\n"
    }
    if rejected > 0 { text += "rejected  zpay check names the place of each, and what to do\n" }
    text +=
      "plan      " + (hasPlan ? "plan.yaml" : "the founding plan: there is no plan.yaml") + "\n"
    text += "digest    \(made.digest)\n"
    if let close {
      text += "hash      \(close.hash)\n"
      text += "head      \(close.seal)\n"
    }
    let count = result.departments.count
    if count == 0 {
      text += "          no record is of this quarter: is it the one that you mean?\n"
    }
    text +=
      "files     \(place): \(count) \(count == 1 ? "statement" : "statements") in sheets/; begin with summary.xlsx\n"
    return text
  }

  /// Those of some rows that are paid, in the order of their IDs.
  private func records(_ rows: some Sequence<Int32>) -> [RecordIdentity] {
    let records = result.records
    let paid = rows.filter { records[$0].reason == .paid }
    return Set(paid.map { result.identity(of: records[$0], records.table(of: $0)) }).byID
  }

  private var liftedReasons: String {
    Set(result.lifted.values).map(\.code).sorted().joined(separator: " or ")
  }

  /// Records that are paid, and like another one that is paid already.
  private var nearlyPaidBefore: Int {
    result.history.similarPayments.keys.count { result.records[$0].reason == .paid }
  }

  /// How many records are paid that are like another one that is paid or held now, and the files that are not read.
  /// There may be millions of other notices: one look at each.
  private var noticesToTell: (nearlyPaidTwice: Int, notRead: [String]) {
    var (nearlyPaidTwice, notRead) = (0, [String]())
    for notice in result.notices {
      switch notice.kind {
      case .similarRecord:
        guard let record = notice.record, result.records[record].reason == .paid,
          result.history.similarPayments[record] == nil
        else { continue }
        nearlyPaidTwice += 1
      case .fileNotRead: notRead.append(notice.file)
      default: continue
      }
    }
    return (nearlyPaidTwice, notRead)
  }

  /// Rows that say that work was not done which is paid.
  private var paidAndNotCompleted: Int {
    let (records, payments) = (result.records, result.history.payments)
    var count = 0
    payments.forEachRow(in: payments.rows) { count += records[$0].reason == .notCompleted ? 1 : 0 }
    return count
  }

  private var hasPayroll: Bool { if case .file = made.payroll { true } else { false } }

  private var payrollSentence: String? {
    switch made.payroll {
    case .file(let rowCount, let total, _):
      "payroll.csv has \(grouped(rowCount)) \(rowCount == 1 ? "row" : "rows"), \(total.display)"
        + (total.cents == result.payable.cents
          ? ""
          : " (\(Money(cents: total.cents - result.payable.cents).display) more than is payable: to be recovered)")
        + (close == nil ? ": a draft, to be uploaded after zpay close" : ", ready for the upload")
    case .absent(.notConfigured): nil
    case .absent(.keyMissing(let key)): "no payroll.csv: plan.yaml gives payroll without \(key)"
    case .absent(.spanReversed(let begin, let end)):
      "no payroll.csv: earnings would begin on \(begin) and end on \(end): plan.yaml gives one of the two, and the quarter the other"
    case .absent(.employeesMissing(let people)):
      "no payroll.csv: no employee ID for \(people.joined(separator: "; "))"
    }
  }

  /// What a person should look at before payroll.csv is uploaded.
  private var payrollDoubts: [String] {
    guard case .file(_, _, let doubts) = made.payroll else { return [] }
    return (doubtfulDates.map { [$0 + ": look at payroll in plan.yaml"] } ?? []) + doubts
  }

  /// Dates of another quarter, as they stay in the plan when it is not looked at, and a pay period before the end of
  /// its earnings.
  private var doubtfulDates: String? {
    let (payroll, quarter) = (result.plan.payroll, result.quarter)
    let (begin, end) = (
      payroll.earningsBegin ?? quarter.start, payroll.earningsEnd ?? quarter.through
    )
    if end < quarter.start || quarter.through < begin {
      return "its earnings are of \(begin) to \(end), none of which is in \(quarter)"
    }
    if let periodEnd = payroll.payPeriodEnd, periodEnd < end {
      return "its pay period ends on \(periodEnd), before the earnings end on \(end)"
    }
    return nil
  }

  var json: JSON {
    let formerHolds = FormerHolds(result)
    return .object([
      ("quarter", .text(result.quarter.description)),
      ("display", .text(result.quarterDisplay)),
      ("state", .text(close == nil ? "draft" : "final")),
      (
        "close",
        close.map {
          .object([
            ("number", .number($0.number)), ("hash", .text($0.hash)), ("head", .text($0.seal)),
          ])
        } ?? .null
      ),
      (
        "rows",
        .object(
          [("read", .number(result.records.count))]
            + Disposition.allCases.map { ($0.rawValue, .number(result.rowCount($0))) })
      ),
      ("carried", .number(result.history.carriedRows)),
      ("nearly_paid_before", .number(nearlyPaidBefore)),
      ("nearly_paid_twice", .number(noticesToTell.nearlyPaidTwice)),
      ("paid_again", .number(records(result.history.takenBack).count)),
      ("released", .number(records(result.lifted.keys).count)),
      ("changed_since_held", .number(formerHolds.changed.count)),
      ("undone_since_held", .number(formerHolds.undone.count)),
      ("unread_since_held", .number(formerHolds.unread.count)),
      ("moved_since_held", .number(formerHolds.moved.count)),
      ("reversals", .number(result.history.reversals.count)),
      ("payable", .text(result.payable.description)),
      ("held_at_most", .text(result.heldAtMost.description)),
      (
        "reasons",
        .list(
          reasons.map {
            .object([
              ("disposition", .text($0.reason.disposition.rawValue)),
              ("reason", .text($0.reason.code)), ("rows", .number($0.count)),
            ])
          })
      ),
      ("departments", .number(result.departments.count)),
      ("notices", .number(result.notices.count)),
      ("payroll", payrollSentence.map(JSON.text) ?? .null),
      ("payroll_doubts", .list(payrollDoubts.map { .text($0) })),
      ("plan", .text(hasPlan ? "plan.yaml" : "founding plan")),
      ("digest", .text(made.digest)),
      ("folder", .text(place)),
    ])
  }
}

/// Some texts, as people are shown them: the first ones, and whether there are more.
func firstOf(_ texts: [String], _ count: Int = 3) -> String {
  texts.prefix(count).map(shown).joined(separator: ", ") + (texts.count > count ? ", …" : "")
}

extension String {
  /// The text, and spaces up to a width.
  func padding(_ width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(1, width - count))
  }
}
