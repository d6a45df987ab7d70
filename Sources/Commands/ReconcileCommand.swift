import ArgumentParser
import Foundation
import Ingest
import Ledger
import Vocabulary
import Writers

/// `zpay reconcile`: what payroll paid against what was directed.
struct ReconcileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Hold what payroll paid against what a closed quarter directed.",
    discussion: """
      FILE has an employee ID, an amount and a date or period in each row. It is kept in the ledger as \
      the disbursement of that quarter; a second file adds to the first. Status 1 where anybody was \
      not paid as directed.

        zpay reconcile 2026Q1 --paid payroll-april.csv
      """)

  @Argument(help: "The closed quarter: 2026Q1 (calendar) or FY2026Q3 (fiscal).")
  var quarter: String

  @Option(help: ArgumentHelp("What payroll paid, as CSV.", valueName: "file"))
  var paid: String

  @OptionGroup var place: LedgerOptions

  @Option(help: "How it is printed: text or json.")
  var format = ReportFormat.text

  func validate() throws {
    if let problem = QuarterName.problem(quarter) { throw ValidationError(problem) }
  }

  func run() throws {
    let payroll = try PayrollReader.read(try FileStream(paid), file: paid)
    let desk = LedgerDesk(place.directory)
    try desk.whileWriting {
      let (close, _) = try desk.closed(quarter)
      guard let ledger = try Ledger(at: desk.path, forWriting: true) else {
        throw Failure(.missingInput, "\(desk.path) is gone")
      }
      let disbursements = payroll.payments.map {
        Disbursement(
          employeeID: $0.employeeID, cents: $0.amount.cents, period: $0.period, line: $0.line)
      }
      let kept = try ledger.keep(
        disbursements, of: close.quarter, file: (paid as NSString).lastPathComponent,
        sha256: payroll.sha256, at: LedgerDesk.now)
      let reconciliation = try Reconciliation(ledger, close)
      tell(of: kept.before, isKnown: kept.isKnown, payroll, close.quarter)
      switch format {
      case .text: try Console.print(reconciliation.text)
      case .json: try Console.print(reconciliation.json.rendered)
      }
      if reconciliation.entries.contains(where: { $0.verdict != .asDirected }) {
        throw Failure(.no)
      }
    }
  }

  /// Tells of files with the same payments that were kept before. Payroll may have paid them again, and a list may be of
  /// several quarters; but who has saved a list again, or named the wrong quarter, should know. Where nothing was paid,
  /// nothing counts twice.
  private func tell(
    of before: [KeptPayrollFile], isKnown: Bool, _ payroll: PayrollFile, _ quarter: Quarter
  ) {
    if isKnown {
      return Console.tell(
        "zpay: \(paid) has been reconciled with \(quarter) before: it is not counted again")
    }
    guard !payroll.payments.isEmpty else { return }
    for other in before {
      let isOfThis = other.quarter == quarter.description
      let warning = Diagnostic(
        .warning, code: "payroll.samePayments", at: SourceLocation(file: paid),
        "the same payments are kept for \(other.quarter) already, from \(shown(other.file)): they count \(isOfThis ? "once more" : "for both quarters")",
        remedy:
          "if they were paid once, reconcile \(isOfThis ? "it" : "the other quarter") with a list of the same payments below zero"
      )
      Console.tell(warning.description)
    }
  }
}

/// What a closed quarter directed, and what payroll has paid of it so far, by physician.
struct Reconciliation {
  enum Verdict: String {
    case asDirected = "paid as directed"
    case short, over
    case notPaid = "not paid"
    case twice = "paid twice"
    case neverDirected = "paid and never directed"
    case toRecover = "to be recovered"
    case takenTooMuch = "too much taken back"
  }

  struct Entry {
    var employeeID: String
    var physicianID: String
    var physician: String
    var directed: Int64
    var paid: Int64
    var verdict: Verdict
  }

  let close: QuarterClose
  private(set) var entries: [Entry] = []

  init(_ ledger: Ledger, _ close: QuarterClose) throws {
    self.close = close
    var byEmployee: [String: Int] = [:]
    var found: [Entry] = []
    var names: [Set<String>] = []
    func place(_ employee: String, _ physicianID: String, _ physician: String) -> Int {
      // Without an employee ID nothing can be told apart but the physician.
      let key = employee.isEmpty ? "\u{0}" + physicianID : employee
      if let place = byEmployee[key] {
        // Several may have one employee ID: nobody can say whose of them a payment is.
        if !physicianID.isEmpty, !names[place].contains(physicianID) {
          names[place].insert(physicianID)
          found[place].physicianID += "; " + physicianID
          found[place].physician += "; " + physician
        }
        return place
      }
      names.append([physicianID])
      byEmployee[key] = found.count
      found.append(
        Entry(
          employeeID: employee, physicianID: physicianID, physician: physician, directed: 0,
          paid: 0, verdict: .asDirected))
      return found.count - 1
    }
    try ledger.forEachLine(of: close) { _, line in
      let index = place(line.employeeID, line.physicianID, line.physician)
      found[index].directed += line.amountCents
    }
    for payment in try ledger.disbursements(of: close.quarter) {
      found[place(payment.employeeID, "", "")].paid += payment.cents
    }
    // What was paid to nobody directed, and taken back since, is put right.
    entries = found.filter { !$0.physicianID.isEmpty || $0.paid != 0 }.map { entry in
      var entry = entry
      entry.verdict = Self.verdict(
        directed: entry.directed, paid: entry.paid, isKnown: !entry.physicianID.isEmpty)
      return entry
    }.sorted {
      ($0.physician, $0.physicianID, $0.employeeID) < ($1.physician, $1.physicianID, $1.employeeID)
    }
  }

  static func verdict(directed: Int64, paid: Int64, isKnown: Bool) -> Verdict {
    if !isKnown { return .neverDirected }
    if paid == directed { return .asDirected }
    if directed < 0 { return paid > directed ? .toRecover : .takenTooMuch }
    if paid == 0 { return .notPaid }
    if directed > 0, paid == directed * 2 { return .twice }
    if directed == 0 { return .neverDirected }
    return paid < directed ? .short : .over
  }

  private var directed: Int64 { entries.reduce(0) { $0 + $1.directed } }
  private var paid: Int64 { entries.reduce(0) { $0 + $1.paid } }

  var text: String {
    let wrong = entries.filter { $0.verdict != .asDirected }
    let meant = Dictionary(
      entries.filter { !$0.physicianID.isEmpty }
        .map { (withoutZeros($0.employeeID), $0.employeeID) }
    ) { first, _ in first }
    var text =
      "\(close.quarter): \(Money(cents: directed).display) directed, \(Money(cents: paid).display) paid\n\n"
    for entry in wrong {
      let who =
        entry.physicianID.isEmpty
        ? "employee \(shown(entry.employeeID))"
        : "\(shown(entry.physician)) (\(shown(entry.physicianID)), "
          + (entry.employeeID.isEmpty ? "no employee ID" : "employee \(shown(entry.employeeID))")
          + ")"
      let difference = Money(cents: entry.paid - entry.directed)
      text +=
        "\(entry.verdict.rawValue.padding(24))\(who): \(Money(cents: entry.directed).display) directed, "
        + "\(Money(cents: entry.paid).display) paid, \(difference.cents > 0 ? "+" : "")\(difference.display)\n"
      if entry.verdict == .neverDirected, let meant = meant[withoutZeros(entry.employeeID)],
        meant != entry.employeeID
      {
        text += "".padding(24) + "employee \(shown(meant)) is directed: were zeros lost?\n"
      }
    }
    let right = entries.count - wrong.count
    text +=
      "\(Verdict.asDirected.rawValue.padding(24))\(right) \(right == 1 ? "physician" : "physicians")\n"
    return text
  }

  private func withoutZeros(_ id: String) -> Substring { id.drop { $0 == "0" } }

  var json: JSON {
    .object([
      ("quarter", .text(close.quarter.description)),
      ("directed", .text(Money(cents: directed).description)),
      ("paid", .text(Money(cents: paid).description)),
      (
        "physicians",
        .list(
          entries.map {
            .object([
              ("verdict", .text($0.verdict.rawValue)), ("employee_id", .text($0.employeeID)),
              ("physician_id", .text($0.physicianID)), ("physician", .text($0.physician)),
              ("directed", .text(Money(cents: $0.directed).description)),
              ("paid", .text(Money(cents: $0.paid).description)),
            ])
          })
      ),
    ])
  }
}
