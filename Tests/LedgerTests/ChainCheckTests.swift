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
      statement: "DELETE FROM payrollFile",
      findings: ["2 rows belong to a payroll file that is not there"]),
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
    let page = try DatabaseQueue(path: office.path).read {
      try Int.fetchOne(
        $0, sql: "SELECT rootpage FROM sqlite_master WHERE name = 'paymentLineByRecord'")!
    }
    var bytes = try Data(contentsOf: URL(fileURLWithPath: office.path))
    let index = (page - 1) * 4096..<page * 4096
    let id = try #require(bytes.range(of: Data("C3".utf8), in: index))
    bytes[id.lowerBound + 1] ^= 1
    try bytes.write(to: URL(fileURLWithPath: office.path))
    let found = try #require(try office.open()).check()
    #expect(found == ["the file is damaged: row 2 missing from index paymentLineByRecord"])
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
        "DELETE FROM issuedPart WHERE file = 'manifest.json'",
        "unusable: the ledger has lost the files of close 1"
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
}
