import Foundation
import Testing

/// What a run's words and files say of its plan.
struct PlanInOutputsTests {
  @Test(arguments: [
    ("{ pay_period_end: 2026-04-30 }", "earn_code"), ("{ earn_code: HZZ }", "pay_period_end"),
    ("{ earn_code: \"\", pay_period_end: 2026-04-30 }", "earn_code"),
    ("{ earn_code: \" \", pay_period_end: 2026-04-30 }", "earn_code"),
  ])
  func aKeyWithoutWhichThereIsNoPayrollFileIsNamed(payroll: String, key: String) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write("plan.yaml", "payroll: \(payroll)\n")
      let outcome = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(outcome.exitStatus == 0, "\(outcome.standardError)")
      #expect(
        outcome.standardOutput.contains("no payroll.csv: plan.yaml gives payroll without \(key)\n"))
      let file = office.file("out/2026Q1/payroll.csv").path
      #expect(!FileManager.default.fileExists(atPath: file))
    }
  }

  /// Whatever of the plan is changed between the review and the close, the digest is another one.
  @Test func everyKeyOfThePlanIsInTheDigest() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let plans = [
        "", "plan: Trial\n", "time_zone: America/New_York\n", "fiscal_year_starts: 10\n",
        "programs: { grand-rounds: { name: Grand Rounds, aliases: [GR], pays: [case] } }\n",
        "rates: { case: [ { from: 2000-01-01, amount: 500.00, source: memo } ] }\n",
        "rates: { case: [ { from: 2000-01-02, amount: 500.00 } ] }\n",
        "rates: { conference: [ { from: 2000-01-01, amount: 500, per_minutes: 39 } ] }\n",
        "standing: { as_of: quarter-end }\n", "standing: { unlisted: good }\n",
        "notices: { near_block_minutes: 5 }\n", "notices: { respond_hours: 24 }\n",
        "notices: { review_hours: 72 }\n", "limits: { conference_minutes: 90 }\n",
        "output: { csv_bom: true }\n", "late_records: hold\n", "payroll: { earn_code: HZZ }\n",
        "payroll: { earnings_begin: 2026-01-02 }\n", "payroll: { earnings_end: 2026-03-30 }\n",
        "payroll: { pay_period_end: 2026-04-30 }\n",
      ]
      var digests: [String: String] = [:]
      for plan in plans {
        try office.write("plan.yaml", plan)
        let digest = try office.digest("2026Q1")
        #expect(digests[digest] == nil, "\(plan) is as \(digests[digest] ?? "")")
        digests[digest] = plan
      }
    }
  }

  @Test func aFiscalYearBeginsWhereThePlanSays() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      for (starts, quarter) in [
        (1, "FY2026Q1"), (4, "FY2026Q4"), (7, "FY2026Q3"), (10, "FY2026Q2"),
      ] {
        try office.write("plan.yaml", "fiscal_year_starts: \(starts)\n")
        let run = try CommandRunner.zpay("run", quarter, "-C", office.path)
        #expect(run.standardOutput.hasPrefix("2026Q1 (FY"), "\(run.standardOutput)")
      }
    }
  }

  @Test(arguments: [true, false])
  func aMarkOfTheEncodingIsWrittenWhereThePlanSays(isMarked: Bool) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.write("plan.yaml", "output: { csv_bom: \(isMarked) }\n")
      #expect(try CommandRunner.zpay("run", "2026Q1", "-C", office.path).exitStatus == 0)
      let tables = try contents(of: office.file("out/2026Q1")).filter { $0.key.hasSuffix(".csv") }
      #expect(tables.count == 4)
      for (name, bytes) in tables {
        #expect(bytes.starts(with: [0xEF, 0xBB, 0xBF]) == isMarked, "\(name)")
      }
    }
  }

  /// A heading that names another column may pay another day, so it is of what is reviewed.
  @Test func headingsAreInTheManifestAndInTheDigest() throws {
    try withTemporaryFolder { folder in
      let heading = "case_id,program,physician_id,completed_at,Finished On\n"
      let office = try SmallWorkspace(
        in: folder, cases: heading + "C1,GR,P1,2026-02-14,2026-02-14\n")
      var digests: Set<String> = []
      for headings in [
        "{}", "{ cases: { completed_at: [Finished On] } }",
        "{ standing: { status: [status] }, cases: { completed_at: [Done, Finished On], case_id: [case_id] } }",
      ] {
        try office.write("plan.yaml", "headings: \(headings)\n")
        let outcome = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
        #expect(outcome.exitStatus == 0, "\(outcome.standardError)")
        digests.insert(try office.digest("2026Q1"))
      }
      #expect(digests.count == 3)
      let manifest = try String(
        contentsOf: office.file("out/2026Q1/manifest.json"), encoding: .utf8)
      let lines = manifest.split(separator: "\n").map { $0.drop { $0 == " " } }
      let start = try #require(lines.firstIndex(of: "\"headings\": {"))
      #expect(
        lines[start...].prefix(16).joined(separator: " ") == """
          "headings": { "cases": { "case_id": [ "case_id" ], "completed_at": [ "Done", "Finished On" ] }, \
          "standing": { "status": [ "status" ] } },
          """)
    }
  }
}
