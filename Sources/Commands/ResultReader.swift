import Crypto
import Foundation
import Ingest
import Ledger
import Reports
import Vocabulary
import Writers

/// A result to compare: read from the files of a run or of a close, or computed now. All three are
/// read as the CSV that `run` writes, so that none of them can differ for the way in which it came.
struct ResultReader {
  let manifest: ResultManifest
  private(set) var outcome: QuarterOutcome
  /// Sentences about files that are not as they were made.
  private(set) var remarks: [String] = []

  /// A quarter: as it was closed, else as the inputs are now.
  init(
    _ quarter: Quarter, _ options: WorkspaceOptions, _ ledger: Ledger?
  ) throws {
    if let ledger, let close = try ledger.close(of: quarter) {
      try self.init(close, of: ledger)
    } else {
      try self.init(computed: quarter, options, ledger)
    }
  }

  /// The folder of a run.
  init(folder: String) throws {
    guard FileManager.default.fileExists(atPath: folder + "/manifest.json") else {
      throw Failure(
        .missingInput,
        "\(folder) has no manifest.json, so it is no folder of zpay run: name a quarter or such a folder"
      )
    }
    let path = { (file: String) in folder + "/" + file }
    let manifest = try ResultManifest(
      try FileStream.bytes(of: path("manifest.json"), countMax: Int(Int32.max)), of: folder)
    try self.init(manifest, "\(folder) (\(manifest.state))") {
      try FileStream.bytes(of: path($0), countMax: Int(Int32.max))
    }
    for (file, hash) in manifest.outputs.sorted(by: { $0.key < $1.key })
    where !Self.isCompared(file) {
      do {
        if try FileStream(path(file)).sha256() != hash { remark(file) }
      } catch let failure as Failure {
        remarks.append(failure.message)
      }
    }
  }

  /// Whether records are read from it.
  private static func isCompared(_ file: String) -> Bool {
    file == "exceptions.csv" || (file.hasPrefix("sheets/") && file.hasSuffix(".csv"))
  }

  private mutating func remark(_ file: String) {
    remarks.append(
      "\(outcome.title): \(shown(file)) is not as it was made"
        + (Self.isCompared(file) ? "; it is compared as it is now" : ""))
  }

  private init(_ close: QuarterClose, of ledger: Ledger) throws {
    var files: [String: [UInt8]] = [:]
    try ledger.readIssuedFiles(of: close.number) { name, pieces in
      let isRead = Self.isCompared(name) || name == "manifest.json"
      // The others, too, are what was closed, or this throws.
      try pieces { if isRead { files[name, default: []] += $0 } }
    }
    let manifest = try ResultManifest(files["manifest.json"] ?? [], of: "close \(close.number)")
    try self.init(manifest, "\(close.quarter), closed (close \(close.number))") {
      files[$0] ?? []
    }
  }

  private init(computed quarter: Quarter, _ options: WorkspaceOptions, _ ledger: Ledger?) throws {
    let result = try QuarterLoader(options).decide(quarter, ledger)
    let lines = RecordLines(result, wording: try Wording.builtIn())
    var (tables, statements) = ([Table](), [(department: String, sha256: String)]())
    for department in result.departments {
      let table = lines.statementTable(department)
      let bytes = try CSVWriter.bytes(of: table, byteOrderMark: result.plan.csvHasByteOrderMark)
      statements.append((department.name, hexadecimal(SHA256.hash(data: bytes))))
      tables.append(table)
    }
    let digest = Manifest.digest(result, statements: statements)
    manifest = try ResultManifest(
      Array(Manifest.ofDraft(result, digest: digest, version: Zpay.version).rendered.utf8),
      of: "this result")
    outcome = QuarterOutcome(title: "\(quarter), as inputs and decisions are now")
    for table in tables + [lines.exceptionsTable()] {
      try add(CSVWriter.bytes(of: table), of: "this result")
    }
  }

  private init(
    _ manifest: ResultManifest, _ title: String, _ bytes: (_ file: String) throws -> [UInt8]
  ) throws {
    self.manifest = manifest
    outcome = QuarterOutcome(title: title)
    for (file, hash) in manifest.outputs.sorted(by: { $0.key < $1.key })
    where Self.isCompared(file) {
      let bytes = try bytes(file)
      if hexadecimal(SHA256.hash(data: bytes)) != hash { remark(file) }
      try add(bytes, of: file)
    }
  }

  private mutating func add(_ bytes: [UInt8], of file: String) throws {
    let table = try PlainTable(MemoryStream(bytes), file: file)
    func column(_ name: String) throws -> Int {
      if let column = try table.column(name) { return column }
      throw Failure(.unusableInput, "\(file) has no column \(name): it is not as zpay made it")
    }
    let names = ["program", "activity", "record_id", "department", "physician_id", "physician"]
    let columns = try (names + ["service_date", "amount"]).map(column)
    let (disposition, reason) = (try table.column("disposition"), try table.column("reason"))
    let details =
      disposition == nil
      ? try ["employee_id", "duration", "blocks", "rate", "earned_in"].map(column) : []
    for row in table.rows {
      let values = columns.map(row.value)
      guard !values[2].isEmpty else { continue }
      var line: RecordOutcome.Line?
      if disposition == nil {
        let shown = details.map(row.value)
        line = .init(
          employeeID: shown[0], duration: shown[1], blocks: shown[2], rate: shown[3],
          earnedIn: shown[4])
      }
      let cents = try Self.amount(values[7], file, row.line)
      let state: RecordOutcome.State
      if disposition == nil {
        state = cents < .zero ? .takenBack : .paid
      } else if let known = RecordOutcome.State(rawValue: row.value(disposition)) {
        state = known
      } else {
        throw Failure(.unusableInput, "\(file):\(row.line): it is not as zpay made it")
      }
      outcome.add(
        RecordOutcome(
          state: state, reason: row.value(reason), department: values[3], physicianID: values[4],
          physician: values[5], serviceDate: values[6], amount: cents, line: line),
        of: RecordName(program: values[0], activity: values[1], id: values[2]))
    }
  }

  private static func amount(_ text: String, _ file: String, _ line: Int) throws -> Money {
    if text.isEmpty { return .zero }
    guard let money = Money(written: text) else {
      throw Failure(.unusableInput, "\(file):\(line): “\(shown(text))” is no amount")
    }
    return money
  }
}
