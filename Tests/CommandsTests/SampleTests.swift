import Foundation
import Testing

/// The main job on the sample: an office's real mess, and totals that were added up without zpay.
struct SampleTests {
  static let sample = CommandRunner.packageRoot.appendingPathComponent("Samples/2026Q1")

  @Test func theSampleIsAsExpected() throws {
    let outcome = try CommandRunner.zpay(
      "verify", "2026Q1", "-C", Self.sample.path, "--expected",
      Self.sample.appendingPathComponent("expected.csv").path)
    #expect(outcome.standardError == "")
    #expect(
      outcome.standardOutput == """
        2026Q1 (FY2026 Q3), 2026-01-01 to 2026-03-31: 12 departments as expected, $95,500.00 payable, \
        at most $27,000.00 held

        """)
    #expect(outcome.exitStatus == 0)
  }

  @Test func aTotalThatDiffersByACentIsNamed() throws {
    try withTemporaryFolder { folder in
      let expected = try String(
        contentsOf: Self.sample.appendingPathComponent("expected.csv"), encoding: .utf8)
      let changed = expected.replacingOccurrences(of: "17000.00", with: "17000.01")
      #expect(changed != expected)
      let file = folder.appendingPathComponent("expected.csv")
      try Data(changed.utf8).write(to: file)
      let outcome = try CommandRunner.zpay(
        "verify", "FY2026Q3", "-C", Self.sample.path, "--expected", file.path)
      #expect(outcome.exitStatus == 1)
      #expect(outcome.standardOutput.contains("Medicine: payable is 17000.00, expected 17000.01"))
      #expect(outcome.standardOutput.hasSuffix("1 difference\n"))
    }
  }

  /// Row by row against the intents that were written down when the sample was invented.
  @Test func everyRowIsWhatItsInventorIntended() throws {
    try withTemporaryFolder { folder in
      let out = folder.appendingPathComponent("out")
      let outcome = try CommandRunner.zpay(
        "run", "2026Q1", "-C", Self.sample.path, "--out", out.path)
      #expect(outcome.exitStatus == 0, "\(outcome.standardError)")
      #expect(try differences(of: out, from: Self.sample, rows: 263) == [])
    }
  }

  /// What README shows of the close is what comes out.
  @Test func theCloseInTheGuideIsTheSamples() throws {
    try withTemporaryFolder { folder in
      let office = folder.appendingPathComponent("2026")
      try FileManager.default.copyItem(at: Self.sample, to: office)
      let guide = try String(
        contentsOf: CommandRunner.packageRoot.appendingPathComponent("README.md"), encoding: .utf8)
      let digest = try #require(guide.firstMatch(of: /--digest ([0-9a-f]{64})/)).1
      let close = try CommandRunner.zpay(
        "close", "2026Q1", "-C", office.path, "--digest", String(digest), "--prepared-by",
        "Ada Example", "--approved-by", "Ben Sample")
      #expect(close.exitStatus == 0, "\(close.standardError)")
      let hash = try #require(close.standardOutput.firstMatch(of: /hash +[0-9a-f]{64}/)).0
      #expect(guide.contains(hash), "\(hash)")
    }
  }

  /// The story of two quarters: every command ends as the story says, and the second quarter's rows
  /// are what was intended, those that the ledger carries and takes back among them.
  @Test func theStoryOfTwoQuartersEndsAsItWasInvented() throws {
    try withTemporaryFolder { folder in
      let samples = Self.sample.deletingLastPathComponent()
      let office = folder.appendingPathComponent("office")
      let outcome = try CommandRunner.run(
        URL(fileURLWithPath: "/bin/sh"),
        [
          samples.appendingPathComponent("story").path, try CommandRunner.executable().path,
          office.path,
        ])
      #expect(outcome.exitStatus == 0, "\(outcome.standardOutput.suffix(1000))")
      // Exports leave out blank ends of rows, and a spreadsheet shortened two IDs: nothing else is to be told.
      let told = outcome.standardError.split(separator: "\n").filter { !$0.hasPrefix("  help:") }
      #expect(
        Set(told.compactMap { $0.split(separator: " ").first }) == [
          "inputs/conferences.csv:9:", "inputs/cases-grand-rounds.csv:2:",
          "inputs/conferences.csv:34:",
        ])
      #expect(
        told.allSatisfy {
          $0.contains(
            $0.contains(":34:") ? ": warning: [id.shortened]" : ": warning: [csv.unevenRow]")
        })
      #expect(outcome.standardOutput.contains("\nthe same bytes\n"))
      #expect(
        try differences(
          of: office.appendingPathComponent("out/2026Q2"),
          from: samples.appendingPathComponent("2026Q2"), rows: 110) == [])
    }
  }

  /// Rows of a result that are not what the sample's list says, by file and line.
  private func differences(of out: URL, from sample: URL, rows: Int) throws -> [String] {
    var got: [String: String] = [:]
    for row in try table(out.appendingPathComponent("exceptions.csv")) {
      got[row["source_file"]! + ":" + row["source_line"]!] =
        row["disposition"]! + " " + row["reason"]! + " " + row["amount"]!
    }
    for department in try table(out.appendingPathComponent("summary.csv")) {
      for row in try table(out.appendingPathComponent("sheets/\(department["sheet"]!).csv")) {
        let amount = row["amount"]!
        got[row["source_file"]! + ":" + row["source_line"]!] =
          (amount.hasPrefix("-") ? "taken back" : "paid") + "  " + amount
      }
    }
    var want: [String: String] = [:]
    for row in try table(sample.appendingPathComponent("expected-records.csv")) {
      want[row["source_file"]! + ":" + row["source_line"]!] =
        row["disposition"]! + " " + row["reason"]! + " " + row["amount"]!
    }
    #expect(want.count == rows)
    return Set(got.keys).union(want.keys).filter { got[$0] != want[$0] }.sorted()
      .map { "\($0): want \(want[$0] ?? "no row"), got \(got[$0] ?? "no row")" }
  }

  /// Same in, same out: two folders, one thread and two, another time.
  @Test func theSameInputsGiveTheSameBytes() throws {
    try withTemporaryFolder { folder in
      let copy = folder.appendingPathComponent("another office")
      try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: Self.sample.appendingPathComponent("inputs"), to: copy.appendingPathComponent("inputs"))
      let (first, second) = (
        folder.appendingPathComponent("first"), copy.appendingPathComponent("out/2026Q1")
      )
      let one = try CommandRunner.zpay(
        "run", "2026Q1", "-C", Self.sample.path, "--out", first.path, "--threads", "1")
      Thread.sleep(forTimeInterval: 1.1)
      let other = try CommandRunner.zpay("run", "2026Q1", "--threads", "2", in: copy)
      #expect(one.exitStatus == 0 && other.exitStatus == 0, "\(other.standardError)")
      let (left, right) = (try contents(of: first), try contents(of: second))
      #expect(left.keys.sorted() == right.keys.sorted())
      for (file, bytes) in left { #expect(right[file] == bytes, "\(file) differs") }
    }
  }

  @Test(arguments: ["000", "022", "777"])
  func onlyTheOwnerMayReadTheFiles(umask: String) throws {
    try withTemporaryFolder { folder in
      let out = folder.appendingPathComponent("out")
      let run = try CommandRunner.run(
        URL(fileURLWithPath: "/bin/sh"),
        [
          "-c", "umask \(umask); exec \"$0\" \"$@\"", try CommandRunner.executable().path, "run",
          "2026Q1", "-C", Self.sample.path, "--out", out.path,
        ])
      #expect(run.exitStatus == 0, "\(run.standardError)")
      let paths = try FileManager.default.subpathsOfDirectory(atPath: out.path)
      #expect(paths.count == 30)
      for path in paths + [""] {
        let attributes = try FileManager.default.attributesOfItem(
          atPath: out.appendingPathComponent(path).path)
        let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
        let mode = attributes[.posixPermissions] as? Int
        #expect(mode == (isFolder ? 0o700 : 0o600), "\(path)")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out"])
    }
  }

  /// Patient data can reach no output: the sample's invented names are in no file and no message.
  @Test func patientColumnsReachNoOutput() throws {
    try withTemporaryFolder { folder in
      let out = folder.appendingPathComponent("out")
      let run = try CommandRunner.zpay("run", "2026Q1", "-C", Self.sample.path, "--out", out.path)
      let check = try CommandRunner.zpay("check", "-C", Self.sample.path)
      let input = try Data(
        contentsOf: Self.sample.appendingPathComponent("inputs/cases-grand-rounds.csv"))
      #expect(String(decoding: input, as: UTF8.self).contains("Test Patient"))
      for outcome in [run, check] {
        #expect(!(outcome.standardOutput + outcome.standardError).contains("Test Patient"))
      }
      for (file, bytes) in try contents(of: out) where !file.hasSuffix(".xlsx") {
        #expect(!String(decoding: bytes, as: UTF8.self).contains("Test Patient"), "\(file)")
      }
    }
  }

  /// A file is right when a stranger reads it right: openpyxl and python-calamine, cell by cell.
  @Test(.enabled(if: Readers.areInstalled, "openpyxl and python-calamine are not installed"))
  func strangersReadTheSameCells() throws {
    try withTemporaryFolder { folder in
      let out = folder.appendingPathComponent("out")
      _ = try CommandRunner.zpay("run", "2026Q1", "-C", Self.sample.path, "--out", out.path)
      let outcome = try CommandRunner.run(
        Readers.python,
        [
          "python3",
          CommandRunner.packageRoot.appendingPathComponent("Tests/CommandsTests/read_workbooks.py")
            .path, out.path,
        ])
      #expect(outcome.standardError == "")
      #expect(outcome.standardOutput.hasSuffix("13 workbooks, 0 differences\n"))
      #expect(outcome.exitStatus == 0)
    }
  }

  /// LibreOffice opens every workbook, calculates it anew, and comes to the stored results.
  @Test(.enabled(if: Readers.haveLibreOffice, "LibreOffice or openpyxl is not installed"))
  func libreOfficeCalculatesTheSameTotals() throws {
    try withTemporaryFolder { folder in
      let out = folder.appendingPathComponent("out")
      _ = try CommandRunner.zpay("run", "2026Q1", "-C", Self.sample.path, "--out", out.path)
      let outcome = try CommandRunner.run(
        Readers.python,
        [
          "python3",
          CommandRunner.packageRoot.appendingPathComponent("Tests/CommandsTests/recalculate.py")
            .path,
          out.path,
        ])
      #expect(outcome.standardOutput.hasSuffix("13 workbooks, 0 differences\n"))
      #expect(outcome.exitStatus == 0, "\(outcome.standardError)")
    }
  }
}

/// The independent readers that `make setup` installs.
enum Readers {
  static let python = URL(fileURLWithPath: "/usr/bin/env")
  static let areInstalled: Bool = {
    let outcome = try? CommandRunner.run(
      python, ["python3", "-c", "import openpyxl, python_calamine"])
    return outcome?.exitStatus == 0
  }()
  static let haveLibreOffice: Bool = {
    let outcome = try? CommandRunner.run(python, ["soffice", "--version"])
    return areInstalled && outcome?.exitStatus == 0
  }()
}

/// A simple CSV file (no line breaks in quotes) as rows by heading.
func table(_ file: URL) throws -> [[String: String]] {
  let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
  let headings = fields(lines[0])
  return lines.dropFirst().map { Dictionary(zip(headings, fields($0))) { first, _ in first } }
}

private func fields(_ line: Substring) -> [String] {
  var (fields, field, isQuoted) = ([String](), "", false)
  for character in line {
    switch character {
    case "\"": isQuoted.toggle()
    case "," where !isQuoted:
      fields.append(field)
      field = ""
    default: field.append(character)
    }
  }
  return fields + [field]
}
