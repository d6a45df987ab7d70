import Foundation
import Testing

/// What a run's words and files say of its plan.
struct PlanInOutputsTests {
  @Test(arguments: [
    ("{ pay_period_end: 2026-04-30 }", "earn_code"), ("{ earn_code: HZZ }", "pay_period_end"),
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
