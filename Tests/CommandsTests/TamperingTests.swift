import Foundation
import GRDB
import Testing

/// The ledger changed behind zpay's back. `Tests/Faults/tamper.py` does more of it, to a larger ledger.
struct TamperingTests {
  /// Comes and goes, or is SQLite's own.
  private static let open: Set<String> = ["pendingIssue", "grdb_migrations", "sqlite_sequence"]

  @Test func noColumnOfWhatIsClosedCanBeChangedUnseen() throws {
    try expectEachIsSeen(atLeast: 60) { columns in
      columns.map { table, column in
        ("\(table).\(column)", Self.changing(column, of: table))
      }
    }
  }

  /// A letter that moves from a text into the next leaves the row's letters the same.
  @Test func aLetterThatMovesIntoTheNextColumnIsSeen() throws {
    try expectEachIsSeen(atLeast: 10) { columns in
      zip(columns, columns.dropFirst()).filter { $0.table == $1.table }.map { one, next in
        (
          "\(one.table).\(one.column)",
          """
          UPDATE "\(one.table)" SET "\(one.column)" = substr("\(one.column)", 1, length("\(one.column)") - 1),
            "\(next.column)" = substr("\(one.column)", -1) || "\(next.column)"
          WHERE rowid = (SELECT min(rowid) FROM "\(one.table)")
            AND typeof("\(one.column)") = 'text' AND typeof("\(next.column)") = 'text' AND "\(one.column)" <> ''
          """
        )
      }
    }
  }

  /// Carries out each statement on a fresh copy of a ledger, and expects `zpay ledger` to find it.
  private func expectEachIsSeen(
    atLeast count: Int,
    _ statements: ([(table: String, column: String)]) -> [(name: String, statement: String)]
  ) throws {
    try withTemporaryFolder { folder in
      let office = try Self.officeWithTwoCloses(in: folder)
      let ledger = office.file("ledger.sqlite")
      let good = try Data(contentsOf: ledger)
      #expect(try CommandRunner.zpay("ledger", "-C", office.path).exitStatus == 0)
      var tried = 0
      for (name, statement) in statements(try Self.columns(of: ledger)) {
        try good.write(to: ledger)
        guard try Self.change(statement, in: ledger) else { continue }
        #expect(try CommandRunner.zpay("ledger", "-C", office.path).exitStatus != 0, "\(name)")
        tried += 1
      }
      #expect(tried > count)
    }
  }

  /// Two texts with what stands between them in the hash are not one text.
  @Test func aBorderBetweenTwoTextsCannotMove() throws {
    try withTemporaryFolder { folder in
      let office = try Self.officeWithTwoCloses(in: folder)
      let isDone = try Self.change(
        "UPDATE decision SET reason = 'wrongTAda', decidedBy = 'Bo' WHERE decidedBy = 'AdaTBo'",
        in: office.file("ledger.sqlite"))
      #expect(isDone)
      #expect(try CommandRunner.zpay("ledger", "-C", office.path).exitStatus != 0)
    }
  }

  /// A value that can't be what it says ends no command without its sentence, and shows nobody.
  @Test func aValueThatCannotBeIsToldWithoutThePersonOfItsRow() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      #expect(try office.close("2026Q1").exitStatus == 0)
      for day in ["5000000000", "2932897", "-719163"] {
        let isDone = try Self.change(
          "UPDATE paymentLine SET serviceDay = \(day)", in: office.file("ledger.sqlite"))
        #expect(isDone)
        for (arguments, status) in [
          (["run", "2026Q2"], Int32(65)), (["explain", "2026Q2", "C1"], 65), (["ledger"], 1),
        ] {
          let outcome = try CommandRunner.run(
            try CommandRunner.executable(), arguments + ["-C", office.path])
          let said = outcome.standardOutput + outcome.standardError
          #expect(outcome.exitStatus == status, "\(arguments) \(day): \(said)")
          #expect(said.contains("in the ledger can't be read"), "\(arguments) \(day): \(said)")
          #expect(!said.contains("Ada Example"), "\(arguments) \(day): \(said)")
        }
      }
    }
  }

  /// A ledger may come from anywhere: no name in it leads out of the folder that is made.
  @Test func aReissuePutsNoFileBesideItsFolder() throws {
    try withTemporaryFolder { folder in
      let office = try SmallWorkspace(in: folder)
      #expect(try office.close("2026Q1").exitStatus == 0)
      let ledger = office.file("ledger.sqlite")
      let (good, before) = (try Data(contentsOf: ledger), try contents(of: folder).keys.sorted())
      for name in [
        "../../../inputs/more.csv", "sheets/../../../../inputs/more.csv", "sheets/", "/more.csv",
        "sheets/./more.csv",
      ] {
        try good.write(to: ledger)
        let isDone = try Self.change(
          "UPDATE issuedFile SET file = '\(name)' WHERE file = 'summary.csv'", in: ledger)
        #expect(isDone)
        let reissue = try CommandRunner.zpay("reissue", "2026Q1", "-C", office.path)
        #expect(reissue.exitStatus == 65, "\(name): \(reissue.standardError)")
        #expect(try contents(of: folder).keys.sorted() == before, "\(name)")
      }
    }
  }

  /// A payment, a hold, what payroll paid, a reversal and a decision, over two quarters.
  private static func officeWithTwoCloses(in folder: URL) throws -> SmallWorkspace {
    let office = try SmallWorkspace(
      in: folder,
      cases: "case_id,program,physician_id,completed_at\nC1,GR,P1,2026-02-14\nC2,GR,P9,2026-02-15\n"
    )
    #expect(try office.close("2026Q1").exitStatus == 0)
    try office.write("paid.csv", "Empl ID,Amount,Pay Date\n0042,500,2026-04-15\n")
    let reconcile = try CommandRunner.zpay(
      "reconcile", "2026Q1", "--paid", office.file("paid.csv").path, "-C", office.path)
    #expect(reconcile.exitStatus == 0)
    let reverse = try CommandRunner.zpay(
      "reverse", "C1", "--reason", "wrong", "--by", "AdaTBo", "-C", office.path)
    #expect(reverse.exitStatus == 0)
    #expect(try office.close("2026Q2").exitStatus == 0)
    return office
  }

  struct Refusal: Sendable {
    var because: String
    var table: String
    /// The row that is copied, with other values.
    var row: String
    var values: [String: String]
    var message: String
  }

  /// A third close that continues the second.
  private static let next = [
    "number": "3", "firstLine": "firstLine + lineCount",
    "previous": "(SELECT seal FROM quarterClose WHERE number = 2)",
    "hash": "iif(hash LIKE '0%', '1', '0') || substr(hash, 2)",
    "seal": "iif(seal LIKE '0%', '1', '0') || substr(seal, 2)",
  ]

  private static let inWait = [
    ("payee", ["payeeID": "99"]), ("heldRecord", ["heldID": "99"]), ("closeInput", [:]),
    ("closeDepartment", [:]), ("closeTotal", [:]), ("issuedFile", [:]), ("issuedPart", [:]),
  ].map { table, key in
    Refusal(
      because: "nothing lies in wait for a close to come", table: table, row: "",
      values: key.merging(["closeNumber": "3"]) { $1 }, message: "nothing is added")
  }

  /// The tables themselves refuse it, whatever program writes.
  @Test func theTablesRefuseWhatNoCloseMayDo() throws {
    let line = "WHERE reverses IS NULL"
    let refusals =
      [
        Refusal(
          because: "a line comes with its close, and with no other", table: "paymentLine",
          row: line,
          values: ["closeNumber": "3", "recordID": "'C4'"], message: "nothing is added"),
        Refusal(
          because: "nothing is added to a closed quarter", table: "paymentLine", row: line,
          values: ["closeNumber": "2", "recordID": "'C4'"], message: "nothing is added"),
        Refusal(
          because: "closes follow each other", table: "quarterClose", row: "WHERE number = 2",
          values: ["number": "4", "quarter": "'2026Q4'"], message: "follows"),
        Refusal(
          because: "and continue what is sealed", table: "quarterClose", row: "WHERE number = 2",
          values: ["number": "3", "quarter": "'2026Q3'"], message: "follows"),
        Refusal(
          because: "the lines of a close add up", table: "quarterClose", row: "WHERE number = 2",
          values: Self.next.merging(["quarter": "'2026Q3'"]) { $1 }, message: "add up"),
        Refusal(
          because: "a quarter is closed once", table: "quarterClose", row: "WHERE number = 2",
          values: Self.next.merging(["quarter": "'2026Q1'"]) { $1 }, message: "follows"),
        Refusal(
          because: "and are numbered behind those of the last one", table: "quarterClose",
          row: "WHERE number = 2",
          values: [
            "number": "3", "quarter": "'2026Q3'",
            "previous": "(SELECT seal FROM quarterClose WHERE number = 2)",
          ], message: "follows"),
        Refusal(
          because: "nobody is added to a closed quarter", table: "payee", row: "",
          values: ["payeeID": "99"], message: "nothing is added"),
        Refusal(
          because: "no word comes without a line", table: "recordKind", row: "",
          values: ["program": "'other'"], message: "nothing is added"),
        Refusal(
          because: "and no file", table: "sourceFile", row: "", values: ["file": "'other'"],
          message: "nothing is added"),
        Refusal(
          because: "nothing is decided in a closed quarter", table: "decision", row: "",
          values: [:], message: "open one"),
      ] + Self.inWait
    try withTemporaryFolder { folder in
      let ledger = try Self.officeWithTwoCloses(in: folder).file("ledger.sqlite")
      var configuration = Configuration()
      configuration.foreignKeysEnabled = false
      let queue = try DatabaseQueue(path: ledger.path, configuration: configuration)
      for refusal in refusals {
        let said = try queue.writeWithoutTransaction { db in
          try Self.failure(of: Self.copy(refusal, db), db)
        }
        #expect(
          refusal.message.isEmpty ? said.isEmpty : said.contains(refusal.message),
          "\(refusal.because): \(said)")
      }
      for table in Set(try Self.columns(of: ledger).map(\.table)) {
        // What is replaced is deleted, and no trigger of deletions is asked; as if for a close to come, too.
        for close in ["closeNumber", "99"] {
          let (before, after) = try queue.writeWithoutTransaction { db in
            try Self.rows(of: table, before: { Self.replace($0, table, close: close) }, db)
          }
          #expect(before.isSubset(of: after), "\(table), \(close)")
        }
        for statement in ["DELETE FROM \(table)", "UPDATE \(table) SET rowid = rowid"] {
          let (rows, said) = try queue.writeWithoutTransaction { db in
            (
              try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)")!,
              Self.failure(of: statement, db)
            )
          }
          guard rows > 0, !said.contains("no such column") else { continue }
          #expect(!said.isEmpty, "\(statement)")
        }
      }
    }
  }

  /// Inserts a row again under the next number of its table, with other values.
  private static func copy(_ refusal: Refusal, _ db: Database) throws -> String {
    let columns = try db.columns(in: refusal.table).map(\.name)
    let key = try db.primaryKey(refusal.table).columns[0]
    let values = columns.map { column in
      refusal.values[column]
        ?? (column == key ? "(SELECT max(\(key)) + 1 FROM \(refusal.table))" : column)
    }
    return "INSERT INTO \(refusal.table) (\(columns.joined(separator: ", "))) "
      + "SELECT \(values.joined(separator: ", ")) FROM \(refusal.table) \(refusal.row) LIMIT 1"
  }

  /// The rows of a table, and those after a change, which is then undone.
  private static func rows(
    of table: String, before change: (Database) -> Void, _ db: Database
  ) throws -> (before: Set<Row>, after: Set<Row>) {
    func rows() throws -> Set<Row> { Set(try Row.fetchAll(db, sql: "SELECT * FROM \(table)")) }
    let before = try rows()
    try db.beginTransaction()
    change(db)
    let after = try rows()
    if db.isInsideTransaction { try db.rollback() }
    return (before, after)
  }

  /// Puts each row of a table in its own place, the numbers of closes changed to `close`.
  private static func replace(_ db: Database, _ table: String, close: String) {
    let columns = (try? db.columns(in: table).map(\.name)) ?? []
    let other = columns.map { column in
      switch column {
      case "closeNumber": close
      case "quarter": "'2099Q1'"
      default: column
      }
    }
    _ = failure(
      of: "INSERT OR REPLACE INTO \(table) SELECT \(other.joined(separator: ", ")) FROM \(table)",
      db)
  }

  /// What SQLite says; nothing where it does it.
  private static func failure(of statement: String, _ db: Database) -> String {
    do {
      try db.execute(sql: statement)
      return ""
    } catch { return "\(error)" }
  }

  private static func columns(of ledger: URL) throws -> [(table: String, column: String)] {
    try DatabaseQueue(path: ledger.path).read { db in
      let tables = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
      return try tables.filter { !open.contains($0) }.flatMap { table in
        try db.columns(in: table).map { (table, $0.name) }
      }
    }
  }

  /// The statement that changes a column of a table's first row.
  private static func changing(_ column: String, of table: String) -> String {
    let name = "\"\(column)\""
    return """
      UPDATE "\(table)" SET \(name) = CASE typeof(\(name)) WHEN 'integer' THEN \(name) + 1
        WHEN 'blob' THEN CAST(\(name) || x'00' AS BLOB) WHEN 'null' THEN 1 ELSE \(name) || 'x' END
      WHERE rowid = (SELECT min(rowid) FROM "\(table)")
      """
  }

  /// Carries out a statement; triggers are taken off and put back.
  ///
  /// - Returns: whether SQLite did it to any row.
  private static func change(_ statement: String, in ledger: URL) throws -> Bool {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    return try DatabaseQueue(path: ledger.path, configuration: configuration).write { db in
      try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
      let triggers = try Row.fetchAll(
        db, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
      for trigger in triggers {
        try db.execute(sql: "DROP TRIGGER \"\(trigger["name"] as String)\"")
      }
      defer { for trigger in triggers { try? db.execute(sql: trigger["sql"] as String) } }
      do {
        try db.execute(sql: statement)
        return db.changesCount > 0
      } catch is DatabaseError { return false }
    }
  }
}
