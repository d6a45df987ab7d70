import Foundation
import GRDB
import TestSupport
import Testing
import Vocabulary

@testable import Ledger

@Suite struct HistoryTests {
  /// Where rows are many, several connections look them up, and find what one does.
  @Test(arguments: [1, 2, 3, 7, 100])
  func piecesOfRowsFindWhatAllOfThemFind(rowsAConnection: Int) throws {
    let office = try ClosedOffice()
    try office.close("C1,GR,P1,2026-02-14", "C2,GR,P9,2026-02-15", "C3,GR,P1,2026-02-16")
    try office.close("C4,GR,P1,2026-05-14", "C2,GR,P9,2026-02-15")
    let ledger = try #require(try office.open())
    var next = Office(
      cases: "C4,GR,P1,2026-05-14", "C5,GR,P1,2026-07-14", "C2,GR,P9,2026-02-15",
      "C1,MH,P1,2026-02-14", "C1,GR,P1,2026-02-14", "C3,GR,P1,2026-02-16", "C6,GR,P1,2026-07-15")
    next.quarter = Quarter(year: 2026, number: 3)
    let tables = try next.read()
    let threads = Workers { count, body in
      DispatchQueue.concurrentPerform(iterations: count, execute: body)
    }
    let reader = try HistoryReader(
      ledger, next.quarter, plan: next.plan, roster: tables.roster, records: tables.records,
      workers: threads, rowsAConnection: rowsAConnection)
    let paidIn = reader.history.payments.byRow.mapValues(\.quarter.description)
    #expect(paidIn == [0: "2026Q2", 4: "2026Q1", 5: "2026Q1"])
    #expect(reader.history.holds.mapValues(\.since.description) == [2: "2026Q1"])
    #expect(reader.history.carriedRows == 0)
  }

  @Test(arguments: [1 << 16, 4, 2])
  func whatIsHeldIsFoundInEveryPiece(rowsAConnection: Int) throws {
    let office = try ClosedOffice()
    try office.close("C1,GR,P9,2026-02-14", "C2,GR,P9,2026-02-15", "C3,MH,P9,2026-02-16")
    // Held twice, in two rows: all of them are of one piece.
    try office.close("C2,GR,P9,2026-02-15", "C2,GR,P8,2026-02-15", "C5,GR,P9,2026-05-14")
    var next = Office(cases: "C2,GR,P9,2026-02-15", "C6,GR,P1,2026-07-14")
    next.quarter = Quarter(year: 2026, number: 3)
    let (history, carried) = try read(next, office, rowsAConnection: rowsAConnection)
    #expect(history.holds.count == 4)
    #expect(history.holds[0]?.since == ClosedOffice.first)
    #expect(history.carriedRows == 3)
    #expect(carried == ["C1 grand-rounds", "C3 more-health", "C5 grand-rounds"])
  }

  /// In the order in which they stand in the table, so that each page of it is read once.
  @Test func whatIsHeldIsReadInItsOrder() throws {
    let office = try ClosedOffice()
    try office.close((1...40).map { "C\($0),GR,X\(100 - $0),2026-02-14" })
    let ledger = try #require(try office.open())
    let closes = try ledger.closes()
    try ledger.read { db in
      let wanted = try String.fetchAll(db, sql: "SELECT recordID FROM heldRecord ORDER BY heldID")
      let found = try OpenHolds(db, .all, closes, except: [])
      #expect(found.rows.map(\.record.id) == wanted)
      #expect(wanted != wanted.sorted())
    }
  }

  @Test func whatIsHeldAgainIsHeldSinceItWasPaid() throws {
    let office = try ClosedOffice()
    try office.close("C1,GR,P9,2026-02-14", "C2,GR,P9,2026-02-15")
    try office.close("C1,GR,P1,2026-02-14", "C2,GR,P9,2026-02-15")
    try office.close("C1,GR,P9,2026-02-14", "C2,GR,P9,2026-02-15")
    var next = Office(cases: "C1,GR,P9,2026-02-14", "C2,GR,P9,2026-02-15")
    next.quarter = Quarter(year: 2026, number: 4)
    let (history, _) = try read(next, office, rowsAConnection: 1 << 16)
    #expect(history.holds.mapValues(\.since.description) == [0: "2026Q3", 1: "2026Q1"])
  }

  /// What the ledger knows of an office's rows, and what it carries: `ID program`, sorted.
  private func read(
    _ next: Office, _ office: ClosedOffice, rowsAConnection: Int
  ) throws -> (history: QuarterHistory, carried: [String]) {
    let tables = try next.read()
    let reader = try HistoryReader(
      try #require(try office.open()), next.quarter, plan: next.plan, roster: tables.roster,
      records: tables.records, rowsAConnection: rowsAConnection)
    let carried = reader.records.tables.dropFirst(tables.records.tables.count)
      .flatMap { table in
        table.records.map { "\(table.id(of: $0)) \(next.plan.programs[Int($0.program)].key)" }
      }
    return (reader.history, carried.sorted())
  }

  /// A row is looked for by its ID, and is a record by its program, too.
  @Test func anIDOfAnotherProgramEndsNoHold() throws {
    let office = try ClosedOffice()
    try office.close("C1,GR,P9,2026-02-14", "C2,GR,P9,2026-02-15", "C2,MH,P9,2026-02-15")
    var next = Office(cases: "C1,MH,P1,2026-05-14", "C2,MH,P9,2026-02-15")
    next.quarter = Quarter(year: 2026, number: 2)
    let (history, carried) = try read(next, office, rowsAConnection: 1 << 16)
    #expect(carried == ["C1 grand-rounds", "C2 grand-rounds"])
    #expect(Set(history.holds.keys) == [1, 2, 3], "of the rows the second")
  }

  struct Similar: CustomTestStringConvertible, Sendable {
    let because: String
    var cases: [String] = []
    var conferences: [String] = []
    /// By row: `program ID quarter physician cents`.
    var found: [Int32: String] = [:]
    var testDescription: String { because }
  }

  /// Work that is nearly a record that is paid may be paid twice: it is looked up among all that is paid.
  @Test(
    arguments: [
      Similar(
        because: "case, signs and zeros at the start make no other ID",
        cases: ["c001,GR,P1,2026-07-14", "00C-001,GR,P1,2026-07-15"],
        found: [0: "grand-rounds C-001 2026Q1 P1 50000", 1: "grand-rounds C-001 2026Q1 P1 50000"]),
      Similar(
        because: "one ID under two programs, whatever the close",
        cases: ["C-001,MH,P1,2026-07-14", "d2,MH,P1,2026-07-14"],
        found: [0: "grand-rounds C-001 2026Q1 P1 50000", 1: "grand-rounds D2 2026Q2 P1 50000"]),
      Similar(
        because: "the record itself is paid, and similar to nothing",
        cases: [
          "C-001,GR,P1,2026-02-14", "D2,GR,P1,2026-05-14",
        ]),
      Similar(
        because: "another number, or a zero at the end",
        cases: [
          "C-002,GR,P1,2026-07-14", "C-0010,GR,P1,2026-07-14", "C-01,GR,P1,2026-07-14",
        ]),
      Similar(
        because: "letters of every script count, and their keys are those of their digits",
        cases: ["äω-1,GR,P1,2026-07-14", "öω1,GR,P1,2026-07-14", "1,GR,P1,2026-07-14"],
        found: [0: "grand-rounds ÄΩ1 2026Q1 P1 50000"]),
      Similar(because: "a conference is no case", conferences: ["C001,MH,P1,2026-07-14,,40"]),
      Similar(
        because: "nor where its key is that of the case, as by chance here",
        cases: ["SKY-ERENZ,GR,P1,2026-07-14"], conferences: ["SKYERENZ,MH,P1,2026-07-14,,40"],
        found: [0: "grand-rounds skyerenz 2026Q2 P1 50000"]),
      Similar(because: "what is held is not paid", cases: ["H1,MH,P1,2026-07-14"]),
      Similar(because: "a payment that is taken back is none", cases: ["r1,GR,P1,2026-07-14"]),
      Similar(because: "a row that can't be paid", cases: ["c001,GR,P1,2026-07-44"]),
    ], [1, 1 << 16])
  func aRecordThatIsNearlyPaidIsFound(_ similar: Similar, rowsAConnection: Int) throws {
    let office = try ClosedOffice()
    try office.close(
      "C-001,GR,P1,2026-02-14", "ÄΩ1,GR,P1,2026-02-15", "H-1,GR,P9,2026-02-15",
      "R-1,GR,P1,2026-02-16")
    try office.close("D2,GR,P1,2026-05-14", "skyerenz,GR,P1,2026-05-15")
    let writing = try #require(try Ledger(at: office.path, forWriting: true))
    let third = Quarter(year: 2026, number: 3)
    try writing.write([
      Decision(
        kind: .reverse,
        record: RecordIdentity(program: "grand-rounds", activity: .case, id: "R-1"),
        quarter: third, reason: "wrong", by: "Ada", at: "2026-07-14T00:00:00Z")
    ])
    var next = Office()
    (next.cases, next.conferences, next.quarter) = ([similar.cases], [similar.conferences], third)
    let tables = try next.read()
    let threads = Workers { count, body in
      DispatchQueue.concurrentPerform(iterations: count, execute: body)
    }
    let reader = try HistoryReader(
      try #require(try office.open()), third, plan: next.plan, roster: tables.roster,
      records: tables.records, workers: threads, rowsAConnection: rowsAConnection)
    let found = reader.history.similarPayments.mapValues {
      "\($0.record.program) \($0.record.id) \($0.payment.quarter) \($0.payment.physicianID) \($0.payment.cents)"
    }
    #expect(found == similar.found)
  }

  /// Without the keys of all lines nobody would see what may be paid twice: nothing is decided then.
  @Test(arguments: [
    "DELETE FROM similarityKeys WHERE firstLine = 1",
    "DELETE FROM similarityKeys WHERE firstLine = 2",
    "UPDATE similarityKeys SET firstLine = 9223372036854775807 WHERE firstLine = 2",
    "UPDATE similarityKeys SET firstLine = -9223372036854775808 WHERE firstLine = 1",
    "UPDATE similarityKeys SET keys = x'' WHERE firstLine = 2",
    "UPDATE similarityKeys SET keys = x'000000' WHERE firstLine = 2",
    "UPDATE similarityKeys SET keys = x'0000000000000000' WHERE firstLine = 2",
    "UPDATE similarityKeys SET keys = zeroblob(length(keys)) WHERE firstLine = 1",
    "UPDATE similarityKeys SET checksum = checksum + 1 WHERE firstLine = 2",
    """
    UPDATE similarityKeys SET (keys, checksum) =
      (SELECT keys, checksum FROM similarityKeys WHERE firstLine = 1) WHERE firstLine = 2
    """,
  ])
  func aLedgerThatHasLostKeysIsTold(_ change: String) throws {
    let office = try ClosedOffice.withTwoCloses()
    try office.change(change)
    let said = failure(office) { _ = try Self.thirdQuarter(of: office) }
    #expect(
      said
        == "unusable: the ledger has lost the keys of some of its lines, by which what is paid is found: zpay ledger says more"
    )
  }

  /// A record is found by the key of its line first, and that is the same whatever letters its ID has.
  @Test(arguments: [1, 1 << 16])
  func whatIsPaidIsFoundWhateverItsID(rowsAConnection: Int) throws {
    let ids: [String] = [
      "C1", "c1", "0", "000", "-", "00-1", "ÄΩ1", "äω1", "Ａ１", "病例-7", "😀", "a b", "É", "E\u{301}",
      "x" + String(repeating: "0123456789", count: 20), "ǅ1", "ß", "ſ", "K",
    ]
    let office = try ClosedOffice()
    try office.close(ids.map { "\($0),GR,P1,2026-02-14" })
    var next = Office(cases: ids.map { "\($0),GR,P1,2026-02-14" }.joined(separator: "\n"))
    next.quarter = Quarter(year: 2026, number: 2)
    let (history, _) = try read(next, office, rowsAConnection: rowsAConnection)
    #expect(history.payments.byRow.keys.sorted() == ids.indices.map(Int32.init))
    #expect(history.similarPayments.isEmpty)
  }

  /// A quarter before the closed ones, or one of them, carries nothing; what is paid is paid there, too.
  @Test(arguments: [Quarter(year: 2025, number: 4), ClosedOffice.first])
  func whatIsPaidIsFoundInAQuarterThatIsNotOpen(quarter: Quarter) throws {
    let office = try ClosedOffice.withTwoCloses()
    var next = Office(cases: "c1,GR,P1,2026-02-14", "C1,GR,P1,2026-02-14", "C2,GR,P9,2026-02-15")
    next.quarter = quarter
    let (history, carried) = try read(next, office, rowsAConnection: 1 << 16)
    #expect(history.payments.byRow.mapValues(\.quarter) == [1: ClosedOffice.first])
    #expect(history.similarPayments.isEmpty && carried.isEmpty)
  }

  /// Filters say of a key that they have it though they don't, and never the other way round.
  @Test(arguments: [0, 1, 7, 1_000, 10_000])
  func rowsAndLinesThatHaveAKeyInCommonAreLeft(count: Int) throws {
    var next = Office(
      cases: (0..<5_000).map { "C\($0),GR,P1,2026-02-14" }.joined(separator: "\n"))
    next.quarter = ClosedOffice.first
    let tables = try next.read()
    var keys = RowKeys(tables.records, .one)
    #expect(keys.rows.map(\.index) == (0..<5_000).map(Int32.init))
    // Every third line is of a row; of those, some key twice.
    var lines = (0..<count).map { number in
      let id = number % 3 == 0 ? "C\(number / 2)" : "D\(number)"
      let key = Array(id.utf8).withUnsafeBufferPointer { SimilarityKey.key(of: $0, .case) }
      return SimilarityKeys.Line(key: key, number: Int64(number))
    }
    let inRows = Set(keys.rows.map(\.key))
    let common = inRows.intersection(lines.map(\.key))
    let wanted = lines.filter { common.contains($0.key) }.map(\.number)
    let filter = keys.filter
    lines.removeAll { !filter.mayContain($0.key) }
    keys.meet(&lines)
    #expect(common.isSubset(of: keys.rows.map(\.key)))
    #expect(Set(wanted).isSubset(of: lines.map(\.number)))
    // What is left besides is little.
    #expect(keys.rows.count { !common.contains($0.key) } <= 5_000 / 100)
    #expect(lines.count - wanted.count <= count / 100)
  }

  /// Two IDs of one hash, of which one is paid; the other is nearly one that is paid, so that it is looked at.
  @Test func rowsOfOneKeyAreTwoRecords() throws {
    var ids = ["CASE-049186", "CASE-102482"]
    let keys = ids.indices.map { ids[$0].withUTF8(RowsByKey.key) }
    #expect(keys[0] == keys[1])
    let office = try ClosedOffice()
    try office.close("\(ids[0]),GR,P1,2026-02-14", "\(ids[1].lowercased()),GR,P1,2026-02-15")
    var next = Office(cases: "\(ids[1]),GR,P1,2026-02-14", "\(ids[0]),GR,P1,2026-02-14")
    next.quarter = Quarter(year: 2026, number: 2)
    let (history, _) = try read(next, office, rowsAConnection: 1 << 16)
    #expect(history.payments.byRow.keys.sorted() == [1])
    #expect(history.similarPayments.mapValues(\.record.id) == [0: "case-102482"])
  }

  /// IDs without a letter or digit of ASCII have all the same key: each is looked for by its own bytes all the same.
  @Test func manyIDsOfOneSimilarityKeyAreLookedForEach() throws {
    let ids = (0..<600).map { String(Character(UnicodeScalar(0x4E00 + UInt32($0))!)) }
    let office = try ClosedOffice()
    try office.close(ids.map { "\($0),GR,P1,2026-02-14" })
    var next = Office(cases: ids.map { "\($0),GR,P1,2026-02-14" }.joined(separator: "\n"))
    next.quarter = Quarter(year: 2026, number: 2)
    let tables = try next.read()
    let rows = RowKeys(tables.records, .one).byID(.one)
    var candidates = 0
    for var id in ids {
      let key = id.withUTF8(RowsByKey.key)
      rows.forEach(at: rows.places(of: key), of: key) { _ in candidates += 1 }
    }
    #expect(candidates < 2 * ids.count)
    let (history, _) = try read(next, office, rowsAConnection: 1 << 16)
    #expect(history.payments.count == ids.count)
  }

  @Test(arguments: [0, 1, 2, 3, 1_000])
  func rowsAreFoundByTheirKeys(count: Int) {
    // Some have one key, and some the least or the greatest.
    let rows = (0..<count).map { index in
      let key = index % 7 == 0 ? UInt32.max : index % 11 == 0 ? 0 : UInt32(index / 2) &* 0x9E37_79B1
      return RowKeys.Row(key: key, index: Int32(index))
    }
    let found = RowsByKey(rows)
    for key in Set(rows.map(\.key) + [0, 1, .max, .max - 1]) {
      var indices: [Int32] = []
      found.forEach(at: found.places(of: key), of: key) { indices.append($0) }
      #expect(indices == rows.filter { $0.key == key }.map(\.index))
    }
  }

  /// What the ledger knows of a row that is none of its records.
  private static func thirdQuarter(of office: ClosedOffice) throws -> HistoryReader {
    var next = Office(cases: "C5,GR,P1,2026-07-14")
    next.quarter = Quarter(year: 2026, number: 3)
    let tables = try next.read()
    return try HistoryReader(
      try #require(try office.open()), next.quarter, plan: next.plan, roster: tables.roster,
      records: tables.records)
  }

  /// A record that is held and stands in no row any more is looked up, too: once it is released, it is paid.
  @Test func whatIsCarriedMayBeNearlyPaid() throws {
    let office = try ClosedOffice()
    try office.close("C-1,GR,P9,2026-02-14")
    try office.close("C1,GR,P1,2026-05-14")
    let reader = try Self.thirdQuarter(of: office)
    #expect(reader.history.carriedRows == 1)
    #expect(reader.history.similarPayments.mapValues(\.record.id) == [1: "C1"])
  }

  /// What is paid stays paid: nobody is paid again because the ledger has lost to whom it was.
  @Test func aPaymentWithoutItsPayeeIsNoReasonToPayAgain() throws {
    let office = try ClosedOffice.withTwoCloses()
    try office.change("DELETE FROM payee WHERE payeeID = 1")
    var next = Office(cases: "C1,GR,P1,2026-02-14")
    next.quarter = Quarter(year: 2026, number: 3)
    let tables = try next.read()
    let ledger = try #require(try office.open())
    let said = failure(office) {
      _ = try HistoryReader(
        ledger, next.quarter, plan: next.plan, roster: tables.roster, records: tables.records)
    }
    #expect(said == "unusable: a payment in the ledger can't be read")
    #expect(failure(office) { _ = try ledger.life(ofID: "C1") } != nil)
  }

  /// Nor because it has lost what the line paid for; and no other program's number is given again.
  @Test func aPaymentWithoutItsKindIsNoReasonToPayAgain() throws {
    let office = try ClosedOffice.withTwoCloses()
    try office.change("DELETE FROM recordKind")
    let ledger = try #require(try office.open())
    func failureOfNext(_ row: String) throws -> String? {
      var next = Office(cases: row)
      next.quarter = Quarter(year: 2026, number: 3)
      let tables = try next.read()
      return failure(office) {
        _ = try HistoryReader(
          ledger, next.quarter, plan: next.plan, roster: tables.roster, records: tables.records)
      }
    }
    let lost =
      "unusable: the ledger has lost what some of its lines paid for: zpay ledger says more"
    // Whoever it is: the next close would give the number to others.
    for row in ["C1,GR,P1,2026-02-14", "C9,GR,P1,2026-07-14"] {
      #expect(try failureOfNext(row) == lost)
      #expect(failure(office) { try office.close(row) } == lost)
    }
  }

  @Test func aLineThatIsToBeTakenBackAndIsLostIsTold() throws {
    let office = try ClosedOffice.withTwoCloses()
    let writing = try #require(try Ledger(at: office.path, forWriting: true))
    let third = Quarter(year: 2026, number: 3)
    try writing.write([
      Decision(
        kind: .reverse,
        record: RecordIdentity(program: "grand-rounds", activity: .case, id: "C1"), quarter: third,
        reason: "wrong", by: "Ada", at: "2026-07-14T00:00:00Z")
    ])
    try office.change("DELETE FROM paymentLine WHERE lineID = 1")
    let ledger = try #require(try office.open())
    var next = Office(cases: "C5,GR,P1,2026-07-14")
    next.quarter = third
    let tables = try next.read()
    let said = failure(office) {
      _ = try HistoryReader(
        ledger, third, plan: next.plan, roster: tables.roster, records: tables.records)
    }
    #expect(said == "unusable: the ledger has lost a line that is to be taken back")
  }

  /// A release is for its quarter; a hold stays until somebody ends it.
  @Test func aReleaseIsForItsQuarterAndAHoldStays() throws {
    let office = try ClosedOffice()
    try office.close("C1,GR,P1,2026-02-14", "C2,GR,P9,2026-02-15", "C3,GR,P9,2026-02-15")
    let ledger = try #require(try Ledger(at: office.path, forWriting: true))
    let (second, third) = (Quarter(year: 2026, number: 2), Quarter(year: 2026, number: 3))
    try ledger.write(
      [("C2", DecisionKind.release), ("C3", .hold)].map { id, kind in
        Decision(
          kind: kind,
          record: RecordIdentity(program: "grand-rounds", activity: .case, id: id), quarter: second,
          reason: "a reason", by: "Ada", at: "2026-07-14T00:00:00Z")
      })
    func inForce(in quarter: Quarter) throws -> [Int32: DecisionKind] {
      var next = Office(cases: "C2,GR,P9,2026-02-15", "C3,GR,P9,2026-02-15")
      next.quarter = quarter
      let tables = try next.read()
      return try HistoryReader(
        ledger, quarter, plan: next.plan, roster: tables.roster, records: tables.records
      ).history.decisions.mapValues(\.kind)
    }
    #expect(try inForce(in: second) == [0: .release, 1: .hold])
    try office.close("C4,GR,P1,2026-05-14")
    #expect(try inForce(in: third) == [1: .hold])
  }

  /// What is wrong in a piece of the ledger is said, however many read it.
  @Test(arguments: [1, 100])
  func aPaymentThatCannotBeReadIsSaid(rowsAConnection: Int) throws {
    let office = try ClosedOffice.withTwoCloses()
    try office.change("UPDATE paymentLine SET serviceDay = 5000000000 WHERE recordID = 'C3'")
    let ledger = try #require(try office.open())
    var next = Office(cases: "C1,GR,P1,2026-02-14", "C3,GR,P1,2026-05-14", "C5,GR,P1,2026-07-14")
    next.quarter = Quarter(year: 2026, number: 3)
    let tables = try next.read()
    let said = failure(office) {
      _ = try HistoryReader(
        ledger, next.quarter, plan: next.plan, roster: tables.roster, records: tables.records,
        rowsAConnection: rowsAConnection)
    }
    #expect(said == "unusable: a payment in the ledger can't be read")
  }

  /// A program that waits to write keeps further connections out, and is kept waiting by this one: which reads the
  /// rest itself, so that both go on.
  @Test func whoWaitsToWriteIsNotWaitedFor() throws {
    let office = try ClosedOffice.withTwoCloses()
    let ledger = try #require(try office.open())
    var next = Office(cases: "C1,GR,P1,2026-02-14", "C3,GR,P1,2026-05-14", "C5,GR,P1,2026-07-14")
    next.quarter = Quarter(year: 2026, number: 3)
    let tables = try next.read()
    let path = office.path
    let written = DispatchSemaphore(value: 0)
    let beside = Workers { count, body in
      Thread.detachNewThread {
        var configuration = Configuration()
        configuration.busyMode = .timeout(60)
        try? DatabaseQueue(path: path, configuration: configuration).write {
          try $0.execute(
            sql:
              "INSERT INTO pendingIssue VALUES (1, 'out') ON CONFLICT DO UPDATE SET folder = 'out'")
        }
        written.signal()
      }
      // Until it waits for this transaction's end.
      while (try? Ledger(at: path, patience: 0)) != nil { Thread.sleep(forTimeInterval: 0.001) }
      for piece in 0..<count { body(piece) }
    }
    let reader = try HistoryReader(
      ledger, next.quarter, plan: next.plan, roster: tables.roster, records: tables.records,
      workers: beside, rowsAConnection: 1)
    #expect(reader.history.payments.count == 2)
    written.wait()
    #expect(try ledger.pendingIssue()?.folder == "out")
  }

  @Test func columnsOfWhatIsHeldAreReadAsTheyWere() throws {
    let values = ["", "plain", "a \"quoted\" \\ one", "two\nlines\t\u{1}", "é\u{1F600}/\u{2028}"]
    let columns = values.map { HeldRecord.Column(heading: "heading " + $0, value: $0) }
    for count in 0...columns.count {
      let held = HeldRecord(
        record: RecordIdentity(program: "p", activity: .case, id: "C1"), department: "",
        physicianID: "", writtenPhysician: "", writtenCase: "", instant: 0, day: 0, seconds: 0,
        flags: 0, reason: "on-hold", amountCents: 0, sourceFile: "f.csv", sourceLine: 2,
        columns: Array(columns[..<count]))
      let read = try JSONDecoder().decode(
        [HeldRecord.Column].self, from: Data(held.columnsText.utf8))
      #expect(read == held.columns)
    }
  }
}
