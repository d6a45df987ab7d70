import Foundation
import TestSupport
import Testing

/// Whole outputs of the sample, as they were read and approved.
struct GoldenTests {
  @Test(arguments: ["summary.csv", "exceptions.csv", "notices.csv", "sheets/medicine.csv"])
  func theSamplesFilesAreAsApproved(file: String) throws {
    try withTemporaryFolder { folder in
      let out = folder.appendingPathComponent("out")
      let outcome = try CommandRunner.zpay(
        "run", "2026Q1", "-C", "Samples/2026Q1", "--out", out.path)
      #expect(outcome.exitStatus == 0, "\(outcome.standardError)")
      try Golden.check(
        try Data(contentsOf: out.appendingPathComponent(file)),
        against: file.replacingOccurrences(of: "/", with: "-"))
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
}
