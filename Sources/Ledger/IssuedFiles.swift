internal import Crypto
internal import Foundation
internal import GRDB
internal import Vocabulary

/// A file that a close issues.
package struct IssuedFile: Sendable {
  /// In the folder of the sheets.
  package var name: String
  package var byteCount: Int
  /// Lower-case hexadecimal, of the bytes as they were made.
  package var sha256: String

  package init(name: String, byteCount: Int, sha256: String) {
    (self.name, self.byteCount, self.sha256) = (name, byteCount, sha256)
  }
}

extension Ledger {
  /// Gives each file that a close issued, piece by piece, in the order of their names.
  ///
  /// - Throws: ``LedgerError`` where a file or a piece is missing, or is not what was closed, which may be known only
  ///   behind its last piece; what `body` throws.
  package func readIssuedFiles(
    of number: Int64,
    _ body: (_ file: String, _ pieces: ((_ piece: [UInt8]) throws -> Void) throws -> Void) throws
      -> Void
  ) throws {
    try read { db in
      let files = try Row.fetchAll(
        db, sql: "SELECT file, sha256 FROM issuedFile WHERE closeNumber = ? ORDER BY file",
        arguments: [number]
      ).map { try (name: $0.value("file") as String, sha256: $0.value("sha256") as String) }
      guard files.contains(where: { $0.name == "manifest.json" }) else {
        throw LedgerError(.unusable, "the ledger has lost the files of close \(number)")
      }
      if let file = files.first(where: { !Self.staysInside($0.name) }) {
        throw LedgerError(
          .unusable, "\(shown(file.name)) of close \(number) is no name of a file that zpay issues")
      }
      let sealed = try String.fetchOne(
        db, sql: "SELECT filesHash FROM quarterClose WHERE number = ?", arguments: [number])
      guard try Self.filesSeal(db, number) == sealed else {
        throw LedgerError(
          .unusable,
          "the files of close \(number) are not those that were issued: zpay ledger says more")
      }
      for file in files {
        try body(file.name) { sink in
          guard try Self.hash(ofFile: file.name, number, db, sink) == file.sha256 else {
            throw LedgerError(
              .unusable,
              "\(file.name) of close \(number) is not what was issued: zpay ledger says more")
          }
        }
      }
    }
  }

  /// Gives the pieces of a file in their order.
  ///
  /// - Returns: the SHA-256 of the file; nil where a piece is missing.
  static func hash(
    ofFile file: String, _ number: Int64, _ db: Database,
    _ sink: ([UInt8]) throws -> Void = { _ in }
  ) throws -> String? {
    var (hash, next) = (SHA256(), Int64(0))
    let parts = try Row.fetchCursor(
      db,
      sql: "SELECT part, content FROM issuedPart WHERE closeNumber = ? AND file = ? ORDER BY part",
      arguments: [number, file])
    while let part = try parts.next() {
      guard try part.value("part") as Int64 == next else { return nil }
      let content: Data = try part.value("content")
      hash.update(data: content)
      try sink(Array(content))
      next += 1
    }
    return next == 0 ? nil : hexadecimal(hash.finalize())
  }

  /// Whether a path leads to a file of its folder, and nowhere else: a ledger may come from anywhere.
  private static func staysInside(_ file: String) -> Bool {
    file.split(separator: "/", omittingEmptySubsequences: false)
      .allSatisfy { !["", ".", ".."].contains($0) }
  }

  /// The close whose files are still to be put in place, and where; nil where there is none.
  package func pendingIssue() throws -> (close: QuarterClose, folder: String)? {
    let row = try read { db -> (Int64, String)? in
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
