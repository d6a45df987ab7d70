import Foundation
import GRDB
import TestSupport
import Testing

/// Decisions, payroll and the ledger's own command, as a person meets them: what is refused, and what is
/// not taken for something else.
struct DecisionTests {
  private static let heading = "case_id,program,physician_id,completed_at\n"

  private func decide(_ office: SmallWorkspace, _ arguments: String...) throws
    -> CommandRunner.Outcome
  {
    try CommandRunner.run(
      try CommandRunner.executable(),
      arguments + ["--reason", "a reason", "--by", "Ada", "-C", office.path])
  }

  @Test func anIDThatSeveralRecordsHaveIsAskedFor() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder, cases: Self.heading + "C1,GR,P1,2026-02-14\nC1,MH,P1,2026-02-15\n")
      try office.close("2026Q1")
      let either = try decide(office, "reverse", "C1")
      #expect(either.exitStatus == 1)
      #expect(either.standardError.contains("is the ID of several records"))
      #expect(try decide(office, "reverse", "C1", "--program", "more-health").exitStatus == 0)
      try office.close("2026Q2")
      let lines = try String(
        contentsOf: office.file("out/2026Q2/sheets/neurology.csv"), encoding: .utf8)
      #expect(lines.contains(",more-health,case,C1,2026-02-15,") && !lines.contains("grand-rounds"))
    }
  }

  @Test func anIDThatIsNamedTwiceIsDecidedOnce() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      func decisions() throws -> Int? {
        try DatabaseQueue(path: office.file("ledger.sqlite").path).read {
          try Int.fetchOne($0, sql: "SELECT count(*) FROM decision")
        }
      }
      #expect(try decide(office, "hold", "C1", "C1", "--quarter", "2026Q1").exitStatus == 0)
      #expect(try decisions() == 1)
      #expect(try decide(office, "release", "C1", "--quarter", "2026Q1").exitStatus == 0)
      try office.close("2026Q1")
      #expect(try decide(office, "reverse", "C1", "C1").exitStatus == 0)
      #expect(try decisions() == 3)
    }
  }

  /// Each decision shows, those that a later one has changed too; of what is forfeited there may be no statement.
  @Test func everyDecisionIsInTheWorkbooks() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder, cases: Self.heading + "C1,GR,P1,2026-02-14\nC9,GR,P9,2026-02-15\n")
      try office.close("2026Q1")
      try office.write("inputs/cases.csv", Self.heading + "C2,GR,P1,2026-05-14\n")
      for (kind, id) in [("forfeit", "C9"), ("hold", "C2"), ("release", "C2")] {
        let decided = try CommandRunner.zpay(
          kind, id, "--quarter", "2026Q2", "--reason", "why \(kind)", "--by", "Ada", "-C",
          office.path)
        #expect(decided.exitStatus == 0, "\(decided.standardError)")
      }
      try office.close("2026Q2")
      let sheets = office.file("out/2026Q2/sheets")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: sheets.path).sorted()
          == ["neurology.csv", "neurology.xlsx"])
      let statement = try workbookText(sheets.appendingPathComponent("neurology.xlsx").path)
      let summary = try workbookText(office.file("out/2026Q2/summary.xlsx").path)
      for (words, isInStatement) in [("hold", true), ("release", true), ("forfeit", false)] {
        #expect(statement.contains("why \(words)") == isInStatement, "\(words)")
        #expect(summary.contains("why \(words)"), "\(words)")
      }
    }
  }

  /// What a person has held stays so, and why is said in each quarter.
  @Test func anEarlierHoldIsInTheStatement() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      #expect(try decide(office, "hold", "C1", "--quarter", "2026Q1").exitStatus == 0)
      try office.close("2026Q1")
      #expect(try CommandRunner.zpay("run", "2026Q2", "-C", office.path).exitStatus == 0)
      for file in ["sheets/neurology.xlsx", "summary.xlsx"] {
        let text = try workbookText(office.file("out/2026Q2/" + file).path)
        let sheet = text.components(separatedBy: "## Decisions").dropFirst().first ?? ""
        #expect(sheet.contains("a reason"), "\(file)")
      }
    }
  }

  /// A reason that no cell could hold would keep the quarter from ever being closed.
  @Test(arguments: ["--reason", "--by"]) func aTextThatNoCellHoldsIsRefused(option: String) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      func hold(_ length: Int) throws -> CommandRunner.Outcome {
        var arguments = ["--reason": "why", "--by": "Ada"]
        arguments[option] = String(repeating: "x", count: length)
        return try CommandRunner.run(
          try CommandRunner.executable(),
          ["hold", "C1", "--quarter", "2026Q1", "-C", office.path]
            + arguments.flatMap { [$0.key, $0.value] })
      }
      let refused = try hold(2_001)
      #expect(refused.exitStatus == 64)
      #expect(refused.standardError.contains("at most 2,000 characters"))
      #expect(try hold(2_000).exitStatus == 0)
      // One that somebody has put there past the program is cut off, and stops nothing.
      try DatabaseQueue(path: office.file("ledger.sqlite").path).write {
        try $0.execute(
          sql: """
            INSERT INTO decision SELECT 2, quarter, 'release', program, activity, recordID, ?, 'Ada', decidedAt,
              0, NULL FROM decision
            """, arguments: [String(repeating: "y", count: 40_000)])
      }
      #expect(try office.close("2026Q1").exitStatus == 0)
    }
  }

  @Test func decisionsAreMadeInTheOpenQuarter() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder, cases: Self.heading + "C1,GR,P1,2026-02-14\nC2,GR,P1,2026-08-14\n")
      try office.close("2026Q1")
      let early = try decide(office, "hold", "C2", "--quarter", "2026Q3")
      #expect(early.exitStatus == 1)
      #expect(early.standardError.contains("the open quarter, which is 2026Q2"))
    }
  }

  /// What was reviewed before another quarter was closed is not closed after it.
  @Test func aCloseChangesTheNextDigest() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder, cases: Self.heading)
      let before = try office.digest("2026Q2")
      try office.close("2026Q1")
      #expect(try office.digest("2026Q2") != before)
      let manifest = try JSONSerialization.jsonObject(
        with: Data(contentsOf: office.file("out/2026Q1/manifest.json")))
      let close = try #require((manifest as? [String: Any])?["close"] as? [String: Any])
      #expect(close["prepared_by"] as? String == "Ada" && close["approved_by"] as? String == "Ben")
    }
  }

  @Test func anActivityTellsTwoRecordsOfOneIDApart() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder, cases: Self.heading + "C1,MH,P1,2026-02-14\n")
      try office.write(
        "inputs/conferences.csv",
        "conference_id,program,physician_id,started_at,duration_minutes\nC1,MH,P1,2026-02-15,30\n")
      try office.close("2026Q1")
      #expect(try decide(office, "reverse", "C1", "--activity", "conference").exitStatus == 0)
      #expect(try CommandRunner.zpay("run", "2026Q2", "-C", office.path).exitStatus == 0)
      let lines = try String(
        contentsOf: office.file("out/2026Q2/sheets/neurology.csv"), encoding: .utf8)
      #expect(lines.contains(",conference,C1,") && !lines.contains(",case,C1,"))
    }
  }

  /// C1 is paid and C2 held for its physician, both in the open quarter.
  @Test(arguments: [
    (["forfeit", "C1"], "is not held: hold it first, then forfeit it"),
    (["release", "C1"], "would be paid anyhow: there is nothing to release"),
    (["release", "C2"], "held as unknown-physician, which no release can settle"),
    (["hold", "C9"], "no record of 2026Q1 with this ID is paid or held"),
    (["hold", "C3"], "no record of 2026Q1 with this ID is paid or held"),
  ])
  func whatADecisionCannotDoIsRefused(decision: [String], words: String) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder,
        cases: Self.heading + "C1,GR,P1,2026-02-14\nC2,GR,P9,2026-02-15\nC3,GR,P1,2025-02-14\n")
      let digest = try office.digest("2026Q1")
      let refused = try CommandRunner.run(
        try CommandRunner.executable(),
        decision + [
          "--quarter", "2026Q1", "--reason", "a reason", "--by", "Ada", "-C", office.path,
        ])
      #expect(refused.exitStatus == 1)
      #expect(refused.standardError.contains(words), "\(refused.standardError)")
      #expect(try office.digest("2026Q1") == digest)
    }
  }

  /// What was reviewed is what is closed: also what ends unpaid.
  @Test func aDecisionOnAHeldRecordChangesTheDigest() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder, cases: Self.heading + "C1,GR,P1,2026-02-14\nC2,GR,P9,2026-02-15\n")
      let reviewed = try office.digest("2026Q1")
      #expect(try decide(office, "forfeit", "C2", "--quarter", "2026Q1").exitStatus == 0)
      #expect(try office.digest("2026Q1") != reviewed)
      // So does a decision that changes nothing but what the sheets say of it.
      var digests: Set<String> = []
      for reason in ["one reason", "another reason"] {
        let hold = try CommandRunner.zpay(
          "hold", "C1", "--quarter", "2026Q1", "--reason", reason, "--by", "Ada", "-C", office.path)
        #expect(hold.exitStatus == 0)
        digests.insert(try office.digest("2026Q1"))
      }
      #expect(digests.count == 2)
      #expect(try office.close("2026Q1", digest: reviewed).exitStatus == 1)
      let next = try office.digest("2026Q1")
      #expect(try office.close("2026Q1", digest: next).exitStatus == 0)
    }
  }

  /// Each carried record keeps what its own row says.
  @Test func carriedRecordsKeepTheirPhysicianAndDay() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder,
        cases: Self.heading + "C1,GR,P1,2026-02-14\n"
          + (2...6).map { "C\($0),GR,X\($0),2026-03-0\($0)\n" }.joined())
      try office.close("2026Q1")
      try office.write("inputs/cases.csv", Self.heading)
      #expect(try CommandRunner.zpay("run", "2026Q2", "-C", office.path).exitStatus == 0)
      let rows = try table(office.file("out/2026Q2/exceptions.csv"))
      let told = rows.map {
        "\($0["record_id"] ?? "") \($0["physician_id"] ?? "") \($0["service_date"] ?? "") \($0["source_line"] ?? "")"
      }
      #expect(told.sorted() == (2...6).map { "C\($0) X\($0) 2026-03-0\($0) \($0 + 1)" })
      for number in 2...6 {
        let said = try CommandRunner.zpay("explain", "2026Q2", "C\(number)", "-C", office.path)
          .standardOutput
        #expect(said.contains("2026-03-0\(number)"), "\(said)")
        let others = (2...6).filter { $0 != number && said.contains("2026-03-0\($0)") }
        #expect(others.isEmpty, "\(said)")
      }
    }
  }

  @Test func aLateRecordOfAnyClosedQuarterIsPaid() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      try office.close("2026Q2")
      try office.write(
        "inputs/cases.csv",
        Self.heading + "C1,GR,P1,2026-02-14\nC4,GR,P1,2026-03-14\nC5,GR,P1,2026-05-14\n")
      let run = try CommandRunner.zpay("run", "2026Q3", "-C", office.path)
      #expect(run.standardOutput.contains("$1,000.00 payable"), "\(run.standardOutput)")
    }
  }

  /// A held record comes back once, with what its row said, however many quarters held it; also where this
  /// quarter's row of it can't be read.
  @Test func aHeldRecordComesBackOnceAndWhole() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder, cases: Self.heading + "C2,GR,P9,2026-02-15\n")
      try office.close("2026Q1")
      for (quarter, rows) in [
        ("2026Q2", ""), ("2026Q3", ""), ("2026Q4", "C2,GR,P9,2026-02-30\n"),
      ] {
        try office.write("inputs/cases.csv", Self.heading + rows)
        let run = try CommandRunner.zpay("run", quarter, "-C", office.path)
        #expect(run.standardOutput.contains("carried   1 held before"), "\(run.standardOutput)")
        let exceptions = try table(office.file("out/\(quarter)/exceptions.csv"))
        #expect(
          exceptions.filter { $0["disposition"] == "held" }.map {
            "\($0["record_id"] ?? "") \($0["source_file"] ?? "")"
          } == ["C2 2026Q1:inputs/cases.csv"])
        let life = try CommandRunner.zpay("explain", quarter, "C2", "-C", office.path)
        #expect(
          life.standardOutput.contains("completed_at      2026-02-15"), "\(life.standardOutput)")
        try office.close(quarter)
      }
    }
  }

  // MARK: - Payroll

  private func reconcile(_ office: SmallWorkspace, _ quarter: String, _ paid: String) throws
    -> CommandRunner.Outcome
  {
    try office.write("paid.csv", "Empl ID,Amount,Pay Date\n\(paid)\n")
    return try CommandRunner.zpay(
      "reconcile", quarter, "--paid", office.file("paid.csv").path, "-C", office.path)
  }

  @Test(arguments: [("499.99", "short"), ("500.01", "over"), ("499.00", "short")])
  func aCentIsADifference(amount: String, verdict: String) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      let outcome = try reconcile(office, "2026Q1", "0042,\(amount),2026-04-15")
      #expect(outcome.exitStatus == 1)
      #expect(outcome.standardOutput.contains(verdict), "\(outcome.standardOutput)")
    }
  }

  @Test func aPayrollFileCountsOnce() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      #expect(try reconcile(office, "2026Q1", "0042,500,2026-04-15").exitStatus == 0)
      let again = try reconcile(office, "2026Q1", "0042,500,2026-04-15")
      #expect(again.exitStatus == 0)
      #expect(again.standardError.contains("it is not counted again"), "\(again.standardError)")
      #expect(again.standardOutput.contains("$500.00 directed, $500.00 paid"))
    }
  }

  /// Reconciles a list after one of two equal payments.
  private func reconcileAgain(_ list: String, as name: String) throws -> CommandRunner.Outcome {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      let first = try reconcile(office, "2026Q1", "0042,250,2026-04-15\n0042,250,2026-04-15")
      #expect(first.exitStatus == 0)
      try office.write(name, list)
      return try CommandRunner.zpay(
        "reconcile", "2026Q1", "--paid", office.file(name).path, "-C", office.path)
    }
  }

  /// The same payments in another file are a list that was saved again, or money that was paid again: they count
  /// (SPEC 8), and somebody should look.
  @Test(arguments: [
    (
      "Empl ID,Amount,Pay Date\n0042,250,2026-04-15\n0042,250,2026-04-15\n,,,\n",
      "one more line of nothing"
    ),
    (
      "Empl ID,Amount,Pay Date\r\n0042,250,2026-04-15\r\n0042,250,2026-04-15\r\n",
      "other line ends"
    ),
    (
      "Pay Date,Name,Amount,Empl ID\n4/15/2026,Ada,$250.00,0042\n2026-04-15,Ada,250.0,0042\n",
      "other columns, in another order, and other forms"
    ),
  ])
  func aPayrollListThatIsSavedAgainIsTold(text: String, because: String) throws {
    let again = try reconcileAgain(text, as: "again.csv")
    #expect(again.exitStatus == 1, "\(because)")
    #expect(
      again.standardError.contains(
        "again.csv: warning: [payroll.samePayments] the same payments are kept for 2026Q1 already, from paid.csv: they count once more"
      ), "\(because): \(again.standardError)")
    #expect(again.standardOutput.contains("$500.00 directed, $1,000.00 paid"), "\(because)")
  }

  @Test(arguments: [
    ("0042,250,2026-04-15", "$750.00 paid", "one of the two"),
    (
      "0042,250,2026-04-15\n0042,250,2026-04-15\n0042,250,2026-04-15", "$1,250.00 paid",
      "once more than that"
    ),
    ("0042,250,2026-04-15\n0042,250,2026-04-30", "$1,000.00 paid", "of another day"),
    ("0042,250,2026-04-15\n42,250,2026-04-15", "$1,000.00 paid", "to another employee"),
    ("0042,250,2026-04-15\n0042,250.01,2026-04-15", "$1,000.01 paid", "of another amount"),
  ])
  func aListOfOtherPaymentsAddsToTheFirst(rows: String, says: String, because: String) throws {
    let other = try reconcileAgain("Empl ID,Amount,Pay Date\n\(rows)\n", as: "other.csv")
    #expect(other.standardOutput.contains(says), "\(because): \(other.standardOutput)")
    #expect(other.standardError == "", "\(because)")
  }

  /// A list may be of several quarters; where it is not, somebody has named the wrong quarter.
  @Test func aPayrollListOfTwoQuartersIsKeptForBothAndTold() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder, cases: Self.heading + "C1,GR,P1,2026-02-14\nC2,GR,P1,2026-05-14\n")
      let words =
        "paid.csv: warning: [payroll.samePayments] the same payments are kept for 2026Q1 already, from paid.csv: they count for both quarters"
      for (quarter, isTold) in [("2026Q1", false), ("2026Q2", true)] {
        try office.close(quarter)
        let outcome = try reconcile(office, quarter, "0042,500,2026-07-15")
        #expect(outcome.exitStatus == 0)
        #expect(outcome.standardOutput.contains("$500.00 directed, $500.00 paid"))
        #expect(outcome.standardError.contains(words) == isTold, "\(outcome.standardError)")
      }
      let again = try reconcile(office, "2026Q2", "0042,500,2026-07-15")
      #expect(again.standardError.contains("reconciled with 2026Q2 before"))
      #expect(!again.standardError.contains("warning"), "\(again.standardError)")
      // Of a list of nothing there is nothing to tell.
      for quarter in ["2026Q1", "2026Q2"] {
        try office.write("nothing.csv", "Empl ID,Amount,Pay Date\n")
        let nothing = try CommandRunner.zpay(
          "reconcile", quarter, "--paid", office.file("nothing.csv").path, "-C", office.path)
        #expect(nothing.standardError == "")
      }
    }
  }

  @Test(arguments: [
    ("0099,1", "to be recovered", "$0.00 paid, +$500.00", "nothing was taken back yet"),
    ("0042,-499.99", "to be recovered", "-$499.99 paid, +$0.01", "a cent is left to recover"),
    ("0042,1", "to be recovered", "$1.00 paid, +$501.00", "and more was paid"),
    ("0042,-500", nil, nil, "what was directed was taken back"),
    (
      "0042,-1000", "too much taken back", "-$1,000.00 paid, -$500.00",
      "the employee has $500 to come"
    ),
  ])
  func whoOwesMoneyBackIsNotSaidToBeUnpaid(
    payment: String, verdict: String?, amounts: String?, because: String
  ) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      #expect(try decide(office, "reverse", "C1").exitStatus == 0)
      try office.close("2026Q2")
      let outcome = try reconcile(office, "2026Q2", "\(payment),2026-07-15")
      #expect(outcome.exitStatus == (verdict == nil ? 0 : 1), "\(because)")
      guard let verdict, let amounts else { return }
      let who = "Ada Example (P1, employee 0042): -$500.00 directed"
      #expect(
        outcome.standardOutput.contains("\n\(verdict) ")
          && outcome.standardOutput.contains(" \(who), \(amounts)\n"),
        "\(because): \(outcome.standardOutput)")
    }
  }

  /// What was closed is asserted for the quarter's last day: a payment of that day comes behind it.
  @Test func aPaymentOfTheLastDayComesBehindWhatWasClosed() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      #expect(try reconcile(office, "2026Q1", "0042,500,2026-03-31").exitStatus == 0)
      let journal = try CommandRunner.zpay("journal", "-C", office.path).standardOutput
      #expect(
        journal.contains("\n2026-04-01 * 2026Q1 paid by payroll: paid.csv line 2"), "\(journal)")
      #expect(
        journal.contains("Liabilities:Payable:Neurology  0.00 USD = -500.00 USD"), "\(journal)")
    }
  }

  @Test func paymentsAreThoseOfTheirQuarter() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder, cases: Self.heading + "C1,GR,P1,2026-02-14\nC2,GR,P1,2026-05-14\n")
      for (quarter, day) in [("2026Q1", "2026-04-15"), ("2026Q2", "2026-07-15")] {
        try office.close(quarter)
        #expect(try reconcile(office, quarter, "0042,500,\(day)").exitStatus == 0)
      }
      for id in ["C1", "C2"] {
        let life = try CommandRunner.zpay("explain", "2026Q3", id, "-C", office.path)
        #expect(
          life.standardOutput.contains("payroll paid $500.00 of $500.00 directed"),
          "\(life.standardOutput)")
      }
    }
  }

  @Test func physiciansWithoutAnEmployeeIDAreNotOnePerson() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder, cases: Self.heading + "C1,GR,P1,2026-02-14\nC2,GR,P2,2026-02-14\n")
      try office.write(
        "inputs/physicians.csv",
        "physician_id,name,department,credentialed_from\nP1,Ada Example,Neurology,2020-01-01\nP2,Ben Sample,Neurology,2020-01-01\n"
      )
      try office.write(
        "inputs/standing.csv",
        "physician_id,status,effective_from\nP1,good,2020-01-01\nP2,good,2020-01-01\n")
      try office.close("2026Q1")
      let outcome = try reconcile(office, "2026Q1", "0042,1,2026-04-15")
      #expect(outcome.exitStatus == 1)
      for name in [
        "Ada Example (P1, no employee ID): $500.00", "Ben Sample (P2, no employee ID): $500.00",
      ] {
        #expect(outcome.standardOutput.contains(name), "\(outcome.standardOutput)")
      }
    }
  }

  /// Part payments settle what each department owes, one after the other.
  @Test func paymentsSettleEachDepartmentOnce() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder, cases: Self.heading + "C1,GR,P1,2026-02-14\nC2,GR,P1,2026-02-20\n")
      try office.write(
        "inputs/physicians.csv",
        "physician_id,name,department,credentialed_from,credentialed_to,employee_id\nP1,Ada Example,Neurology,2020-01-01,2026-02-14,0042\nP1,Ada Example,Surgery,2026-02-15,,0042\n"
      )
      try office.close("2026Q1")
      for day in ["2026-04-15", "2026-04-30"] {
        _ = try reconcile(office, "2026Q1", "0042,500,\(day)")
      }
      let journal = try CommandRunner.zpay("journal", "-C", office.path).standardOutput
      let settled = journal.split(separator: "\n").filter {
        $0.contains("Liabilities:Payable:") && $0.contains("  500.00 USD")
      }
      #expect(settled.count == 2 && settled.contains { $0.contains("Neurology") }, "\(journal)")
      #expect(settled.contains { $0.contains("Surgery") }, "\(journal)")
    }
  }

  @Test func whatPayrollPaidIsSealedByTheNextClose() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      #expect(try reconcile(office, "2026Q1", "0042,500,2026-04-15").exitStatus == 0)
      #expect(try office.close("2026Q2").exitStatus == 0)
      #expect(try CommandRunner.zpay("ledger", "-C", office.path).exitStatus == 0)
      let tables = ["disbursement", "payrollSeal", "payrollFile"]
      try DatabaseQueue(path: office.file("ledger.sqlite").path).write { db in
        let triggers = try Row.fetchAll(
          db, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger["name"] as String)") }
        for table in tables { try db.execute(sql: "DELETE FROM \(table)") }
        for trigger in triggers { try db.execute(sql: trigger["sql"] as String) }
      }
      let ledger = try CommandRunner.zpay("ledger", "-C", office.path)
      #expect(ledger.exitStatus == 1)
      #expect(
        ledger.standardOutput.contains(
          "✗ 2026Q2 (close 2): not what was closed: what payroll paid before"))
    }
  }

  // MARK: - The ledger itself

  @Test func theHeadThatIsGivenIsLookedFor() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let head = String(repeating: "0", count: 64)
      let none = try CommandRunner.zpay("ledger", "--head", head, "-C", office.path)
      #expect(none.exitStatus == 1)
      #expect(none.standardError.contains("it has been lost"))
      try office.close("2026Q1")
      let other = try CommandRunner.zpay("ledger", "--head", head, "-C", office.path)
      #expect(other.exitStatus == 1)
      #expect(other.standardOutput.contains("put back from an older copy"))
    }
  }

  /// A folder typed wrong is no office that has closed nothing.
  @Test(arguments: [
    ["ledger"], ["journal"], ["reissue", "2026Q1"], ["run", "2026Q1"],
    ["reverse", "C1", "--reason", "wrong", "--by", "Ada"],
  ])
  func aFolderThatIsNotThereIsStatus66(command: [String]) throws {
    let outcome = try CommandRunner.run(
      try CommandRunner.executable(), command + ["-C", "nowhere"])
    #expect(outcome.exitStatus == 66, "\(outcome)")
    #expect(outcome.standardError.contains("nowhere"))
  }

  @Test func aLedgerWithoutACloseHasNoJournal() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      #expect(try decide(office, "hold", "C1", "--quarter", "2026Q1").exitStatus == 0)
      let journal = try CommandRunner.zpay("journal", "-C", office.path)
      #expect(journal.exitStatus == 1 && journal.standardOutput == "")
    }
  }

  @Test func anIDThatAClosedQuarterNeverHadIsANo() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      let life = try CommandRunner.zpay("explain", "2026Q1", "C9", "-C", office.path)
      #expect(life.exitStatus == 1 && life.standardError.contains("C9"), "\(life)")
    }
  }

  @Test func theLedgersReportIsAlsoThereAsJSON() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      func report() throws -> (status: Int32, holds: Bool?, findings: [String]?) {
        let outcome = try CommandRunner.zpay("ledger", "--format", "json", "-C", office.path)
        let object = try JSONSerialization.jsonObject(with: Data(outcome.standardOutput.utf8))
        let values = try #require(object as? [String: Any])
        return (outcome.exitStatus, values["holds"] as? Bool, values["findings"] as? [String])
      }
      let good = try report()
      #expect(good.status == 0 && good.holds == true && good.findings == [])
      try DatabaseQueue(path: office.file("ledger.sqlite").path).write {
        try $0.execute(sql: "DROP TRIGGER paymentLineIsNeverChanged")
      }
      let changed = try report()
      #expect(changed.status == 1 && changed.holds == false && changed.findings?.count == 1)
    }
  }

  @Test func theLedgerIsItsOwnersAlone() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let path = office.file("ledger.sqlite").path
      for quarter in ["2026Q1", "2026Q2"] {
        try office.close(quarter)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        // As a copy that somebody puts back may be.
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
      }
    }
  }

  @Test func oneProgramWritesAtATime() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let digest = try office.digest("2026Q1")
      let descriptor = open(office.path, O_RDONLY)
      defer { _ = close(descriptor) }
      for (lock, status) in [(LOCK_EX, Int32(73)), (LOCK_SH, 73), (LOCK_UN, 0)] {
        #expect(flock(descriptor, lock) == 0)
        let outcome = try office.close("2026Q1", digest: digest)
        #expect(outcome.exitStatus == status)
        #expect(outcome.standardError.contains("another zpay is writing") == (status == 73))
      }
    }
  }

  /// The sheets of a close that a crash kept from their place are put there once, and then never again: by
  /// whatever command comes next.
  @Test(arguments: [
    ["ledger"], ["run", "2026Q2"], ["explain", "2026Q2", "C1"], ["journal"],
    ["reverse", "C1", "--reason", "a reason", "--by", "Ada"],
  ])
  func sheetsThatACrashKeptAreIssuedOnce(next: [String]) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      let issued = try contents(of: office.file("out/2026Q1"))
      try FileManager.default.removeItem(at: office.file("out"))
      try DatabaseQueue(path: office.file("ledger.sqlite").path).write {
        try $0.execute(
          sql: "INSERT INTO pendingIssue VALUES (1, ?)",
          arguments: [office.file("out/2026Q1").path])
      }
      let outcome = try CommandRunner.run(
        try CommandRunner.executable(), next + ["-C", office.path])
      #expect(outcome.exitStatus == 0 && outcome.standardError.contains("have been put into"))
      #expect(try contents(of: office.file("out/2026Q1")) == issued)
      try FileManager.default.removeItem(at: office.file("out"))
      let again = try CommandRunner.zpay("ledger", "-C", office.path)
      #expect(again.exitStatus == 0 && !again.standardError.contains("have been put"))
      #expect(!FileManager.default.fileExists(atPath: office.file("out").path))
    }
  }

  /// A disk that is gone keeps nobody from the ledger, and the sheets can be had elsewhere.
  @Test func sheetsThatCannotBePutInPlaceKeepNobody() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      let issued = try contents(of: office.file("out/2026Q1"))
      try office.write("gone", "")
      let gone = office.file("gone/2026Q1").path
      try DatabaseQueue(path: office.file("ledger.sqlite").path).write {
        try $0.execute(sql: "INSERT INTO pendingIssue VALUES (1, ?)", arguments: [gone])
      }
      func run(_ arguments: String...) throws -> Bool {
        let outcome = try CommandRunner.run(
          try CommandRunner.executable(), arguments + ["-C", office.path])
        #expect(outcome.exitStatus == 0, "\(outcome)")
        return outcome.standardError.contains("can't be put into \(gone) yet")
      }
      #expect(try run("ledger"))
      #expect(try run("run", "2026Q2"))
      #expect(try run("reverse", "C1", "--reason", "a reason", "--by", "Ada"))
      #expect(try run("reissue", "2026Q1", "--out", office.file("elsewhere").path))
      #expect(try contents(of: office.file("elsewhere")) == issued)
      #expect(try !run("ledger"))
    }
  }

  /// The next command may run in another folder.
  @Test func whereSheetsBelongIsKeptWhole() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      let database = try DatabaseQueue(path: office.file("ledger.sqlite").path)
      try database.write {
        try $0.execute(
          sql:
            "CREATE TRIGGER no BEFORE DELETE ON pendingIssue BEGIN SELECT RAISE(ABORT, 'no'); END")
      }
      let close = try CommandRunner.zpay(
        "close", "2026Q2", "--digest", try office.digest("2026Q2"), "--prepared-by", "Ada",
        "--approved-by", "Ben", in: office.folder)
      #expect(close.exitStatus == 74)
      #expect(close.standardError.contains("2026Q2 is closed (close 2), but its sheets"))
      let place = try database.read {
        try String.fetchOne($0, sql: "SELECT folder FROM pendingIssue")
      }
      let kept = try #require(place)
      #expect(kept.hasPrefix("/") && kept.hasSuffix("/office/out/2026Q2"), "\(kept)")
    }
  }

  /// A disk that fails is no “no”.
  @Test func aLedgerThatCannotBeWrittenIsStatus74() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      // Where SQLite's journal would be.
      try FileManager.default.createDirectory(
        at: office.file("ledger.sqlite-journal"), withIntermediateDirectories: false)
      let reverse = try decide(office, "reverse", "C1")
      #expect(reverse.exitStatus == 74, "\(reverse.standardError)")
    }
  }
}
