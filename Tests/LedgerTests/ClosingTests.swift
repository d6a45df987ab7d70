import Foundation
import GRDB
import Ledger
import Testing
import Vocabulary

/// What a close writes, and when it writes nothing.
struct ClosingTests {
  @Test func aFileThatCannotBeReadBackKeepsTheQuarterOpen() throws {
    let office = try ClosedOffice()
    let (ledger, prepared) = try office.prepare("C1,GR,P1,2026-02-14")
    try office.write("manifest.json", "{}\n")
    try FileManager.default.createDirectory(
      atPath: office.folder + "/sheets", withIntermediateDirectories: false)
    for (file, reason, because) in [
      ("cases.csv", "No such file or directory", "is not there"),
      ("sheets", "Is a directory", "is a folder"),
    ] {
      let failure = failure(office) {
        _ = try ledger.write(
          prepared, closedAt: "", in: office.folder, target: "out"
        ) { ["manifest.json", file] }
      }
      #expect(failure == "failed: \(file) can't be read back: \(reason)", "\(because)")
      #expect(try ledger.closes().isEmpty, "\(because)")
      #expect(try ledger.check() == [], "\(because)")
    }
  }

  /// What is paid has been written by then, in the same transaction.
  @Test func whereItsFilesCannotBeMadeNothingIsClosed() throws {
    let office = try ClosedOffice()
    let (ledger, prepared) = try office.prepare("C1,GR,P1,2026-02-14", "C2,GR,P9,2026-02-15")
    let failure = failure(office) {
      _ = try ledger.write(prepared, closedAt: "", in: office.folder, target: "out") {
        throw LedgerError(.failed, "no space left")
      }
    }
    #expect(failure == "failed: no space left")
    for table in ["paymentLine", "heldRecord", "closeDepartment", "quarterClose"] {
      let count = try DatabaseQueue(path: office.path).read {
        try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)")
      }
      #expect(count == 0, "\(table)")
    }
    try office.write("manifest.json", "{}\n")
    _ = try ledger.write(prepared, closedAt: "", in: office.folder, target: "out") {
      ["manifest.json"]
    }
    #expect(try ledger.closes().count == 1)
    #expect(try ledger.check() == [])
  }

  @Test(
    arguments: [
      ([("manifest.json", 3)], true, "it is what was made"),
      ([("manifest.json", 4)], false, "it was longer when it was made"),
      ([("manifest.json", 3), ("summary.csv", 0)], false, "another one was made, too"),
      ([("summary.csv", 3)], false, "another one was made"),
      ([], false, "none was made"),
    ] as [([(name: String, byteCount: Int)], Bool, String)])
  func aCloseKeepsTheFilesThatWereMade(
    made: [(name: String, byteCount: Int)], isClosed: Bool, because: String
  ) throws {
    let office = try ClosedOffice()
    let (ledger, prepared) = try office.prepare("C1,GR,P1,2026-02-14")
    try office.write("manifest.json", "{}\n")
    let failure = failure(office) {
      _ = try ledger.write(
        prepared, closedAt: "", in: office.folder, target: "out", made: made
      ) { ["manifest.json"] }
    }
    #expect(
      failure
        == (isClosed ? nil : "failed: the files in the ledger would not be those that were made"),
      "\(because)")
    #expect(try ledger.closes().count == (isClosed ? 1 : 0), "\(because)")
  }

  /// Files are kept in pieces.
  @Test(arguments: [
    0, 1, FilePieces.byteCount - 1, FilePieces.byteCount, FilePieces.byteCount + 1,
    2 * FilePieces.byteCount,
  ])
  func aFileOfAnyLengthComesBack(count: Int) throws {
    let office = try ClosedOffice()
    let (ledger, prepared) = try office.prepare("C1,GR,P1,2026-02-14")
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8 ^ $0 >> 16) }
    try Data(bytes).write(to: URL(fileURLWithPath: office.folder + "/manifest.json"))
    _ = try ledger.write(
      prepared, closedAt: "", in: office.folder, target: "out"
    ) { ["manifest.json"] }
    var again: [UInt8] = []
    try ledger.readIssuedFiles(of: 1) { _, pieces in try pieces { again += $0 } }
    #expect(again == bytes)
    #expect(try ledger.check() == [])
  }

  /// A rule of the ledger's own that somebody changed is not put right in passing: `zpay ledger` is to find it.
  ///
  /// A close takes these off while its lines come in, and puts them back; the index where there are none before.
  @Test(arguments: [
    (
      name: "paymentLineComesWithItsClose",
      change: """
      DROP TRIGGER paymentLineComesWithItsClose;
      CREATE TRIGGER paymentLineComesWithItsClose BEFORE INSERT ON paymentLine BEGIN SELECT 1; END
      """
    ),
    (
      name: "aRecordIsPaidOnce",
      change:
        "DROP INDEX aRecordIsPaidOnce; CREATE INDEX aRecordIsPaidOnce ON paymentLine (recordID)"
    ),
    (name: "aRecordIsPaidOnce", change: "DROP INDEX aRecordIsPaidOnce"),
  ]) func aCloseDoesNotHideARuleThatWasChanged(name: String, change: String) throws {
    let closed = try ClosedOffice.withTwoCloses()
    let new = try ClosedOffice()
    _ = try Ledger.make(at: new.path)
    for office in [closed, new] {
      try DatabaseQueue(path: office.path).write { try $0.execute(sql: change) }
      let refusal = failure(office) { try office.close("C4,GR,P1,2026-08-14") }
      #expect(
        refusal == "unusable: the ledger's own rules have been changed: zpay ledger says which")
      #expect(
        try #require(try office.open()).check() == [
          "the ledger's own rules have been changed: \(name)"
        ])
    }
  }

  struct Line: CustomTestStringConvertible, Sendable {
    var because: String
    var number = "3"
    var close = "3"
    var payee = "3"
    /// The payees of the close.
    var payees = "(3)"
    /// How many lines the close says that it has; nothing says it for `NULL`.
    var total = "1"
    /// What the departments come to, and what the close does; what its lines do, for nil.
    var departments: String?
    var closed: String?
    /// Another line, which comes once the lines are counted.
    var later: String?
    var record = "X1"
    var entry = "1"
    var amount = "50000"
    var reverses = "NULL"
    var refusal: String?
    var testDescription: String { because }
  }

  /// What the triggers of single lines would say is said when the close is written: those are not there while its
  /// lines come in.
  @Test(arguments: [
    Line(because: "a line more than before, with its payee, is a close"),
    Line(because: "a number is left out", number: "4", refusal: "add up"),
    Line(because: "a number is negative", number: "-3", refusal: "CHECK"),
    Line(because: "a number is another line's", number: "2", refusal: "UNIQUE"),
    Line(because: "it is of no close", close: "4", refusal: "add up"),
    Line(
      because: "it is of no close, and pays nothing", close: "4", amount: "0", refusal: "add up"),
    Line(because: "its payee is of another close", payee: "1", refusal: "add up"),
    Line(because: "its payee is nobody", payee: "4", refusal: "add up"),
    Line(
      because: "its payee is nobody, between two who are somebody", payee: "4", payees: "(3), (5)",
      refusal: "add up"),
    Line(because: "it pays another amount", amount: "50001", refusal: "add up"),
    Line(because: "there are fewer than the total says", total: "2", refusal: "add up"),
    Line(because: "there are more than the total says", total: "0", refusal: "add up"),
    Line(because: "nobody has counted them", total: "NULL", refusal: "add up"),
    Line(because: "one more comes once they are counted", later: "4", refusal: "add up"),
    Line(because: "the departments come to more", departments: "50001", refusal: "add up"),
    Line(
      because: "the close comes to more, as its departments do", departments: "50001",
      closed: "50001", refusal: "add up"),
    Line(
      because: "it is paid anew, and was never paid", entry: "3",
      refusal: "paid, taken back whole, and then paid anew"),
    Line(
      because: "it takes back less than was paid", record: "C3", entry: "2", amount: "-49999",
      reverses: "2", refusal: "paid, taken back whole, and then paid anew"),
    Line(
      because: "it takes the payment back whole", record: "C3", entry: "2", amount: "-50000",
      reverses: "2"),
    Line(because: "the record is paid twice", record: "C3", refusal: "UNIQUE"),
    Line(because: "a payment takes nothing back", entry: "2", refusal: "CHECK"),
    Line(
      because: "it takes back what is another record's", entry: "2", amount: "-50000",
      reverses: "1", refusal: "paid, taken back whole, and then paid anew"),
  ])
  func theLinesOfACloseAreLookedAtTogether(_ line: Line) throws {
    let office = try ClosedOffice.withTwoCloses()
    // Of the close: what a line pays that takes nothing back is another amount only in the row that says so.
    let cents = line.reverses == "NULL" && line.amount != "0" ? "50000" : line.amount
    func write() throws {
      try DatabaseQueue(path: office.path).write { db in
        for sql in [
          "DROP TRIGGER paymentLineComesWithItsClose", "DROP TRIGGER payeeComesWithItsClose",
          "DROP TRIGGER closeDepartmentComesWithItsClose",
          "DROP TRIGGER closeTotalComesWithItsClose",
          """
          INSERT INTO closeDepartment SELECT 3, position, department, sheet, physicians, cases,
            conferences, blocks, \(line.departments ?? cents), heldCount, heldCents FROM closeDepartment
            WHERE closeNumber = 2
          """,
          """
          INSERT INTO payee SELECT column1, 3, department, sheet, physicianID, employeeID, employeeRecord, physician,
            checksum FROM payee, (VALUES \(line.payees)) WHERE payeeID = 2
          """,
          """
          INSERT INTO paymentLine SELECT \(line.number), \(line.close), \(line.payee), sheetLine, kindID,
            '\(line.record)', serviceDay, lengthSeconds, blocks, rateCents, \(line.amount), fileID,
            sourceLine, \(line.reverses), \(line.entry), checksum FROM paymentLine WHERE lineID = 2
          """,
          """
          INSERT INTO closeTotal SELECT 3, 3, \(line.total), \(cents) WHERE \(line.total) IS NOT NULL
          """,
          """
          INSERT INTO paymentLine SELECT \(line.later ?? "NULL"), 3, 3, sheetLine, kindID, 'X2', serviceDay,
            lengthSeconds, blocks, rateCents, 0, fileID, sourceLine, NULL, 1, checksum FROM paymentLine
            WHERE lineID = 2 AND \(line.later ?? "NULL") IS NOT NULL
          """,
          """
          INSERT INTO quarterClose SELECT 3, '2026Q3', closedAt, preparedBy, approvedBy, madeBy, digest,
            planText, rowCount, 3, 1, \(line.closed ?? cents), heldCount, heldCents, planHash, inputsHash,
            departmentsHash, payeesHash, linesHash, heldHash, decisionsHash, payrollHash, filesHash, seal,
            replace(hash, substr(hash, 1, 8), '01234567'), replace(seal, substr(seal, 1, 8), '01234567')
            FROM quarterClose WHERE number = 2
          """,
        ] { try db.execute(sql: sql) }
      }
    }
    if let refusal = line.refusal {
      let error = #expect(throws: DatabaseError.self) { try write() }
      #expect(error?.message?.contains(refusal) == true, "\(error?.message ?? "")")
      #expect(try #require(try office.open()).check() == [])
    } else {
      try write()
      #expect(try #require(try office.open()).closes().count == 3)
    }
  }

  @Test func idsOfEveryLengthAreKeptWhole() throws {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij"
    let ids = letters.indices.map { String(letters[...$0]) }
    let office = try ClosedOffice()
    try office.close(ids.map { "\($0),GR,P1,2026-02-14" })
    let kept = try DatabaseQueue(path: office.path).read {
      try String.fetchAll($0, sql: "SELECT recordID FROM paymentLine ORDER BY lineID")
    }
    #expect(kept == ids)
  }

  private static let paidTwice =
    "refused: ledger.sqlite refuses this: a record would be paid a second time; zpay ledger says whether something is wrong with it"

  @Test func aRecordThatStandsTwiceInAFirstCloseIsRefused() throws {
    let office = try ClosedOffice()
    let (ledger, prepared) = try office.prepare("C1,GR,P1,2026-02-14", "C2,GR,P1,2026-02-15") {
      let lines = Array($0.departments[0].lines)
      $0.departments[0].lines = StatementLines(lines + lines.prefix(1))
    }
    let refusal = failure(office) {
      _ = try ledger.write(prepared, closedAt: "", in: office.folder, target: "out") { [] }
    }
    #expect(refusal == Self.paidTwice)
    #expect(try ledger.closes().isEmpty)
    #expect(try ledger.check() == [])
  }

  /// Whatever the rules decide, the tables refuse a second payment.
  @Test func aRecordThatIsPaidCannotBePaidByALaterClose() throws {
    let office = try ClosedOffice()
    try office.close("C1,GR,P1,2026-02-14")
    let refusal = failure(office) { try office.close("C1,GR,P1,2026-02-14") }
    #expect(refusal == Self.paidTwice)
    let ledger = try #require(try office.open())
    #expect(try ledger.closes().map(\.quarter) == [ClosedOffice.first])
    #expect(try ledger.check() == [])
  }

  /// A close's hash, which its sheets show, is over the close before it, too.
  @Test func aHashDependsOnTheCloseBefore() throws {
    let hashes = try ["2026-04-14T17:03:22Z", "2026-04-14T17:03:23Z"].map { time in
      let office = try ClosedOffice()
      try office.close("C1,GR,P1,2026-02-14", at: time)
      try office.close("C3,GR,P1,2026-05-14")
      return try #require(try office.open()).closes().map(\.hash)
    }
    #expect(hashes[0][0] == hashes[1][0] && hashes[0][1] != hashes[1][1])
  }

  /// Nothing belongs to a close that is not there.
  @Test func whatPayrollPaidIsOfAClosedQuarter() throws {
    let office = try ClosedOffice.withTwoCloses()
    let ledger = try #require(try Ledger(at: office.path, forWriting: true))
    let refusal = failure(office) {
      _ = try ledger.keep(
        [], of: Quarter(year: 2030, number: 1), file: "p.csv", sha256: "00", at: "")
    }
    #expect(
      refusal?.hasPrefix("refused: ledger.sqlite refuses this: FOREIGN KEY") == true,
      "\(refusal ?? "kept")")
    let kept = try DatabaseQueue(path: office.path).read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM payrollFile")
    }
    #expect(kept == 0)
  }

  @Test func untilItsFilesAreInPlaceACloseIsPending() throws {
    let office = try ClosedOffice()
    try office.close("C1,GR,P1,2026-02-14")
    let ledger = try #require(try Ledger(at: office.path, forWriting: true))
    let pending = try #require(try ledger.pendingIssue())
    #expect(pending.close.quarter == ClosedOffice.first && pending.folder == office.folder + "/out")
    try ledger.issued(1)
    #expect(try ledger.pendingIssue() == nil)
    // Of a close that is not there nothing can be put in place.
    try office.change("INSERT INTO pendingIssue VALUES (9, 'out')")
    #expect(try ledger.pendingIssue() == nil)
  }

  private func reversal(of id: String, in quarter: Quarter) -> Decision {
    Decision(
      kind: .reverse,
      record: RecordIdentity(program: "grand-rounds", activity: .case, id: id), quarter: quarter,
      reason: "wrong", by: "Ada", at: "2026-07-14T00:00:00Z")
  }

  @Test func whatIsNotPaidIsNotTakenBackAndNothingTwice() throws {
    let office = try ClosedOffice.withTwoCloses()
    let ledger = try #require(try Ledger(at: office.path, forWriting: true))
    let open = Quarter(year: 2026, number: 3)
    #expect(
      failure(office) {
        try ledger.write([reversal(of: "C1", in: open), reversal(of: "C2", in: open)])
      }
        == "refused: C2 is not paid in the ledger: there is nothing to take back")
    // All or none: C1 is not being taken back either.
    #expect(try ledger.decisions().isEmpty)
    try ledger.write([reversal(of: "C1", in: open)])
    #expect(
      failure(office) { try ledger.write([reversal(of: "C1", in: open)]) }
        == "refused: the payment of C1 is being taken back already, in the next close")
    #expect(try ledger.decisions().map(\.decision.record.id) == ["C1"])
  }

  @Test func nothingIsDecidedInAClosedQuarter() throws {
    let office = try ClosedOffice.withTwoCloses()
    let ledger = try #require(try Ledger(at: office.path, forWriting: true))
    let refusal = failure(office) {
      try ledger.write([reversal(of: "C1", in: Quarter(year: 2026, number: 2))])
    }
    #expect(
      refusal
        == "refused: ledger.sqlite refuses this: the quarter is closed: decide in the open one")
  }
}
