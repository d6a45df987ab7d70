import Foundation
import TestSupport
import Testing

/// Whole outputs of the sample, as they were read and approved.
struct GoldenTests {
  @Test(arguments: ["summary.csv", "exceptions.csv", "notices.csv", "sheets/medicine.csv"])
  func theSamplesFilesAreAsApproved(file: String) throws {
    try withTheSamplesFiles { out in
      try Golden.check(
        try Data(contentsOf: out.appendingPathComponent(file)),
        against: file.replacing("/", with: "-"))
    }
  }

  private func withTheSamplesFiles(_ body: (_ out: URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let out = folder.appendingPathComponent("out")
      let outcome = try CommandRunner.zpay(
        "run", "2026Q1", "-C", "Samples/2026Q1", "--out", out.path)
      #expect(outcome.exitStatus == 0, "\(outcome.standardError)")
      try body(out)
    }
  }

  @Test func theReportOfCheckIsAsApproved() throws {
    let outcome = try CommandRunner.zpay("check", "-C", "Samples/2026Q1")
    #expect(outcome.exitStatus == 1)
    #expect(outcome.standardError == "")
    try Golden.check(Data(outcome.standardOutput.utf8), against: "check.txt")
  }

  @Test func theAccountOfARunIsAsApproved() throws {
    try withTemporaryFolder { folder in
      let copy = folder.appendingPathComponent("2026Q1")
      try FileManager.default.copyItem(
        at: CommandRunner.packageRoot.appendingPathComponent("Samples/2026Q1/inputs"),
        to: try {
          try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
          return copy.appendingPathComponent("inputs")
        }())
      let outcome = try CommandRunner.zpay("run", "2026Q1", in: copy)
      try Golden.check(Data(outcome.standardOutput.utf8), against: "run.txt")
    }
  }

  /// Every story that the sample has: one for each reason, and one that is paid.
  @Test func theStoriesOfExplainAreAsApproved() throws {
    let ids = [
      "48001", "48014", "48018", "48044", "48050", "48051", "48054", "815 9636 2785",
      "814 8549 4363",
    ]
    var text = ""
    for id in ids {
      text += try CommandRunner.zpay("explain", "2026Q1", id, "-C", "Samples/2026Q1").standardOutput
    }
    try Golden.check(Data(text.utf8), against: "explain.txt")
  }

  /// The sheets of the sample, cell by cell: a draft's.
  @Test(arguments: ["summary.xlsx", "sheets/neurology.xlsx"])
  func theSamplesWorkbooksAreAsApproved(file: String) throws {
    try withTheSamplesFiles { out in
      try Golden.check(
        Data(try workbookText(out.appendingPathComponent(file).path).utf8),
        against: file.replacing("/", with: "-") + ".txt")
    }
  }

  /// Two quarters with a ledger: what each command says, the final sheets, and what else is issued.
  @Test func theStoryIsAsApproved() throws {
    try withTemporaryFolder { folder in
      let office = folder.appendingPathComponent("story")
      let (start, story) = (
        Date(),
        try CommandRunner.run(
          CommandRunner.packageRoot.appendingPathComponent("Samples/story"),
          [try CommandRunner.executable().path, office.path])
      )
      #expect(story.exitStatus == 0, "\(story.standardError)")
      let told = story.standardOutput.split(separator: "\n", omittingEmptySubsequences: false)
        .prefix { !$0.contains("Liabilities:") && !$0.contains("hledger is not") }
      var texts = ["story.txt": told.joined(separator: "\n")]
      for file in [
        "journal.hledger", "journal.beancount", "out/2026Q2/payroll.csv",
        "out/2026Q2/exceptions.csv",
      ] {
        texts["story-\(URL(fileURLWithPath: file).lastPathComponent)"] = try String(
          contentsOf: office.appendingPathComponent(file), encoding: .utf8)
      }
      for book in ["summary", "sheets/medicine", "sheets/neurology", "sheets/urology"] {
        let path = office.appendingPathComponent("out/2026Q2/\(book).xlsx").path
        texts["story-\(URL(fileURLWithPath: book).lastPathComponent).xlsx.txt"] = try workbookText(
          path)
      }
      for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
        #expect(throws: Never.self) {
          try Golden.check(Data(masked(text, since: start).utf8), against: name)
        }
      }
    }
  }

  /// Without what is another one each time: moments of this run, and the hashes that they are in.
  private func masked(_ text: String, since start: Date) -> String {
    let days = [start, Date()].map { $0.ISO8601Format().prefix(10) }
    return text.replacing(CommandRunner.packageRoot.path, with: ".")
      .replacing(/(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\dZ/) { match in
        days.contains(match.output.1) ? "<now>" : String(match.output.0)
      }
      .replacing(/, (\d{4}-\d\d-\d\d)\)/) { match in
        days.contains(match.output.1) ? ", <today>)" : String(match.output.0)
      }
      .replacing(/(hash|head) +[0-9a-f]{64}/) { "\($0.output.1) <hash>" }
      .replacing(/[0-9a-f]{64}/, with: "<hash>")
  }
}
