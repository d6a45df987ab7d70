import ArgumentParser
import Foundation
import Vocabulary

/// The workspace, and files in place of what it holds: what most commands take.
struct WorkspaceOptions: ParsableArguments {
  @Option(
    name: [.customShort("C"), .customLong("directory")],
    help: ArgumentHelp("The workspace: plan.yaml and inputs/.", valueName: "dir"))
  var directory = "."

  @Option(help: ArgumentHelp("Read these cases in place of the workspace's.", valueName: "file"))
  var cases: [String] = []

  @Option(help: ArgumentHelp("Read these conferences instead.", valueName: "file"))
  var conferences: [String] = []

  @Option(help: ArgumentHelp("Read these physicians instead.", valueName: "file"))
  var physicians: [String] = []

  @Option(help: ArgumentHelp("Read this standing instead.", valueName: "file"))
  var standing: [String] = []

  @Option(help: ArgumentHelp("Work on so many processors; the files are the same.", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads takes a number from 1 to 256.")
    }
  }

  var threadCount: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

  func files(_ kind: TableKind) -> [String] {
    switch kind {
    case .cases: cases
    case .conferences: conferences
    case .physicians: physicians
    case .standing: standing
    }
  }
}

/// What a workspace holds: the files of each kind, in the order in which they are read (SPEC 2).
struct Workspace {
  struct File {
    /// For opening it.
    var path: String
    /// For people and tables: relative to the workspace where it lies in it, else as given.
    var name: String
  }

  let directory: String
  private(set) var files: [TableKind: [File]] = [:]
  /// Entries of `inputs/` that are not read.
  private(set) var notRead: [(file: String, why: String)] = []

  /// Whether it has a `plan.yaml`; else the founding plan applies.
  let hasPlan: Bool

  /// - Throws: ``Failure`` (66) where the folder or a required table is missing.
  init(_ options: WorkspaceOptions) throws {
    directory = options.directory
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory),
      isDirectory.boolValue
    else {
      throw Failure(
        .missingInput,
        "\(directory) is no folder: name the workspace with -C, or make one with zpay init")
    }
    hasPlan = try Self.hasPlan(in: directory)
    try findInputs(replaced: TableKind.allCases.filter { !options.files($0).isEmpty })
    for kind in TableKind.allCases where !options.files(kind).isEmpty {
      files[kind] = options.files(kind).map { File(path: $0, name: displayName($0)) }
    }
    try checkNothingIsMissing()
  }

  /// Whether there is a `plan.yaml`. One that can't be reached, such as a link that leads nowhere, is there: nobody is
  /// paid by the founding plan instead.
  ///
  /// - Throws: ``Failure`` (66) where nobody can say, and where a file is meant for the plan, and not called so.
  static func hasPlan(in directory: String) throws -> Bool {
    var status = stat()
    let plan = path("plan.yaml", in: directory)
    if lstat(plan, &status) == 0 { return true }
    guard errno == ENOENT else {
      throw Failure(
        .missingInput, "\(plan) can't be looked at: \(String(cString: strerror(errno)))")
    }
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    guard let other = entries.sorted().first(where: isMeantForThePlan) else { return false }
    throw Failure(
      .missingInput,
      "\(path(other, in: directory)) is not read: the plan must be called plan.yaml; rename it")
  }

  /// Whether a file, where there is no `plan.yaml`, seems to be meant for it: `plan.yml`, `Plan.yaml`, `plan (1).yaml` as
  /// browsers call a second one, `plan.yaml.txt` as editors do.
  private static func isMeantForThePlan(_ entry: String) -> Bool {
    let name = entry.lowercased()
    return ["plan.txt", "plan.yaml.txt"].contains(name)
      || name.hasPrefix("plan") && (name.hasSuffix(".yaml") || name.hasSuffix(".yml"))
  }

  /// A quarter by its name, where no input is read: a fiscal one goes by the workspace's plan, and a calendar one needs
  /// none.
  static func quarter(_ name: String, in directory: String) throws -> Quarter {
    if let quarter = Quarter(calendarName: name) { return quarter }
    let plan = try QuarterLoader.readPlan(in: directory)
    guard let quarter = Quarter(name, fiscalYearStarts: plan.fiscalYearStarts) else {
      throw Failure(.wrongUsage, QuarterName.problem(name) ?? "“\(name)” is no quarter")
    }
    return quarter
  }

  private mutating func findInputs(replaced: [TableKind]) throws {
    let folder = path("inputs")
    guard FileManager.default.fileExists(atPath: folder) else { return }
    let entries: [String]
    do {
      entries = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw Failure(.missingInput, "\(folder) can't be read: it must be a folder that you may open")
    }
    for entry in entries.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    where !entry.hasPrefix(".") {
      var isDirectory: ObjCBool = false
      _ = FileManager.default.fileExists(
        atPath: folder + "/" + entry, isDirectory: &isDirectory)
      if let kind = Self.kind(of: entry), !isDirectory.boolValue {
        if !replaced.contains(kind) {
          guard !entry.contains("\u{FFFD}") else {
            throw Failure(
              .missingInput, "\(folder)/\(entry) can't be read: its name is not UTF-8; rename it")
          }
          files[kind, default: []].append(
            File(path: folder + "/" + entry, name: "inputs/" + entry))
        }
      } else {
        let why = isDirectory.boolValue ? "It is a folder." : Self.whyNotRead(entry)
        notRead.append(("inputs/" + entry, why))
      }
    }
  }

  /// `cases*.csv`, `conferences*.csv`, `physicians*.csv` and `standing*.csv`, case ignored.
  private static func kind(of entry: String) -> TableKind? {
    let name = entry.lowercased()
    guard name.hasSuffix(".csv") else { return nil }
    return TableKind.allCases.first { name.hasPrefix($0.rawValue) }
  }

  /// Empty where the name is all that is wrong.
  private static func whyNotRead(_ entry: String) -> String {
    let workbooks = [".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".numbers"]
    guard workbooks.contains(where: entry.lowercased().hasSuffix) else { return "" }
    return "It is a workbook: save its sheet as CSV, with a name like cases.csv."
  }

  private func checkNothingIsMissing() throws {
    var missing = [TableKind.physicians, .standing].filter { files[$0] == nil }.map(\.rawValue)
    if files[.cases] == nil, files[.conferences] == nil { missing.append("cases or conferences") }
    guard !missing.isEmpty else { return }
    let others =
      notRead.isEmpty
      ? ""
      : " (not read: \(firstOf(notRead.map(\.file), 5)))"
    throw Failure(
      .missingInput,
      "\(path("inputs")) has no file for \(missing.joined(separator: ", no file for "))\(others): put it there, named like "
        + "\(missing[0].split(separator: " ")[0]).csv, or name it with an option; zpay init writes empty tables"
    )
  }

  private func path(_ name: String) -> String { Self.path(name, in: directory) }

  static func path(_ name: String, in directory: String) -> String {
    directory == "." ? name : directory + "/" + name
  }

  /// Whether a file is there, by the name that it has for people.
  static func hasFile(_ name: String, in directory: String) -> Bool {
    [path(name, in: directory), name].contains(where: FileManager.default.fileExists)
  }

  private func displayName(_ file: String) -> String {
    let base = Self.absolute(directory) + "/"
    let path = Self.absolute(file)
    return path.hasPrefix(base) ? String(path.dropFirst(base.count)) : file
  }

  private static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }
}
