import Foundation
import Testing
import Vocabulary

/// What no compiler checks: the arrows between the modules, banned calls, and that every word has its words.
struct TidyTests {
  /// What the pure modules may import: no I/O, no clock; Foundation for Unicode normalisation alone.
  static let allowedImports: [String: Set<String>] = [
    "Vocabulary": [],
    "Ingest": ["Vocabulary", "Crypto", "Yams"],
    "Rules": ["Vocabulary"],
    "Reports": ["Vocabulary"],
  ]
  static let mayImportFoundation: Set<String> = [
    "Sources/Ingest/FieldText.swift", "Sources/Rules/SheetNames.swift",
  ]
  /// For a call that asks for memory in another form, and does nothing else.
  static let mayImportTheCLibrary: Set<String> = ["Sources/Vocabulary/LargePages.swift"]
  static let banned = ["try!", "fatalError(", "as!", "Double(money", "Date()", "print("]

  @Test func theModulesImportWhatTheyMay() throws {
    var problems: [String] = []
    for (file, text) in try sources() {
      guard let allowed = Self.allowedImports[String(file.split(separator: "/")[1])] else {
        continue
      }
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index <= 1, index + 1 < words.count else {
          continue
        }
        let module = String(words[index + 1])
        let isAllowed =
          allowed.contains(module)
          || (module == "Foundation" && Self.mayImportFoundation.contains(file))
          || (["Glibc", "Musl"].contains(module) && Self.mayImportTheCLibrary.contains(file))
        if !isAllowed { problems.append("\(file) imports \(module)") }
      }
    }
    #expect(problems == [])
  }

  @Test func noSourceHasABannedCall() throws {
    var problems: [String] = []
    for (file, text) in try sources() {
      for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
        .enumerated()
      {
        let code = line.trimmingCharacters(in: .whitespaces)
        guard !code.hasPrefix("//") else { continue }
        for word in Self.banned where code.contains(word) {
          if word == "print(", code.contains("Console.print(") || code.contains("func print(") {
            continue
          }
          problems.append("\(file):\(number + 1): \(word)")
        }
      }
    }
    #expect(problems == [])
  }

  /// Every reason and notice has its words in the statement, its row in the guide, and a test that makes it.
  @Test func everyReasonAndNoticeIsExplainedAndTested() throws {
    let root = CommandRunner.packageRoot
    let wording = try String(
      contentsOf: root.appendingPathComponent("Templates/statement.yaml"), encoding: .utf8)
    let guide = try String(
      contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    func hasRow(_ code: String) -> Bool {
      guide.split(separator: "\n").contains { $0.hasPrefix("|") && $0.contains("`\(code)`") }
    }
    var tests = ""
    for folder in ["Tests/RulesTests", "Tests/IngestTests", "Tests/CommandsTests/Golden"] {
      let path = root.appendingPathComponent(folder).path
      for file in try FileManager.default.subpathsOfDirectory(atPath: path) {
        tests += try String(contentsOfFile: path + "/" + file, encoding: .utf8)
      }
    }
    let wordless: Set<Reason> = [.undecided, .paid]
    for reason in Reason.allCases where !wordless.contains(reason) {
      #expect(wording.contains("\n  \(reason.code):"), "\(reason.code) has no words")
      #expect(tests.contains(reason.code), "\(reason.code) has no test")
      #expect(hasRow(reason.code), "\(reason.code) has no row in the guide")
      if reason.disposition == .held {
        let words = wording.components(separatedBy: "\n  \(reason.code):").last ?? ""
        let own = words.components(separatedBy: "\n  ").prefix(3).joined()
        #expect(own.contains("release:"), "\(reason.code) does not say what would release it")
      }
    }
    for notice in NoticeKind.allCases {
      #expect(wording.contains("\n  \(notice.code):"), "\(notice.code) has no words")
      #expect(tests.contains(notice.code), "\(notice.code) has no test")
      #expect(hasRow(notice.code), "\(notice.code) has no row in the guide")
    }
  }

  /// Every code of a problem is made by a test.
  @Test func everyDiagnosticIsTested() throws {
    let root = CommandRunner.packageRoot.appendingPathComponent("Tests")
    let tests = try FileManager.default.subpathsOfDirectory(atPath: root.path)
      .filter { $0.hasSuffix("Tests.swift") || $0.contains("/Golden/") && $0.hasSuffix(".txt") }
      .map { try String(contentsOf: root.appendingPathComponent($0), encoding: .utf8) }.joined()
    let codes = try sources().flatMap { file in
      file.text.matches(of: /code: "([a-z]+\.[A-Za-z]+)"/).map { String($0.1) }
    }
    #expect(codes.count > 20)
    for code in Set(codes).sorted() { #expect(tests.contains(code), "\(code) has no test") }
  }

  private func sources() throws -> [(file: String, text: String)] {
    let root = CommandRunner.packageRoot
    return try FileManager.default.subpathsOfDirectory(
      atPath: root.appendingPathComponent("Sources").path
    ).filter { $0.hasSuffix(".swift") }.sorted().map {
      (
        "Sources/" + $0,
        try String(contentsOf: root.appendingPathComponent("Sources/" + $0), encoding: .utf8)
      )
    }
  }
}
