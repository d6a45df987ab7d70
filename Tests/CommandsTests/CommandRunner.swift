import Foundation

/// Runs the built `zpay` as a user would.
enum CommandRunner {
  struct Outcome: Equatable {
    var standardOutput: String
    var standardError: String
    var exitStatus: Int32
  }

  /// The package's root, for tests that use `Samples/`.
  static let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func zpay(_ arguments: String..., in folder: URL? = nil) throws -> Outcome {
    try run(try executable(), arguments, in: folder)
  }

  /// Runs a program with an environment that is empty but for the path, a word to sanitizers, and counters where the
  /// tests are counted; output goes to files, since a pipe that nobody reads fills up and stops it.
  static func run(_ program: URL, _ arguments: [String], in folder: URL? = nil) throws -> Outcome {
    try withTemporaryFolder { place in
      let process = Process()
      process.executableURL = program
      process.arguments = arguments
      process.currentDirectoryURL = folder ?? packageRoot
      process.environment = [
        "LC_ALL": "C.UTF-8", "TZ": "Asia/Kathmandu",
        "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
        "HOME": place.path,
        // What is large is not freed before the process ends: a sanitizer would say that it is lost.
        "ASAN_OPTIONS": "detect_leaks=0",
      ]
      if let counters = ProcessInfo.processInfo.environment["LLVM_PROFILE_FILE"] {
        let folder = URL(fileURLWithPath: counters).deletingLastPathComponent()
        process.environment?["LLVM_PROFILE_FILE"] = folder.path + "/zpay-%4m.profraw"
      }
      let files = ["stdout", "stderr"].map { place.appendingPathComponent($0) }
      for file in files { try Data().write(to: file) }
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = try FileHandle(forWritingTo: files[0])
      process.standardError = try FileHandle(forWritingTo: files[1])
      try process.run()
      process.waitUntilExit()
      return Outcome(
        standardOutput: try String(contentsOf: files[0], encoding: .utf8),
        standardError: try String(contentsOf: files[1], encoding: .utf8),
        exitStatus: process.terminationStatus)
    }
  }

  /// The program that was built with the tests, or the one that `ZPAY_PROGRAM` names: what is released is built otherwise.
  static func executable() throws -> URL {
    if let program = ProcessInfo.processInfo.environment["ZPAY_PROGRAM"] {
      return URL(fileURLWithPath: program)
    }
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let file = tests.appendingPathComponent("zpay")
    guard FileManager.default.isExecutableFile(atPath: file.path) else {
      throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: file.path])
    }
    return file
  }
}

/// A new folder, which is gone afterwards.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("zpay-test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// A small workspace in a folder: one physician in good standing, and the cases given.
struct SmallWorkspace {
  let folder: URL

  init(
    in folder: URL,
    cases: String = "case_id,program,physician_id,completed_at\nC1,GR,P1,2026-02-14\n"
  )
    throws
  {
    self.folder = folder.appendingPathComponent("office")
    try FileManager.default.createDirectory(
      at: self.folder.appendingPathComponent("inputs"), withIntermediateDirectories: true)
    try write("inputs/cases.csv", cases)
    try write(
      "inputs/physicians.csv",
      "physician_id,name,department,credentialed_from,employee_id\nP1,Ada Example,Neurology,2020-01-01,0042\n"
    )
    try write("inputs/standing.csv", "physician_id,status,effective_from\nP1,good,2020-01-01\n")
  }

  var path: String { folder.path }

  func file(_ name: String) -> URL { folder.appendingPathComponent(name) }

  /// The digest of what a run of the quarter would close.
  func digest(_ quarter: String) throws -> String {
    let outcome = try CommandRunner.zpay("run", quarter, "-C", path, "--format", "json")
    let object = try JSONSerialization.jsonObject(with: Data(outcome.standardOutput.utf8))
    guard let digest = (object as? [String: Any])?["digest"] as? String else {
      throw CocoaError(.coderValueNotFound)
    }
    return digest
  }

  @discardableResult func close(
    _ quarter: String, digest: String? = nil, by names: (String, String) = ("Ada", "Ben")
  ) throws -> CommandRunner.Outcome {
    try CommandRunner.zpay(
      "close", quarter, "-C", path, "--digest", try digest ?? self.digest(quarter),
      "--prepared-by", names.0, "--approved-by", names.1)
  }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: file(name))
  }
}

/// Every file below a folder, by its path in it.
func contents(of folder: URL) throws -> [String: Data] {
  var files: [String: Data] = [:]
  for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
    var isDirectory: ObjCBool = false
    let file = folder.appendingPathComponent(path)
    _ = FileManager.default.fileExists(atPath: file.path, isDirectory: &isDirectory)
    if !isDirectory.boolValue { files[path] = try Data(contentsOf: file) }
  }
  return files
}
