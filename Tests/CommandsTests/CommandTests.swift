import Foundation
import TestSupport
import Testing

/// The command line as a person meets it: status, words, and where they go.
struct CommandTests {
  @Test func aNewWorkspaceIsUnderstoodAtOnce() throws {
    try withTemporaryFolder { folder in
      let made = try CommandRunner.zpay("init", "2026", in: folder)
      #expect(made.exitStatus == 0, "\(made.standardError)")
      let office = folder.appendingPathComponent("2026")
      let files = try FileManager.default.subpathsOfDirectory(atPath: office.path).sorted()
      #expect(
        files == [
          "inputs", "inputs/cases.csv", "inputs/conferences.csv", "inputs/physicians.csv",
          "inputs/standing.csv", "plan.yaml",
        ])
      // Everything can be read; only the roster is empty, and the message says so.
      let empty = try CommandRunner.zpay("check", in: office)
      #expect(empty.exitStatus == 65)
      #expect(
        empty.standardError.contains("error: [roster.empty] the table of physicians has no row"))
      let roster = office.appendingPathComponent("inputs/physicians.csv")
      let heading = try String(contentsOf: roster, encoding: .utf8)
      try Data((heading + "P1,Ada Example,Neurology,2020-01-01,,,,,\n").utf8).write(to: roster)
      let filled = try CommandRunner.zpay("check", in: office)
      #expect(filled.exitStatus == 0, "\(filled.standardError)")
      #expect(filled.standardOutput.hasSuffix("every row can be read\n"))
    }
  }

  /// The plan that init writes, with every default spelled out, decides as no plan does.
  @Test func thePlanThatInitWritesIsTheFoundingPlan() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      _ = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      let without = try contents(of: office.file("out"))
      let plan = CommandRunner.packageRoot.appendingPathComponent("Templates/plan.yaml")
      try FileManager.default.copyItem(at: plan, to: office.file("plan.yaml"))
      let outcome = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(outcome.exitStatus == 0, "\(outcome.standardError)")
      #expect(outcome.standardOutput.contains("plan      plan.yaml\n"))
      let with = try contents(of: office.file("out"))
      #expect(with == without)
    }
  }

  /// Nobody is paid by another plan for a file's name.
  @Test(arguments: [
    "plan.yml", "plan.yaml.txt", "plan.txt", "Plan.yaml", "PLAN.YAML", "plan (1).yaml",
    "plan-2026.yml",
  ])
  func aPlanByAnotherNameStopsTheRun(name: String) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write(name, "plan: Mine\n")
      let outcome = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(outcome.exitStatus == 66)
      #expect(
        outcome.standardError.hasSuffix(
          "\(name) is not read: the plan must be called plan.yaml; rename it\n"))
    }
  }

  /// A name that no text can hold: the file can't be opened, and nobody in it is forgotten for that.
  @Test func aFileWhoseNameIsNotUTF8StopsTheRun() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let name = Array((office.path + "/inputs/cases-").utf8) + [0xE9] + Array(".csv".utf8) + [0]
      let descriptor = name.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer {
        open($0.baseAddress!, O_WRONLY | O_CREAT, 0o600)
      }
      // Some systems refuse such names.
      guard descriptor >= 0 else { return }
      close(descriptor)
      let outcome = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(outcome.exitStatus == 66)
      #expect(outcome.standardError.hasSuffix("its name is not UTF-8; rename it\n"))
    }
  }

  /// Nor by the founding plan, where the workspace's own can't be reached.
  @Test func aPlanThatLeadsNowhereStopsTheRun() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try FileManager.default.createSymbolicLink(
        atPath: office.path + "/plan.yaml", withDestinationPath: office.path + "/nothing.yaml")
      let outcome = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(outcome.exitStatus == 66)
      #expect(
        outcome.standardError.hasSuffix("plan.yaml can't be read: No such file or directory\n"))
      #expect(!FileManager.default.fileExists(atPath: office.path + "/out"))
    }
  }

  @Test(arguments: ["is no time zone", "at most 1 MiB"])
  func aPlanThatCannotBeMeantIsRefused(words: String) throws {
    let plan =
      words.contains("zone")
      ? "time_zone: America/Los_Angles\n"
      : String(repeating: "#", count: 1 << 20)
        + "\nrates: { case: [ { from: 2000-01-01, amount: 1.00 } ] }\n"
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write("plan.yaml", plan)
      let run = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(run.exitStatus == 65)
      #expect(run.standardError.contains(words), "\(run.standardError)")
    }
  }

  @Test func initOverwritesNothing() throws {
    try withTemporaryFolder { folder in
      let plan = folder.appendingPathComponent("plan.yaml")
      try Data("plan: Mine\n".utf8).write(to: plan)
      let outcome = try CommandRunner.zpay("init", in: folder)
      #expect(outcome.exitStatus == 73)
      #expect(try String(contentsOf: plan, encoding: .utf8) == "plan: Mine\n")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["plan.yaml"])
    }
  }

  struct Usage: CustomTestStringConvertible, Sendable {
    var testDescription: String { arguments.joined(separator: " ") }
    let arguments: [String]
    let says: String
  }

  @Test(arguments: [
    Usage(arguments: ["run", "2026-Q1"], says: "Did you mean 2026Q1?"),
    Usage(arguments: ["run", "FY26 Q3"], says: "Did you mean FY2026Q3?"),
    Usage(arguments: ["run", "2026Q5"], says: "“2026Q5” is no quarter."),
    Usage(arguments: ["run", "9999Q4"], says: "“9999Q4” is no quarter. Write"),
    Usage(arguments: ["run", "2026Q1", "--strct"], says: "--strict"),
    Usage(arguments: ["run"], says: "Missing expected argument '<quarter>'"),
    Usage(arguments: ["rnu", "2026Q1"], says: "rnu"),
    Usage(arguments: ["run", "2026Q1", "--threads", "0"], says: "from 1 to 256"),
  ])
  func wrongUsageIsStatus64(usage: Usage) throws {
    let outcome = try CommandRunner.run(try CommandRunner.executable(), usage.arguments)
    #expect(outcome.exitStatus == 64)
    #expect(outcome.standardError.contains(usage.says), "\(outcome.standardError)")
    #expect(outcome.standardOutput == "")
  }

  @Test(arguments: [
    (["rum", "2026Q1", "-C", "a"], "zpay: “rum” is no command: did you mean run?\n"),
    (
      ["2026Q1"],
      "zpay: “2026Q1” is no command: which command is it for, such as zpay run 2026Q1?\n"
    ),
    (["frobnicate"], "zpay: “frobnicate” is no command: zpay --help names them all\n"),
  ])
  func aWordThatIsNoCommandIsToldAsThat(arguments: [String], says: String) throws {
    let outcome = try CommandRunner.run(try CommandRunner.executable(), arguments)
    #expect(outcome.exitStatus == 64 && outcome.standardError == says, "\(outcome)")
  }

  @Test(arguments: ["init", "check", "run", "verify", "explain"])
  func helpTeachesWithAnExample(command: String) throws {
    let outcome = try CommandRunner.zpay(command, "--help")
    #expect(outcome.exitStatus == 0)
    #expect(
      outcome.standardOutput.contains("\n  zpay \(command)")
        || outcome.standardOutput.contains("zpay \(command) "))
  }

  @Test(arguments: [
    ("standing", "no file for standing"), ("physicians", "no file for physicians"),
    ("cases", "no file for cases or conferences"),
  ])
  func aMissingTableIsStatus66(table: String, words: String) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try FileManager.default.removeItem(at: office.file("inputs/\(table).csv"))
      let outcome = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(outcome.exitStatus == 66)
      #expect(outcome.standardError.contains(words))
    }
  }

  @Test func strictFailsOnARejectedRowAndWritesNothing() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder, cases: "case_id,program,physician_id,completed_at\nC1,GR,P1,2026-02-30\n")
      let strict = try CommandRunner.zpay("run", "2026Q1", "-C", office.path, "--strict")
      #expect(strict.exitStatus == 1)
      #expect(
        strict.standardError == """
          inputs/cases.csv:2:10: error: [record.bad-date] completed_at “2026-02-30” is no date (column D)
            help: write it like 2026-02-14, 2026-02-14 09:31 or 2/14/2026 9:31 AM
          zpay: 1 row is rejected; with --strict nothing was written

          """)
      #expect(!FileManager.default.fileExists(atPath: office.file("out").path))
      #expect(try CommandRunner.zpay("run", "2026Q1", "-C", office.path).exitStatus == 0)
    }
  }

  /// All problems of all files in one run.
  @Test func everyProblemOfEveryFileIsReportedAtOnce() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder, cases: "case_id,program\n")
      try office.write(
        "inputs/physicians.csv",
        "physician_id,name,department,credentialed_from\nP1,Ada,Neurology,soon\nP2,,Surgery,2020-01-01\n"
      )
      try office.write(
        "inputs/standing.csv", "physician_id,status,effective_from\nP1,perhaps,2020-01-01\n")
      let outcome = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(outcome.exitStatus == 65)
      for code in ["[row.date]", "[row.missing]", "[standing.word]", "[header.missing]"] {
        #expect(outcome.standardError.contains(code), "\(code)")
      }
      #expect(outcome.standardError.hasSuffix("zpay: 5 problems; nothing was written\n"))
    }
  }

  @Test func theAccountIsAlsoThereAsJSON() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let outcome = try CommandRunner.zpay("run", "2026Q1", "-C", office.path, "--format", "json")
      let account = try JSONSerialization.jsonObject(with: Data(outcome.standardOutput.utf8))
      let values = try #require(account as? [String: Any])
      #expect(values["payable"] as? String == "500.00")
      #expect(
        (values["rows"] as? [String: Int]) == [
          "read": 1, "paid": 1, "held": 0, "excluded": 0, "rejected": 0,
        ])
    }
  }

  @Test func explainTellsTheStoryOfAPaidRecord() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let outcome = try CommandRunner.zpay("explain", "2026Q1", "C1", "-C", office.path)
      #expect(
        outcome.standardOutput == """
          C1: case of Grand Rounds, paid in 2026Q1 (FY2026 Q3), 2026-01-01 to 2026-03-31

            as it stands in inputs/cases.csv line 2
              case_id           C1
              program           GR
              physician_id      P1
              completed_at      2026-02-14

            rules
              ✓ 1       the row is well formed
              ✓ 2       ID and physician are there
              ✓ 3, 4    the program pays for a case
              ✓ 5       completed (no status is given)
              ✓ 6       the service time is there
              ✓ 7, 8    service date 2026-02-14
              ✓ 9–12    stands in no other row that counts
              ✓ 13, 14  the service date is in the quarter
              ✓ 15, 16  “P1” is physician P1
              ✓ 17      Ada Example, Neurology, credentialed from 2020-01-01 on (inputs/physicians.csv line 2)
              ✓ 18–20   in good standing on 2026-02-14 (inputs/standing.csv line 2); in good standing on \
          2026-03-31 (inputs/standing.csv line 2)
              ✓ 22      paid

            pays $500.00: $500.00 a case, the rate from 2000-01-01
              source: UCSF online second opinions: $500 for each completed case

          """)
      let other = try CommandRunner.zpay("explain", "2026Q1", "c-1", "-C", office.path)
      #expect(other.exitStatus == 1)
      #expect(
        other.standardError == "zpay: no row of the inputs has the ID “c-1”. Did you mean C1?\n")
      try office.write(
        "inputs/cases.csv", "case_id,program,physician_id,completed_at\n00417,GR,P1,2026-02-14\n")
      let short = try CommandRunner.zpay("explain", "2026Q1", "417", "-C", office.path)
      #expect(short.standardError.contains("Did you mean 00417?"), "\(short)")
    }
  }

  /// Whoever asks for a record that stands in such a row is not told that there is none.
  @Test func explainNamesRowsWhoseIDsAreNotKnown() throws {
    try withTemporaryFolder { folder in
      let heading = "case_id,program,physician_id,completed_at\n"
      let office = try SmallWorkspace(in: folder, cases: heading + "C7,GR,Smith, J,2026-02-14\n")
      func said() throws -> String {
        let outcome = try CommandRunner.zpay("explain", "2026Q1", "C7", "-C", office.path)
        #expect(outcome.exitStatus == 1)
        return outcome.standardError
      }
      #expect(
        try said()
          == "zpay: no row of the inputs has the ID “C7”, but for a malformed one, which may be it: inputs/cases.csv line 2 (zpay check says what is wrong there).\n"
      )
      try office.write("inputs/cases.csv", heading + "C7,GR,Smith, J,2026-02-14\nC8\n")
      #expect(
        try said().contains(
          "but for 2 malformed ones, which may be it: inputs/cases.csv line 2 is the first"))
    }
  }

  /// Whatever else is wrong: one round for the office, not one a problem.
  /// In Nuuk the last hour of 2024-03-30 was skipped: a time in it is half an hour into the next day.
  @Test func aTimeThatAClockChangeSkipsIsOfTheDayThatItIsReadAs() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder,
        cases:
          "case_id,program,physician_id,completed_at\nC1,GR,P1,2024-03-30 23:30\nC2,GR,P1,2024-03-31T01:30Z\n"
      )
      try office.write("plan.yaml", "time_zone: America/Nuuk\n")
      #expect(try CommandRunner.zpay("run", "2024Q1", "-C", office.path).exitStatus == 0)
      func text(_ file: String) throws -> String {
        try String(contentsOf: office.file("out/2024Q1/\(file)"), encoding: .utf8)
      }
      let lines = try text("sheets/neurology.csv")
      for id in ["C1", "C2"] { #expect(lines.contains(",case,\(id),2024-03-31,"), "\(lines)") }
      #expect(try text("notices.csv").contains("date-moved,grand-rounds,case,C1,"))
    }
  }

  /// Nobody is paid by a workbook, and the sheets don't say so.
  @Test func filesThatAreNotReadAreToldOf() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write("inputs/conferences.xlsx", "")
      try office.write("inputs/notes.txt", "")
      try FileManager.default.createDirectory(
        at: office.file("inputs/cases-old.csv"), withIntermediateDirectories: true)
      let run = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(
        run.standardOutput.contains(
          "not read  inputs/cases-old.csv, inputs/conferences.xlsx, inputs/notes.txt: file-not-read in notices.csv says why\n"
        ), "\(run)")
      let notices = try String(
        contentsOf: office.file("out/2026Q1/notices.csv"), encoding: .utf8)
      for line in [
        "inputs/cases-old.csv,,It is a folder.",
        "inputs/conferences.xlsx,,\"It is a workbook: save its sheet as CSV, with a name like cases.csv.\"",
        "inputs/notes.txt,,\"The file's name is none of cases*.csv,",
      ] { #expect(notices.contains(line), "\(notices)") }
      try FileManager.default.removeItem(at: office.file("inputs/cases.csv"))
      let missing = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(
        missing.standardError.contains(
          "no file for cases or conferences (not read: inputs/cases-old.csv, inputs/conferences.xlsx, inputs/notes.txt)"
        ), "\(missing)")
    }
  }

  /// Two exports of one list, the zeros lost in one: two records by the letter.
  @Test func whatIsNearlyPaidTwiceInAQuarterIsToldOf() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder,
        cases:
          "case_id,program,physician_id,completed_at\n0101,GR,P1,2026-02-14\n101,GR,P1,2026-02-14\n"
      )
      let run = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(
        run.standardOutput.contains(
          "twice?    2 of the paid are nearly another record of this quarter: similar-record in notices.csv\n"
        ), "\(run)")
    }
  }

  /// A column that is not read pays as if it were blank.
  @Test func checkSaysWhichColumnsAreNotRead() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder,
        cases:
          "case_id,program,physician_id,completed_at,Completed?,,Remark,MRN\nC1,GR,P1,2026-02-14,No,,,\n"
      )
      let check = try CommandRunner.zpay("check", "-C", office.path)
      #expect(
        check.standardOutput.contains(
          "inputs/cases.csv: 1 row of cases, UTF-8; not read: columns E, G; no column of status: every row counts as completed\n"
        ), "\(check)")
      #expect(check.standardOutput.contains("inputs/standing.csv: 1 row of standing, UTF-8\n"))
    }
  }

  @Test func checkTellsOfRowsBesideFilesThatCannotBeUsed() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder, cases: "case_id,program,physician_id,completed_at\nC1,GR,P1,x\n")
      try office.write(
        "inputs/physicians.csv",
        "physician_id,name,department,credentialed_from\nP1,Ada,Neurology,2020-01-01\nP1,Ada,Surgery,2026-01-01\n"
      )
      try office.write(
        "inputs/standing.csv",
        "physician_id,status,effective_from\nP1,good,2020-01-01\nP1,no,2020-01-01\n")
      let check = try CommandRunner.zpay("check", "-C", office.path)
      #expect(check.exitStatus == 65)
      for code in ["[roster.overlap]", "[standing.contradiction]", "[record.bad-date]"] {
        #expect(check.standardError.contains(code), "\(code): \(check.standardError)")
      }
      #expect(check.standardError.contains("3 problems"))
      // Where it is only read to be decided, the rows' problems come later.
      let run = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(run.exitStatus == 65 && run.standardError.contains("2 problems"))
    }
  }

  struct Remedy: CustomTestStringConvertible, Sendable {
    var because: String
    var conference: String
    var plan = "{}"
    var says: String
    var testDescription: String { because }
  }

  /// What is said leads to a row that can be read, not to the next problem.
  @Test(arguments: [
    Remedy(
      because: "a browser's space before AM looks like any other",
      conference: "K1,MH,P1,2/14/2026 9:31\u{202F}AM,40",
      says: "is no date: a space in it is another character (U+202F)"),
    Remedy(
      because: "a length may have one, too", conference: "K1,MH,P1,2026-02-14,40\u{A0}min",
      says: "is no length: a space in it is another character (U+00A0)"),
    Remedy(
      because: "a spreadsheet writes the number of a day where its cell has no format",
      conference: "K1,MH,P1,46067.397,40",
      says: "is no date, but a spreadsheet's number of a day"),
    Remedy(
      because: "and signs where the column is narrow", conference: "K1,MH,P1,########,40",
      says: "is no date: the spreadsheet's column was too narrow"),
    Remedy(
      because: "another number is none of these", conference: "K1,MH,P1,20260214,40",
      says: "“20260214” is no date (column"),
    Remedy(
      because: "only programs that pay conferences are named",
      conference: "K1,More Health Inc,P1,2026-02-14,40", says: "help: write one of More Health, or"),
    Remedy(
      because: "none pays conferences", conference: "K1,,P1,2026-02-14,40",
      plan: "programs: { a: { pays: [case] }, b: { pays: [case] } }",
      says:
        "help: add the partner or an alias to `programs:` in plan.yaml: none of them pays a conference"
    ),
    Remedy(
      because: "a length below zero is no missing one", conference: "K1,MH,P1,2026-02-14,-40",
      says: "“-40” is below zero"),
  ])
  func whatCheckSaysHelps(_ remedy: Remedy) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write(
        "inputs/cases.csv", "case_id,program,physician_id,completed_at\n")
      try office.write(
        "inputs/conferences.csv",
        "conference_id,program,physician_id,started_at,duration_minutes\n\(remedy.conference)\n")
      try office.write("plan.yaml", remedy.plan + "\n")
      let check = try CommandRunner.zpay("check", "-C", office.path)
      #expect(check.exitStatus == 1)
      #expect(check.standardOutput.contains(remedy.says), "\(check.standardOutput)")
    }
  }

  @Test func thePayrollFileNeedsEveryEmployeeID() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write("plan.yaml", "payroll: { earn_code: HZZ, pay_period_end: 2026-04-30 }\n")
      _ = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      let file = office.file("out/2026Q1/payroll.csv")
      #expect(
        try String(contentsOf: file, encoding: .utf8) == """
          Empl ID,Employee Record,Position Number,Pay Period End Date,Earnings Begin Date,Earnings End \
          Date,Earnings Code,Amount
          0042,,,04302026,2026-01-01,2026-03-31,HZZ,500.00

          """)
      try office.write(
        "inputs/physicians.csv",
        "physician_id,name,department,credentialed_from\nP1,Ada Example,Neurology,2020-01-01\n")
      let outcome = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(outcome.exitStatus == 0)
      #expect(
        outcome.standardOutput.contains("no payroll.csv: no employee ID for Ada Example (P1)"))
      #expect(!FileManager.default.fileExists(atPath: file.path))
    }
  }

  /// Nobody is uploaded with nothing: what is taken back is as much as what is paid.
  @Test func thePayrollFileHasNoRowOfNothing() throws {
    try withTemporaryFolder { folder in
      let heading = "case_id,program,physician_id,completed_at\n"
      let office = try SmallWorkspace(in: folder, cases: heading + "C1,GR,P1,2026-02-14\n")
      try office.write("plan.yaml", "payroll: { earn_code: HZZ, pay_period_end: 2026-07-31 }\n")
      try office.close("2026Q1")
      let reverse = try CommandRunner.zpay(
        "reverse", "C1", "--reason", "wrong", "--by", "Ada", "-C", office.path)
      #expect(reverse.exitStatus == 0)
      try office.write("inputs/cases.csv", heading + "C3,GR,P1,2026-05-14\n")
      let run = try CommandRunner.zpay("run", "2026Q2", "-C", office.path)
      #expect(
        run.exitStatus == 0 && !run.standardOutput.contains("negative"), "\(run.standardOutput)")
      let file = office.file("out/2026Q2/payroll.csv")
      let rows = (try? String(contentsOf: file, encoding: .utf8))?.split(separator: "\n").count
      #expect(rows == 1, "headings alone")
    }
  }

  /// What is taken back in one job comes off the employee's others; under another employee ID it is to be recovered.
  @Test(arguments: [
    ("0042,0", ["0042,1"], ["0042,1,500.00"], nil, "one employee in two jobs: $500 of $1,000"),
    (
      "0042,0", ["0042,1", "0042,2"], ["0042,2,500.00"], nil,
      "in three jobs: $500 of $500 and $500"
    ),
    (
      "0042,0", ["0043,0"], ["0043,0,1000.00"],
      "negative  Ada Example (P1, employee 0042): -$500.00",
      "the employee ID was another's: who has it pays back, and Ada is paid"
    ),
  ])
  func thePayrollFileDirectsNoMoreThanIsPayable(
    before: String, now: [String], rows: [String], negative: String?, because: String
  ) throws {
    try withTemporaryFolder { folder in
      let heading = "case_id,program,physician_id,completed_at\n"
      let people =
        "physician_id,name,department,credentialed_from,credentialed_to,employee_id,employee_record\n"
      let office = try SmallWorkspace(in: folder, cases: heading + "C1,GR,P1,2026-02-14\n")
      try office.write("plan.yaml", "payroll: { earn_code: HZZ, pay_period_end: 2026-07-31 }\n")
      try office.write(
        "inputs/physicians.csv", people + "P1,Ada Example,Neurology,2020-01-01,,\(before)\n")
      try office.close("2026Q1")
      let reverse = try CommandRunner.zpay(
        "reverse", "C1", "--reason", "wrong", "--by", "Ada", "-C", office.path)
      #expect(reverse.exitStatus == 0)
      let spans = now.count == 1 ? ["2020-01-01,"] : ["2020-01-01,2026-05-14", "2026-05-15,"]
      try office.write(
        "inputs/physicians.csv",
        people
          + zip(spans, now).map { "P1,Ada Example,Neurology,\($0),\($1)\n" }.joined())
      try office.write(
        "inputs/cases.csv", heading + "C3,GR,P1,2026-05-14\nC4,GR,P1,2026-05-15\n")
      let closed = try office.close("2026Q2")
      #expect(
        negative.map(closed.standardOutput.contains)
          ?? !closed.standardOutput.contains("negative"), "\(closed.standardOutput)")
      let file = office.file("out/2026Q2/payroll.csv")
      let paid = try table(file)
      #expect(
        paid.map {
          [$0["Empl ID"], $0["Employee Record"], $0["Amount"]].compactMap(\.self)
            .joined(separator: ",")
        } == rows, "\(because)")
      // Payroll does just that: nobody else is told to have been paid otherwise.
      let reconciled = try CommandRunner.zpay(
        "reconcile", "2026Q2", "--paid", file.path, "-C", office.path)
      let verdicts = reconciled.standardOutput.split(separator: "\n").dropFirst()
        .filter { !$0.hasPrefix("paid as directed") }
      #expect(
        verdicts.map { $0.prefix(15) } == (negative == nil ? [] : ["to be recovered"]),
        "\(reconciled.standardOutput)")
    }
  }

  /// What was paid without an employee ID, and is taken back, keeps nobody else from being uploaded.
  @Test func whatIsTakenBackNeedsNoEmployeeID() throws {
    try withTemporaryFolder { folder in
      let heading = "case_id,program,physician_id,completed_at\n"
      let people = "physician_id,name,department,credentialed_from,employee_id\n"
      let office = try SmallWorkspace(in: folder, cases: heading + "C1,GR,P1,2026-02-14\n")
      try office.write("inputs/physicians.csv", people + "P1,Ada Example,Neurology,2020-01-01,\n")
      try office.close("2026Q1")
      let reverse = try CommandRunner.zpay(
        "reverse", "C1", "--reason", "wrong", "--by", "Ada", "-C", office.path)
      #expect(reverse.exitStatus == 0)
      try office.write("plan.yaml", "payroll: { earn_code: HZZ, pay_period_end: 2026-07-31 }\n")
      try office.write(
        "inputs/physicians.csv", people + "P1,Ada Example,Neurology,2020-01-01,0042\n")
      try office.write("inputs/cases.csv", heading + "C3,GR,P1,2026-05-14\n")
      let run = try CommandRunner.zpay("run", "2026Q2", "-C", office.path)
      #expect(
        run.standardOutput.contains("negative  Ada Example (P1): -$500.00, to be recovered"),
        "\(run.standardOutput)")
      #expect(try table(office.file("out/2026Q2/payroll.csv")).map { $0["Amount"] } == ["500.00"])
    }
  }

  /// Each job has its row; the dates are the plan's, where it gives them.
  @Test func thePayrollFileHasARowForEachJob() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder,
        cases:
          "case_id,program,physician_id,completed_at\nC1,GR,P1,2026-02-14\nC2,GR,P1,2026-03-02\n")
      try office.write(
        "inputs/physicians.csv",
        "physician_id,name,department,credentialed_from,credentialed_to,employee_id,employee_record\nP1,Ada Example,Neurology,2020-01-01,2026-02-28,0042,0\nP1,Ada Example,Neurology,2026-03-01,,0042,1\n"
      )
      try office.write(
        "plan.yaml",
        "payroll: { earn_code: HZZ, pay_period_end: 2026-04-30, earnings_begin: 2026-01-02, earnings_end: 2026-03-30 }\n"
      )
      #expect(try CommandRunner.zpay("run", "2026Q1", "-C", office.path).exitStatus == 0)
      let lines = try String(contentsOf: office.file("out/2026Q1/payroll.csv"), encoding: .utf8)
      #expect(
        lines.hasSuffix(
          "\n0042,0,,04302026,2026-01-02,2026-03-30,HZZ,500.00\n0042,1,,04302026,2026-01-02,2026-03-30,HZZ,500.00\n"
        ), "\(lines)")
    }
  }

  /// A year typed wrong is no reason to lose the quarter's sheets: a workbook has no such day.
  @Test func aDateBeforeWorkbooksIsShownAsText() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(
        in: folder,
        cases:
          "case_id,program,physician_id,completed_at\nC1,GR,P1,1026-02-14\nC2,GR,P1,1900-02-28\n")
      let outcome = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(outcome.exitStatus == 0, "\(outcome.standardError)")
      let exceptions = try table(office.file("out/2026Q1/exceptions.csv"))
      #expect(exceptions.map { $0["service_date"] } == ["1026-02-14", "1900-02-28"])
    }
  }

  @Test func aPlansNameWithSignsOfPageFootersIsPrintedAsItIs() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write(
        "plan.yaml", "plan: \"R&D & <Opinions> \(String(repeating: "x", count: 180))\"\n")
      let outcome = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(outcome.exitStatus == 0, "\(outcome.standardError)")
      // Each sign is doubled, or it and the letter behind it would be a code.
      let text = try workbookText(office.file("out/2026Q1/sheets/neurology.xlsx").path)
      #expect(text.contains("R&amp;&amp;D &amp;&amp; &lt;Opinions&gt;"))
    }
  }

  /// Files over a mebibyte are read by all threads, one after the other, and none is left out.
  @Test func largeFilesAreAllRead() throws {
    try withTemporaryFolder { folder in
      let heading = "case_id,program,physician_id,completed_at,note\n"
      let office = try SmallWorkspace(in: folder, cases: heading + "S1,GR,P1,2026-02-14,\n")
      let note = String(repeating: "x", count: 500)
      for name in ["a", "b"] {
        let rows = (0..<2_500).map { "\(name)\($0),GR,P1,2026-02-14,\(note)\n" }
        try office.write("inputs/cases-\(name).csv", heading + rows.joined())
      }
      let run = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(run.standardOutput.contains("$2,500,500.00 payable"), "\(run)")
    }
  }

  /// The roster's files are read beside each other, and their problems are told as if one came behind the other.
  @Test(arguments: ["1", "8"]) func problemsOfTheRosterAreToldFileByFile(threads: String) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let heading = "physician_id,name,department,credentialed_from\n"
      try office.write(
        "inputs/physicians-a.csv", heading + "P2,,Surgery,soon\nP3,Ada,Surgery,2020-01-01\n")
      try office.write("inputs/physicians-b.csv", heading + "P4,Ben,,2020-01-01\n")
      try office.write(
        "inputs/standing.csv", "physician_id,status,effective_from\nP1,perhaps,2020-01-01\n")
      let run = try CommandRunner.zpay("run", "2026Q1", "-C", office.path, "--threads", threads)
      let places = run.standardError.split(separator: "\n").filter { $0.hasPrefix("inputs/") }
        .map { $0.prefix { $0 != " " } }
      #expect(
        places == [
          "inputs/physicians-a.csv:2:4:", "inputs/physicians-a.csv:2:13:",
          "inputs/physicians-b.csv:2:8:", "inputs/standing.csv:2:4:",
        ], "\(run)")
      #expect(run.exitStatus == 65)
      let missing = try CommandRunner.zpay(
        "run", "2026Q1", "-C", office.path, "--threads", threads, "--standing", "no.csv",
        "--standing",
        "none.csv")
      #expect(missing.exitStatus == 66 && missing.standardError.contains("no.csv"), "\(missing)")
    }
  }

  /// Options name files, each as often as there are some.
  @Test func everyFileThatIsNamedIsRead() throws {
    try withTemporaryFolder { folder in
      let heading = "case_id,program,physician_id,completed_at\n"
      let office = try SmallWorkspace(in: folder, cases: heading)
      try office.write("a.csv", heading + "C1,GR,P1,2026-02-14\n")
      try office.write("b.csv", heading + "C2,GR,P1,2026-02-14\n")
      let run = try CommandRunner.zpay(
        "run", "2026Q1", "-C", office.path, "--cases", office.file("a.csv").path, "--cases",
        office.file("b.csv").path)
      #expect(run.standardOutput.contains("$1,000.00 payable"), "\(run)")
    }
  }

  @Test(arguments: ["department\nNeurology\n", "department,quarter\nNeurology,2026Q1\n"])
  func expectedTotalsWithoutATotalAreRefused(expected: String) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write("expected.csv", expected)
      let verify = try CommandRunner.zpay(
        "verify", "2026Q1", "-C", office.path, "--expected", office.file("expected.csv").path)
      #expect(verify.exitStatus == 65 && verify.standardError.contains("[expected.columns]"))
    }
  }

  /// Its end is not where the reading failed.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/mem")))
  func aFileThatCannotBeReadIsNotAnEmptyOne() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let run = try CommandRunner.zpay(
        "run", "2026Q1", "-C", office.path, "--cases", "/proc/self/mem")
      #expect(run.exitStatus == 66 && run.standardError.contains("can't be read"), "\(run)")
    }
  }

  @Test(arguments: [
    ("department,payable\n", "is not expected"),
    ("department,payable\nNeurology,500.00\n", nil),
    ("department,payable\nNeurology,500.00\nSurgery,1.00\n", "Surgery"),
    ("department,payable\nNeurology,500.01\n", "payable"),
    ("department,quarter,payable\nNeurology,2026Q2,500.00\n", "quarter"),
    ("department,physicians\nNeurology,2\n", "physicians"),
    ("department,cases\nNeurology,0\n", "cases"),
    ("department,conferences\nNeurology,1\n", "conferences"),
    ("department,blocks\nNeurology,1\n", "blocks"),
    ("department,held_records\nNeurology,1\n", "held_records"),
    ("department,payable,held\nNeurology,500.00,1.00\n", "held"),
    ("department,payable\nNeurology,$500\n", nil),
    ("department,payable\nNeurology,(500.00)\n", "payable is 500.00, expected (500.00)"),
    ("department,payable,cases\nNeurology,500,\n", "cases is 1, and the cell is blank"),
  ])
  func whatIsNotAsExpectedIsStatus1(expected: String, words: String?) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write("expected.csv", expected)
      let verify = try CommandRunner.zpay(
        "verify", "2026Q1", "-C", office.path, "--expected", office.file("expected.csv").path)
      #expect(verify.exitStatus == (words == nil ? 0 : 1), "\(verify)")
      if let words { #expect(verify.standardOutput.contains(words), "\(verify)") }
    }
  }

  /// Both names of a quarter are one (SPEC 2).
  @Test(arguments: [
    ("2026q1", "{}", "as expected", "case is ignored"),
    ("FY2026Q3", "{}", "as expected", "the fiscal year begins in July"),
    (
      "FY2026Q2", "fiscal_year_starts: 10", "as expected", "the plan says when it begins"
    ),
    (
      "FY2026Q1", "{}", "quarter is 2026Q1, expected FY2026Q1", "that begins in July 2025"
    ),
    ("winter", "{}", "quarter is 2026Q1, expected winter", "that is no quarter"),
    ("", "{}", "quarter is 2026Q1, and the cell is blank", "nothing is no quarter"),
  ])
  func quartersAreComparedAndNotTheirNames(
    name: String, plan: String, says: String, because: String
  ) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write("plan.yaml", plan + "\n")
      try office.write("expected.csv", "department,quarter,cases\nNeurology,\(name),1\n")
      let verify = try CommandRunner.zpay(
        "verify", "2026Q1", "-C", office.path, "--expected", office.file("expected.csv").path)
      #expect(verify.standardOutput.contains(says), "\(because): \(verify)")
    }
  }

  @Test func aHeadingThatIsNotReadIsNamed() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write("expected.csv", "department,cases,payabel\nNeurology,1,9.00\n")
      let verify = try CommandRunner.zpay(
        "verify", "2026Q1", "-C", office.path, "--expected", office.file("expected.csv").path)
      #expect(verify.exitStatus == 0)
      #expect(
        verify.standardError.contains(
          "expected.csv:1: warning: [expected.unread] column C, “payabel”, is not compared"))
    }
  }

  /// A dollar that was not compared is not said to be as expected.
  @Test(arguments: [
    (
      "department,cases\nNeurology,1\n",
      "1 department as expected\nnot compared: physicians, conferences, blocks, payable, held_records, held\n",
      "no dollar was compared"
    ),
    (
      "department,payable\nNeurology,500\n",
      "1 department as expected, $500.00 payable\nnot compared: physicians, cases, conferences, blocks, held_records, held\n",
      "more may be held than anybody expects"
    ),
    (
      "department,held\nNeurology,0\n",
      "1 department as expected, at most $0.00 held\nnot compared: physicians, cases, conferences, blocks, payable, held_records\n",
      "more may be payable"
    ),
    (
      "department,physicians,cases,conferences,blocks,payable,held_records,held\nNeurology,1,1,0,0,500,0,0\n",
      "1 department as expected, $500.00 payable, at most $0.00 held\n", "all was compared"
    ),
  ])
  func whatIsNotComparedIsTold(expected: String, says: String, because: String) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write("expected.csv", expected)
      let verify = try CommandRunner.zpay(
        "verify", "2026Q1", "-C", office.path, "--expected", office.file("expected.csv").path)
      #expect(verify.exitStatus == 0)
      #expect(
        verify.standardOutput == "2026Q1 (FY2026 Q3), 2026-01-01 to 2026-03-31: " + says,
        "\(because)"
      )
    }
  }
}
