internal import Foundation
internal import GRDB
package import Vocabulary

/// What decides a quarter besides its inputs: the records that the ledger carries, and what it
/// knows of each row.
package struct HistoryReader {
  package private(set) var records: RecordTables
  package private(set) var history = QuarterHistory()
  private let quarter: Quarter
  private let plan: CompensationPlan
  private let roster: Roster
  private let ledger: Ledger
  private let workers: Workers
  private let rowsAConnection: Int
  /// Decisions in force, the latest on each record.
  private var inForce: [RecordIdentity: Decision] = [:]
  private var openHolds = OpenHolds()
  /// Records whose last line takes a payment back, by a decision that did not say that it is to be paid anew.
  private var takenBack: Set<RecordIdentity> = []
  /// Records whose payment is taken back, and that may be paid again at once.
  private var paidAgain: Set<RecordIdentity> = []

  /// - Parameters:
  ///   - records: the inputs' rows, decided as far as rule 8.
  ///   - workers: who looks rows up where they are more than `rowsAConnection`, each with a
  ///     connection of its own.
  /// - Throws: ``LedgerError``; ``UnusableInput`` where the plan has lost a program of a record
  ///   that is held.
  package init(
    _ ledger: Ledger, _ quarter: Quarter, plan: CompensationPlan, roster: Roster,
    records: RecordTables, workers: Workers = .one, rowsAConnection: Int = 1 << 16
  ) throws {
    (self.ledger, self.quarter, self.plan, self.roster) = (ledger, quarter, plan, roster)
    (self.workers, self.rowsAConnection) = (workers, rowsAConnection)
    self.records = records
    let closes = try ledger.closes()
    if let first = closes.first, let last = closes.last {
      history.closed = first.quarter...last.quarter
      history.lastHash = last.hash
    }
    try ledger.read { db in
      try Ledger.checkWords(db)
      try readDecisions(db)
      // Before and among the closed quarters nothing is carried: only what is paid counts.
      let isOpen = closes.last.map { quarter > $0.quarter } ?? false
      if isOpen {
        try readReversals(db, closes)
        try readTakenBack(db)
        try readHolds(db, closes)
      }
      let carried = noteKnownRecords()
      try carry(paidAgain.isEmpty ? carried : carried.filter { !paidAgain.contains($0.record) })
      try readPayments(db, closes, withSimilar: isOpen)
    }
  }

  private mutating func readDecisions(_ db: Database) throws {
    let all = try Row.fetchAll(db, sql: "SELECT * FROM decision ORDER BY number")
      .map(StoredDecision.init)
    for stored in all where stored.decision.quarter <= quarter {
      let decision = stored.decision
      if decision.quarter == quarter { history.madeDecisions.append(decision) }
      switch decision.kind {
      case .hold, .forfeit: inForce[decision.record] = decision
      case .release: inForce[decision.record] = decision.quarter == quarter ? decision : nil
      case .reverse: continue
      }
    }
    history.decisionsInForce = all.map(\.decision).filter {
      inForce[$0.record] == $0 && ($0.kind == .hold || $0.quarter == quarter)
    }
  }

  private mutating func readReversals(_ db: Database, _ closes: [QuarterClose]) throws {
    // Taken back in the next close: no line says yet that it is.
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT d.number FROM decision d WHERE d.kind = 'reverse'
          AND NOT EXISTS (
            SELECT 1 FROM paymentLine WHERE reverses = d.lineID AND recordEntry > 1)
        ORDER BY d.number
        """)
    let pending = Set(try rows.map { try $0.value("number") as Int64 })
    guard !pending.isEmpty else { return }
    for stored in try Row.fetchAll(
      db, sql: "SELECT * FROM decision WHERE kind = 'reverse' ORDER BY number"
    )
    .map(StoredDecision.init) where pending.contains(stored.number) {
      guard let lineID = stored.lineID,
        let row = try Row.fetchOne(
          db, sql: "SELECT * FROM statementLine WHERE lineID = ?", arguments: [lineID])
      else { throw LedgerError(.unusable, "the ledger has lost a line that is to be taken back") }
      let line = try PaymentLine(row)
      let paidIn = try closes.quarter(ofNumber: row.value("closeNumber"))
      history.reversals.append(
        Reversal(
          line: line.reversed(
            number: lineID,
            place: ("\(paidIn):sheets/\(line.sheet).csv", try row.value("sheetLine"))),
          decision: stored.decision, paidIn: paidIn))
      if stored.decision.paysAgain { paidAgain.insert(line.record) }
    }
  }

  private mutating func readTakenBack(_ db: Database) throws {
    for row in try Row.fetchAll(
      db,
      sql: """
        SELECT program, activity, recordID
        FROM paymentLine line INDEXED BY aLineIsTakenBackOnce
          JOIN recordKind ON recordKind.kindID = line.kindID
        WHERE recordEntry > 1 AND reverses IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM paymentLine later WHERE later.recordID = line.recordID
            AND later.kindID = line.kindID AND later.recordEntry > line.recordEntry)
          AND NOT EXISTS (SELECT 1 FROM decision
            WHERE kind = 'reverse' AND decision.lineID = line.reverses AND paysAgain = 1)
        """)
    {
      guard let activity = Activity(code: try row.value("activity")) else { continue }
      takenBack.insert(
        RecordIdentity(
          program: try row.value("program"), activity: activity, id: try row.value("recordID")))
    }
  }

  private mutating func readHolds(_ db: Database, _ closes: [QuarterClose]) throws {
    let forfeited = Set(
      inForce.values.filter { $0.kind == .forfeit && $0.quarter < quarter }.map(\.record))
    let pieces = try OpenHolds.pieces(db, rowCount: max(1, rowsAConnection / 8))
    let found = try read(pieces.count, db) { piece, db in
      try Ledger.keeping(Ledger.Pages.inOrder, of: db) {
        try OpenHolds(db, pieces[piece], closes, except: forfeited)
      }
    }
    for holds in found { openHolds.append(holds) }
  }

  /// Finds the rows whose record is paid, carried ones among them; and those that are nearly a record that is paid, but
  /// for one whose payment is being taken back, since what takes its place may be one of these.
  private mutating func readPayments(
    _ db: Database, _ closes: [QuarterClose], withSimilar: Bool
  ) throws {
    guard !closes.isEmpty else { return }
    var keys = RowKeys(records, workers)
    guard !keys.rows.isEmpty else { return }
    // A row of the table has the keys of up to some thousand lines.
    let pieces = try SimilarityKeys.pieces(db, closes, rowCount: max(1, rowsAConnection >> 10))
    let filter = keys.filter
    var lines = try read(pieces.count, db) { piece, db in
      try Ledger.keeping(Ledger.Pages.inOrder, of: db) {
        try SimilarityKeys.lines(of: pieces[piece], with: filter, db)
      }
    }.flatMap(\.self)
    keys.meet(&lines)
    try readPayments(of: keys.byID(workers), among: lines, db, closes)
    guard withSimilar else { return }
    let unpaid = keys.rows.filter {
      records[$0.index].reason == .undecided && !history.payments.contains($0.index)
    }
    history.similarPayments = try records.similarPayments(
      of: unpaid, among: lines, except: Set(history.reversals.map(\.line.record)), closes, db)
  }

  /// - Parameter lines: those that may be of a row, in order.
  private mutating func readPayments(
    of rows: RowsByKey, among lines: [SimilarityKeys.Line], _ db: Database,
    _ closes: [QuarterClose]
  ) throws {
    let lookup = try PaymentLookup(
      records, rows, programs: plan.programs.map(\.key), closes, paidAgain: paidAgain,
      takenBack: Set(history.reversals.map(\.line.record)), db)
    let rowsAConnection = rowsAConnection
    let starts = Array(stride(from: 0, to: lines.count, by: rowsAConnection))
    let found = try read(starts.count, db) { piece, db in
      let start = starts[piece]
      return try Ledger.keeping(Ledger.Pages.inOrder, of: db) {
        try lookup.payments(
          among: lines[start..<min(start + rowsAConnection, lines.count)], db)
      }
    }
    history.payments = PriorPayments(found, rowCount: records.count)
  }

  /// The results of pieces of reading, in order. Where they are many, each has a connection of its own, and several
  /// threads read. Nothing is closed in between, so they read the same: this transaction is not over.
  ///
  /// Where another program waits for that to write, SQLite lets no further connection in: what is left is read by
  /// this one, or they would wait for each other.
  private func read<Piece: Sendable>(
    _ count: Int, _ db: Database, _ body: @Sendable (Int, Database) throws -> Piece
  ) throws -> [Piece] {
    guard count > 2 else { return try (0..<count).map { try body($0, db) } }
    let path = ledger.path
    let pieces = workers.map(count) { number -> Result<Piece, any Error>? in
      do {
        guard let ledger = try Ledger(at: path, patience: 0) else { return nil }
        return .success(try ledger.read { try body(number, $0) })
      } catch let error as LedgerError where error.kind == .busy {
        return nil
      } catch {
        return .failure(error)
      }
    }
    return try pieces.enumerated().map { number, piece in
      try piece?.get() ?? body(number, db)
    }
  }

  /// Notes the rows whose record is held, was taken back, or was decided on by a person.
  ///
  /// - Returns: what is held and stands in no row.
  private mutating func noteKnownRecords() -> [OpenHolds.Held] {
    // Most rows are of no such record: a hash says so, without a text for each row.
    var hashes = Set<UInt64>(
      minimumCapacity: inForce.count + takenBack.count + openHolds.rows.count)
    for record in inForce.keys { hashes.insert(record.idHash) }
    for record in takenBack { hashes.insert(record.idHash) }
    for held in openHolds.rows { hashes.insert(held.idHash) }
    guard !hashes.isEmpty else { return [] }
    let (records, pieces) = (records, records.pieces())
    let found = workers.map(pieces.count) { [hashes] number in
      let (piece, table) = (pieces[number], records.tables[pieces[number].table])
      return piece.rows.compactMap { row -> (row: Int, idHash: UInt64)? in
        let record = table.records[row]
        guard record.reason == .undecided else { return nil }
        let hash = table.withID(of: record) { hashOf($0) }
        return hashes.contains(hash) ? (row, hash) : nil
      }
    }
    let shared = Set(found.joined().lazy.map(\.idHash))
    let holds = Self.holds(openHolds.rows.lazy.filter { shared.contains($0.idHash) })
    var stands: Set<RecordIdentity> = []
    for (piece, rows) in zip(pieces, found) {
      let table = records.tables[piece.table]
      for (row, _) in rows {
        let identity = identity(of: table.records[row], table)
        stands.insert(identity)
        note(identity, holds[identity], at: records.index(table: piece.table, row: row))
      }
    }
    return openHolds.rows.filter { !(shared.contains($0.idHash) && stands.contains($0.record)) }
  }

  private func identity(of record: ServiceRecord, _ table: RecordTable) -> RecordIdentity {
    RecordIdentity(
      program: plan.programs[Int(record.program)].key, activity: table.activity,
      id: table.id(of: record))
  }

  /// By record.
  private static func holds(_ held: some Sequence<OpenHolds.Held>) -> [RecordIdentity: PriorHold] {
    var holds: [RecordIdentity: PriorHold] = [:]
    for item in held {
      let record = item.row.held
      let isFound = record.department != DepartmentResult.unassigned
      holds[item.record, default: PriorHold(since: item.since, rows: [])].rows.append(
        PriorHold.Row(
          physicianID: isFound ? record.physicianID : nil, cents: record.amountCents))
    }
    return holds
  }

  private mutating func note(_ identity: RecordIdentity, _ hold: PriorHold?, at index: Int32) {
    if !inForce.isEmpty, let decision = inForce[identity] { history.decisions[index] = decision }
    if takenBack.contains(identity) { history.takenBack.insert(index) }
    if let hold { history.holds[index] = hold }
  }

  private mutating func carry(_ held: [OpenHolds.Held]) throws {
    guard !held.isEmpty else { return }
    let carried = try CarriedRecords.tables(held, plan: plan, roster: roster, workers)
    let first = records.tables.count
    records = RecordTables(records.tables + carried.map(\.table))
    history.carriedRows = held.count
    history.holds.reserveCapacity(history.holds.count + held.count)
    let holds = Self.holds(held)
    for (number, (_, held)) in carried.enumerated() {
      for (row, held) in held.enumerated() {
        note(held.record, holds[held.record], at: records.index(table: first + number, row: row))
      }
    }
  }
}

extension PaymentLine {
  init(_ row: Row) throws {
    self = try row.made(into: "line", numbered: "lineID") {
      guard let activity = Activity(code: try row.value("activity")),
        let day = try row.day("serviceDay"),
        // What is taken back is its negative.
        try row.value("amountCents") > Int64.min, try row.value("blocks") ?? 0 > Int64.min
      else { return nil }
      return try PaymentLine(
        department: row.value("department"), sheet: row.value("sheet"),
        physicianID: row.value("physicianID"), employeeID: row.value("employeeID"),
        employeeRecord: row.value("employeeRecord"), physician: row.value("physician"),
        record: RecordIdentity(
          program: row.value("program"), activity: activity, id: row.value("recordID")),
        day: day, seconds: row.value("lengthSeconds"), blocks: row.value("blocks"),
        rateCents: row.value("rateCents"), amountCents: row.value("amountCents"),
        sourceFile: row.value("sourceFile"), sourceLine: row.value("sourceLine"),
        reverses: row.value("reverses"))
    }
  }
}

/// A held record whose columns are read when they are asked for: of most nobody does.
///
/// A class: they are sorted and put together by the hundred thousand, and to copy one is to count a reference for
/// each of its texts.
final class StoredHold: Sendable {
  /// Without its columns.
  let held: HeldRecord
  let columnsText: String

  /// What ``init(_:)`` reads, in its order: a row has these first, for to look for each by its name would take as
  /// long as all the rest. Arguments are evaluated from the left, so theirs is the same order.
  static let columns = """
    program, activity, recordID, department, physicianID, writtenPhysician, writtenCase, instant, \
    serviceDay, lengthSeconds, flags, reason, amountCents, sourceFile, sourceLine, columns
    """

  /// - Parameter row: with ``columns`` first, and `heldID`.
  init(_ row: Row) throws {
    (held, columnsText) = try row.made(into: "held record", numbered: "heldID") {
      var values = ValuesInOrder(row)
      let (program, activity): (String, String) = (try values.next(), try values.next())
      guard let activity = Activity(code: activity) else { return nil }
      let held = try HeldRecord(
        record: RecordIdentity(program: program, activity: activity, id: values.next()),
        department: values.next(), physicianID: values.next(), writtenPhysician: values.next(),
        writtenCase: values.next(), instant: values.next(), day: values.next(),
        seconds: values.next(), flags: values.next(), reason: values.next(),
        amountCents: values.next(), sourceFile: values.next(),
        sourceLine: Int(values.next() as UInt32), columns: [])
      guard CivilDate.days.contains(held.day),
        CivilDate.days.contains(Int32(clamping: held.instant / 86_400))
      else { return nil }
      return (held, try values.next())
    }
  }

  /// None where the ledger is damaged there, which `zpay ledger` finds.
  var columns: [HeldRecord.Column] { (try? decoded()) ?? [] }

  fileprivate func decoded() throws -> [HeldRecord.Column] {
    try JSONDecoder().decode([HeldRecord.Column].self, from: Data(columnsText.utf8))
  }
}

extension HeldRecord {
  init(_ row: Row) throws {
    let stored = try StoredHold(row)
    self = stored.held
    columns = try row.made(into: "held record", numbered: "heldID") { try stored.decoded() }
  }
}
