import Foundation
import Testing

/// The output folder: private, all or nothing, and nobody else's files are lost.
struct OutputFolderTests {
  @Test func anOlderRunIsReplacedWhole() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let first = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(first.exitStatus == 0, "\(first.standardError)")
      let sheets = office.file("out/2026Q1/sheets")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: sheets.path).sorted() == [
          "neurology.csv", "neurology.xlsx",
        ])
      try office.write(
        "inputs/physicians.csv",
        "physician_id,name,department,credentialed_from\nP1,Ada Example,Surgery,2020-01-01\n")
      let second = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(second.exitStatus == 0)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: sheets.path).sorted() == [
          "surgery.csv", "surgery.xlsx",
        ])
    }
  }

  /// On any status but 0 and 1 the folder is as it was before.
  @Test func aRunThatFailsLeavesTheLastOne() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      _ = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      let before = try contents(of: office.file("out"))
      try office.write("inputs/cases.csv", "case_id,program,physician_id,completed_at\nC1,GR,P1,\"")
      let outcome = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(outcome.exitStatus == 65)
      #expect(try contents(of: office.file("out")) == before)
    }
  }

  @Test(arguments: [
    "a folder of somebody's", "a file", "a link", "a link to an older run's folder",
  ])
  func whatZpayDidNotMakeIsLeftAlone(kind: String) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let (out, precious) = (
        folder.appendingPathComponent("out"), folder.appendingPathComponent("precious")
      )
      try FileManager.default.createDirectory(at: precious, withIntermediateDirectories: true)
      try Data("mine".utf8).write(to: precious.appendingPathComponent("file"))
      switch kind {
      case "a link to an older run's folder":
        // Zpay made what it leads to, and still follows no link.
        _ = try CommandRunner.zpay(
          "run", "2026Q1", "-C", office.path, "--out", precious.path + "/run")
        try FileManager.default.createSymbolicLink(
          at: out, withDestinationURL: precious.appendingPathComponent("run"))
      case "a file": try Data("mine".utf8).write(to: out)
      case "a link":
        try FileManager.default.createSymbolicLink(at: out, withDestinationURL: precious)
      default: try FileManager.default.copyItem(at: precious, to: out)
      }
      let outcome = try CommandRunner.zpay(
        "run", "2026Q1", "-C", office.path, "--out", out.path)
      #expect(outcome.exitStatus == 73)
      #expect(outcome.standardError.contains("out"), "\(outcome.standardError)")
      #expect(
        try Data(contentsOf: precious.appendingPathComponent("file")) == Data("mine".utf8))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
          "office", "out", "precious",
        ])
      if kind == "a folder of somebody's" {
        #expect(try FileManager.default.contentsOfDirectory(atPath: out.path) == ["file"])
      }
    }
  }

  /// A note that somebody put between the sheets would be lost with the folder.
  @Test func aFileOfSomebodysBetweenTheSheetsStopsTheRun() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      _ = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      try office.write("out/2026Q1/sheets/checked by Ana.xlsx", "mine")
      let outcome = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(outcome.exitStatus == 73)
      #expect(outcome.standardError.contains("sheets/checked by Ana.xlsx"))
      #expect(
        FileManager.default.fileExists(
          atPath: office.file("out/2026Q1/sheets/checked by Ana.xlsx").path))
      // What a spreadsheet leaves behind by itself stops nobody.
      try FileManager.default.removeItem(at: office.file("out/2026Q1/sheets/checked by Ana.xlsx"))
      try office.write("out/2026Q1/sheets/~$neurology.xlsx", "lock")
      try office.write("out/2026Q1/.~lock.summary.xlsx#", "lock")
      try office.write("out/2026Q1/.DS_Store", "view")
      try office.write("out/2026Q1/sheets/Thumbs.db", "view")
      try office.write("out/2026Q1/desktop.ini", "view")
      #expect(try CommandRunner.zpay("run", "2026Q1", "-C", office.path).exitStatus == 0)
    }
  }

  /// What a killed run left behind is thrown away by the next, and by nobody else.
  @Test func leftoversOfAKilledRunAreThrownAway() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try FileManager.default.createDirectory(
        at: office.file("out/.2026Q1.zpay-abc/files"), withIntermediateDirectories: true)
      let outcome = try CommandRunner.zpay("run", "2026Q1", "-C", office.path)
      #expect(outcome.exitStatus == 0)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: office.file("out").path) == ["2026Q1"])
    }
  }

  /// A run was killed after it had moved the older sheets aside: they come back, though this one fails.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func sheetsThatAKilledRunMovedAsideComeBack() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      #expect(try CommandRunner.zpay("run", "2026Q1", "-C", office.path).exitStatus == 0)
      let sheets = try contents(of: office.file("out/2026Q1"))
      try FileManager.default.createDirectory(
        at: office.file("out/.2026Q1.zpay-abc"), withIntermediateDirectories: false)
      try FileManager.default.moveItem(
        at: office.file("out/2026Q1"), to: office.file("out/.2026Q1.zpay-abc/replaced"))
      // It fails late: nobody can read what it says.
      let run = try CommandRunner.run(
        URL(fileURLWithPath: "/bin/sh"),
        [
          "-c", "exec \"$0\" \"$@\" > /dev/full", try CommandRunner.executable().path, "run",
          "2026Q1", "-C", office.path,
        ])
      #expect(run.exitStatus == 74)
      #expect(try contents(of: office.file("out")).count == sheets.count)
      #expect(try contents(of: office.file("out/2026Q1")) == sheets)
    }
  }

  /// The folder of a run that is still at work is nobody's leftover.
  @Test func theFolderOfARunAtWorkIsLeftAlone() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let other = office.file("out/.2026Q1.zpay-abc")
      try FileManager.default.createDirectory(
        at: other.appendingPathComponent("files"), withIntermediateDirectories: true)
      let descriptor = open(other.path, O_RDONLY)
      defer { _ = close(descriptor) }
      #expect(flock(descriptor, LOCK_EX) == 0)
      #expect(try CommandRunner.zpay("run", "2026Q1", "-C", office.path).exitStatus == 0)
      #expect(FileManager.default.fileExists(atPath: other.path + "/files"))
      #expect(FileManager.default.fileExists(atPath: office.file("out/2026Q1").path))
    }
  }

  /// Whatever a command says: where nobody could read it, it is no status 0.
  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
    arguments: [
      "check", "verify 2026Q1 --expected expected.csv", "explain 2026Q2 C1", "ledger",
      "ledger --format json", "journal", "journal --format beancount", "diff 2026Q1 2026Q1",
      "reissue 2026Q1 --out copy", "reconcile 2026Q1 --paid paid.csv",
      "reverse C1 --reason wrong --by Ada", "init new",
      "hold C9 --quarter 2026Q2 --reason wrong --by Ada",
      "close 2026Q2 --digest $DIGEST --prepared-by Ada --approved-by Ben",
    ])
  func aReportThatCannotBePrintedIsStatus74(command: String) throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      try office.close("2026Q1")
      try office.write(
        "inputs/cases.csv",
        "case_id,program,physician_id,completed_at\nC1,GR,P1,2026-02-14\nC9,GR,P1,2026-05-14\n")
      try office.write("expected.csv", "department,payable\nNeurology,500.00\n")
      let command = command.replacing("$DIGEST", with: try office.digest("2026Q2"))
      try office.write("paid.csv", "Empl ID,Amount,Pay Date\n0042,500,2026-04-15\n")
      let zpay = try CommandRunner.executable().path
      let outcome = try CommandRunner.run(
        URL(fileURLWithPath: "/bin/sh"), ["-c", "\"\(zpay)\" \(command) > /dev/full"],
        in: office.folder)
      #expect(outcome.exitStatus == 74, "\(outcome.standardError)")
    }
  }

  /// A sheet that could not be written is no “no”: with so few files open, one of them is the first that can't be.
  @Test func aSheetThatCannotBeWrittenIsStatus74() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let outcomes = try (5...16).map { count in
        try CommandRunner.run(
          URL(fileURLWithPath: "/bin/sh"),
          [
            "-c", "ulimit -n \(count); exec \"$0\" run 2026Q1 --out here\(count)",
            try CommandRunner.executable().path,
          ], in: office.folder)
      }
      let late = outcomes.filter { $0.standardError.contains("creating ") }
      #expect(!late.isEmpty && late.allSatisfy { $0.exitStatus == 74 }, "\(outcomes)")
    }
  }

  /// A limit of the size of files ends a program that does not ask for it to be an error; one with a sanitizer in it
  /// does not even begin.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["ZPAY_SANITIZED"] == nil))
  func aFileThatMayNotBeSoLargeIsStatus74() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let before = try FileManager.default.contentsOfDirectory(atPath: office.path).sorted()
      let outcome = try CommandRunner.run(
        URL(fileURLWithPath: "/bin/sh"),
        ["-c", "ulimit -f 8; exec \"$0\" run 2026Q1 --out here", CommandRunner.executable().path],
        in: office.folder)
      #expect(outcome.exitStatus == 74, "\(outcome.standardError)")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: office.path).sorted() == before)
    }
  }

  @Test func initThatFailsLeavesNothing() throws {
    try withTemporaryFolder { folder in
      try Data("mine".utf8).write(to: folder.appendingPathComponent("inputs"))
      let outcome = try CommandRunner.zpay("init", in: folder)
      #expect(outcome.exitStatus == 73, "\(outcome.standardError)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["inputs"])
    }
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let outcome = try CommandRunner.zpay(
        "run", "2026Q1", "-C", office.path, "--out", "/proc/nothing/here")
      #expect(outcome.exitStatus == 73)
      #expect(outcome.standardError.hasPrefix("zpay: making the folder /proc/nothing"))
    }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func anAccountThatCannotBePrintedIsNotStatusZero() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      let zpay = try CommandRunner.executable().path
      let outcome = try CommandRunner.run(
        URL(fileURLWithPath: "/bin/sh"),
        ["-c", "\"\(zpay)\" run 2026Q1 -C \"\(office.path)\" > /dev/full"])
      #expect(outcome.exitStatus == 74)
      #expect(!FileManager.default.fileExists(atPath: office.file("out").path))
    }
  }

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
    arguments: ["--help", "--version", "run --help"])
  func aHelpThatCannotBePrintedIsNotStatusZero(arguments: String) throws {
    let zpay = try CommandRunner.executable().path
    let outcome = try CommandRunner.run(
      URL(fileURLWithPath: "/bin/sh"), ["-c", "\"\(zpay)\" \(arguments) > /dev/full"])
    #expect(outcome.exitStatus == 74)
  }
}
