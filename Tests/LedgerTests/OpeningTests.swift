import Foundation
import GRDB
import Ledger
import Testing

/// A ledger that can't be opened, read or written: which kind of failure it is, in words.
struct OpeningTests {
  struct Obstacle: CustomTestStringConvertible, Sendable {
    var because: String
    var failure: String
    var put: @Sendable (ClosedOffice) throws -> Void
    var testDescription: String { because }
  }

  @Test(arguments: [
    Obstacle(because: "a link may lead anywhere", failure: "unusable: ledger.sqlite is no file: ") {
      try $0.write("other", "")
      try FileManager.default.createSymbolicLink(
        atPath: $0.path, withDestinationPath: $0.folder + "/other")
    },
    Obstacle(because: "a folder is no file", failure: "unusable: ledger.sqlite is no file: ") {
      try FileManager.default.createDirectory(
        atPath: $0.path, withIntermediateDirectories: false)
    },
    Obstacle(
      because: "a text is no database",
      failure: "unusable: ledger.sqlite is damaged: file is not a database"
    ) { try $0.write("ledger.sqlite", String(repeating: "this is not SQLite\n", count: 100)) },
    Obstacle(
      because: "a ledger of no bytes has lost what was closed",
      failure: "unusable: ledger.sqlite is empty, and what was closed is lost: put back a copy"
    ) { try $0.write("ledger.sqlite", "") },
    Obstacle(
      because: "nor is a database without tables one that was begun",
      failure: "unusable: ledger.sqlite is no ledger of zpay's"
    ) {
      try DatabaseQueue(path: $0.path).writeWithoutTransaction {
        try $0.execute(sql: "PRAGMA user_version = 1")
      }
    },
    Obstacle(
      because: "another program's database",
      failure: "unusable: ledger.sqlite is no ledger of zpay's"
    ) {
      try DatabaseQueue(path: $0.path).write { try $0.execute(sql: "CREATE TABLE a (b)") }
    },
    Obstacle(
      because: "pieces of files had hashes of their own before the first release",
      failure: "unusable: ledger.sqlite was made by a build of zpay before its first release"
    ) {
      _ = try Ledger.make(at: $0.path)
      try DatabaseQueue(path: $0.path).write { try $0.execute(sql: "DROP TABLE issuedFile") }
    },
    Obstacle(
      because: "and lines had no keys",
      failure: "unusable: ledger.sqlite was made by a build of zpay before its first release"
    ) {
      _ = try Ledger.make(at: $0.path)
      try DatabaseQueue(path: $0.path).write { try $0.execute(sql: "DROP TABLE similarityKeys") }
    },
    Obstacle(
      because: "nor had their keys a checksum",
      failure: "unusable: ledger.sqlite was made by a build of zpay before its first release"
    ) {
      _ = try Ledger.make(at: $0.path)
      try DatabaseQueue(path: $0.path).write {
        try $0.execute(sql: "ALTER TABLE similarityKeys DROP COLUMN checksum")
      }
    },
    Obstacle(
      because: "and lines were counted when the close was written",
      failure: "unusable: ledger.sqlite was made by a build of zpay before its first release"
    ) {
      _ = try Ledger.make(at: $0.path)
      try DatabaseQueue(path: $0.path).write { try $0.execute(sql: "DROP TABLE closeTotal") }
    },
    Obstacle(
      because: "without the table of closes nothing would seem to be closed",
      failure: "unusable: ledger.sqlite has lost a table"
    ) {
      try $0.close("C1,GR,P1,2026-02-14")
      var configuration = Configuration()
      configuration.foreignKeysEnabled = false
      try DatabaseQueue(path: $0.path, configuration: configuration).write {
        try $0.execute(sql: "DROP TABLE quarterClose")
      }
    },
    Obstacle(
      because: "without its decisions nothing would seem to be on hold",
      failure: "unusable: ledger.sqlite has lost a table"
    ) {
      _ = try Ledger.make(at: $0.path)
      try DatabaseQueue(path: $0.path).write { try $0.execute(sql: "DROP TABLE decision") }
    },
    Obstacle(
      because: "what says that the tables are there is gone: they would be made once more",
      failure: "unusable: ledger.sqlite has lost a table, or what says which it has"
    ) {
      _ = try Ledger.make(at: $0.path)
      try DatabaseQueue(path: $0.path).write {
        try $0.execute(sql: "DELETE FROM grdb_migrations")
      }
    },
    Obstacle(
      because: "tables of a later version, which this one does not know",
      failure: "unusable: ledger.sqlite was made by a newer zpay"
    ) {
      _ = try Ledger.make(at: $0.path)
      try $0.change("INSERT INTO grdb_migrations VALUES ('v99')")
    },
  ])
  func whatIsNoLedgerIsNotOpened(_ obstacle: Obstacle) throws {
    let office = try ClosedOffice()
    try obstacle.put(office)
    let read = failure(office) { _ = try office.open() }
    #expect(read?.hasPrefix(obstacle.failure) == true, "\(read ?? "opened")")
    let write = failure(office) { _ = try Ledger(at: office.path, forWriting: true) }
    #expect(write?.hasPrefix(obstacle.failure) == true, "\(write ?? "opened")")
  }

  @Test func whatIsNotThereIsNoLedgerYet() throws {
    #expect(try ClosedOffice().open() == nil)
  }

  @Test func aLedgerHasItsTablesBeforeItsName() throws {
    let office = try ClosedOffice()
    // As a crash leaves them that was in the middle of making one.
    try office.write(".ledger.sqlite-new", "cut short")
    try office.write(".ledger.sqlite-new-journal", "cut short")
    _ = try Ledger.make(at: office.path)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: office.folder) == ["ledger.sqlite"])
    #expect(try office.open()?.closes().isEmpty == true)
  }

  /// Else SQLite would take the system's folder for them, where others look too.
  @Test func whatSQLiteHasNoMemoryForLiesBesideTheLedger() throws {
    let office = try ClosedOffice.withTwoCloses()
    let folder = try DatabaseQueue(path: office.path).read {
      try String.fetchOne($0, sql: "PRAGMA temp_store_directory")
    }
    // The program tells it once: beside the first ledger, which may be that of another test.
    let name = try #require(folder?.split(separator: "/").last)
    #expect(name.hasPrefix(ClosedOffice.namePrefix))
  }

  @Test func aPathThatLeadsThroughAFileIsTold() throws {
    let office = try ClosedOffice()
    try office.write("file", "")
    let path = office.folder + "/file/ledger.sqlite"
    #expect(
      failure(office) { _ = try Ledger(at: path) }
        == "failed: file/ledger.sqlite can't be looked at: Not a directory")
    #expect(
      failure(office) { _ = try Ledger.make(at: path) }
        == "failed: file/ledger.sqlite can't be written: Not a directory")
  }

  @Test func whileAnotherProgramWritesItIsBusy() throws {
    let office = try ClosedOffice.withTwoCloses()
    let ledger = try #require(try office.open(patience: 0.05))
    let other = try DatabaseQueue(path: office.path)
    try other.writeWithoutTransaction { db in
      try db.execute(sql: "BEGIN EXCLUSIVE")
      let read = failure(office) { _ = try ledger.closes() }
      #expect(read?.hasPrefix("busy: ledger.sqlite is in use") == true, "\(read ?? "read")")
      try db.execute(sql: "ROLLBACK")
    }
    #expect(try ledger.closes().count == 2)
  }

  /// What another thread gives is waited for, and the first is what counts.
  @Test func whatIsHandedOverLaterArrives() throws {
    let handover = Handover<Int>()
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: 0.05)
      handover.give(.success(1))
      handover.give(.success(2))
    }
    #expect(try handover.wait() == 1)
  }

  /// SQLite keeps what a write would undo in a file beside the ledger.
  @Test func whatKeepsSQLiteFromWritingIsTold() throws {
    let office = try ClosedOffice.withTwoCloses()
    let ledger = try #require(try Ledger(at: office.path, forWriting: true))
    try FileManager.default.createDirectory(
      atPath: office.path + "-journal", withIntermediateDirectories: false)
    let write = failure(office) { try ledger.issued(1) }
    #expect(write?.hasPrefix("failed: ledger.sqlite: ") == true, "\(write ?? "written")")
    try FileManager.default.removeItem(atPath: office.path + "-journal")
    #expect(try ledger.pendingIssue()?.close.number == 1)
    try ledger.issued(1)
    #expect(try ledger.pendingIssue()?.close.number == 2)
  }

  /// What a kill leaves in the middle of a close: pages of it in the file, and the journal beside it. Any command
  /// puts back what was there before.
  @Test func whatWasCutShortIsUndoneByWhoeverOpensIt() throws {
    let office = try ClosedOffice.withTwoCloses()
    let before = try #require(try office.open()).closes().map(\.hash)
    let cut = try ClosedOffice()
    try DatabaseQueue(path: office.path).writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA cache_size = 1; BEGIN; CREATE TABLE more (a)")
      try db.execute(
        sql: """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
          INSERT INTO more SELECT hex(randomblob(400)) FROM n
          """)
      for ending in ["", "-journal"] {
        try FileManager.default.copyItem(
          atPath: office.path + ending, toPath: cut.path + ending)
      }
      try db.execute(sql: "ROLLBACK")
    }
    let ledger = try #require(try cut.open())
    #expect(try ledger.closes().map(\.hash) == before)
    #expect(try ledger.check() == [])
    #expect(!FileManager.default.fileExists(atPath: cut.path + "-journal"))
  }
}
