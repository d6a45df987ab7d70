import ArgumentParser
import Foundation
import Ledger
import Rules
import Vocabulary

/// `zpay journal`: the ledger for another program to add up.
struct JournalCommand: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case hledger, beancount }

  static let configuration = CommandConfiguration(
    commandName: "journal",
    abstract: "Print the ledger as a plain-text journal, for another program to add up.",
    discussion: """
      Each closed line is a transaction from the program to the department's payable, each payment \
      that reconcile confirmed one from there to the physician, with a balance assertion for each \
      department and quarter.

        zpay journal > z.journal && hledger -f z.journal check -s
        zpay journal --format beancount > z.beancount && bean-check z.beancount
      """)

  @Option(help: "Whose journal: hledger or beancount.")
  var format = Format.hledger

  @OptionGroup var place: LedgerOptions

  func run() throws {
    let desk = LedgerDesk(place.directory)
    try desk.finishWhatWasHalfDone()
    let ledger = try desk.open()
    if let lost = try desk.lostClose() { Console.tell("zpay: \(lost)") }
    guard let ledger, !(try ledger.closes().isEmpty) else {
      throw Failure(.no, "no quarter has been closed: there is nothing to write down")
    }
    try Console.print(try Journal(ledger).text(format))
  }
}

/// The ledger in double entry. Amounts are US dollars, gross; what is owed has a minus, as in any
/// journal.
struct Journal {
  private struct Entry {
    var date: String
    var number: Int
    var narration: String
    /// Two accounts: the first gets the amount, the second gives it.
    var debit: String
    var credit: String
    var cents: Int64
  }

  private struct Assertion {
    var date: CivilDate
    var quarter: Quarter
  }

  private var entries: [Entry] = []
  private var assertions: [Assertion] = []
  private var programs = AccountNames("Expenses:")
  private var departments = AccountNames("Liabilities:Payable:")
  private var physicians = AccountNames("Assets:Disbursed:")

  init(_ ledger: Ledger) throws {
    for close in try ledger.closes() {
      let date = close.quarter.through
      var directed: [String: [(department: String, rest: Int64)]] = [:]
      var names: [String: String] = [:]
      try ledger.forEachLine(of: close) { number, line in
        if directed[line.employeeID]?.contains(where: { $0.department == line.department }) != true
        {
          directed[line.employeeID, default: []].append((line.department, 0))
        }
        let place = directed[line.employeeID]!.firstIndex { $0.department == line.department }!
        directed[line.employeeID]![place].rest += line.amountCents
        names[line.employeeID] = line.physicianID
        entries.append(
          Entry(
            date: date.description, number: entries.count,
            narration:
              "\(close.quarter) line \(number): \(line.record.activity.code) \(line.record.id)"
              + (line.reverses.map { ", takes back line \($0)" } ?? ""),
            debit: programs.account(line.record.program + " " + line.record.activity.code),
            credit: departments.account(line.department), cents: line.amountCents))
      }
      for payment in try ledger.disbursements(of: close.quarter) {
        var rest = directed[payment.employeeID] ?? []
        for share in DisbursedShares.split(cents: payment.cents, over: &rest) {
          entries.append(
            Entry(
              date: Self.day(payment.period, notBefore: date), number: entries.count,
              narration: "\(close.quarter) paid by payroll: \(payment.file) line \(payment.line)",
              debit: departments.account(share.department),
              credit: physicians.account(names[payment.employeeID] ?? payment.employeeID),
              cents: share.cents))
        }
        directed[payment.employeeID] = rest
      }
      assertions.append(Assertion(date: date, quarter: close.quarter))
    }
    entries.sort { ($0.date, $0.number) < ($1.date, $1.number) }
  }

  /// The payment's day, where payroll gives one; never before the quarter's end, since it pays for
  /// what was closed then.
  private static func day(_ period: String, notBefore date: CivilDate) -> String {
    let isDay =
      period.utf8.count == 10
      && CivilDate(iso: period).map { $0 > date } ?? false
    return isDay ? period : CivilDate(day: date.day + 1).description
  }

  func text(_ format: JournalCommand.Format) -> String {
    format == .hledger ? hledger : beancount
  }

  // MARK: - hledger

  private var hledger: String {
    var text = "; Made by zpay journal. Amounts are US dollars, gross.\n\ncommodity 1000.00 USD\n\n"
    for names in [programs, departments, physicians] {
      for (account, name) in names.all { text += "account \(account)  ; \(Self.plain(name))\n" }
    }
    walk { event in
      switch event {
      case .entry(let entry):
        let amount = Money(cents: entry.cents)
        text += "\n\(entry.date) * \(Self.plain(entry.narration))\n"
        text +=
          "    \(entry.debit)  \(amount) USD\n    \(entry.credit)  \(Self.minus(amount)) USD\n"
      case .balance(let assertion, let balances):
        text += "\n\(assertion.date) * \(assertion.quarter) closed\n"
        for (account, cents) in balances {
          text += "    \(account)  0.00 USD = \(Money(cents: cents)) USD\n"
        }
      }
    }
    return text
  }

  // MARK: - beancount

  private var beancount: String {
    var text = ";; Made by zpay journal. Amounts are US dollars, gross.\n\n"
    text += "option \"operating_currency\" \"USD\"\n\n"
    let first = entries.first?.date ?? assertions.first?.date.description ?? "1970-01-01"
    for names in [programs, departments, physicians] {
      for (account, name) in names.all {
        text += "\(first) open \(account) USD  ; \(Self.plain(name))\n"
      }
    }
    walk { event in
      switch event {
      case .entry(let entry):
        let amount = Money(cents: entry.cents)
        text += "\n\(entry.date) * \"\(Self.quoted(entry.narration))\"\n"
        text += "  \(entry.debit)  \(amount) USD\n  \(entry.credit)  \(Self.minus(amount)) USD\n"
      case .balance(let assertion, let balances):
        // A balance is that of the day's beginning, and a cent off is off.
        let day = CivilDate(day: assertion.date.day + 1)
        text += "\n"
        for (account, cents) in balances {
          text += "\(day) balance \(account)  \(Money(cents: cents)) ~ 0 USD\n"
        }
      }
    }
    return text
  }

  // MARK: - In order of dates

  private enum Event {
    case entry(Entry)
    case balance(Assertion, [(account: String, cents: Int64)])
  }

  /// Entries by date, and after the last of a quarter's end what every department is owed.
  private func walk(_ body: (Event) -> Void) {
    var balances: [String: Int64] = [:]
    var rest = entries[...]
    func state() -> [(account: String, cents: Int64)] {
      departments.all.compactMap { account, _ in balances[account].map { (account, $0) } }
    }
    func apply(_ entry: Entry) {
      balances[entry.debit, default: 0] += entry.cents
      balances[entry.credit, default: 0] -= entry.cents
      body(.entry(entry))
    }
    for assertion in assertions {
      while let entry = rest.first, entry.date <= assertion.date.description {
        apply(entry)
        rest.removeFirst()
      }
      body(.balance(assertion, state()))
    }
    rest.forEach(apply)
  }

  private static func minus(_ amount: Money) -> Money { Money(cents: -amount.cents) }

  /// One line, without what begins a comment or a code in a journal.
  private static func plain(_ text: String) -> String {
    String(shown(text).map { ";|()[]".contains($0) ? "·" : $0 })
  }

  private static func quoted(_ text: String) -> String {
    String(shown(text).map { "\"\\".contains($0) ? "·" : $0 })
  }
}

/// Names of accounts that both programs read: letters, digits and hyphens, each name its own.
private struct AccountNames {
  private let prefix: String
  private var accounts: [String: String] = [:]
  private var taken: Set<String> = []

  init(_ prefix: String) { self.prefix = prefix }

  /// By account.
  var all: [(account: String, name: String)] {
    accounts.map { ($0.value, $0.key) }.sorted { $0.account < $1.account }
  }

  mutating func account(_ name: String) -> String {
    if let account = accounts[name] { return account }
    let base = sheetNames(of: [name])[0].split(separator: "-")
      .map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: "-")
    var (account, number) = (prefix + base, 2)
    while !taken.insert(account).inserted {
      account = "\(prefix)\(base)-\(number)"
      number += 1
    }
    accounts[name] = account
    return account
  }
}
