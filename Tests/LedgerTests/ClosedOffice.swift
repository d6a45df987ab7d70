import Crypto
import Foundation
import GRDB
import Ledger
import TestSupport
import Vocabulary

/// A ledger in a folder of its own, in which quarters are closed without the program.
final class ClosedOffice {
  let folder: String
  var path: String { folder + "/ledger.sqlite" }

  static let first = Quarter(year: 2026, number: 1)
  static let namePrefix = "ledger-"

  init() throws {
    folder = NSTemporaryDirectory() + Self.namePrefix + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Closes 2026Q1 with C1 paid and C2 held, and 2026Q2 with C3 paid.
  static func withTwoCloses() throws -> ClosedOffice {
    let office = try ClosedOffice()
    try office.close("C1,GR,P1,2026-02-14", "C2,GR,P9,2026-02-15")
    try office.close("C3,GR,P1,2026-05-14")
    return office
  }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
  }

  /// A close of the quarter that is open, not written yet.
  func prepare(
    _ cases: String..., changing change: (inout QuarterResult) -> Void = { _ in }
  ) throws -> (ledger: Ledger, prepared: UnwrittenClose) {
    try prepare(cases, changing: change)
  }

  private func prepare(
    _ cases: [String], changing change: (inout QuarterResult) -> Void = { _ in }
  ) throws -> (ledger: Ledger, prepared: UnwrittenClose) {
    let ledger = try Ledger.make(at: path)
    let last = try ledger.closes().last?.quarter
    var office = Office()
    office.cases = [cases]
    office.quarter = last?.next ?? Self.first
    office.closed = last.map { Self.first...$0 }
    var result = try office.decide()
    change(&result)
    let content = CloseContent(
      result: result, digest: String(repeating: "0", count: 64), preparedBy: "Ada",
      approvedBy: "Ben", planText: "{}", madeBy: "zpay 0")
    return (ledger, UnwrittenClose(try ledger.prepare(content)))
  }

  /// Closes the quarter that is open, with two files.
  @discardableResult func close(
    _ cases: String..., at closedAt: String = "2026-04-14T17:03:22Z"
  ) throws -> QuarterClose {
    try close(cases, at: closedAt)
  }

  @discardableResult func close(
    _ cases: [String], at closedAt: String = "2026-04-14T17:03:22Z"
  ) throws -> QuarterClose {
    let (ledger, prepared) = try prepare(cases)
    try write("cases.csv", "a,b\n")
    try write("manifest.json", "{}\n")
    return try ledger.write(
      prepared, closedAt: closedAt, in: folder, target: folder + "/out"
    ) { ["cases.csv", "manifest.json"] }
  }

  /// Carries statements out behind the ledger's back: triggers are taken off and put back.
  func change(_ statements: String...) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    try DatabaseQueue(path: path, configuration: configuration).write { db in
      try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
      let triggers = try Row.fetchAll(
        db, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
      for trigger in triggers {
        try db.execute(sql: "DROP TRIGGER \"\(trigger["name"] as String)\"")
      }
      for statement in statements { try db.execute(sql: statement) }
      for trigger in triggers { try db.execute(sql: trigger["sql"] as String) }
    }
  }

  /// Opens the ledger for reading.
  func open(patience: Double = Ledger.patience) throws -> Ledger? {
    try Ledger(at: path, patience: patience)
  }
}

/// What a call fails with, as `kind: words` without the ledger's path; nil where it does not fail.
func failure(_ office: ClosedOffice, _ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch let error as LedgerError {
    return "\(error.kind): " + error.description.replacing(office.folder + "/", with: "")
  } catch {
    return "\(error)"
  }
}

/// A close that is sealed, and not written.
struct UnwrittenClose {
  let prepared: PreparedClose
  let sealed: SealedClose

  init(_ prepared: PreparedClose) { (self.prepared, sealed) = (prepared, prepared.seal()) }
}

extension Ledger {
  /// - Parameter made: the files that were made, where those are others than were kept.
  func write(
    _ close: UnwrittenClose, closedAt: String, in folder: String, target: String,
    made: [(name: String, byteCount: Int)]? = nil, files: () throws -> [String]
  ) throws -> QuarterClose {
    try write(close.prepared, closedAt: closedAt, in: folder, target: target) { keep in
      let kept = try files()
      try kept.forEach(keep)
      let files = (made?.map(\.name) ?? kept).map { name in
        let bytes = try? Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
        return IssuedFile(
          name: name, byteCount: bytes?.count ?? 0,
          sha256: hexadecimal(SHA256.hash(data: bytes ?? Data())))
      }
      return (
        close.sealed,
        zip(files, made?.map(\.byteCount) ?? files.map(\.byteCount)).map {
          IssuedFile(name: $0.name, byteCount: $1, sha256: $0.sha256)
        }
      )
    }
  }
}
