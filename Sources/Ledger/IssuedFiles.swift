internal import Crypto
internal import Foundation
internal import GRDB
internal import Vocabulary

extension Ledger {
  /// Gives each file that a close issued, piece by piece, in the order of their names.
  ///
  /// - Throws: ``LedgerError`` where a file or a piece is missing, or is not what was closed; what `body` throws.
  package func readIssuedFiles(
    of number: Int64,
    _ body: (_ file: String, _ pieces: ((_ piece: [UInt8]) throws -> Void) throws -> Void) throws
      -> Void
  ) throws {
    try read { db in
      let files = try String.fetchAll(
        db, sql: "SELECT DISTINCT file FROM issuedPart WHERE closeNumber = ? ORDER BY file",
        arguments: [number])
      guard files.contains("manifest.json") else {
        throw LedgerError(.unusable, "the ledger has lost the files of close \(number)")
      }
      if let file = files.first(where: { !Self.staysInside($0) }) {
        throw LedgerError(
          .unusable, "\(shown(file)) of close \(number) is no name of a file that zpay issues")
      }
      let sealed = try String.fetchOne(
        db, sql: "SELECT filesHash FROM quarterClose WHERE number = ?", arguments: [number])
      guard try Self.filesSeal(db, number) == sealed else {
        throw LedgerError(
          .unusable,
          "the files of close \(number) are not those that were issued: zpay ledger says more")
      }
      for file in files {
        try body(file) { sink in
          let parts = try Row.fetchCursor(
            db,
            sql:
              "SELECT content, sha256 FROM issuedPart WHERE closeNumber = ? AND file = ? ORDER BY part",
            arguments: [number, file])
          while let part = try parts.next() {
            let content: Data = try part.value("content")
            guard try hexadecimal(SHA256.hash(data: content)) == part.value("sha256") as String
            else {
              throw LedgerError(
                .unusable,
                "\(file) of close \(number) is not what was issued: zpay ledger says more")
            }
            try sink(Array(content))
          }
        }
      }
    }
  }

  /// Whether a path leads to a file of its folder, and nowhere else: a ledger may come from anywhere.
  private static func staysInside(_ file: String) -> Bool {
    file.split(separator: "/", omittingEmptySubsequences: false)
      .allSatisfy { !["", ".", ".."].contains($0) }
  }

  /// The close whose files are still to be put in place, and where; nil where there is none.
  package func pendingIssue() throws -> (close: QuarterClose, folder: String)? {
    let row = try read { db -> (Int64, String)? in
      guard try db.tableExists("pendingIssue") else { return nil }
      return try Row.fetchOne(db, sql: "SELECT * FROM pendingIssue").map {
        try ($0.value("closeNumber"), $0.value("folder"))
      }
    }
    guard let (number, folder) = row,
      let close = try closes().first(where: { $0.number == number })
    else { return nil }
    return (close, folder)
  }

  /// The files of a close are in place.
  package func issued(_ number: Int64) throws {
    try write { db in
      try db.execute(sql: "DELETE FROM pendingIssue WHERE closeNumber = ?", arguments: [number])
    }
  }
}
