import Foundation
import GRDB
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

  /// What was reviewed is what is closed: also what ends unpaid.
  @Test func aDecisionOnAHeldRecordChangesTheDigest() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder, cases: Self.heading + "C1,GR,P1,2026-02-14\nC2,GR,P9,2026-02-15\n")
      let reviewed = try office.digest("2026Q1")
      #expect(try decide(office, "forfeit", "C2", "--quarter", "2026Q1").exitStatus == 0)
      #expect(try office.digest("2026Q1") != reviewed)
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

  /// The sheets of a close that a crash kept from their place are put there once, and then never again.
  @Test func sheetsThatACrashKeptAreIssuedOnce() throws {
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
      // A decision, too, comes after that.
      #expect(try decide(office, "reverse", "C1").exitStatus == 0)
      #expect(try contents(of: office.file("out/2026Q1")) == issued)
      try FileManager.default.removeItem(at: office.file("out"))
      let again = try CommandRunner.zpay("ledger", "-C", office.path)
      #expect(again.exitStatus == 0 && !again.standardError.contains("have been put"))
      #expect(!FileManager.default.fileExists(atPath: office.file("out").path))
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
