internal import GRDB

/// The tables of `ledger.sqlite`. What is closed refuses any change: the tables say so themselves,
/// whoever opens the file.
enum LedgerSchema {
  /// `ZPAY`, in the file's header.
  static let applicationID: Int64 = 0x5A50_4159

  /// A migration that has been released is never edited: the next change is a new one.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("v1") { db in
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(sql: tables)
      try db.execute(sql: recordIndex.sql)
      try db.execute(sql: inOrder)
      for table in closedTables { try db.execute(sql: unchanging(table)) }
      for (table, isSame) in replaceable { try db.execute(sql: unreplaced(table, isSame)) }
      for trigger in closeTriggers { try db.execute(sql: trigger.sql) }
    }
    return migrator
  }

  /// Tables whose rows come with a close, and in no other way.
  private static let tablesOfAClose = [
    "closeInput", "closeDepartment", "payee", "recordKind", "sourceFile", "paymentLine",
    "similarityKeys", "closeTotal", "heldRecord", "issuedFile", "issuedPart",
  ]

  static let closedTables =
    ["quarterClose"] + tablesOfAClose + ["decision", "payrollFile", "disbursement", "payrollSeal"]

  /// Whether the tables of the first release are there: one that is gone would seem to be empty.
  static func hasAllTables(_ db: Database) throws -> Bool {
    let names = closedTables + ["pendingIssue"]
    let list = names.map { "'\($0)'" }.joined(separator: ", ")
    return try Int.fetchOne(
      db, sql: "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN (\(list))")
      == names.count
  }

  /// Lets the rows of a close in until `body` is done, and then none any more: whoever else opens the file finds the
  /// triggers that refuse each, since they go and come within one transaction. What a line must be is looked at for all
  /// lines together when their total is written: for each by itself it would cost a close a third of its time.
  ///
  /// - Throws: ``LedgerError`` where a rule is not as zpay made it; what `body` throws.
  static func lettingRowsIn<Value>(_ db: Database, _ body: () throws -> Value) throws -> Value {
    for rule in closeTriggers + [recordIndex] {
      let found = try String.fetchOne(
        db, sql: "SELECT sql FROM sqlite_master WHERE name = ?", arguments: [rule.name])
      guard found == rule.sql else {
        throw LedgerError(
          .unusable, "the ledger's own rules have been changed: zpay ledger says which")
      }
    }
    for trigger in closeTriggers { try db.execute(sql: "DROP TRIGGER \(trigger.name)") }
    let value = try body()
    for trigger in closeTriggers { try db.execute(sql: trigger.sql) }
    return value
  }

  /// Has the lines that `body` writes indexed behind all of them where they are the ledger's first: that takes less
  /// time.
  static func indexingLines(_ db: Database, _ body: () throws -> Void) throws {
    let areFirst = try Row.fetchOne(db, sql: "SELECT 1 FROM paymentLine LIMIT 1") == nil
    if areFirst {
      try db.execute(sql: "DROP INDEX \(recordIndex.name)")
      try body()
      try db.execute(sql: recordIndex.sql)
    } else {
      try Ledger.keeping(Ledger.Pages.indexed, of: db, body)
    }
  }

  private static let tables = """
    CREATE TABLE quarterClose (
      number          INTEGER PRIMARY KEY CHECK (number >= 1),
      quarter         TEXT    NOT NULL UNIQUE CHECK (quarter GLOB '[0-9][0-9][0-9][0-9]Q[1-4]'),
      closedAt        TEXT    NOT NULL,
      preparedBy      TEXT    NOT NULL CHECK (preparedBy <> ''),
      approvedBy      TEXT    NOT NULL CHECK (approvedBy <> '' AND approvedBy <> preparedBy),
      madeBy          TEXT    NOT NULL,
      digest          TEXT    NOT NULL CHECK (length(digest) = 64),
      planText        TEXT    NOT NULL,
      rowCount        INTEGER NOT NULL CHECK (rowCount >= 0),
      firstLine       INTEGER NOT NULL CHECK (firstLine >= 1),
      lineCount       INTEGER NOT NULL CHECK (lineCount >= 0),
      payableCents    INTEGER NOT NULL,
      heldCount       INTEGER NOT NULL CHECK (heldCount >= 0),
      heldCents       INTEGER NOT NULL CHECK (heldCents >= 0),
      planHash        TEXT    NOT NULL,
      inputsHash      TEXT    NOT NULL,
      departmentsHash TEXT    NOT NULL,
      payeesHash      TEXT    NOT NULL,
      linesHash       TEXT    NOT NULL,
      heldHash        TEXT    NOT NULL,
      decisionsHash   TEXT    NOT NULL,
      payrollHash     TEXT    NOT NULL,
      filesHash       TEXT    NOT NULL,
      previous        TEXT    NOT NULL,
      hash            TEXT    NOT NULL UNIQUE CHECK (length(hash) = 64),
      seal            TEXT    NOT NULL UNIQUE CHECK (length(seal) = 64)
    ) STRICT;

    CREATE TABLE closeInput (
      closeNumber INTEGER NOT NULL REFERENCES quarterClose DEFERRABLE INITIALLY DEFERRED,
      position    INTEGER NOT NULL,
      kind        TEXT    NOT NULL,
      file        TEXT    NOT NULL,
      rowCount    INTEGER NOT NULL,
      byteCount   INTEGER NOT NULL,
      encoding    TEXT    NOT NULL,
      sha256      TEXT    NOT NULL,
      PRIMARY KEY (closeNumber, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE closeDepartment (
      closeNumber  INTEGER NOT NULL REFERENCES quarterClose DEFERRABLE INITIALLY DEFERRED,
      position     INTEGER NOT NULL,
      department   TEXT    NOT NULL,
      sheet        TEXT    NOT NULL,
      physicians   INTEGER NOT NULL,
      cases        INTEGER NOT NULL,
      conferences  INTEGER NOT NULL,
      blocks       INTEGER NOT NULL,
      payableCents INTEGER NOT NULL,
      heldCount    INTEGER NOT NULL,
      heldCents    INTEGER NOT NULL,
      PRIMARY KEY (closeNumber, position),
      UNIQUE (closeNumber, department)
    ) STRICT, WITHOUT ROWID;

    -- To whom lines are paid, and in which statement.
    CREATE TABLE payee (
      payeeID        INTEGER PRIMARY KEY,
      closeNumber    INTEGER NOT NULL REFERENCES quarterClose DEFERRABLE INITIALLY DEFERRED,
      department     TEXT    NOT NULL,
      sheet          TEXT    NOT NULL,
      physicianID    TEXT    NOT NULL CHECK (physicianID <> ''),
      employeeID     TEXT    NOT NULL,
      employeeRecord TEXT    NOT NULL,
      physician      TEXT    NOT NULL,
      checksum       INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX payeeByClose ON payee (closeNumber);

    -- The words that millions of lines have in common: a number in each takes less of the disk, and of a close's time.
    -- No number is given twice, though a row were lost.
    CREATE TABLE recordKind (
      kindID   INTEGER PRIMARY KEY AUTOINCREMENT,
      program  TEXT    NOT NULL,
      activity TEXT    NOT NULL CHECK (activity IN ('case', 'conference')),
      UNIQUE (program, activity)
    ) STRICT;
    CREATE TABLE sourceFile (
      fileID INTEGER PRIMARY KEY AUTOINCREMENT,
      file   TEXT    NOT NULL UNIQUE
    ) STRICT;

    -- The lines of a close are numbered one behind the other, from its firstLine on.
    CREATE TABLE paymentLine (
      lineID         INTEGER PRIMARY KEY CHECK (lineID >= 1),
      closeNumber    INTEGER NOT NULL,
      payeeID        INTEGER NOT NULL,
      sheetLine      INTEGER NOT NULL CHECK (sheetLine >= 2),
      kindID         INTEGER NOT NULL,
      recordID       TEXT    NOT NULL CHECK (recordID <> ''),
      serviceDay     INTEGER NOT NULL,
      lengthSeconds  INTEGER NOT NULL CHECK (lengthSeconds >= 0),
      blocks         INTEGER,
      rateCents      INTEGER NOT NULL CHECK (rateCents >= 0),
      amountCents    INTEGER NOT NULL,
      fileID         INTEGER NOT NULL,
      sourceLine     INTEGER NOT NULL,
      reverses       INTEGER,
      -- 1 pays the record, 2 takes that back, 3 pays it anew, and so on.
      recordEntry    INTEGER NOT NULL CHECK (recordEntry >= 1),
      checksum       INTEGER NOT NULL,
      CHECK (CASE WHEN reverses IS NULL THEN recordEntry % 2 = 1 AND amountCents >= 0
        ELSE recordEntry % 2 = 0 AND amountCents <= 0 END)
    ) STRICT;
    -- What takes a payment back, and what pays a record anew: few lines, which a close looks at once more.
    CREATE UNIQUE INDEX aLineIsTakenBackOnce ON paymentLine (reverses) WHERE recordEntry > 1;

    -- By which a record is found that was paid under its ID or nearly the same: four bytes a line, from firstLine on.
    CREATE TABLE similarityKeys (
      firstLine   INTEGER PRIMARY KEY,
      closeNumber INTEGER NOT NULL REFERENCES quarterClose DEFERRABLE INITIALLY DEFERRED,
      keys        BLOB    NOT NULL,
      checksum    INTEGER NOT NULL
    ) STRICT;

    -- What the lines of a close come to. They are counted and added up once more as it is written: as soon as all are
    -- there, while the files are still being made.
    CREATE TABLE closeTotal (
      closeNumber  INTEGER PRIMARY KEY REFERENCES quarterClose DEFERRABLE INITIALLY DEFERRED,
      firstLine    INTEGER NOT NULL,
      lineCount    INTEGER NOT NULL,
      payableCents INTEGER NOT NULL
    ) STRICT;

    -- Lines with their words and their payee, as statements have them.
    CREATE VIEW statementLine AS SELECT line.*, program, activity, file AS sourceFile, department,
        sheet, physicianID, employeeID, employeeRecord, physician
      FROM paymentLine line LEFT JOIN recordKind ON recordKind.kindID = line.kindID
        LEFT JOIN sourceFile ON sourceFile.fileID = line.fileID
        LEFT JOIN payee ON payee.payeeID = line.payeeID;

    -- What is paid, net of reversals: of each record at most one line.
    CREATE VIEW paidLine AS SELECT * FROM statementLine paid WHERE reverses IS NULL
      AND NOT EXISTS (
        SELECT 1 FROM paymentLine WHERE reverses = paid.lineID AND recordEntry > 1);

    CREATE TABLE heldRecord (
      heldID           INTEGER PRIMARY KEY,
      closeNumber      INTEGER NOT NULL REFERENCES quarterClose DEFERRABLE INITIALLY DEFERRED,
      department       TEXT    NOT NULL,
      physicianID      TEXT    NOT NULL,
      writtenPhysician TEXT    NOT NULL,
      writtenCase      TEXT    NOT NULL,
      program          TEXT    NOT NULL,
      activity         TEXT    NOT NULL CHECK (activity IN ('case', 'conference')),
      recordID         TEXT    NOT NULL CHECK (recordID <> ''),
      instant          INTEGER NOT NULL,
      serviceDay       INTEGER NOT NULL,
      lengthSeconds    INTEGER NOT NULL,
      flags            INTEGER NOT NULL,
      reason           TEXT    NOT NULL,
      amountCents      INTEGER NOT NULL CHECK (amountCents >= 0),
      sourceFile       TEXT    NOT NULL,
      sourceLine       INTEGER NOT NULL,
      columns          TEXT    NOT NULL,
      checksum         INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX heldRecordByRecord ON heldRecord (recordID, program, activity, closeNumber);

    -- The files that a close issued, and what they are, in pieces that are numbered from 0 on.
    CREATE TABLE issuedFile (
      closeNumber INTEGER NOT NULL REFERENCES quarterClose DEFERRABLE INITIALLY DEFERRED,
      file        TEXT    NOT NULL,
      byteCount   INTEGER NOT NULL CHECK (byteCount >= 0),
      sha256      TEXT    NOT NULL CHECK (length(sha256) = 64),
      PRIMARY KEY (closeNumber, file)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE issuedPart (
      closeNumber INTEGER NOT NULL REFERENCES quarterClose DEFERRABLE INITIALLY DEFERRED,
      file        TEXT    NOT NULL,
      part        INTEGER NOT NULL CHECK (part >= 0),
      content     BLOB    NOT NULL,
      PRIMARY KEY (closeNumber, file, part)
    ) STRICT;

    CREATE TABLE decision (
      number    INTEGER PRIMARY KEY,
      quarter   TEXT    NOT NULL CHECK (quarter GLOB '[0-9][0-9][0-9][0-9]Q[1-4]'),
      kind      TEXT    NOT NULL CHECK (kind IN ('hold', 'release', 'forfeit', 'reverse')),
      program   TEXT    NOT NULL,
      activity  TEXT    NOT NULL CHECK (activity IN ('case', 'conference')),
      recordID  TEXT    NOT NULL CHECK (recordID <> ''),
      reason    TEXT    NOT NULL CHECK (reason <> ''),
      decidedBy TEXT    NOT NULL CHECK (decidedBy <> ''),
      decidedAt TEXT    NOT NULL,
      paysAgain INTEGER NOT NULL CHECK (paysAgain IN (0, 1)),
      lineID    INTEGER REFERENCES paymentLine,
      CHECK ((kind = 'reverse') = (lineID IS NOT NULL))
    ) STRICT;

    -- What payroll says it paid: one row a file, one a payment.
    CREATE TABLE payrollFile (
      number     INTEGER PRIMARY KEY,
      quarter    TEXT    NOT NULL REFERENCES quarterClose (quarter),
      file       TEXT    NOT NULL,
      sha256     TEXT    NOT NULL,
      readAt     TEXT    NOT NULL,
      UNIQUE (quarter, sha256)
    ) STRICT;
    CREATE TABLE disbursement (
      disbursementID INTEGER PRIMARY KEY,
      fileNumber     INTEGER NOT NULL REFERENCES payrollFile DEFERRABLE INITIALLY DEFERRED,
      fileLine       INTEGER NOT NULL,
      employeeID     TEXT    NOT NULL,
      amountCents    INTEGER NOT NULL,
      period         TEXT    NOT NULL
    ) STRICT;

    -- Over every payroll file and payment up to this one.
    CREATE TABLE payrollSeal (
      fileNumber INTEGER PRIMARY KEY REFERENCES payrollFile,
      seal       TEXT    NOT NULL
    ) STRICT;

    -- Files of a close that are still to be put in place. The one table whose rows come and go.
    CREATE TABLE pendingIssue (
      closeNumber INTEGER PRIMARY KEY REFERENCES quarterClose,
      folder      TEXT    NOT NULL
    ) STRICT;
    """

  private static let inOrder = """
    CREATE TRIGGER linesAddUp BEFORE INSERT ON closeTotal
    BEGIN
      -- One look at each line, and no more.
      SELECT RAISE(ABORT, 'the lines of a close add up')
      WHERE (SELECT count(*) <> max(payeeID) - min(payeeID) + 1 FROM payee
          WHERE closeNumber = NEW.closeNumber)
        OR NOT EXISTS (
          SELECT 1 FROM (
            SELECT count(*) AS lines, coalesce(sum(amountCents), 0) AS cents FROM paymentLine
            WHERE lineID >= NEW.firstLine AND closeNumber = NEW.closeNumber
              AND payeeID >= (SELECT min(payeeID) FROM payee WHERE closeNumber = NEW.closeNumber)
              AND payeeID <= (SELECT max(payeeID) FROM payee WHERE closeNumber = NEW.closeNumber))
          WHERE lines = NEW.lineCount AND cents = NEW.payableCents);
    END;

    CREATE TRIGGER closesFollowEachOther BEFORE INSERT ON quarterClose
    BEGIN
      SELECT RAISE(ABORT, 'a close follows the one before')
      WHERE NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM quarterClose)
        OR EXISTS (SELECT 1 FROM quarterClose
          WHERE quarter >= NEW.quarter OR hash = NEW.hash OR seal = NEW.seal)
        OR NEW.previous <> coalesce((SELECT seal FROM quarterClose ORDER BY number DESC LIMIT 1), '')
        OR NEW.firstLine <> coalesce(
          (SELECT firstLine + lineCount FROM quarterClose ORDER BY number DESC LIMIT 1), 1);
      -- Lines are numbered without a gap where as many as there should be are of this close, and the last has the last
      -- number.
      SELECT RAISE(ABORT, 'the lines of a close add up')
      WHERE NOT EXISTS (
          SELECT 1 FROM closeTotal WHERE closeNumber = NEW.number AND firstLine = NEW.firstLine
            AND lineCount = NEW.lineCount AND payableCents = NEW.payableCents)
        OR NEW.firstLine + NEW.lineCount - 1 <> coalesce(
          (SELECT max(lineID) FROM paymentLine WHERE lineID >= NEW.firstLine), NEW.firstLine - 1)
        OR NEW.payableCents <>
          (SELECT coalesce(sum(payableCents), 0) FROM closeDepartment WHERE closeNumber = NEW.number);
      SELECT RAISE(ABORT, 'a record is paid, taken back whole, and then paid anew')
      FROM paymentLine line INDEXED BY aLineIsTakenBackOnce
      WHERE recordEntry > 1 AND lineID >= NEW.firstLine
        AND NOT EXISTS (
          SELECT 1 FROM paymentLine before
          WHERE before.recordID = line.recordID AND before.kindID = line.kindID
            AND before.recordEntry = line.recordEntry - 1
            AND (line.reverses IS NULL
              OR before.lineID = line.reverses AND before.amountCents = -line.amountCents));
    END;

    CREATE TRIGGER decisionsAreOfAnOpenQuarter BEFORE INSERT ON decision
    BEGIN
      SELECT RAISE(ABORT, 'the quarter is closed: decide in the open one')
      WHERE EXISTS (SELECT 1 FROM quarterClose WHERE quarter >= NEW.quarter);
    END;
    """

  private static let recordIndex = (
    name: "aRecordIsPaidOnce",
    sql:
      "CREATE UNIQUE INDEX aRecordIsPaidOnce ON paymentLine (recordID, kindID, recordEntry)"
  )

  private static let closeTriggers = tablesOfAClose.map { table in
    (
      name: "\(table)ComesWithItsClose",
      sql: """
      CREATE TRIGGER \(table)ComesWithItsClose BEFORE INSERT ON \(table)
      BEGIN SELECT RAISE(ROLLBACK, 'nothing is added to what is closed: a row comes with its close'); END
      """
    )
  }

  /// Rows that another row could take the place of: `INSERT OR REPLACE` deletes, and no trigger of deletions sees it.
  private static let replaceable = [
    ("decision", "number = NEW.number"),
    ("payrollFile", "number = NEW.number OR quarter = NEW.quarter AND sha256 = NEW.sha256"),
    ("disbursement", "disbursementID = NEW.disbursementID"),
    ("payrollSeal", "fileNumber = NEW.fileNumber"),
  ]

  private static func unreplaced(_ table: String, _ isSame: String) -> String {
    """
    CREATE TRIGGER \(table)IsNeverReplaced BEFORE INSERT ON \(table)
    WHEN EXISTS (SELECT 1 FROM \(table) WHERE \(isSame))
    BEGIN SELECT RAISE(ROLLBACK, 'what is closed is never replaced: correct it in the open quarter'); END
    """
  }

  private static func unchanging(_ table: String) -> String {
    """
    CREATE TRIGGER \(table)IsNeverChanged BEFORE UPDATE ON \(table)
    BEGIN SELECT RAISE(ABORT, 'what is closed never changes: correct it in the open quarter'); END;
    CREATE TRIGGER \(table)IsNeverDeleted BEFORE DELETE ON \(table)
    BEGIN SELECT RAISE(ABORT, 'what is closed is never deleted: correct it in the open quarter'); END;
    """
  }
}
