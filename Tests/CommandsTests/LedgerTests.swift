import Foundation
import GRDB
import Testing

/// Quarters closed one after another by the built program.
struct LedgerTests {
  private static let cases =
    "case_id,program,physician_id,completed_at\nC1,GR,P1,2026-02-14\nC2,GR,P9,2026-02-15\n"

  @Test func aClosedQuarterIsPaidOnceAndItsHeldRecordComesBack() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder, cases: Self.cases)
      #expect(try office.close("2026Q1").exitStatus == 0)
      // The inputs lose both records, and get a late one.
      try office.write(
        "inputs/cases.csv",
        "case_id,program,physician_id,completed_at\nC1,GR,P1,2026-02-14\nC3,GR,P1,2026-03-31\n")
      #expect(try CommandRunner.zpay("run", "2026Q2", "-C", office.path).exitStatus == 0)
      let lines = try String(
        contentsOf: office.file("out/2026Q2/sheets/neurology.csv"), encoding: .utf8)
      #expect(
        lines.hasSuffix(
          "\n2026Q2,Neurology,P1,0042,Ada Example,grand-rounds,case,C3,2026-03-31,,,500.00,500.00,2026Q1,inputs/cases.csv,3\n"
        ))
      let exceptions = try String(
        contentsOf: office.file("out/2026Q2/exceptions.csv"), encoding: .utf8)
      #expect(exceptions.contains("held,unknown-physician,grand-rounds,case,C2,P9,,(unassigned)"))
      #expect(exceptions.contains("excluded,already-paid,grand-rounds,case,C1"))
    }
  }

  @Test func aCloseIsRefusedWithItsReason() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder, cases: Self.cases)
      let digest = try office.digest("2026Q1")
      let stale = try office.close("2026Q1", digest: String(repeating: "0", count: 64))
      #expect(stale.exitStatus == 1)
      #expect(stale.standardError.contains("not the one that was reviewed"))
      #expect(!FileManager.default.fileExists(atPath: office.file("ledger.sqlite").path))
      let alone = try office.close("2026Q1", digest: digest, by: ("Ada  L", "ada l."))
      #expect(alone.exitStatus == 1)
      #expect(!FileManager.default.fileExists(atPath: office.file("ledger.sqlite").path))
      #expect(try office.close("2026Q1", digest: digest).exitStatus == 0)
      let twice = try office.close("2026Q1", digest: digest)
      #expect(twice.exitStatus == 1)
      #expect(twice.standardError.contains("closed already"))
      let ledger = try Data(contentsOf: office.file("ledger.sqlite"))
      let next = try office.close("2026Q2", digest: digest)
      #expect(next.exitStatus == 1)
      #expect(try Data(contentsOf: office.file("ledger.sqlite")) == ledger)
      let early = try office.close("2026Q3")
      #expect(early.exitStatus == 1)
      #expect(early.standardError.contains("the next one is 2026Q2"))
      let run = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(run.exitStatus == 1)
    }
  }

  /// It could never be undone: what is earlier than the first close is payable no more.
  @Test func theFirstCloseIsNoneOfAQuarterWithoutRecords() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder,
        cases:
          "case_id,program,physician_id,completed_at\nC1,GR,P1,2026-02-14\nC2,GR,P1,2026-02-15\n")
      let wrong = try office.close("2026Q2")
      #expect(wrong.exitStatus == 1)
      #expect(
        wrong.standardError.contains(
          "nothing is paid or held in 2026Q2, and 2 rows are of earlier quarters"),
        "\(wrong)")
      #expect(!FileManager.default.fileExists(atPath: office.file("ledger.sqlite").path))
      try office.close("2026Q1")
      try office.write(
        "inputs/cases.csv",
        "case_id,program,physician_id,completed_at\nC1,GR,P1,2026-02-14\nC9,GR,P1,2025-12-30\n")
      // A later one may have none.
      #expect(try office.close("2026Q2").exitStatus == 0)
    }
  }

  @Test func aClosedQuarterIsReissuedByteForByteWithoutItsInputs() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder, cases: Self.cases)
      try office.close("2026Q1")
      let issued = try contents(of: office.file("out/2026Q1"))
      try FileManager.default.removeItem(at: office.file("out"))
      try FileManager.default.removeItem(at: office.file("inputs"))
      #expect(try CommandRunner.zpay("reissue", "2026Q1", "-C", office.path).exitStatus == 0)
      let again = try contents(of: office.file("out/2026Q1"))
      #expect(again == issued)
      #expect(issued.count == 9)
    }
  }

  @Test func aReversalIsANegativeLineThatNamesTheLineItUndoes() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder, cases: Self.cases)
      try office.close("2026Q1")
      let reverse = try CommandRunner.zpay(
        "reverse", "C1", "--reason", "wrong", "--by", "Ada", "-C", office.path)
      #expect(reverse.exitStatus == 0)
      #expect(try office.close("2026Q2").exitStatus == 0)
      let lines = try String(
        contentsOf: office.file("out/2026Q2/sheets/neurology.csv"), encoding: .utf8)
      #expect(lines.hasSuffix(",500.00,-500.00,2026Q1,2026Q1:sheets/neurology.csv,2\n"))
      let again = try CommandRunner.zpay(
        "reverse", "C1", "--reason", "again", "--by", "Ada", "-C", office.path)
      #expect(again.exitStatus == 1)
      // Net of reversals it is not paid: a late record now.
      #expect(try office.close("2026Q3").exitStatus == 0)
      let ledger = try CommandRunner.zpay("ledger", "-C", office.path)
      #expect(ledger.exitStatus == 0)
      #expect(ledger.standardOutput.contains("in all  $500.00 directed"))
      let life = try CommandRunner.zpay("explain", "2026Q4", "C1", "-C", office.path)
      #expect(life.standardOutput.contains("payment taken back: -$500.00"))
    }
  }

  /// Somebody who got another name, somebody in two departments, and a payment that is taken back and made anew:
  /// line by line, with its payee, in its place.
  @Test func theLedgerHasWhatTheStatementsSay() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder,
        cases: """
          case_id,program,physician_id,completed_at
          C1,GR,P1,2026-02-14
          C2,GR,P1,2026-03-14
          C3,GR,P2,2026-02-15
          C4,GR,P2,2026-03-15
          C5,MH,P1,2026-03-16

          """)
      try office.write(
        "inputs/physicians.csv",
        """
        physician_id,name,department,credentialed_from,credentialed_to,employee_id
        P1,Ada Example,Neurology,2020-01-01,2026-02-28,0042
        P1,Ada Exempla,Neurology,2026-03-01,,0042
        P2,Ben Sample,Neurology,2020-01-01,2026-02-28,0043
        P2,Ben Sample,Oncology,2026-03-01,,0044

        """)
      try office.write(
        "inputs/standing.csv",
        "physician_id,status,effective_from\nP1,good,2020-01-01\nP2,good,2020-01-01\n")
      #expect(try office.close("2026Q1").exitStatus == 0)
      let reverse = try CommandRunner.zpay(
        "reverse", "C1", "--reason", "wrong", "--by", "Ada", "--pay-again", "-C", office.path)
      #expect(reverse.exitStatus == 0)
      #expect(try office.close("2026Q2").exitStatus == 0)
      var said: [String] = []
      for quarter in ["2026Q1", "2026Q2"] {
        for department in ["neurology", "oncology"] {
          let file = office.file("out/\(quarter)/sheets/\(department).csv")
          guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
          for (line, row) in text.split(separator: "\n").enumerated().dropFirst() {
            let cells = row.split(separator: ",", omittingEmptySubsequences: false)
            let told = cells[1...7] + [cells[12], cells[14], cells[15]]
            said.append("\(quarter) \(department) \(line + 1) \(told.joined(separator: " "))")
          }
        }
      }
      let kept = try DatabaseQueue(path: office.file("ledger.sqlite").path).read { db in
        try String.fetchAll(
          db,
          sql: """
            SELECT quarter || ' ' || sheet || ' ' || sheetLine || ' ' || department || ' ' || physicianID || ' '
              || employeeID || ' ' || physician || ' ' || program || ' ' || activity || ' ' || recordID || ' '
              || printf('%.2f', amountCents / 100.0) || ' ' || sourceFile || ' ' || sourceLine
            FROM statementLine JOIN quarterClose ON number = closeNumber ORDER BY lineID
            """)
      }
      #expect(kept == said)
      #expect(said.count == 7)
    }
  }

  #if os(Linux)
    /// Texts that Swift calls equal, and that are not the same bytes: the names of two files.
    @Test func twoFilesWhoseNamesLookAlikeAreTwo() throws {
      try withTemporaryFolder { folder in
        let office = try SmallWorkspace(in: folder)
        for (number, name) in ["caf\u{E9}", "cafe\u{301}"].enumerated() {
          let rows = (0..<9).map {
            "D\(2 * $0 + number),GR,P1,2026-02-1\($0)\nH\($0)\(number),GR,P9,2026-02-11\n"
          }
          try office.write(
            "inputs/cases-\(name).csv",
            "case_id,program,physician_id,completed_at\n" + rows.joined())
        }
        #expect(try office.close("2026Q1").exitStatus == 0)
        let ledger = try CommandRunner.zpay("ledger", "-C", office.path)
        #expect(ledger.exitStatus == 0, "\(ledger)")
        // So are the files of what is carried: else one would be named for both, and not always the same.
        for name in ["caf\u{E9}", "cafe\u{301}"] {
          try office.write(
            "inputs/cases-\(name).csv", "case_id,program,physician_id,completed_at\n")
        }
        let run = try CommandRunner.zpay("run", "2026Q2", "-C", office.path)
        #expect(run.exitStatus == 0, "\(run)")
        let held = try Data(contentsOf: office.file("out/2026Q2/exceptions.csv"))
        for name in ["caf\u{E9}", "cafe\u{301}"] {
          let file = Data("2026Q1:inputs/cases-\(name).csv".utf8)
          var (count, rest) = (0, held[...])
          while let found = rest.range(of: file) {
            (count, rest) = (count + 1, rest[found.upperBound...])
          }
          #expect(count == 9)
        }
      }
    }
  #endif

  /// The lines of a record are numbered: odd ones pay it, even ones take that back.
  @Test func aRecordIsPaidAnewAsOftenAsItIsTakenBack() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder, cases: Self.cases)
      try office.close("2026Q1")
      for (quarter, more) in [("2026Q2", ["--pay-again"]), ("2026Q3", [])] {
        let reverse = try CommandRunner.run(
          try CommandRunner.executable(),
          ["reverse", "C1", "--reason", "wrong", "--by", "Ada", "-C", office.path] + more)
        #expect(reverse.exitStatus == 0)
        #expect(try office.close(quarter).exitStatus == 0)
      }
      #expect(try office.close("2026Q4").exitStatus == 0)
      let lines = try DatabaseQueue(path: office.file("ledger.sqlite").path).read { db in
        try Row.fetchAll(db, sql: "SELECT * FROM paymentLine WHERE recordID = 'C1' ORDER BY lineID")
          .map {
            "\($0["closeNumber"] as Int) \($0["recordEntry"] as Int) \($0["amountCents"] as Int)"
          }
      }
      #expect(lines == ["1 1 50000", "2 2 -50000", "2 3 50000", "3 4 -50000", "4 5 50000"])
      let ledger = try CommandRunner.zpay("ledger", "-C", office.path)
      #expect(ledger.exitStatus == 0, "\(ledger)")
      // Which of them came first is sealed, too.
      try DatabaseQueue(path: office.file("ledger.sqlite").path).write { db in
        let name = "paymentLineIsNeverChanged"
        let trigger = try String.fetchOne(
          db, sql: "SELECT sql FROM sqlite_master WHERE name = ?", arguments: [name])
        try db.execute(sql: "DROP TRIGGER \(name)")
        for (entry, other) in [(1, 7), (5, 1), (7, 5)] {
          try db.execute(
            sql: "UPDATE paymentLine SET recordEntry = ? WHERE recordID = 'C1' AND recordEntry = ?",
            arguments: [other, entry])
        }
        try db.execute(sql: try #require(trigger))
      }
      let swapped = try CommandRunner.zpay("ledger", "-C", office.path)
      #expect(swapped.exitStatus == 1)
      #expect(swapped.standardOutput.contains("is not what was closed"), "\(swapped)")
    }
  }

  /// What is paid is written while the workbooks are made: where the ledger won't have it, they are not put
  /// in place.
  @Test func sheetsOfACloseThatTheLedgerRefusesAreNotLeftBehind() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder, cases: Self.cases)
      try office.close("2026Q1")
      let before = try contents(of: office.folder)
      let digest = try office.digest("2026Q2")
      try FileManager.default.removeItem(at: office.file("out/2026Q2"))
      try DatabaseQueue(path: office.file("ledger.sqlite").path).write {
        try $0.execute(
          sql: "CREATE TRIGGER no BEFORE INSERT ON heldRecord BEGIN SELECT RAISE(ABORT, 'no'); END")
      }
      let close = try office.close("2026Q2", digest: digest)
      #expect(close.exitStatus == 1)
      #expect(close.standardError.contains("refuses this: no"), "\(close.standardError)")
      #expect(try contents(of: office.folder).keys.sorted() == before.keys.sorted())
      let ledger = try CommandRunner.zpay("ledger", "-C", office.path)
      #expect(!ledger.standardOutput.contains("2026Q2"))
    }
  }

  /// Neither a draft nor another quarter's sheets take the place of what was issued.
  @Test func finalSheetsAreLeftAlone() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder, cases: Self.cases)
      try office.close("2026Q1")
      let final = office.file("out/2026Q1")
      let issued = try contents(of: final)
      let draft = try CommandRunner.zpay(
        "run", "2026Q2", "-C", office.path, "--out", final.path)
      #expect(draft.exitStatus == 73)
      #expect(draft.standardError.contains("has the final sheets of 2026Q1"))
      let next = try CommandRunner.zpay(
        "close", "2026Q2", "-C", office.path, "--out", final.path, "--digest",
        try office.digest("2026Q2"), "--prepared-by", "Ada", "--approved-by", "Ben")
      #expect(next.exitStatus == 73)
      #expect(try contents(of: final) == issued)
      // Its own sheets may be made again there.
      let again = try CommandRunner.zpay(
        "reissue", "2026Q1", "-C", office.path, "--out", final.path)
      #expect(again.exitStatus == 0)
      #expect(try contents(of: final) == issued)
    }
  }

  /// Why a row was not paid is asked after the close, too.
  @Test func whatACloseDidNotPayIsExplained() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder,
        cases:
          "case_id,program,physician_id,completed_at,status\nC1,GR,P1,2026-02-14,\nC2,GR,P1,2025-12-31,\nC3,GR,P9,2026-02-15,\nC3,GR,P1,2026-02-15,declined\n"
      )
      try office.close("2026Q1")
      func explain(_ id: String) throws -> CommandRunner.Outcome {
        try CommandRunner.zpay("explain", "2026Q1", id, "-C", office.path)
      }
      #expect(
        try explain("C2").standardOutput == """
          C2: 2026Q1 is closed (close 1)

            not paid by this close
              excluded: earlier-quarter, from inputs/cases.csv line 3
                The service date is before the quarter: 2025-12-31

          """)
      let both = try explain("C3").standardOutput
      #expect(both.contains("    held: unknown-physician, from inputs/cases.csv line 4\n"))
      #expect(both.contains("    excluded: not-completed, from inputs/cases.csv line 5\n"))
      #expect(both.contains("in the ledger"), "\(both)")
      let nobody = try explain("C9")
      #expect(nobody.exitStatus == 1)
      #expect(
        nobody.standardError.contains(
          "neither the ledger nor the close's exceptions.csv has a record “C9”"))
    }
  }

  /// Nobody can say whose a payment is where two have one employee ID: both are named.
  @Test func physiciansOfOneEmployeeIDAreReconciledTogether() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder,
        cases:
          "case_id,program,physician_id,completed_at\nC1,GR,P1,2026-02-14\nC2,GR,P2,2026-02-14\n")
      try office.write(
        "inputs/physicians.csv",
        "physician_id,name,department,credentialed_from,employee_id\nP1,Ada Example,Neurology,2020-01-01,0042\nP2,Ben Sample,Neurology,2020-01-01,0042\n"
      )
      try office.write(
        "inputs/standing.csv",
        "physician_id,status,effective_from\nP1,good,2020-01-01\nP2,good,2020-01-01\n")
      try office.close("2026Q1")
      try office.write("paid.csv", "employee_id,amount,date\n0042,900,2026-04-30\n")
      let outcome = try CommandRunner.zpay(
        "reconcile", "2026Q1", "--paid", office.file("paid.csv").path, "-C", office.path)
      #expect(outcome.exitStatus == 1)
      #expect(
        outcome.standardOutput.contains(
          "Ada Example; Ben Sample (P1; P2, employee 0042): $1,000.00 directed, $900.00 paid, -$100.00"
        ), "\(outcome.standardOutput)")
    }
  }

  /// Between the commit of a close and its end, its files are put in place: who reads then waits for that.
  @Test func whoReadsWhileFilesOfACloseAreToBePutInPlaceWaits() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder, cases: Self.cases)
      #expect(try office.close("2026Q1").exitStatus == 0)
      let ledger = try DatabaseQueue(path: office.file("ledger.sqlite").path)
      // A disk with much else to do would keep the reader waiting longer than it has patience.
      try ledger.inDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF") }
      try ledger.write {
        try $0.execute(sql: "INSERT INTO pendingIssue VALUES (1, '\(office.path)/out/2026Q1')")
      }
      let closing = open(office.path, O_RDONLY)
      #expect(flock(closing, LOCK_EX) == 0)
      let isDone = DispatchSemaphore(value: 0)
      // A thread of its own: the queue's may all wait for programs of other tests.
      Thread.detachNewThread {
        Thread.sleep(forTimeInterval: 0.4)
        try? ledger.write { try $0.execute(sql: "DELETE FROM pendingIssue") }
        isDone.signal()
      }
      let read = try CommandRunner.zpay("ledger", "-C", office.path)
      #expect(read.exitStatus == 0, "\(read.standardError)")
      isDone.wait()
      close(closing)
    }
  }

  /// What is issued again comes from the ledger alone.
  @Test func neitherPlanNorInputsAreNeededToReissue() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder, cases: Self.cases)
      try office.close("2026Q1")
      let final = office.file("out/2026Q1")
      let issued = try contents(of: final)
      for path in ["out/2026Q1", "inputs"] {
        try FileManager.default.removeItem(at: office.file(path))
      }
      try office.write("plan.yaml", "rates: [")
      let again = try CommandRunner.zpay("reissue", "2026Q1", "-C", office.path)
      #expect(again.exitStatus == 0, "\(again.standardError)")
      #expect(try contents(of: final) == issued)
    }
  }

  /// Taken back and held in one close: the negative line is no payment, so the hold stays open, and comes
  /// back though the inputs lose the row.
  @Test func whatIsTakenBackAndHeldInOneCloseIsNotForgotten() throws {
    try withTemporaryFolder { folder in
      let heading = "case_id,program,physician_id,completed_at\n"
      let office = try SmallWorkspace(in: folder, cases: heading + "C1,GR,P1,2026-02-14\n")
      try office.close("2026Q1")
      let reverse = try CommandRunner.zpay(
        "reverse", "C1", "--pay-again", "--reason", "another physician", "--by", "Ada", "-C",
        office.path)
      #expect(reverse.exitStatus == 0)
      try office.write("inputs/cases.csv", heading + "C1,GR,P9,2026-02-14\n")
      #expect(try office.close("2026Q2").exitStatus == 0)
      try office.write("inputs/cases.csv", heading)
      #expect(try CommandRunner.zpay("run", "2026Q3", "-C", office.path).exitStatus == 0)
      let exceptions = try String(
        contentsOf: office.file("out/2026Q3/exceptions.csv"), encoding: .utf8)
      #expect(exceptions.contains("held,unknown-physician,grand-rounds,case,C1,P9,,(unassigned)"))
    }
  }

  @Test func aForfeitedRecordIsShownOnceMoreAndNeverAgain() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder, cases: Self.cases)
      try office.close("2026Q1")
      let forfeit = try CommandRunner.zpay(
        "forfeit", "C2", "--quarter", "2026Q2", "--reason", "not ours", "--by", "Ada", "-C",
        office.path)
      #expect(forfeit.exitStatus == 0)
      try office.write("inputs/cases.csv", "case_id,program,physician_id,completed_at\n")
      for (quarter, isShown) in [("2026Q2", true), ("2026Q3", false)] {
        #expect(try office.close(quarter).exitStatus == 0)
        let exceptions = try String(
          contentsOf: office.file("out/\(quarter)/exceptions.csv"), encoding: .utf8)
        #expect(exceptions.contains("excluded,forfeited,grand-rounds,case,C2") == isShown)
      }
      let life = try CommandRunner.zpay("explain", "2026Q4", "C2", "-C", office.path)
      #expect(life.standardOutput.contains("held (unknown-physician), at most $500.00"))
      #expect(life.standardOutput.contains("forfeit: not ours (Ada"))
    }
  }

  /// What is held is owed to somebody: no plan may lose it without a word.
  @Test func aPlanThatLosesTheProgramOfAHeldRecordIsRefused() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder, cases: Self.cases)
      try office.close("2026Q1")
      try office.write("inputs/cases.csv", "case_id,program,physician_id,completed_at\n")
      try office.write("plan.yaml", "programs: { other: { pays: [case] } }\n")
      let run = try CommandRunner.zpay("run", "2026Q2", "-C", office.path)
      #expect(run.exitStatus == 65)
      #expect(
        run.standardError.contains(
          "plan.yaml: error: [plan.programLost] the ledger holds the case C2 of the program grand-rounds, which the plan no longer pays"
        ))
    }
  }

  struct ChangedWord: CustomTestStringConvertible, Sendable {
    var because: String
    /// `plan.yaml`, once the first quarter is closed with the founding plan.
    var now: String
    var cases = ""
    var conferences = ""
    /// What is said; nil where nothing that was paid would be paid again.
    var problem: String?
    var testDescription: String { because }
  }

  static let more = "more-health: { pays: [case, conference] }"

  /// By the letter they are other records (SPEC 5): nobody is paid twice for a word of the plan.
  @Test(arguments: [
    ChangedWord(
      because: "a program is another one by its key",
      now: "programs: { gr: { name: Grand Rounds, pays: [case] }, \(more) }",
      cases: "C1,Grand Rounds,P1,2026-02-02",
      problem:
        "inputs/cases.csv:2: error: [plan.programChanged] “Grand Rounds” means gr in the plan, and meant grand-rounds when the case C1 was paid, which would be paid again"
    ),
    ChangedWord(
      because: "an alias becomes a program of its own",
      now:
        "programs: { grand-rounds: { pays: [case] }, included-health: { pays: [case] }, \(more) }",
      cases: "C1,Included Health,P1,2026-02-02\nC2,included-health,P1,2026-02-03",
      problem:
        "meant grand-rounds when the case C1 was paid, which would be paid again, as 1 other row"
    ),
    ChangedWord(
      because: "no program means the only one that pays conferences",
      now:
        "programs: { grand-rounds: { pays: [case, conference] }, more-health: { pays: [case] } }",
      conferences: "K1,,P1,2026-02-02,40",
      problem:
        "no program means grand-rounds in the plan, and meant more-health when the conference K1 was paid"
    ),
    ChangedWord(
      because: "a program may have other names",
      now: "programs: { grand-rounds: { name: GR, aliases: [Rounds], pays: [case] }, \(more) }",
      cases: "C1,Grand Rounds,P1,2026-02-02"),
    ChangedWord(
      because: "what is paid under both is not paid again",
      now:
        "programs: { grand-rounds: { pays: [case] }, more-health: { aliases: [Included Health], pays: [case, conference] } }",
      cases: "C1,Included Health,P1,2026-02-02\nC1,more-health,P1,2026-02-02"),
    ChangedWord(
      because: "another word may change",
      now: "programs: { grand-rounds: { pays: [case] }, gr: { pays: [case] }, \(more) }",
      cases: "C1,Grand-Rounds,P1,2026-02-02"),
  ])
  func aWordThatNamesAnotherProgramPaysNobodyTwice(_ word: ChangedWord) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      func write(cases: String, conferences: String) throws {
        try office.write(
          "inputs/cases.csv", "case_id,program,physician_id,completed_at\n\(cases)\n")
        try office.write(
          "inputs/conferences.csv",
          "conference_id,program,physician_id,started_at,minutes\n\(conferences)\n")
      }
      try write(cases: word.cases, conferences: word.conferences)
      try office.close("2026Q1")
      try office.write("plan.yaml", word.now + "\n")
      let run = try CommandRunner.zpay("run", "2026Q2", "-C", office.path)
      guard let problem = word.problem else {
        #expect(run.exitStatus == 0, "\(run.standardError)")
        let exceptions = try String(
          contentsOf: office.file("out/2026Q2/exceptions.csv"), encoding: .utf8)
        #expect(exceptions.contains("excluded,already-paid,"))
        return
      }
      #expect(run.exitStatus == 65)
      #expect(run.standardError.contains(problem), "\(run.standardError)")
      // What is taken back is paid once, too.
      let id = word.cases.isEmpty ? "K1" : "C1"
      if !problem.contains("other row") {
        let reverse = try CommandRunner.zpay(
          "reverse", id, "--reason", "wrong program", "--by", "Ada", "-C", office.path)
        #expect(reverse.exitStatus == 0, "\(reverse.standardError)")
        let run = try CommandRunner.zpay("run", "2026Q2", "-C", office.path)
        #expect(run.exitStatus == 0, "\(run.standardError)")
        #expect(run.standardOutput.contains("$0.00 payable, gross"), "\(run.standardOutput)")
      }
      // Only what is new: nothing is paid again.
      try write(cases: "", conferences: "")
      #expect(try CommandRunner.zpay("run", "2026Q2", "-C", office.path).exitStatus == 0)
    }
  }

  /// What a person decided, and what waits for a decision, is known by its program, too.
  @Test(arguments: [[], ["forfeit"]])
  func aWordThatNamesAnotherProgramEndsNoHold(then: [String]) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write(
        "inputs/cases.csv",
        "case_id,program,physician_id,completed_at\nC1,Included Health,P1,2026-02-02\n")
      for decision in ["hold"] + then {
        let outcome = try CommandRunner.zpay(
          decision, "C1", "--quarter", "2026Q1", "--reason", "a reason", "--by", "Ada", "-C",
          office.path)
        #expect(outcome.exitStatus == 0, "\(outcome.standardError)")
      }
      try office.close("2026Q1")
      try office.write(
        "plan.yaml",
        "programs: { grand-rounds: { pays: [case] }, included: { aliases: [Included Health], pays: [case] }, \(Self.more) }\n"
      )
      let run = try CommandRunner.zpay("run", "2026Q2", "-C", office.path)
      #expect(run.exitStatus == 65)
      #expect(
        run.standardError.contains(
          "“Included Health” means included in the plan, and meant grand-rounds when the case C1 was held or decided on, which would hold no more"
        ), "\(run.standardError)")
    }
  }

  /// What was paid once, taken back, and then held or ended, is held or ended: that it once had a line changes nothing.
  @Test(arguments: [["hold"], ["hold", "forfeit"]])
  func aWordThatNamesAnotherProgramEndsNoHoldOfWhatWasTakenBack(decisions: [String]) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write(
        "inputs/cases.csv",
        "case_id,program,physician_id,completed_at\nC1,Included Health,P1,2026-02-02\n")
      try office.close("2026Q1")
      let decided = decisions.map { [$0, "C1", "--quarter", "2026Q2"] }
      for arguments in [["reverse", "C1", "--pay-again"]] + decided {
        let outcome = try CommandRunner.run(
          CommandRunner.executable(),
          arguments + ["--reason", "a reason", "--by", "Ada", "-C", office.path])
        #expect(outcome.exitStatus == 0, "\(outcome.standardError)")
      }
      func runsUnderAnotherProgram(_ quarter: String) throws {
        try office.write(
          "plan.yaml",
          "programs: { grand-rounds: { pays: [case] }, included: { aliases: [Included Health], pays: [case] }, \(Self.more) }\n"
        )
        let run = try CommandRunner.zpay("run", quarter, "-C", office.path)
        #expect(run.exitStatus == 65)
        #expect(
          run.standardError.contains(
            "“Included Health” means included in the plan, and meant grand-rounds when the case C1 was held or decided on, which would hold no more"
          ), "\(run.standardError)")
      }
      // Where it is only decided; and where a close has held it or ended it.
      try runsUnderAnotherProgram("2026Q2")
      try office.write("plan.yaml", "{}\n")
      try office.close("2026Q2")
      try runsUnderAnotherProgram("2026Q3")
    }
  }

  /// Any of them may turn out right: each is an amount that is owed at most, to a department of its own.
  @Test func eachRowOfAConflictIsAnOpenHold() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write(
        "inputs/physicians.csv",
        "physician_id,name,department,credentialed_from\nP1,Able,Medicine,2020-01-01\nP2,Baker,Surgery,2020-01-01\n"
      )
      try office.write(
        "inputs/standing.csv",
        "physician_id,status,effective_from\nP1,good,2020-01-01\nP2,good,2020-01-01\n")
      try office.write("inputs/cases.csv", "case_id,program,physician_id,completed_at\n")
      try office.write(
        "inputs/conferences.csv",
        "conference_id,program,physician_id,started_at,minutes\nM1,MH,P1,2026-03-10,30\nM1,MH,P2,2026-03-10,150\n"
      )
      let close = try office.close("2026Q1")
      #expect(close.standardOutput.contains("at most $2,500.00"), "\(close.standardOutput)")
      let ledger = try CommandRunner.zpay("ledger", "-C", office.path).standardOutput
      #expect(ledger.contains("M1  Medicine  at most $500.00  conflicting-records"), "\(ledger)")
      #expect(ledger.contains("M1  Surgery  at most $2,000.00  conflicting-records"), "\(ledger)")
    }
  }

  /// An ID is a record only with its program and its activity.
  @Test func theLivesOfRecordsOfOneIDAreToldApart() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write(
        "inputs/cases.csv",
        "case_id,program,physician_id,completed_at\nX1,GR,P1,2026-01-10\nX1,MH,P1,2026-01-10\nX2,GR,P1,2026-01-11\n"
      )
      let hold = try CommandRunner.zpay(
        "hold", "X1", "--program", "grand-rounds", "--quarter", "2026Q1", "--reason", "a question",
        "--by", "Ada", "-C", office.path)
      #expect(hold.exitStatus == 0, "\(hold.standardError)")
      try office.close("2026Q1")
      let life = try CommandRunner.zpay("explain", "2026Q2", "X1", "-C", office.path).standardOutput
      #expect(life.contains("2026Q1  grand-rounds case: hold: a question"), "\(life)")
      #expect(
        life.contains("2026Q1  grand-rounds case: held (on-hold), at most $500.00"), "\(life)")
      #expect(life.contains("2026Q1  more-health case: paid $500.00 to"), "\(life)")
      let other = try CommandRunner.zpay("explain", "2026Q2", "X2", "-C", office.path)
        .standardOutput
      #expect(other.contains("2026Q1  paid $500.00 to"), "\(other)")
    }
  }

  struct FormerHold: CustomTestStringConvertible, Sendable {
    var because: String
    /// Of the second quarter, in which P4 is in good standing.
    var cases = ""
    var conferences = ""
    var physicians = "P2,Baker,Surgery,2020-01-01,bob@x\nP4,Dunn,Radiology,2020-01-01,dd@x"
    /// Lines of the account, and no others of their kind.
    var says: [String]
    var testDescription: String { because }
  }

  /// What a close held for P4: C1 and C2 for $500 each, M1 of two segments for $1,000; and C9, for which nobody was found.
  @Test(arguments: [
    FormerHold(
      because: "what is paid as it was held is nothing new",
      cases: "C1,GR,P4,2026-02-01,\nC9,GR,P2,2026-02-09,",
      conferences: "M1,MH,dd@x,2026-03-02 10:00,30\nM1,MH,P4,2026-03-02 10:40,20", says: []),
    FormerHold(
      because: "a row comes before the ledger, whoever it names", cases: "C1,GR,P2,2026-04-10,",
      says: ["changed?  1 of what a close held is paid to another person, or not the amount: C1;"]),
    FormerHold(
      because: "and however long it was", conferences: "M1,MH,P4,2026-03-02 11:10,20",
      says: ["changed?  1 of what a close held is paid to another person, or not the amount: M1;"]),
    FormerHold(
      because: "an identifier names somebody else now",
      physicians: "P2,Baker,Surgery,2020-01-01,dd@x\nP5,Eve,Radiology,2020-01-01,",
      says: ["changed?  1 of what a close held is paid to another person, or not the amount: C2;"]),
    FormerHold(
      because: "what was cancelled since is paid as it was held",
      cases: "C1,GR,P4,2026-02-01,cancelled",
      says: [
        "undone?   1 of what a close held is paid, and the inputs have or had it as not completed: C1;"
      ]),
    FormerHold(
      because: "a row that is rejected may say that it is another's",
      cases: "C1,GR,P2,2026-13-02,",
      says: [
        "unread?   1 of what a close held is paid, and the inputs have a row of it that is rejected: C1;"
      ]),
    FormerHold(
      because: "also where its program can't be read", cases: "C2,Grand Round,P2,2026-02-02,",
      says: [
        "unread?   1 of what a close held is paid, and the inputs have a row of it that is rejected: C2;"
      ]),
    FormerHold(
      because: "another program's or another record's says nothing of it",
      cases: "C2,MH,P2,2026-13-02,\nC3,GR,P2,2026-13-02,", says: []),
    FormerHold(
      because: "a record of two rows is one", cases: "C1,GR,P4,2026-07-01,\nC1,GR,P4,2026-07-02,",
      says: [
        "moved     1 of what a close held is of another quarter by its row now, and in no sheet: C1;"
      ]),
    FormerHold(
      because: "what a row has as completed is paid by that row",
      cases: "C1,GR,P4,2026-02-01,cancelled\nC1,GR,P4,2026-02-01,completed", says: []),
    FormerHold(
      because: "another quarter's row is in no sheet of this one",
      cases: "C1,GR,P4,2025-12-30,\nC2,GR,P4,2026-07-12,",
      says: [
        "moved     2 of what a close held are of another quarter by their rows now, and in no sheet: C1, C2;"
      ]),
  ])
  func whatBecameOfAHoldIsTold(_ next: FormerHold) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      func write(cases: String, conferences: String, physicians: String, standing: String) throws {
        try office.write(
          "inputs/cases.csv", "case_id,program,physician_id,completed_at,status\n\(cases)\n")
        try office.write(
          "inputs/conferences.csv",
          "conference_id,program,physician_id,started_at,minutes\n\(conferences)\n")
        try office.write(
          "inputs/physicians.csv",
          "physician_id,name,department,credentialed_from,email\n\(physicians)\n")
        try office.write(
          "inputs/standing.csv",
          "physician_id,status,effective_from\n"
            + ["P2", "P4", "P5"].map { "\($0),\($0 == "P4" ? standing : "good"),2020-01-01\n" }
            .joined())
      }
      try write(
        cases: "C1,GR,P4,2026-02-01,\nC2,GR,dd@x,2026-02-02,\nC9,GR,P9,2026-02-09,",
        conferences: "M1,MH,P4,2026-03-02 10:00,30\nM1,MH,P4,2026-03-02 10:40,20",
        physicians: "P2,Baker,Surgery,2020-01-01,bob@x\nP4,Dunn,Radiology,2020-01-01,dd@x",
        standing: "not good")
      let close = try office.close("2026Q1")
      #expect(close.standardOutput.contains("at most $2,500.00"), "\(close.standardOutput)")
      try write(
        cases: next.cases, conferences: next.conferences, physicians: next.physicians,
        standing: "good")
      let run = try CommandRunner.zpay("run", "2026Q2", "-C", office.path)
      #expect(run.exitStatus == 0, "\(run.standardError)")
      let told = run.standardOutput.split(separator: "\n").filter {
        ["changed?", "undone?", "unread?", "moved"].contains($0.prefix { $0 != " " })
      }
      #expect(
        told.elementsEqual(next.says) { $0.hasPrefix($1) }, "\(told), \(run.standardOutput)")
      // For whom it was, too.
      let life = try CommandRunner.zpay("explain", "2026Q2", "C1", "-C", office.path)
      #expect(
        life.standardOutput.contains("at most $500.00 to P4, Radiology, from"),
        "\(life.standardOutput)")
      let json = try CommandRunner.zpay(
        "run", "2026Q2", "--format", "json", "-C", office.path
      ).standardOutput
      let account = try #require(
        JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
      for (key, label) in [
        ("changed", "changed?"), ("undone", "undone?"), ("unread", "unread?"), ("moved", "moved"),
      ] {
        let count = next.says.first { $0.hasPrefix(label) }.map {
          $0.dropFirst(10).prefix { $0.isNumber }
        }
        #expect(account["\(key)_since_held"] as? Int == count.flatMap { Int($0) } ?? 0, "\(key)")
      }
      guard next.cases.contains("2025-12-30") else { return }
      let exceptions = try String(
        contentsOf: office.file("out/2026Q2/exceptions.csv"), encoding: .utf8)
      #expect(exceptions.components(separatedBy: "; held since 2026Q1").count == 4, "C9, too")
    }
  }

  /// What is told a quarter later, too: the inputs that said it are gone by then.
  @Test func whatWasCancelledWhileItWasHeldIsToldWhenItIsPaid() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let head = "case_id,program,physician_id,completed_at,status\n"
      try office.write("inputs/cases.csv", head + "C1,GR,P1,2026-02-14,\nC2,GR,P1,2026-02-15,\n")
      try office.write(
        "inputs/standing.csv", "physician_id,status,effective_from\nP1,not good,2020-01-01\n")
      try office.close("2026Q1")
      try office.write("inputs/cases.csv", head + "C1,GR,P1,2026-02-14,cancelled\n")
      try office.close("2026Q2")
      try office.write("inputs/cases.csv", head)
      try office.write(
        "inputs/standing.csv", "physician_id,status,effective_from\nP1,good,2020-01-01\n")
      let run = try CommandRunner.zpay("run", "2026Q3", "-C", office.path).standardOutput
      #expect(
        run.contains(
          "undone?   1 of what a close held is paid, and the inputs have or had it as not completed: C1;"
        ), "\(run)")
      let story = try CommandRunner.zpay("explain", "2026Q3", "C1", "-C", office.path)
        .standardOutput
      #expect(story.contains("while it was held, a row had it as not completed"), "\(story)")
      // The notice is of rows that are there.
      let notices = try String(
        contentsOf: office.file("out/2026Q3/notices.csv"), encoding: .utf8)
      #expect(!notices.contains("also-not-completed"), "\(notices)")
    }
  }

  /// It may have been taken back for good.
  @Test func whatWasTakenBackAndIsPaidAnewIsTold() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write(
        "inputs/cases.csv",
        "case_id,program,physician_id,completed_at\nC1,GR,P1,2026-02-14\nC2,GR,P1,2026-02-14\n")
      try office.close("2026Q1")
      _ = try CommandRunner.zpay(
        "reverse", "C1", "--reason", "never done", "--by", "Ada", "-C", office.path)
      let pending = try CommandRunner.zpay("run", "2026Q2", "-C", office.path).standardOutput
      #expect(!pending.contains("again?"), "it is not paid yet: \(pending)")
      try office.close("2026Q2")
      let run = try CommandRunner.zpay("run", "2026Q3", "-C", office.path).standardOutput
      #expect(
        run.contains(
          "again?    1 of the paid was paid before, and taken back by a close: C1; zpay explain says more"
        ), "\(run)")
      let json = try CommandRunner.zpay(
        "run", "2026Q3", "-C", office.path, "--format", "json"
      ).standardOutput
      #expect(json.contains("\"paid_again\": 1"), "\(json)")
      _ = try CommandRunner.zpay(
        "hold", "C1", "--quarter", "2026Q3", "--reason", "never done", "--by", "Ada", "-C",
        office.path)
      let ended = try CommandRunner.zpay("run", "2026Q3", "-C", office.path).standardOutput
      #expect(!ended.contains("again?"), "\(ended)")
    }
  }

  /// Who asked for it knows.
  @Test func whatIsToBePaidAnewIsNotTold() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      func decide(_ arguments: String...) throws {
        let outcome = try CommandRunner.run(
          try CommandRunner.executable(),
          arguments + ["--reason", "r", "--by", "Ada", "-C", office.path])
        #expect(outcome.exitStatus == 0, "\(outcome)")
      }
      for quarter in ["2026Q2", "2026Q3"] {
        try decide("reverse", "C1", "--pay-again")
        let run = try CommandRunner.zpay("run", quarter, "-C", office.path).standardOutput
        #expect(run.contains("taken back") && !run.contains("again?"), "\(run)")
        // Held in the second: it is paid anew a quarter later.
        if quarter == "2026Q3" { try decide("hold", "C1", "--quarter", quarter) }
        try office.close(quarter)
      }
      try decide("release", "C1", "--quarter", "2026Q4")
      let run = try CommandRunner.zpay("run", "2026Q4", "-C", office.path).standardOutput
      #expect(run.contains("paid                 1") && !run.contains("again?"), "\(run)")
    }
  }

  /// A decision of a quarter that is never closed is sealed by the first close: nobody takes it out unseen.
  @Test func theFirstCloseSealsWhatWasDecidedBeforeItsQuarter() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder,
        cases:
          "case_id,program,physician_id,completed_at\nC1,GR,P1,2026-02-14\nC2,GR,P1,2026-05-14\n")
      _ = try CommandRunner.zpay(
        "hold", "C1", "--quarter", "2026Q1", "--reason", "r", "--by", "Ada", "-C", office.path)
      #expect(try office.close("2026Q2").exitStatus == 0)
      #expect(try CommandRunner.zpay("ledger", "-C", office.path).exitStatus == 0)
      let database = try DatabaseQueue(path: office.file("ledger.sqlite").path)
      try database.write { db in
        let rule = try String.fetchOne(
          db, sql: "SELECT sql FROM sqlite_master WHERE name = 'decisionIsNeverDeleted'")
        try db.execute(sql: "DROP TRIGGER decisionIsNeverDeleted; DELETE FROM decision")
        try db.execute(sql: #require(rule))
      }
      try database.close()
      let ledger = try CommandRunner.zpay("ledger", "-C", office.path)
      #expect(ledger.exitStatus == 1 && ledger.standardOutput.contains("decisions"), "\(ledger)")
    }
  }

  /// A release lifts what was not known when it was given, too.
  @Test func whatAReleaseLiftsIsTold() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      for words in [("hold", "ask"), ("release", "answered")] {
        let decision = try CommandRunner.zpay(
          words.0, "C1", "--quarter", "2026Q1", "--reason", words.1, "--by", "Ada", "-C",
          office.path)
        #expect(decision.exitStatus == 0, "\(decision)")
      }
      let run = try CommandRunner.zpay("run", "2026Q1", "-C", office.path).standardOutput
      #expect(!run.contains("released"), "nothing else holds it: \(run)")
      try office.write(
        "inputs/standing.csv", "physician_id,status,effective_from\nP1,non-member,2020-01-01\n")
      let later = try CommandRunner.zpay("run", "2026Q1", "-C", office.path).standardOutput
      #expect(
        later.contains(
          "released  1 of the paid would be held, as not-plan-member, if nobody had released it: C1;"
        ), "\(later)")
      let story = try CommandRunner.zpay("explain", "2026Q1", "C1", "-C", office.path)
        .standardOutput
      #expect(story.contains("it would be held as not-plan-member"), "\(story)")
    }
  }

  /// Who closes a quarter after the other forgets them.
  @Test(arguments: [
    ("2026-01-01", "2026-03-31", "2026-07-31", "its earnings are of 2026-01-01 to 2026-03-31"),
    ("2026-10-01", "2026-12-31", "2026-12-31", "its earnings are of 2026-10-01 to 2026-12-31"),
    ("2026-04-01", "2026-06-30", "2026-03-31", "its pay period ends on 2026-03-31, before"),
    (
      "2026-04-01", "2026-06-30", "2026-04-30",
      "its pay period ends on 2026-04-30, before the earnings end on 2026-06-30"
    ),
    ("2026-03-01", "2026-04-01", "2026-03-31", "its pay period ends on 2026-03-31, before"),
    ("2026-06-30", "2026-07-31", "2026-07-31", nil),
    ("2026-03-01", "2026-04-01", "2026-04-01", nil),
  ])
  func payrollDatesOfAnotherQuarterAreTold(
    begin: String, end: String, period: String, says: String?
  ) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder, cases: "case_id,program,physician_id,completed_at\nC1,GR,P1,2026-04-14\n")
      try office.write(
        "plan.yaml",
        "payroll: { earn_code: HZZ, pay_period_end: \(period), earnings_begin: \(begin), earnings_end: \(end) }\n"
      )
      let run = try CommandRunner.zpay("run", "2026Q2", "-C", office.path)
      #expect(run.standardOutput.contains("payroll.csv has 1 row"), "\(run)")
      #expect(
        run.standardOutput.contains("look at payroll in plan.yaml") == (says != nil),
        "\(run.standardOutput)")
      if let says { #expect(run.standardOutput.contains(says), "\(run.standardOutput)") }
    }
  }

  /// Whoever reviews the sheets sees it before payroll is uploaded; neither row nor column of it changes.
  @Test func employeeIDsThatAreDoubtfulAreTold() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder,
        cases:
          "case_id,program,physician_id,completed_at\nC1,GR,P1,2026-02-14\nC2,GR,P2,2026-02-14\n")
      try office.write(
        "plan.yaml", "payroll: { earn_code: HZZ, pay_period_end: 2026-03-31 }\n")
      try office.write(
        "inputs/physicians.csv",
        "physician_id,name,department,credentialed_from,employee_id\nP1,Ada Example,Neurology,2020-01-01,0042\nP2,Ben Sample,Neurology,2020-01-01,0042\n"
      )
      try office.write(
        "inputs/standing.csv",
        "physician_id,status,effective_from\nP1,good,2020-01-01\nP2,good,2020-01-01\n")
      let says =
        "one employee ID of several physicians: 0042 (Ada Example, P1; Ben Sample, P2)"
      let run = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(run.standardOutput.contains("\npayroll?  \(says)\n"), "\(run.standardOutput)")
      let json = try CommandRunner.zpay("run", "2026Q1", "-C", office.path, "--format", "json")
      let account = try JSONSerialization.jsonObject(with: Data(json.standardOutput.utf8))
      #expect((account as? [String: Any])?["payroll_doubts"] as? [String] == [says])
      #expect(try office.close("2026Q1").standardOutput.contains("\npayroll?  \(says)\n"))
      let rows = try String(contentsOf: office.file("out/2026Q1/payroll.csv"), encoding: .utf8)
      #expect(
        rows.components(separatedBy: "\n0042,,,03312026,2026-01-01,2026-03-31,HZZ,500.00").count
          == 3, "\(rows)")
    }
  }

  /// What the sheets were made of that were reviewed, and the close is not.
  @Test(arguments: [
    (["inputs/cases.csv", "more.csv"], "more.csv", "in the workspace"),
    (["inputs/cases.csv", "../more.csv"], "../more.csv", "beside the workspace"),
    (["more.csv"], "more.csv", "in place of what the close reads"),
  ])
  func anInputThatIsLeftOutIsNotSaidToBeGone(
    read: [String], leftOut: String, because: String
  ) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let more = office.file(leftOut).standardizedFileURL
      try Data(
        "case_id,program,physician_id,completed_at\nC2,GR,P1,2026-02-15\n".utf8
      ).write(to: more)
      let run = try CommandRunner.run(
        try CommandRunner.executable(),
        ["run", "2026Q1", "--format", "json"] + read.flatMap { ["--cases", $0] },
        in: office.folder)
      let account = try JSONSerialization.jsonObject(with: Data(run.standardOutput.utf8))
      let digest = try #require((account as? [String: Any])?["digest"] as? String)
      let isThere = try office.close("2026Q1", digest: digest)
      #expect(isThere.exitStatus == 1)
      #expect(
        isThere.standardError.contains("\(leftOut) was left out: it was not read this time"),
        "\(because): \(isThere.standardError)")
      #expect(!isThere.standardError.contains("no longer there"), "\(because)")
      try FileManager.default.removeItem(at: more)
      let isGone = try office.close("2026Q1", digest: digest)
      #expect(
        isGone.standardError.contains("\(leftOut) is no longer there"),
        "\(because): \(isGone.standardError)")
    }
  }

  /// A second ledger would know nothing of what the first one paid.
  @Test func noLedgerIsBegunBesideSheetsOfAnother() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      try FileManager.default.removeItem(at: office.file("ledger.sqlite"))
      let words = "out/2026Q1 has the final sheets of a close, and"
      let run = try CommandRunner.zpay("run", "2026Q2", "-C", office.path)
      #expect(run.exitStatus == 0 && run.standardError.contains(words), "\(run)")
      for arguments in [
        [
          "close", "2026Q2", "--digest", try office.digest("2026Q2"), "--prepared-by", "Ada",
          "--approved-by", "Ben",
        ],
        ["hold", "C1", "--quarter", "2026Q2", "--reason", "r", "--by", "Ada"],
      ] {
        let outcome = try CommandRunner.run(
          try CommandRunner.executable(), arguments + ["-C", office.path])
        #expect(outcome.exitStatus == 65 && outcome.standardError.contains(words), "\(outcome)")
      }
      #expect(!FileManager.default.fileExists(atPath: office.file("ledger.sqlite").path))
      let ledger = try CommandRunner.zpay("ledger", "-C", office.path)
      #expect(ledger.exitStatus == 1 && ledger.standardError.contains(words), "\(ledger)")
      let journal = try CommandRunner.zpay("journal", "-C", office.path)
      #expect(journal.standardError.contains(words), "\(journal)")
      try FileManager.default.removeItem(at: office.file("out/2026Q1"))
      let again = try CommandRunner.zpay("run", "2026Q2", "-C", office.path)
      #expect(!again.standardError.contains(words))
    }
  }

  /// An older copy of the ledger would let what it does not have be closed, and paid, once more.
  @Test func anOlderLedgerClosesNothingBesideTheSheetsOfANewerOne() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      let (ledger, copy) = (office.file("ledger.sqlite"), office.file("copy"))
      try FileManager.default.copyItem(at: ledger, to: copy)
      try office.close("2026Q2")
      try FileManager.default.removeItem(at: ledger)
      try FileManager.default.copyItem(at: copy, to: ledger)
      let words = "out/2026Q2 has the final sheets of a close that"
      for (arguments, status) in [
        (["run", "2026Q3"], 0),
        (["ledger"], 1),
        (["reissue", "2026Q2"], 1),
        (["hold", "C1", "--quarter", "2026Q2", "--reason", "r", "--by", "Ada"], 65),
        (
          [
            "close", "2026Q2", "--digest", String(repeating: "0", count: 64), "--prepared-by",
            "Ada",
            "--approved-by", "Ben",
          ], 65
        ),
      ] {
        let outcome = try CommandRunner.run(
          try CommandRunner.executable(), arguments + ["-C", office.path])
        let said = outcome.standardError + outcome.standardOutput
        #expect(outcome.exitStatus == status && said.contains(words), "\(arguments): \(outcome)")
      }
      // Nor does another history of the quarter take their place.
      try FileManager.default.moveItem(
        at: office.file("out/2026Q2"), to: office.file("lost"))
      try office.write(
        "inputs/cases.csv",
        "case_id,program,physician_id,completed_at\nC1,GR,P1,2026-02-14\nC7,GR,P1,2026-05-14\n")
      #expect(try office.close("2026Q2").exitStatus == 0)
      try FileManager.default.removeItem(at: office.file("out/2026Q2"))
      try FileManager.default.moveItem(at: office.file("lost"), to: office.file("out/2026Q2"))
      let reissue = try CommandRunner.zpay("reissue", "2026Q2", "-C", office.path)
      #expect(
        reissue.exitStatus == 73
          && reissue.standardError.contains("final sheets of a close that"), "\(reissue)")
    }
  }

  /// What is paid and then cancelled is the commonest reason to take money back.
  @Test func whatIsPaidAndThenCancelledIsTold() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      let head = "case_id,program,physician_id,completed_at,status\n"
      func run(_ rows: String) throws -> (account: String, exceptions: String, notices: String) {
        try office.write("inputs/cases.csv", head + rows)
        let run = try CommandRunner.zpay("run", "2026Q2", "-C", office.path)
        #expect(run.exitStatus == 0, "\(run.standardError)")
        func text(_ file: String) throws -> String {
          try String(contentsOf: office.file("out/2026Q2/\(file)"), encoding: .utf8)
        }
        return (run.standardOutput, try text("exceptions.csv"), try text("notices.csv"))
      }
      let words = "; $500.00 was paid for it to P1 in 2026Q1: zpay reverse takes that back"
      // C9 was never paid; a row that is completed says nothing of the other one.
      for rows in [
        "C1,GR,P1,2026-02-14,Cancelled\nC9,GR,P1,2026-02-14,Cancelled\n",
        "C1,GR,P1,2026-02-14,\nC1,GR,P1,2026-02-14,Cancelled\n",
      ] {
        let told = try run(rows)
        #expect(
          told.account.contains("undone?   1 row is not completed of what a closed quarter paid"))
        #expect(told.exceptions.components(separatedBy: words).count == 2, "\(told.exceptions)")
        #expect(!told.notices.contains("changed-after-paid"))
      }
      let explain = try CommandRunner.zpay("explain", "2026Q2", "C1", "-C", office.path)
      #expect(explain.standardOutput.contains(words))
      #expect(try !run("C1,GR,P1,2026-02-14,\n").account.contains("undone?"))
      _ = try CommandRunner.zpay("reverse", "C1", "--reason", "r", "--by", "Ada", "-C", office.path)
      #expect(try !run("C1,GR,P1,2026-02-14,Cancelled\n").account.contains("undone?"))
    }
  }

  /// A hold of an ID that is corrected afterwards holds nothing: somebody must know, before the close and after it.
  @Test func aDecisionThatIsOnNoRowIsTold() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let hold = try CommandRunner.zpay(
        "hold", "C1", "--quarter", "2026Q1", "--reason", "a reason", "--by", "Ada", "-C",
        office.path)
      #expect(hold.exitStatus == 0)
      let words =
        "ledger.sqlite: warning: [ledger.decisionOfNoRow] Ada decided to hold the grand-rounds case C1, and no row has it"
      for (id, isTold) in [("C1", false), ("C-1", true)] {
        try office.write(
          "inputs/cases.csv",
          "case_id,program,physician_id,completed_at\n\(id),GR,P1,2026-02-14\n")
        let run = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
        #expect(run.exitStatus == 0)
        #expect(run.standardError.contains(words) == isTold, "\(run.standardError)")
      }
      #expect(try office.close("2026Q1").standardError.contains(words))
      #expect(
        try CommandRunner.zpay("run", "2026Q2", "-C", office.path).standardError.contains(words))
    }
  }

  /// The same work, written otherwise, may come again a quarter later: it is paid, as any record that is not paid yet,
  /// and flagged with what it is like.
  @Test func aRecordThatIsNearlyOneThatIsPaidIsFlagged() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder, cases: "case_id,program,physician_id,completed_at\nC-1,GR,P1,2026-02-14\n")
      func notices(of quarter: String, _ row: String) throws -> [String] {
        try office.write("inputs/cases.csv", "case_id,program,physician_id,completed_at\n\(row)\n")
        let run = try CommandRunner.zpay("run", quarter, "-C", office.path)
        #expect(run.exitStatus == 0, "\(run.standardError)")
        #expect(run.standardOutput.contains("$500.00 payable, gross"), "\(run.standardOutput)")
        #expect(
          run.standardOutput.contains(
            "twice?    1 of the paid is nearly what a closed quarter paid: similar-record in notices.csv"
          ))
        let file = office.file("out/\(quarter)/notices.csv")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
          .map(String.init)
      }
      try office.close("2026Q1")
      let like = "like grand-rounds C-1, paid $500.00 in 2026Q1 to P1 for 2026-02-14"
      #expect(
        try notices(of: "2026Q2", "C1,GR,P1,2026-04-14") == [
          "similar-record,grand-rounds,case,C1,P1,Neurology,inputs/cases.csv,2,\"\(like)\""
        ])
      let story = try CommandRunner.zpay("explain", "2026Q2", "C1", "-C", office.path)
      #expect(story.standardOutput.contains(like))
      // One notice a record: what is paid weighs more than what is still to be.
      let two = "C1,GR,P1,2026-04-14\nc1,GR,P9,2026-04-14"
      #expect(try notices(of: "2026Q2", two).map { $0.contains(like) } == [true, true])
      // What is not paid in the quarter is not flagged.
      #expect(try notices(of: "2026Q2", "C1,GR,P1,2026-04-14\nc1,GR,P1,2026-07-01").count == 1)
      let reverse = try CommandRunner.zpay(
        "reverse", "C-1", "--reason", "its ID is C1", "--by", "Ada", "-C", office.path)
      #expect(reverse.exitStatus == 0)
      try office.write(
        "inputs/cases.csv", "case_id,program,physician_id,completed_at\nC1,GR,P1,2026-04-14\n")
      try office.close("2026Q2")
      // What was taken back is paid no more.
      let later = try notices(of: "2026Q3", "c-1,GR,P1,2026-07-14")
      #expect(later.count == 1 && later[0].contains("like grand-rounds C1, paid $500.00 in 2026Q2"))
    }
  }

  /// An export of what is new has no row of it: somebody must know.
  @Test func whatIsToBePaidAnewAndHasNoRowIsTold() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      let reverse = try CommandRunner.zpay(
        "reverse", "C1", "--reason", "wrong person", "--by", "Ada", "--pay-again", "-C", office.path
      )
      #expect(reverse.standardOutput.contains("paid anew if the inputs still have it"))
      let words =
        "ledger.sqlite: warning: [ledger.notPaidAnew] the payment of the grand-rounds case C1 is taken back to be paid anew, and no row has it"
      for (cases, isTold) in [("", true), ("C1,GR,P1,2026-02-14\n", false)] {
        try office.write(
          "inputs/cases.csv",
          "case_id,program,physician_id,completed_at\nC2,GR,P1,2026-04-01\n\(cases)")
        let run = try CommandRunner.zpay("run", "2026Q2", "-C", office.path)
        #expect(run.exitStatus == 0)
        #expect(run.standardError.contains(words) == isTold, "\(run.standardError)")
      }
      try office.write("inputs/cases.csv", "case_id,program,physician_id,completed_at\n")
      #expect(try office.close("2026Q2").standardError.contains(words))
    }
  }

  @Test func whatPayrollPaidIsHeldAgainstWhatWasDirected() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder, cases: Self.cases)
      try office.close("2026Q1")
      for (paid, verdict, status) in [
        ("0042,250,2026-04-15", "short", Int32(1)), ("0042,$250.00,4/20/2026", "as directed", 0),
        ("42,500,2026-05-01", "were zeros lost?", 1),
      ] {
        try office.write("paid.csv", "Empl ID,Amount,Pay Date\n\(paid)\n")
        let outcome = try CommandRunner.zpay(
          "reconcile", "2026Q1", "--paid", office.file("paid.csv").path, "-C", office.path)
        #expect(outcome.exitStatus == status, "\(paid)")
        #expect(outcome.standardOutput.contains(verdict), "\(paid)")
      }
    }
  }
}
