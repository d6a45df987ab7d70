import Foundation
import TestSupport
import Testing

/// What changed between two results, by the built program.
struct DiffTests {
  private static let heading = "case_id,program,physician_id,completed_at\n"
  private static let rows = "C1,GR,P1,2026-02-14\nC2,GR,P9,2026-02-15\nC3,GR,P1,2026-02-16\n"

  private func office(in folder: URL) throws -> SmallWorkspace {
    let office = try SmallWorkspace(in: folder, cases: Self.heading + Self.rows)
    try office.write(
      "inputs/physicians.csv",
      "physician_id,name,department,credentialed_from\nP1,Ada Example,Neurology,2020-01-01\nP2,Ben Sample,Surgery,2020-01-01\n"
    )
    try office.write(
      "inputs/standing.csv",
      "physician_id,status,effective_from\nP1,good,2020-01-01\nP2,good,2020-01-01\n")
    return office
  }

  private func json(_ arguments: String...) throws -> [String: Any] {
    let outcome = try CommandRunner.run(try CommandRunner.executable(), arguments)
    #expect(outcome.exitStatus == 0, "\(outcome.standardError)")
    let object = try JSONSerialization.jsonObject(with: Data(outcome.standardOutput.utf8))
    return try #require(object as? [String: Any])
  }

  /// Who has changed her name has records under both.
  @Test func aPhysicianOfTwoNamesHasTheSameOneEachTime() throws {
    try withTemporaryFolder { folder in
      let office = try office(in: folder)
      try office.write(
        "inputs/physicians.csv",
        "physician_id,name,department,credentialed_from,credentialed_to\n"
          + "P1,Ada Zuse,Neurology,2020-01-01,2026-02-14\nP1,Ada Byron,Neurology,2026-02-15,\n")
      func write(_ count: Int) throws {
        let rows = (0..<count).map { "C\($0),GR,P1,2026-02-\($0 % 2 == 0 ? 10 : 20)\n" }
        try office.write("inputs/cases.csv", Self.heading + rows.joined())
      }
      try write(40)
      #expect(try CommandRunner.zpay("run", "2026Q1", "-C", office.path).exitStatus == 0)
      try write(41)
      for _ in 0..<6 {
        let diff = try json("diff", "2026Q1", "-C", office.path, "--format", "json")
        let physicians = try #require(diff["physicians"] as? [[String: Any]])
        #expect(physicians.map { $0["physician"] as? String } == ["Ada Byron"])
      }
    }
  }

  /// Each edit of the three rows, what it is called, and what it is worth.
  @Test(arguments: [
    (Self.rows, [String](), "0.00"),
    // A row more of the same record, alike: the sheets pay the same.
    (Self.rows + "C1,GR,P1,2026-02-14\n", [], "0.00"),
    (
      "C2,GR,P9,2026-02-15\nC3,GR,P1,2026-02-16\n", ["C1: paid → not there"], "-500.00"
    ),
    (
      Self.rows + "C4,GR,P1,2026-03-01\n", ["C4: not there → paid"], "500.00"
    ),
    (
      "C1,GR,P1,2026-02-14\nC2,GR,P2,2026-02-15\nC3,GR,P1,2026-02-16\n",
      ["C2: held (unknown-physician) → paid"], "500.00"
    ),
    (
      "C1,GR,P2,2026-02-14\nC2,GR,P9,2026-02-15\nC3,GR,P1,2026-02-16\n",
      ["C1: paid, other physician and department"], "0.00"
    ),
    (
      "C1,GR,P1,14.02.2026\nC2,GR,P9,2026-02-15\nC3,GR,P1,2026-02-17\n",
      ["C1: paid → rejected (bad-date)", "C3: paid, other service date"], "-500.00"
    ),
  ])
  func whatAnEditOfTheInputsChanges(rows: String, what: [String], difference: String) throws {
    try withTemporaryFolder { folder in
      let office = try office(in: folder)
      #expect(try CommandRunner.zpay("run", "2026Q1", "-C", office.path).exitStatus == 0)
      try office.write("inputs/cases.csv", Self.heading + rows)
      let diff = try json("diff", "2026Q1", "-C", office.path, "--format", "json")
      let records = try #require(diff["records"] as? [[String: Any]])
      #expect(
        records.map { "\($0["record_id"] as? String ?? ""): \($0["what"] as? String ?? "")" }
          == what)
      #expect((diff["total"] as? [String: Any])?["difference"] as? String == difference)
      let inputs = diff["inputs"] as? [String]
      #expect(inputs == (rows == Self.rows ? [] : ["inputs/cases.csv has changed"]))
    }
  }

  @Test func aWorkbookHasTheChangesAndIsNeverWrittenOver() throws {
    try withTemporaryFolder { folder in
      let office = try office(in: folder)
      #expect(try CommandRunner.zpay("run", "2026Q1", "-C", office.path).exitStatus == 0)
      try office.write("inputs/cases.csv", Self.heading + "C1,GR,P2,2026-02-14\n")
      let book = office.file("changes.xlsx").path
      #expect(
        try CommandRunner.zpay("diff", "2026Q1", "--out", "changes.xlsx", in: office.folder)
          .exitStatus
          == 0)
      let made = try Data(contentsOf: URL(fileURLWithPath: book))
      try Golden.check(Data(try workbookText(book).utf8), against: "diff.xlsx.txt")
      let again = try CommandRunner.zpay("diff", "2026Q1", "-C", office.path, "--out", book)
      #expect(again.exitStatus == 73)
      #expect(try Data(contentsOf: URL(fileURLWithPath: book)) == made)
      let left = try FileManager.default.contentsOfDirectory(atPath: office.path).sorted()
      #expect(left == ["changes.xlsx", "inputs", "out"])
    }
  }

  /// A sheet that somebody has spoilt is no sheet that says less.
  @Test(arguments: [
    ("exceptions.csv", "held,unknown-physician", "helt,unknown-physician", "not as zpay made it"),
    ("sheets/neurology.csv", "500.00,500.00", "500.00,5OO", "is no amount"),
  ])
  func aSpoiltSheetIsRefused(file: String, old: String, new: String, words: String) throws {
    try withTemporaryFolder { folder in
      let office = try office(in: folder)
      #expect(try CommandRunner.zpay("run", "2026Q1", "-C", office.path).exitStatus == 0)
      let sheet = office.file("out/2026Q1/" + file)
      let text = try String(contentsOf: sheet, encoding: .utf8)
      try Data(text.replacing(old, with: new, maxReplacements: 1).utf8).write(to: sheet)
      let diff = try CommandRunner.zpay("diff", "2026Q1", "-C", office.path)
      #expect(diff.exitStatus == 65)
      #expect(diff.standardError.contains(words), "\(diff.standardError)")
    }
  }

  private func close(_ office: SmallWorkspace) throws {
    try office.write("plan.yaml", "payroll: { earn_code: HZZ, pay_period_end: 2026-07-31 }\n")
    #expect(try office.close("2026Q1").exitStatus == 0)
  }

  /// Every file that the manifest lists is what was made, or is named; the result is compared all the same.
  @Test(arguments: [
    ("payroll.csv", "payroll.csv is not as it was made", "it is uploaded"),
    ("summary.csv", "summary.csv is not as it was made", "others verify by it"),
    ("notices.csv", "notices.csv is not as it was made", "somebody reads it"),
    ("summary.xlsx", "summary.xlsx is not as it was made", "it is the one that is printed"),
    ("sheets/neurology.xlsx", "sheets/neurology.xlsx is not as it was made", "it is signed"),
  ])
  func everyFileIsLookedAt(file: String, says: String, because: String) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try close(office)
      let whole = try CommandRunner.zpay("diff", "2026Q1", "-C", office.path)
      #expect(whole.standardError.isEmpty, "\(whole)")
      let edited = office.file("out/2026Q1/" + file)
      try Data(try Data(contentsOf: edited) + Data("\n".utf8)).write(to: edited)
      let diff = try CommandRunner.zpay("diff", "2026Q1", "-C", office.path)
      #expect(
        diff.standardError == "zpay: \(office.path)/out/2026Q1 (final): \(says)\n", "\(because)")
      try FileManager.default.removeItem(at: edited)
      let gone = try CommandRunner.zpay("diff", "2026Q1", "-C", office.path)
      #expect(
        gone.standardError
          == "zpay: \(edited.path) can't be read: No such file or directory\n", "\(because)")
      for outcome in [diff, gone] {
        #expect(outcome.exitStatus == 0)
        #expect(outcome.standardOutput == whole.standardOutput)
      }
    }
  }

  /// Without it, its records would seem to be paid no more.
  @Test func aSheetThatIsGoneIsNoSheetThatSaysLess() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try close(office)
      try FileManager.default.removeItem(at: office.file("out/2026Q1/sheets/neurology.csv"))
      let diff = try CommandRunner.zpay("diff", "2026Q1", "-C", office.path)
      #expect(diff.exitStatus == 66)
      #expect(diff.standardError.contains("neurology.csv can't be read"), "\(diff)")
    }
  }

  /// What a decision changes in no line, the digest has all the same: a close by the older one is refused.
  @Test func aDecisionThatChangesNoRecordIsAChangeOfTheLedger() throws {
    try withTemporaryFolder { folder in
      let office = try office(in: folder)
      try office.write(
        "inputs/standing.csv",
        "physician_id,status,effective_from\nP1,not good,2020-01-01\nP2,good,2020-01-01\n")
      func decide(_ kind: String, _ name: String) throws {
        let decision = try CommandRunner.zpay(
          kind, "C1", "--quarter", "2026Q1", "--reason", "because", "--by", name, "-C", office.path)
        #expect(decision.exitStatus == 0, "\(decision)")
      }
      try decide("release", "Ada")
      #expect(try CommandRunner.zpay("run", "2026Q1", "-C", office.path).exitStatus == 0)
      let before = try json("diff", "2026Q1", "-C", office.path, "--format", "json")
      #expect(before["inputs"] as? [String] == [])
      try decide("hold", "Ben")
      try decide("release", "Ben")
      let after = try json("diff", "2026Q1", "-C", office.path, "--format", "json")
      #expect(after["inputs"] as? [String] == ["the ledger has changed"])
      #expect((after["records"] as? [Any])?.isEmpty == true)
    }
  }

  @Test func whatIsHeldMoreIsAChangeOfItsDepartment() throws {
    try withTemporaryFolder { folder in
      let office = try office(in: folder)
      #expect(try CommandRunner.zpay("run", "2026Q1", "-C", office.path).exitStatus == 0)
      try office.write("inputs/cases.csv", Self.heading + Self.rows + "C7,GR,P9,2026-02-20\n")
      let diff = try CommandRunner.zpay("diff", "2026Q1", "-C", office.path)
      #expect(
        diff.standardOutput.contains(
          "(unassigned): payable as before; held $500.00 → $1,000.00 (+$500.00)"),
        "\(diff.standardOutput)")
    }
  }

  private static let conferences =
    "conference_id,program,physician_id,started_at,duration_minutes\n"
    + "V1,MH,P1,2026-02-14 10:00,30\n"
  private static let roster =
    "physician_id,name,department,credentialed_from,employee_id\nP1,Ada Example,Neurology,2020-01-01,001\n"
  private static let standing = "physician_id,status,effective_from\nP1,good,2020-01-01\n"

  /// Each edit of an office that has one conference, and what `diff` says of its line.
  @Test(arguments: [
    (
      "inputs/physicians.csv", Self.roster.replacing("001", with: "777"),
      "paid, other employee ID: 1\n",
      ", 2026-02-14, employee ID 777; was $500.00, P1 (Ada Example), Neurology, 2026-02-14, employee ID 001\n",
      "payroll pays by it"
    ),
    (
      "inputs/physicians.csv", Self.roster.replacing(",001", with: ","),
      "paid, other employee ID: 1\n", ", no employee ID; was $500.00,",
      "payroll can't pay without it"
    ),
    (
      "inputs/physicians.csv", Self.roster.replacing("Ada Example", with: "Ada B. Example"),
      "paid, other name: 1\n",
      "$500.00, P1 (Ada B. Example), Neurology, 2026-02-14; was $500.00, P1 (Ada Example),",
      "the statement shows it"
    ),
    (
      "inputs/conferences.csv", Self.conferences.replacing(",30", with: ",40"),
      "paid, other duration: 1\n", ", duration 0:40:00; was $500.00,",
      "a line shows it, whatever it pays"
    ),
    (
      "plan.yaml",
      "rates: { conference: [ { from: 2000-01-01, amount: 250, per_minutes: 20 } ] }\n",
      "paid, other blocks and rate: 1\n",
      ", blocks 2, rate 250.00; was $500.00, P1 (Ada Example), Neurology, 2026-02-14, blocks 1, rate 500.00\n",
      "two of one and one of the other come to the same amount"
    ),
    (
      "inputs/conferences.csv", Self.conferences.replacing(",30", with: ",41"),
      "paid, other amount: 1\n",
      "$1,000.00, P1 (Ada Example), Neurology, 2026-02-14, duration 0:41:00, blocks 2; was $500.00,",
      "length and blocks say why the amount is another one"
    ),
    (
      "inputs/conferences.csv", Self.conferences.replacing("V1", with: "\n\nV1"),
      "inputs/conferences.csv has changed\n", "no record has changed",
      "rows shift, and nothing hangs on it"
    ),
  ])
  func whatALineShowsIsCompared(
    file: String, text: String, what: String, words: String, because: String
  ) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write("inputs/physicians.csv", Self.roster)
      try office.write("inputs/standing.csv", Self.standing)
      try FileManager.default.removeItem(at: office.file("inputs/cases.csv"))
      try office.write("inputs/conferences.csv", Self.conferences)
      #expect(try CommandRunner.zpay("run", "2026Q1", "-C", office.path).exitStatus == 0)
      try office.write(file, text)
      let diff = try CommandRunner.zpay("diff", "2026Q1", "-C", office.path)
      #expect(diff.exitStatus == 0)
      #expect(diff.standardOutput.contains("  " + what), "\(because): \(diff)")
      #expect(diff.standardOutput.contains(words), "\(because): \(diff)")
    }
  }

  /// No value is another one, and each row says something else.
  @Test func rowsThatTradeValuesAreOtherRows() throws {
    try withTemporaryFolder { folder in
      let office = try office(in: folder)
      try office.write(
        "inputs/cases.csv", Self.heading + "C1,GR,P1,2026-02-14\nC1,GR,P2,2026-02-15\n")
      #expect(try CommandRunner.zpay("run", "2026Q1", "-C", office.path).exitStatus == 0)
      try office.write(
        "inputs/cases.csv", Self.heading + "C1,GR,P1,2026-02-15\nC1,GR,P2,2026-02-14\n")
      let diff = try json("diff", "2026Q1", "-C", office.path, "--format", "json")
      let records = try #require(diff["records"] as? [[String: Any]])
      #expect(
        records.map { $0["what"] as? String } == ["held (conflicting-records), other rows"])
    }
  }

  @Test func whatALineShowsIsToldInJSONAndInAWorkbook() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      #expect(try CommandRunner.zpay("run", "2026Q1", "-C", office.path).exitStatus == 0)
      let roster = try String(contentsOf: office.file("inputs/physicians.csv"), encoding: .utf8)
      try office.write("inputs/physicians.csv", roster.replacing("0042", with: "0777"))
      let diff = try json("diff", "2026Q1", "-C", office.path, "--format", "json")
      let record = try #require((diff["records"] as? [[String: Any]])?.first)
      #expect(record["what"] as? String == "paid, other employee ID")
      for (side, employee) in [("before", "0042"), ("after", "0777")] {
        let outcomes = record[side] as? [[String: String]]
        #expect(
          outcomes == [
            [
              "state": "paid", "department": "Neurology", "physician_id": "P1",
              "physician": "Ada Example", "service_date": "2026-02-14", "amount": "500.00",
              "employee_id": employee, "duration": "", "blocks": "", "rate": "500.00",
              "earned_in": "2026Q1",
            ]
          ])
      }
      let book = office.file("changes.xlsx").path
      _ = try CommandRunner.zpay("diff", "2026Q1", "-C", office.path, "--out", book)
      let text = try workbookText(book)
      #expect(text.contains("2026-02-14, employee ID 0042 | G: paid $500.00,"), "\(text)")
      #expect(text.contains("2026-02-14, employee ID 0777\n"), "\(text)")
    }
  }

  @Test func anotherAmountAloneIsAChange() throws {
    try withTemporaryFolder { folder in
      let office = try office(in: folder)
      #expect(try CommandRunner.zpay("run", "2026Q1", "-C", office.path).exitStatus == 0)
      try office.write("plan.yaml", "rates: { case: [ { from: 2000-01-01, amount: 500.01 } ] }\n")
      let diff = try json("diff", "2026Q1", "-C", office.path, "--format", "json")
      let records = try #require(diff["records"] as? [[String: Any]])
      let told = records.map {
        "\($0["record_id"] as? String ?? ""): \($0["what"] as? String ?? "")"
      }
      #expect(told.contains("C1: paid, other amount"), "\(told)")
    }
  }

  @Test func aClosedQuarterIsComparedAsItWasClosed() throws {
    try withTemporaryFolder { folder in
      let office = try office(in: folder)
      let run = try json("run", "2026Q1", "-C", office.path, "--format", "json")
      let digest = try #require(run["digest"] as? String)
      #expect(
        try CommandRunner.zpay(
          "close", "2026Q1", "-C", office.path, "--digest", digest, "--prepared-by", "Ada",
          "--approved-by", "Ben"
        ).exitStatus == 0)
      // A sheet that somebody edits is told, and shows.
      let sheet = office.file("out/2026Q1/sheets/neurology.csv")
      let text = try String(contentsOf: sheet, encoding: .utf8)
      try Data(text.replacing("500.00,500.00", with: "500.00,5000.00").utf8).write(to: sheet)
      let edited = try CommandRunner.zpay("diff", "2026Q1", "-C", office.path)
      #expect(edited.standardError.contains("neurology.csv is not as it was made"))
      #expect(edited.standardOutput.contains("$10,000.00 → $1,000.00"))
      // What was held is paid in the next quarter.
      try office.write("inputs/cases.csv", Self.heading + "C2,GR,P2,2026-02-15\n")
      let diff = try json("diff", "2026Q1", "2026Q2", "-C", office.path, "--format", "json")
      let records = try #require(diff["records"] as? [[String: Any]])
      #expect(
        records.map { "\($0["record_id"] as? String ?? ""): \($0["what"] as? String ?? "")" } == [
          "C2: held (unknown-physician) → paid", "C1: paid → not there", "C3: paid → not there",
        ])
    }
  }

  @Test func whatCannotBeComparedIsSaid() throws {
    try withTemporaryFolder { folder in
      let office = try office(in: folder)
      for (arguments, words) in [
        (["2026Q1"], "zpay run 2026Q1 makes it"), (["2026Q1", "nowhere"], "neither a quarter"),
        (["2026Q1", office.path], "no manifest.json"),
      ] {
        let outcome = try CommandRunner.run(
          try CommandRunner.executable(), ["diff"] + arguments + ["-C", office.path])
        #expect(outcome.exitStatus == 66)
        #expect(outcome.standardError.contains(words), "\(outcome.standardError)")
      }
    }
  }

  /// What zpay wrote, it reads: names that a spreadsheet would take for formulas have a `'` before them.
  @Test(arguments: ["=Oncology", "+Med", "-x", "@home", "Neurology"])
  func itsOwnTotalsAreAsExpected(department: String) throws {
    try withTemporaryFolder { folder in
      let office = try office(in: folder)
      try office.write(
        "inputs/physicians.csv",
        "physician_id,name,department,credentialed_from\nP1,Ada Example,\(department),2020-01-01\n")
      #expect(try CommandRunner.zpay("run", "2026Q1", "-C", office.path).exitStatus == 0)
      let verified = try CommandRunner.zpay(
        "verify", "2026Q1", "-C", office.path, "--expected",
        office.file("out/2026Q1/summary.csv").path)
      #expect(verified.exitStatus == 0, "\(verified.standardOutput)")
      let changes = try json("diff", "2026Q1", "-C", office.path, "--format", "json")
      #expect((changes["records"] as? [Any])?.isEmpty == true)
    }
  }

  @Test func aClosedQuarterIsVerifiedByItsClosedTotals() throws {
    try withTemporaryFolder { folder in
      let office = try office(in: folder)
      let run = try json("run", "2026Q1", "-C", office.path, "--format", "json")
      let digest = try #require(run["digest"] as? String)
      try office.write(
        "expected.csv",
        "department,cases,payable,held\nNeurology,2,1000.00,0\n(unassigned),0,0,500\n")
      for isClosed in [false, true] {
        if isClosed {
          _ = try CommandRunner.zpay(
            "close", "2026Q1", "-C", office.path, "--digest", digest, "--prepared-by", "Ada",
            "--approved-by", "Ben")
          try FileManager.default.removeItem(at: office.file("inputs"))
        }
        let verify = try CommandRunner.zpay(
          "verify", "2026Q1", "-C", office.path, "--expected", office.file("expected.csv").path)
        #expect(verify.exitStatus == 0, "\(verify.standardOutput)\(verify.standardError)")
        #expect(verify.standardOutput.contains("$1,000.00 payable, at most $500.00 held"))
      }
    }
  }
}
