internal import CSQLite
internal import Foundation
internal import GRDB
internal import Synchronization
package import Vocabulary

/// Why the ledger could not be read or written.
package struct LedgerError: Error, CustomStringConvertible {
  package enum Kind: Sendable {
    /// The file is damaged, or none of ours.
    case unusable
    /// The file is there, and may not be read.
    case unreadable
    /// Another process is writing.
    case busy
    /// What is closed would have changed, or a record would be paid twice.
    case refused
    /// The disk, or what lies under it.
    case failed
  }

  package var kind: Kind
  package var description: String

  package init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  static func lost(close number: Int64) -> LedgerError {
    LedgerError(.unusable, "the ledger has lost close \(number): zpay ledger says more")
  }
}

/// `ledger.sqlite`: what was paid, when, and from what, for ever (SPEC 8).
///
/// Every write is one durable transaction: a rollback journal with `synchronous=EXTRA`, asserted
/// when the file is opened. The tables refuse any change to what is closed.
package final class Ledger {
  package let path: String
  let database: DatabaseQueue

  /// Opens the ledger of a workspace; nil where there is none.
  ///
  /// - Parameters:
  ///   - forWriting: whether its tables may be brought up to date, and written.
  ///   - patience: for how many seconds it waits for another program that writes.
  /// - Throws: ``LedgerError``.
  package convenience init?(
    at path: String, forWriting: Bool = false, patience: Double = Ledger.patience
  ) throws {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return nil }
      throw LedgerError(.failed, "\(path) can't be looked at: \(String(cString: strerror(errno)))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw LedgerError(.unusable, "\(path) is no file: the ledger is never read through a link")
    }
    guard access(path, R_OK) == 0 else {
      throw LedgerError(
        .unreadable, "\(path) can't be read: \(String(cString: strerror(errno)))")
    }
    // One that is made has its tables before it has its name.
    guard status.st_size > 0 else {
      throw LedgerError(
        .unusable,
        "\(path) is empty, and what was closed is lost: put back a copy of it, or delete it if nothing was ever closed or decided"
      )
    }
    try self.init(opening: path, forWriting: forWriting, patience: patience)
  }

  /// Opens the ledger of a workspace for writing, and makes it where there is none, private to its owner. Not by two
  /// programs at a time.
  package static func make(at path: String) throws -> Ledger {
    var status = stat()
    if lstat(path, &status) != 0, errno == ENOENT { try makeTables(at: path) }
    let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw LedgerError(.failed, "\(path) can't be written: \(String(cString: strerror(errno)))")
    }
    // A copy that was put back may be open to others.
    _ = fchmod(descriptor, 0o600)
    _ = Foundation.close(descriptor)
    guard let ledger = try Ledger(at: path, forWriting: true) else {
      throw LedgerError(.failed, "\(path) has just been taken away")
    }
    return ledger
  }

  /// Makes a ledger under another name, and gives it its own when it has its tables: so one that is empty was not cut
  /// short, but has lost them.
  private static func makeTables(at path: String) throws {
    let url = URL(fileURLWithPath: path)
    let new = url.deletingLastPathComponent().path + "/.\(url.lastPathComponent)-new"
    /// What is here now, or was left by a crash.
    func discard() { for ending in ["", "-journal"] { _ = unlink(new + ending) } }
    discard()
    let descriptor = open(new, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw LedgerError(.failed, "\(path) can't be made: \(String(cString: strerror(errno)))")
    }
    _ = Foundation.close(descriptor)
    setUp(forLedgerAt: path)
    do {
      let database = try DatabaseQueue(
        path: new, configuration: configuration(forWriting: true, patience: 0))
      // What a crash leaves of it is thrown away: it need be on the disk once, before it has its name.
      try database.inDatabase {
        try $0.execute(sql: "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
      }
      try LedgerSchema.migrator.migrate(database)
      try database.close()
      try putOnDisk(new)
    } catch {
      discard()
      throw wrapped(error, path)
    }
    guard rename(new, path) == 0 else {
      let why = String(cString: strerror(errno))
      discard()
      throw LedgerError(.failed, "\(path) can't be made: \(why)")
    }
  }

  private static func putOnDisk(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    defer { _ = Foundation.close(descriptor) }
    guard descriptor >= 0, fsync(descriptor) == 0 else {
      throw LedgerError(
        .failed, "\(path) can't be written: \(String(cString: strerror(errno)))")
    }
  }

  /// In seconds. A close keeps readers out for a moment at its end; one of so many lines that their pages
  /// don't stay in memory (some ten thousand) keeps them out from then on.
  package static let patience = 10.0

  /// How much of a ledger stays in memory, in KiB.
  enum Pages {
    /// So many that records can be looked up in any order.
    static let lookedUp = 65_536
    /// What is read or written one behind the other needs few: fresh memory takes longer than to read a page again. As
    /// much as that is sorted at a time: what the processor's cache holds, too, is sorted fastest.
    static let inOrder = 8_192
    /// What writes rows into an index touches pages in no order, which are then written once, and not again and again.
    static let indexed = 262_144
  }

  /// Runs `body` while so much stays in memory.
  static func keeping<Value>(
    _ kibibytes: Int, of db: Database, _ body: () throws -> Value
  ) throws -> Value {
    let before = try Int.fetchOne(db, sql: "PRAGMA cache_size") ?? -Pages.inOrder
    try db.execute(sql: "PRAGMA cache_size = -\(kibibytes)")
    let value = try body()
    try db.execute(sql: "PRAGMA cache_size = \(before)")
    return value
  }

  private static let isSetUp = Mutex(false)

  /// What SQLite is told once, before its first call.
  ///
  /// - Parameter path: of a ledger.
  private static func setUp(forLedgerAt path: String) {
    isSetUp.withLock { isSetUp in
      guard !isSetUp else { return }
      isSetUp = true
      // Nobody asks how much memory it has, and a lock at each allocation is to count it.
      _ = sqlite3_config_memory_statistics(0)
      // What it sorts and has no room for (the index of some hundred thousand lines) lies beside the ledger, where
      // it may be written.
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      sqlite3_keep_temporary_files(folder)
    }
  }

  private init(opening path: String, forWriting: Bool, patience: Double) throws {
    self.path = path
    Self.setUp(forLedgerAt: path)
    let configuration = Self.configuration(forWriting: forWriting, patience: patience)
    do {
      do {
        database = try Self.connect(path, configuration)
      } catch let error as DatabaseError
        where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK
      {
        try Self.undoWhatWasCutShort(path, patience)
        database = try Self.connect(path, configuration)
      }
      if forWriting { try LedgerSchema.migrator.migrate(database) }
    } catch {
      throw Self.wrapped(error, path)
    }
  }

  private static func configuration(forWriting: Bool, patience: Double) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = !forWriting
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(patience)
    configuration.prepareDatabase { db in
      let pages = forWriting ? Pages.inOrder : Pages.lookedUp
      try db.execute(
        sql:
          "PRAGMA synchronous = EXTRA; PRAGMA cell_size_check = ON; PRAGMA cache_size = -\(pages)")
      // Pages of 16 KiB are fewer, for files above all. Nothing is ever deleted that would have to be written over.
      if forWriting {
        try db.execute(
          sql: "PRAGMA page_size = 16384; PRAGMA journal_mode = DELETE; PRAGMA secure_delete = OFF")
      }
    }
    return configuration
  }

  private static func connect(_ path: String, _ configuration: Configuration) throws
    -> DatabaseQueue
  {
    let database = try DatabaseQueue(path: path, configuration: configuration)
    try database.read { db in
      let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
      let journal = try String.fetchOne(db, sql: "PRAGMA journal_mode")
      precondition(
        synchronous == 3 && journal == "delete", "a close that is announced is on the disk")
      let application = try Int64.fetchOne(db, sql: "PRAGMA application_id")
      guard application == LedgerSchema.applicationID else {
        throw LedgerError(.unusable, "\(path) is no ledger of zpay's: move it away")
      }
      if try db.tableExists("paymentLine"), try !hasLastTables(db) {
        throw LedgerError(
          .unusable,
          "\(path) was made by a build of zpay before its first release: keep it, and close its quarters anew"
        )
      }
      if try LedgerSchema.migrator.hasBeenSuperseded(db) {
        throw LedgerError(.unusable, "\(path) was made by a newer zpay: use that one")
      }
      // Tables come all at once, and with what says that they are there.
      if try !LedgerSchema.hasAllTables(db)
        || LedgerSchema.migrator.appliedIdentifiers(db).isEmpty
      {
        throw LedgerError(
          .unusable, "\(path) has lost a table, or what says which it has: put back a copy of it")
      }
    }
    return database
  }

  /// Whether the tables are those of the first release: a build before it had others.
  private static func hasLastTables(_ db: Database) throws -> Bool {
    try [("issuedFile", "sha256"), ("similarityKeys", "checksum"), ("closeTotal", "lineCount")]
      .allSatisfy { table, column in
        try Row.fetchOne(
          db, sql: "SELECT 1 FROM pragma_table_info(?) WHERE name = ?", arguments: [table, column])
          != nil
      }
  }

  /// A crash in the middle of a write leaves a journal, by which SQLite puts back what was there before: but only for
  /// a connection that may write, and most of ours may not.
  private static func undoWhatWasCutShort(_ path: String, _ patience: Double) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(patience)
    try DatabaseQueue(path: path, configuration: configuration).read { db in
      _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master")
    }
  }

  /// Reads in one transaction.
  func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do { return try database.read(body) } catch { throw Self.wrapped(error, path) }
  }

  /// Writes in one transaction, all or nothing.
  func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do { return try database.write(body) } catch { throw Self.wrapped(error, path) }
  }

  /// SQLite's errors in words; values of people are in none of them.
  static func wrapped(_ error: any Error, _ path: String) -> any Error {
    if error is RowDecodingError {
      return LedgerError(.unusable, "\(path) is damaged: a value in it can't be read")
    }
    guard let error = error as? DatabaseError else { return error }
    let why = error.message ?? "error \(error.resultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return LedgerError(.busy, "\(path) is in use by another program: try again when it is done")
    case .SQLITE_CONSTRAINT where why.contains("paymentLine.recordID"):
      return LedgerError(
        .refused,
        "\(path) refuses this: a record would be paid a second time; zpay ledger says whether something is wrong with it"
      )
    case .SQLITE_CONSTRAINT: return LedgerError(.refused, "\(path) refuses this: \(why)")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      return LedgerError(
        .unusable, "\(path) is damaged: \(why); put back a copy that zpay ledger finds whole")
    default: return LedgerError(.failed, "\(path): \(why)")
    }
  }
}

/// A close, as the ledger has it.
package struct QuarterClose: Sendable {
  package var number: Int64
  package var quarter: Quarter
  package var closedAt: String
  package var preparedBy: String
  package var approvedBy: String
  package var digest: String
  /// The ledger's number of its first line: the others follow one behind the other.
  package var firstLine: Int64
  package var lineCount: Int64
  package var payableCents: Int64
  package var heldCount: Int64
  package var heldCents: Int64
  /// The seal of the close before; empty for the first.
  package var previous: String
  /// Over all that was closed: the issued files show it.
  package var hash: String
  /// Over the hash, the time and the issued files: what the next close builds on.
  package var seal: String
}

extension Ledger {
  /// The closes, the first one first.
  ///
  /// - Throws: ``LedgerError`` also where one is missing, the last ones too: nothing is decided on what is left.
  package func closes() throws -> [QuarterClose] {
    try read { db in
      let closes = try Row.fetchAll(db, sql: "SELECT * FROM quarterClose ORDER BY number")
        .map(QuarterClose.init)
      for (index, close) in closes.enumerated() where close.number != index + 1 {
        throw LedgerError.lost(close: Int64(index + 1))
      }
      // Each has its total: so those that are missing at the end are known, too.
      let last = try Int64.fetchOne(db, sql: "SELECT max(closeNumber) FROM closeTotal") ?? 0
      guard last <= closes.count else { throw LedgerError.lost(close: Int64(closes.count) + 1) }
      return closes
    }
  }
}

extension Ledger {
  /// The close of a quarter; nil where it is open.
  package func close(of quarter: Quarter) throws -> QuarterClose? {
    try closes().first { $0.quarter == quarter }
  }
}

extension QuarterClose {
  init(_ row: Row) throws {
    guard let quarter = Quarter(try row.value("quarter"), fiscalYearStarts: 1) else {
      throw LedgerError(
        .unusable,
        "close \(try row.value("number") as Int64) in the ledger is of “\(shown(try row.value("quarter")))”, which is no quarter"
      )
    }
    try self.init(
      number: row.value("number"), quarter: quarter, closedAt: row.value("closedAt"),
      preparedBy: row.value("preparedBy"), approvedBy: row.value("approvedBy"),
      digest: row.value("digest"), firstLine: row.value("firstLine"),
      lineCount: row.value("lineCount"), payableCents: row.value("payableCents"),
      heldCount: row.value("heldCount"),
      heldCents: row.value("heldCents"), previous: row.value("previous"), hash: row.value("hash"),
      seal: row.value("seal"))
  }
}
