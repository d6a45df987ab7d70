internal import GRDB
internal import Vocabulary

/// Looks rows up among what is paid.
struct PaymentLookup: Sendable {
  let records: RecordTables
  /// The plan's keys.
  let programs: [String]
  let closes: [QuarterClose]
  let paidAgain: Set<RecordIdentity>

  /// - Parameter rows: by their IDs.
  func payments(
    of rows: ArraySlice<RowKeys.Row>, _ db: Database
  ) throws -> [Int32: PriorPayment] {
    var isPaid = try RowStatement(
      db,
      sql: """
        SELECT closeNumber, physicianID, serviceDay, amountCents FROM paidLine
        WHERE recordID = ? AND kindID = ?
        """)
    let kinds = try kinds(db)
    var payments: [Int32: PriorPayment] = [:]
    for index in rows.lazy.map(\.index) {
      let (number, row) = records.locate(index)
      let table = records.tables[number]
      let record = table.records[row]
      let program = programs[Int(record.program)]
      if !paidAgain.isEmpty,
        paidAgain.contains(
          RecordIdentity(program: program, activity: table.activity, id: table.id(of: record)))
      {
        continue
      }
      guard let kind = kinds[number][Int(record.program)] else { continue }
      let isFound = try table.withID(of: record) { id in
        isPaid.bind(whileLiving: id)
        isPaid.bind(kind)
        return try isPaid.step()
      }
      guard isFound else { continue }
      let physicianID = isPaid.text(1)
      guard let day = Int32(exactly: isPaid.integer(2)), CivilDate.days.contains(day),
        !physicianID.isEmpty
      else {
        throw LedgerError(.unusable, "a payment in the ledger can't be read")
      }
      payments[index] = PriorPayment(
        quarter: try closes.quarter(ofNumber: isPaid.integer(0)), physicianID: physicianID,
        day: day, cents: isPaid.integer(3))
    }
    isPaid.reset()
    return payments
  }

  /// The ledger's numbers of what records are, by table and program; nil where it has no line of such a record.
  private func kinds(_ db: Database) throws -> [[Int64?]] {
    try records.tables.map { table in
      try programs.map { program in
        try Int64.fetchOne(
          db, sql: "SELECT kindID FROM recordKind WHERE program = ? AND activity = ?",
          arguments: [program, table.activity.code])
      }
    }
  }
}
