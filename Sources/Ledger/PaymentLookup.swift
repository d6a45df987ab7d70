internal import GRDB
internal import Vocabulary

/// Finds the rows whose record is paid, those that are not completed among them.
struct PaymentLookup: Sendable {
  private let records: RecordTables
  /// Those that are looked for, by their IDs.
  private let rows: RowsByKey
  private let closes: [QuarterClose]
  private let paidAgain: Set<RecordIdentity>
  /// Records whose payment is being taken back: of these nobody has to be told that they are not completed.
  private let takenBack: Set<RecordIdentity>
  /// The plan's keys.
  private let programs: [String]
  /// The ledger's numbers of what records are, by table and program; nil where it has no line of such a record.
  private let kinds: [[Int64?]]

  init(
    _ records: RecordTables, _ rows: RowsByKey, programs: [String], _ closes: [QuarterClose],
    paidAgain: Set<RecordIdentity>, takenBack: Set<RecordIdentity>, _ db: Database
  ) throws {
    (self.records, self.rows, self.closes) = (records, rows, closes)
    (self.paidAgain, self.takenBack) = (paidAgain, takenBack)
    self.programs = programs
    kinds = try records.tables.map { table in
      try programs.map { program in
        try Int64.fetchOne(
          db, sql: "SELECT kindID FROM recordKind WHERE program = ? AND activity = ?",
          arguments: [program, table.activity.code])
      }
    }
  }

  /// Lines that are read one behind the other before their rows are looked up: these lie in any order in memory, and the
  /// processor waits for those of many lines at once.
  private static let batchCount = 512

  /// What the ledger says of a payment, and where its record's ID lies.
  private struct PaidLine {
    var key: UInt32
    var id: Range<Int>
    var kind: Int64
    var close: Int64
    var physicianID: String
    var day: Int64
    var cents: Int64
  }

  /// - Parameter lines: those that may be of a row, in order, as they stand in the ledger: each page of it is read once.
  func payments(
    among lines: ArraySlice<SimilarityKeys.Line>, _ db: Database
  ) throws -> PriorPayments.Found {
    var statement = try RowStatement(
      db,
      sql: """
        SELECT recordID, kindID, closeNumber, physicianID, serviceDay, amountCents FROM paidLine
        WHERE lineID = ?
        """)
    var found = PriorPayments.Found()
    var (paid, ids) = ([PaidLine](), [UInt8]())
    for start in stride(from: lines.startIndex, to: lines.endIndex, by: Self.batchCount) {
      paid.removeAll(keepingCapacity: true)
      ids.removeAll(keepingCapacity: true)
      for line in lines[start..<min(start + Self.batchCount, lines.endIndex)] {
        statement.bind(line.number)
        guard try statement.step() else { continue }
        let idStart = ids.count
        let key = statement.withText(0) { id in
          ids += id
          return RowsByKey.key(ofID: id)
        }
        paid.append(
          PaidLine(
            key: key, id: idStart..<ids.count, kind: statement.integer(1),
            close: statement.integer(2), physicianID: statement.text(3),
            day: statement.integer(4), cents: statement.integer(5)))
      }
      try addRows(of: paid, ids, to: &found)
    }
    statement.reset()
    return found
  }

  private func addRows(
    of paid: [PaidLine], _ ids: [UInt8], to found: inout PriorPayments.Found
  ) throws {
    let places = paid.map { rows.places(of: $0.key) }
    var candidates: [(paid: Int, index: Int32)] = []
    for (number, places) in places.enumerated() {
      rows.forEach(at: places, of: paid[number].key) { candidates.append((number, $0)) }
    }
    let areOfKind = candidates.map { number, index in
      let record = records[index]
      return kinds[records.locate(index).table][Int(record.program)] == paid[number].kind
    }
    try ids.withUnsafeBufferPointer { ids in
      for ((number, index), isOfKind) in zip(candidates, areOfKind) where isOfKind {
        let id = UnsafeBufferPointer(rebasing: ids[paid[number].id])
        guard records.withID(of: index, { areEqual($0, id) }), !isTakenBack(index) else { continue }
        found.append(try payment(paid[number]), of: index)
      }
    }
  }

  /// Whether a row's record counts as unpaid, since its payment is taken back.
  private func isTakenBack(_ index: Int32) -> Bool {
    let (record, table) = (records[index], records.table(of: index))
    let records = record.reason == .undecided ? paidAgain : takenBack
    guard !records.isEmpty else { return false }
    return records.contains(
      RecordIdentity(
        program: programs[Int(record.program)], activity: table.activity, id: table.id(of: record)))
  }

  private func payment(_ paid: PaidLine) throws -> PriorPayment {
    guard let day = Int32(exactly: paid.day), CivilDate.days.contains(day),
      !paid.physicianID.isEmpty
    else {
      throw LedgerError(.unusable, "a payment in the ledger can't be read")
    }
    return PriorPayment(
      quarter: try closes.quarter(ofNumber: paid.close), physicianID: paid.physicianID, day: day,
      cents: paid.cents)
  }
}
