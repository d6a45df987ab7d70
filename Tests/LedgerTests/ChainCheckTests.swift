import Foundation
import GRDB
import Ledger
import Testing
import Vocabulary

/// What `check` says of a ledger that was changed behind its back.
struct ChainCheckTests {
  struct Change: CustomTestStringConvertible, Sendable {
    var statement: String
    var findings: [String]
    var testDescription: String { statement }
  }

  @Test(arguments: [
    Change(
      statement: "DELETE FROM quarterClose WHERE number = 1",
      findings: [
        "2026Q2: it is close 2, and close 1 is missing",
        "2026Q2 (close 2): it does not continue the close before it",
        "3 rows of closeInput belong to a close that is not there",
        "1 rows of heldRecord belong to a close that is not there",
      ]),
    Change(
      statement: "UPDATE payee SET physician = 'Eve' WHERE payeeID = 1",
      findings: [
        "2026Q1 (close 1): the payee Eve (P1) in Neurology is not who was closed",
        "2026Q1 (close 1): not what was closed: to whom lines are paid",
        "2026Q1 (close 1): its hash is not that of what it has",
      ]),
    Change(
      statement: "UPDATE paymentLine SET payeeID = 2 WHERE lineID = 1",
      findings: [
        "2026Q1 (close 1): not what was closed: the payment lines",
        "2026Q1 (close 1): its hash is not that of what it has",
      ]),
    Change(
      statement: "DELETE FROM payee WHERE payeeID = 1",
      findings: [
        "2026Q1 (close 1): line 1 in the ledger can't be read",
        "2026Q1 (close 1): not what was closed: to whom lines are paid",
      ]),
    Change(
      statement: "UPDATE recordKind SET program = 'grand-round' WHERE program = 'grand-rounds'",
      findings: [
        "2026Q1 (close 1): the line of grand-round case C1 in Neurology, $500.00, is not what was closed",
        "2026Q1 (close 1): not what was closed: the payment lines",
        "2026Q1 (close 1): its hash is not that of what it has",
        "2026Q2 (close 2): the line of grand-round case C3 in Neurology, $500.00, is not what was closed",
      ]),
    Change(
      statement: "UPDATE sourceFile SET file = 'other.csv' WHERE fileID = 1",
      findings: [
        "2026Q1 (close 1): the line of grand-rounds case C1 in Neurology, $500.00, is not what was closed",
        "2026Q1 (close 1): not what was closed: the payment lines",
      ]),
    Change(
      statement: "UPDATE recordKind SET program = program || char(0)",
      findings: ["1 rows of recordKind have a text that is none"]),
    Change(
      statement: "UPDATE paymentLine SET recordID = recordID || char(0) WHERE lineID = 1",
      findings: ["2026Q1: 1 rows of paymentLine have a text that is none"]),
    Change(
      statement: "UPDATE paymentLine SET recordID = CAST(x'43FF' AS TEXT) WHERE lineID = 1",
      findings: ["2026Q1: 1 rows of paymentLine have a text that is none"]),
    Change(
      statement: "UPDATE sqlite_sequence SET seq = 9223372036854775807 WHERE name = 'sourceFile'",
      findings: ["sourceFile has lost rows"]),
    Change(
      statement: "DELETE FROM recordKind",
      findings: [
        "2026Q1 (close 1): line 1 in the ledger can't be read",
        "2026Q2 (close 2): line 2 in the ledger can't be read",
      ]),
    Change(
      statement: """
        INSERT INTO recordKind VALUES (99, 'grand-rounds', 'conference');
        INSERT INTO sourceFile VALUES (98, 'x.csv'), (99, 'y.csv')
        """,
      findings: [
        "1 rows of recordKind belong to no line", "2 rows of sourceFile belong to no line",
      ]),
    Change(
      statement: "UPDATE paymentLine SET lineID = 99 WHERE lineID = 1",
      findings: [
        "2026Q1 (close 1): it has 0 lines, closed were 1",
        "1 rows of paymentLine are not among the lines of their close",
      ]),
    Change(
      statement: "UPDATE quarterClose SET firstLine = 2 WHERE number = 1",
      findings: [
        "2026Q1 (close 1): its hash is not that of what it has",
        "1 rows of paymentLine are not among the lines of their close",
      ]),
    Change(
      statement: "UPDATE quarterClose SET planText = '{ }' WHERE number = 1",
      findings: ["2026Q1 (close 1): its hash is not that of what it has"]),
    Change(
      statement: "UPDATE closeInput SET file = 'x' WHERE closeNumber = 1",
      findings: ["2026Q1 (close 1): its hash is not that of what it has"]),
    Change(
      statement: "UPDATE closeDepartment SET physicians = 9 WHERE closeNumber = 1",
      findings: ["2026Q1 (close 1): its hash is not that of what it has"]),
    Change(
      statement: "UPDATE heldRecord SET reason = 'x' WHERE closeNumber = 1",
      findings: ["2026Q1 (close 1): its hash is not that of what it has"]),
    Change(
      statement:
        """
        UPDATE issuedPart SET content = x'00' WHERE file = 'cases.csv' AND closeNumber = 1;
        UPDATE issuedFile SET byteCount = 1,
          sha256 = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'
          WHERE file = 'cases.csv' AND closeNumber = 1
        """,
      findings: [
        "2026Q1 (close 1): not what was closed: the issued files",
        "2026Q1 (close 1): its seal is not that of its hash, time and files",
      ]),
    Change(
      statement: "UPDATE paymentLine SET recordEntry = 3 WHERE lineID = 1",
      findings: ["the record C1 is paid more than once, or its lines do not follow each other"]),
    Change(
      statement:
        "INSERT INTO issuedPart SELECT 7, file, part, content FROM issuedPart WHERE closeNumber = 1",
      findings: ["2 rows of issuedPart belong to a close that is not there"]),
    Change(
      statement:
        "INSERT INTO issuedPart SELECT 1, 'other.csv', part, content FROM issuedPart WHERE closeNumber = 1 AND file = 'cases.csv'",
      findings: ["2026Q1 (close 1): the issued file other.csv is not what was closed"]),
    Change(
      statement:
        "INSERT INTO issuedPart SELECT 1, file, part + 2, content FROM issuedPart WHERE closeNumber = 1",
      findings: ["2026Q1 (close 1): the issued file cases.csv is not what was closed"]),
    Change(
      statement:
        "INSERT INTO issuedFile SELECT 7, file, byteCount, sha256 FROM issuedFile WHERE closeNumber = 1",
      findings: ["2 rows of issuedFile belong to a close that is not there"]),
    Change(
      statement:
        "INSERT INTO closeDepartment SELECT 7, position, department, sheet, physicians, cases, conferences, blocks, payableCents, heldCount, heldCents FROM closeDepartment WHERE closeNumber = 2",
      findings: ["1 rows of closeDepartment belong to a close that is not there"]),
    Change(
      statement: "UPDATE similarityKeys SET keys = x'00000000' WHERE firstLine = 1",
      findings: [
        "2026Q1 (close 1): the keys of its lines, by which what is paid is found, are not those that were closed"
      ]),
    Change(
      statement:
        "UPDATE similarityKeys SET keys = CAST(keys || x'00000000' AS BLOB) WHERE firstLine = 1",
      findings: [
        "2026Q1 (close 1): the keys of its lines, by which what is paid is found, are not those that were closed"
      ]),
    Change(
      statement: "UPDATE similarityKeys SET keys = CAST(keys || x'00' AS BLOB) WHERE firstLine = 1",
      findings: [
        "2026Q1 (close 1): the keys of its lines, by which what is paid is found, are not those that were closed"
      ]),
    Change(
      statement: "UPDATE similarityKeys SET firstLine = 7 WHERE firstLine = 1",
      findings: [
        "2026Q1 (close 1): the keys of its lines, by which what is paid is found, are not those that were closed"
      ]),
    Change(
      statement: "UPDATE similarityKeys SET checksum = checksum + 1 WHERE firstLine = 1",
      findings: [
        "2026Q1 (close 1): the keys of its lines, by which what is paid is found, are not those that were closed"
      ]),
    Change(
      statement: "DELETE FROM similarityKeys WHERE firstLine = 1",
      findings: [
        "2026Q1 (close 1): the keys of its lines, by which what is paid is found, are not those that were closed"
      ]),
    Change(
      statement:
        "INSERT INTO similarityKeys SELECT 7, 1, keys, checksum FROM similarityKeys WHERE firstLine = 1",
      findings: [
        "2026Q1 (close 1): the keys of its lines, by which what is paid is found, are not those that were closed"
      ]),
    Change(
      statement: "UPDATE similarityKeys SET closeNumber = 7 WHERE firstLine = 1",
      findings: ["1 rows of similarityKeys belong to a close that is not there"]),
    Change(
      statement: "UPDATE closeTotal SET lineCount = lineCount + 1 WHERE closeNumber = 1",
      findings: ["2026Q1 (close 1): the total of its lines is not what was closed"]),
    Change(
      statement: "UPDATE closeTotal SET payableCents = 1 WHERE closeNumber = 1",
      findings: ["2026Q1 (close 1): the total of its lines is not what was closed"]),
    Change(
      statement: "UPDATE closeTotal SET firstLine = 7 WHERE closeNumber = 1",
      findings: ["2026Q1 (close 1): the total of its lines is not what was closed"]),
    Change(
      statement: "DELETE FROM closeTotal WHERE closeNumber = 1",
      findings: ["2026Q1 (close 1): the total of its lines is not what was closed"]),
    Change(
      statement: "INSERT INTO closeTotal SELECT 7, 7, 0, 0",
      findings: ["1 rows of closeTotal belong to a close that is not there"]),
    Change(
      statement: "UPDATE quarterClose SET quarter = '2026Q4' WHERE number = 2",
      findings: [
        "2026Q4: it does not follow 2026Q1",
        "2026Q4 (close 2): its hash is not that of what it has",
      ]),
    Change(
      statement: "UPDATE closeInput SET position = 7 WHERE closeNumber = 2 AND position = 2",
      findings: ["2026Q2 (close 2): input 2 is not in its place"]),
    Change(
      statement: "UPDATE closeDepartment SET position = 1 WHERE closeNumber = 2",
      findings: ["2026Q2 (close 2): department 0 is not in its place"]),
    Change(
      statement: """
        INSERT INTO paymentLine SELECT 99, 7, payeeID, sheetLine, kindID, 'X9', serviceDay,
          lengthSeconds, blocks, rateCents, amountCents, fileID, sourceLine, reverses, recordEntry, checksum FROM paymentLine WHERE lineID = 1
        """,
      findings: ["1 rows of paymentLine belong to a close that is not there"]),
    Change(
      statement: "DELETE FROM payrollFile",
      findings: ["2 rows belong to a payroll file that is not there"]),
    Change(
      statement: "UPDATE disbursement SET amountCents = -amountCents",
      findings: ["2026Q1: what payroll paid, paid.csv, is not what was reconciled"]),
    Change(
      statement: "UPDATE disbursement SET amountCents = 1",
      findings: ["2026Q1: what payroll paid, paid.csv, is not what was reconciled"]),
    Change(
      statement:
        "CREATE TABLE notes (a); CREATE TRIGGER late AFTER INSERT ON notes BEGIN SELECT 1; END",
      findings: ["the ledger's own rules have been changed: late, notes"]),
  ])
  func whatWasChangedIsNamed(_ change: Change) throws {
    let office = try ClosedOffice.withTwoCloses()
    let writing = try #require(try Ledger(at: office.path, forWriting: true))
    _ = try writing.keep(
      [Disbursement(employeeID: "0042", cents: 500_00, period: "2026-04-15", line: 2)],
      of: ClosedOffice.first, file: "paid.csv", sha256: "00", at: "2026-05-01T00:00:00Z")
    let ledger = try #require(try office.open())
    #expect(try ledger.check() == [])
    try office.change(change.statement)
    let found = try ledger.check()
    for finding in change.findings { #expect(found.contains(finding), "\(found)") }
  }

  /// A bit of an index: every row and hash is as it was, and a look-up would miss a payment.
  @Test func aDamagedPageIsFound() throws {
    let office = try ClosedOffice.withTwoCloses()
    let (page, size) = try DatabaseQueue(path: office.path).read {
      (
        try Int.fetchOne(
          $0, sql: "SELECT rootpage FROM sqlite_master WHERE name = 'aRecordIsPaidOnce'")!,
        try Int.fetchOne($0, sql: "PRAGMA page_size")!
      )
    }
    var bytes = try Data(contentsOf: URL(fileURLWithPath: office.path))
    let index = (page - 1) * size..<page * size
    let id = try #require(bytes.range(of: Data("C3".utf8), in: index))
    bytes[id.lowerBound + 1] ^= 1
    try bytes.write(to: URL(fileURLWithPath: office.path))
    let found = try #require(try office.open()).check()
    #expect(found == ["the file is damaged: row 2 missing from index aRecordIsPaidOnce"])
  }

  /// The hash of a close stands on its final sheets, the seal in `zpay ledger`.
  @Test func onlyAHeadThatTheLedgerHasIsItsOwn() throws {
    let office = try ClosedOffice.withTwoCloses()
    let ledger = try #require(try office.open())
    for close in try ledger.closes() {
      #expect(try ledger.check(head: close.seal) == [])
      #expect(try ledger.check(head: close.hash) == [])
    }
    let other = String(repeating: "f", count: 64)
    let found = try ledger.check(head: other)
    #expect(found.count == 1 && found[0].hasPrefix("no close has the head \(other.prefix(60))"))
  }

  @Test func filesThatAreNotWhatWasIssuedAreNotGiven() throws {
    for (statement, words) in [
      (
        "UPDATE issuedPart SET content = x'00' WHERE file = 'cases.csv'",
        "unusable: cases.csv of close 1 is not what was issued: zpay ledger says more"
      ),
      (
        "DELETE FROM issuedFile WHERE file = 'manifest.json'",
        "unusable: the ledger has lost the files of close 1"
      ),
      (
        "DELETE FROM issuedPart WHERE file = 'cases.csv' AND closeNumber = 1",
        "unusable: cases.csv of close 1 is not what was issued: zpay ledger says more"
      ),
      (
        "UPDATE issuedPart SET part = 7 WHERE file = 'cases.csv' AND closeNumber = 1",
        "unusable: cases.csv of close 1 is not what was issued: zpay ledger says more"
      ),
      (
        "DELETE FROM issuedFile WHERE file = 'cases.csv' AND closeNumber = 1",
        "unusable: the files of close 1 are not those that were issued: zpay ledger says more"
      ),
      (
        """
        CREATE TABLE other AS SELECT * FROM issuedFile; DROP TABLE issuedFile;
        ALTER TABLE other RENAME TO issuedFile; UPDATE issuedFile SET file = NULL
        """, "unusable: a value of file in the ledger can't be read"
      ),
    ] {
      let office = try ClosedOffice.withTwoCloses()
      try office.change(statement)
      let ledger = try #require(try office.open())
      let got = failure(office) {
        try ledger.readIssuedFiles(of: 1) { _, pieces in try pieces { _ in } }
      }
      #expect(got == words)
    }
  }

  struct Unreadable: CustomTestStringConvertible, Sendable {
    var statement: String
    var id: String
    var words: String
    var testDescription: String { statement }
  }

  /// No number that stands in a ledger may stop the program without a word.
  @Test(arguments: [
    Unreadable(
      statement: "UPDATE paymentLine SET serviceDay = 5000000000 WHERE lineID = 1", id: "C1",
      words: "line 1 in the ledger can't be read"),
    Unreadable(
      statement: "UPDATE paymentLine SET serviceDay = 2932897 WHERE lineID = 1", id: "C1",
      words: "line 1 in the ledger can't be read"),
    Unreadable(
      statement: "UPDATE paymentLine SET amountCents = -9223372036854775808 WHERE lineID = 1",
      id: "C1", words: "line 1 in the ledger can't be read"),
    Unreadable(
      statement: "UPDATE paymentLine SET blocks = -9223372036854775808 WHERE lineID = 1",
      id: "C1", words: "line 1 in the ledger can't be read"),
    Unreadable(
      statement: "UPDATE heldRecord SET instant = 9223372036854775807", id: "C2",
      words: "held record 1 in the ledger can't be read"),
    Unreadable(
      statement: "UPDATE heldRecord SET serviceDay = -719163", id: "C2",
      words: "held record 1 in the ledger can't be read"),
    Unreadable(
      statement: "UPDATE heldRecord SET lengthSeconds = 5000000000", id: "C2",
      words: "held record 1 in the ledger can't be read"),
    Unreadable(
      statement: "UPDATE heldRecord SET sourceLine = -1", id: "C2",
      words: "held record 1 in the ledger can't be read"),
    Unreadable(
      statement: "UPDATE heldRecord SET flags = 65536", id: "C2",
      words: "held record 1 in the ledger can't be read"),
  ])
  func aRowThatCannotBeIsNamed(_ row: Unreadable) throws {
    let office = try ClosedOffice.withTwoCloses()
    try office.change(row.statement)
    let ledger = try #require(try office.open())
    #expect(try ledger.check().contains("2026Q1 (close 1): " + row.words))
    let life = failure(office) { _ = try ledger.life(ofID: row.id) }
    #expect(life == "unusable: " + row.words)
  }

  /// Nothing is decided, told or closed on what is left.
  @Test(arguments: [
    ("DELETE FROM quarterClose WHERE number = 1", "close 1"),
    ("DELETE FROM quarterClose WHERE number = 2", "close 2"),
    ("DELETE FROM quarterClose", "close 1"),
    ("UPDATE quarterClose SET number = 9223372036854775807 WHERE number = 2", "close 2"),
  ])
  func aLedgerThatHasLostACloseIsUsedForNothing(statement: String, lost: String) throws {
    let office = try ClosedOffice.withTwoCloses()
    try office.change(statement)
    let ledger = try #require(try office.open())
    #expect(try !ledger.check().isEmpty)
    for failure in [
      failure(office) { _ = try ledger.closes() },
      failure(office) { _ = try ledger.life(ofID: "C1") },
      failure(office) { _ = try ledger.openHolds() },
      failure(office) { _ = try office.prepare("C4,GR,P1,2026-08-14") },
    ] {
      #expect(failure == "unusable: the ledger has lost \(lost): zpay ledger says more")
    }
  }

  @Test func aRowOfACloseThatIsNotThereHasNoQuarter() throws {
    let office = try ClosedOffice.withTwoCloses()
    try office.change(
      "UPDATE paymentLine SET closeNumber = 3 WHERE lineID = 1",
      "UPDATE heldRecord SET closeNumber = 3")
    let ledger = try #require(try office.open())
    for failure in [
      failure(office) { _ = try ledger.life(ofID: "C1") },
      failure(office) { _ = try ledger.openHolds() },
    ] {
      #expect(failure == "unusable: the ledger has lost close 3: zpay ledger says more")
    }
  }

  @Test(arguments: [("lineID", "paymentLine"), ("payeeID", "payee"), ("heldID", "heldRecord")])
  func theNextCloseDoesNotBuildOnANumberThatZpayNeverGave(key: String, table: String) throws {
    let office = try ClosedOffice.withTwoCloses()
    for number in [Int64.max, -1] {
      try office.change("UPDATE \(table) SET \(key) = \(number)  WHERE closeNumber = 1")
      try office.change("DELETE FROM \(table) WHERE closeNumber = 2")
      let failure = failure(office) { _ = try office.prepare("C4,GR,P1,2026-08-14") }
      #expect(
        failure == "unusable: \(key) \(number) in the ledger is no number that zpay gave")
    }
  }

  /// Tables that were made anew take what zpay's own refuse.
  @Test(arguments: [
    ("issuedFile", "file", "a value of file in the ledger can't be read"),
    ("issuedPart", "content", "a value of content in the ledger can't be read"),
    (
      "similarityKeys", "keys",
      "2026Q1 (close 1): the keys of its lines, by which what is paid is found, are not those that were closed"
    ),
    ("sourceFile", "file", "2026Q1 (close 1): line 1 in the ledger can't be read"),
    ("payee", "physician", "2026Q1 (close 1): payee 1 in the ledger can't be read"),
    ("quarterClose", "seal", "a value of seal in the ledger can't be read"),
    ("quarterClose", "quarter", "a value of quarter in the ledger can't be read"),
    ("closeInput", "file", "a value of file in the ledger can't be read"),
  ])
  func aValueThatIsNotThereIsAFinding(table: String, column: String, words: String) throws {
    let office = try ClosedOffice.withTwoCloses()
    try office.change(
      "PRAGMA legacy_alter_table = ON", "CREATE TABLE other AS SELECT * FROM \(table)",
      "DROP TABLE \(table)", "ALTER TABLE other RENAME TO \(table)",
      "UPDATE \(table) SET \(column) = NULL")
    let found = try #require(try office.open()).check()
    #expect(found.first?.hasPrefix("the ledger's own rules have been changed: ") == true)
    #expect(found.contains(words), "\(found)")
  }
}
