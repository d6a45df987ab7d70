internal import GRDB
package import Vocabulary

/// A payment that payroll confirmed.
package struct Disbursement: Sendable {
  package var employeeID: String
  package var cents: Int64
  /// The date or period as payroll wrote it.
  package var period: String
  package var file: String
  package var line: Int
}

extension Ledger {
  /// Gives every closed line with its number, in order.
  package func forEachLine(
    of close: QuarterClose, _ body: (_ number: Int64, _ line: PaymentLine) throws -> Void
  ) throws {
    try read { db in
      let rows = try close.lines(db)
      while let row = try rows.next() { try body(row.value("lineID"), PaymentLine(row)) }
    }
  }

  /// The departments of a close, in order.
  package func departments(of close: QuarterClose) throws -> [DepartmentTotals] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM closeDepartment WHERE closeNumber = ? ORDER BY position",
        arguments: [close.number]
      ).map {
        try DepartmentTotals(
          name: $0.value("department"), sheet: $0.value("sheet"),
          physicians: $0.value("physicians"),
          cases: $0.value("cases"), conferences: $0.value("conferences"),
          blocks: $0.value("blocks"),
          payable: Money(cents: $0.value("payableCents")), heldRecords: $0.value("heldCount"),
          heldAtMost: Money(cents: $0.value("heldCents")))
      }
    }
  }

  /// What payroll has confirmed for a closed quarter, in the order of its files and lines.
  package func disbursements(of quarter: Quarter) throws -> [Disbursement] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT d.*, p.file FROM disbursement d JOIN payrollFile p ON p.number = d.fileNumber
          WHERE p.quarter = ? ORDER BY d.disbursementID
          """, arguments: [quarter.description]
      ).map {
        try Disbursement(
          employeeID: $0.value("employeeID"), cents: $0.value("amountCents"),
          period: $0.value("period"),
          file: $0.value("file"), line: $0.value("fileLine"))
      }
    }
  }

  /// The lines of a record and the rows that held it, each with its quarter: its life so far.
  package func life(ofID id: String) throws -> [(quarter: Quarter, event: LifeEvent)] {
    let closes = try closes()
    return try read { db in
      var events: [(number: Int64, event: LifeEvent)] = []
      for row in try Row.fetchAll(
        db,
        sql: "SELECT \(StoredHold.columns), * FROM heldRecord WHERE recordID = ? ORDER BY heldID",
        arguments: [id])
      {
        try events.append((row.value("closeNumber"), .held(HeldRecord(row))))
      }
      for row in try Row.fetchAll(
        db, sql: "SELECT * FROM statementLine WHERE recordID = ? ORDER BY lineID", arguments: [id])
      {
        try events.append(
          (row.value("closeNumber"), .line(PaymentLine(row), number: row.value("lineID"))))
      }
      return try events.enumerated().sorted {
        ($0.element.number, $0.offset) < ($1.element.number, $1.offset)
      }.map { (try closes.quarter(ofNumber: $0.element.number), $0.element.event) }
    }
  }

  /// Keeps what payroll paid as the disbursement of a closed quarter.
  ///
  /// - Returns: the files that were kept before with just these payments, of any quarter, in their order; `isKnown` where
  ///   one of this quarter is this very file: nothing is added then. The same payments in another file may be a list that
  ///   was saved again, or money that was paid again: nobody can see which, so they are added (SPEC 8).
  package func keep(
    _ payments: [Disbursement], of quarter: Quarter, file: String, sha256: String, at time: String
  ) throws -> (before: [KeptPayrollFile], isKnown: Bool) {
    try write { db in
      let before = try Self.payrollFiles(db, with: payments, orOf: sha256)
      let isKnown = before.contains { $0.quarter == quarter.description && $0.sha256 == sha256 }
      if isKnown { return (before, true) }
      try db.execute(
        sql: "INSERT INTO payrollFile (quarter, file, sha256, readAt) VALUES (?, ?, ?, ?)",
        arguments: [quarter.description, file, sha256, time])
      let number = db.lastInsertedRowID
      for payment in payments {
        try db.execute(
          sql: """
            INSERT INTO disbursement (fileNumber, fileLine, employeeID, amountCents, period)
            VALUES (?, ?, ?, ?, ?)
            """,
          arguments: [number, payment.line, payment.employeeID, payment.cents, payment.period])
      }
      try db.execute(
        sql: "INSERT INTO payrollSeal VALUES (?, ?)",
        arguments: [number, try Self.payrollSeal(db, through: number)])
      return (before, false)
    }
  }

  /// A list that is saved again has other bytes, lines and columns, and the same payments, each as often. One of the same
  /// bytes may have been read otherwise by an older version.
  private static func payrollFiles(
    _ db: Database, with payments: [Disbursement], orOf sha256: String
  ) throws -> [KeptPayrollFile] {
    var wanted: [DistinctPayment: Int] = [:]
    for payment in payments {
      let distinct = DistinctPayment(
        employeeID: payment.employeeID, cents: payment.cents, period: payment.period)
      wanted[distinct, default: 0] += 1
    }
    var kept: [Int64: [DistinctPayment: Int]] = [:]
    let rows = try Row.fetchCursor(db, sql: "SELECT * FROM disbursement")
    while let row = try rows.next() {
      let distinct = try DistinctPayment(
        employeeID: row.value("employeeID"), cents: row.value("amountCents"),
        period: row.value("period"))
      kept[try row.value("fileNumber"), default: [:]][distinct, default: 0] += 1
    }
    return try Row.fetchAll(db, sql: "SELECT * FROM payrollFile ORDER BY number").filter {
      try kept[$0.value("number"), default: [:]] == wanted || $0.value("sha256") == sha256
    }.map {
      try KeptPayrollFile(
        quarter: $0.value("quarter"), file: $0.value("file"), sha256: $0.value("sha256"))
    }
  }
}

/// What tells one payment from another, wherever it stands.
private struct DistinctPayment: Hashable {
  var employeeID: String
  var cents: Int64
  var period: String
}

/// A payroll file in the ledger.
package struct KeptPayrollFile: Sendable {
  /// The quarter whose disbursement it is, by its calendar name.
  package var quarter: String
  package var file: String
  var sha256: String
}

extension QuarterClose {
  /// Its lines with their payees, in order.
  func lines(_ db: Database) throws -> RowCursor {
    try Row.fetchCursor(
      db,
      sql: """
        SELECT * FROM statementLine WHERE lineID >= ? AND lineID < ? AND closeNumber = ?
        ORDER BY lineID
        """, arguments: [firstLine, firstLine &+ lineCount, number])
  }
}

/// Something that happened to a record in a close.
package enum LifeEvent: Sendable {
  case held(HeldRecord)
  case line(PaymentLine, number: Int64)
}

extension Disbursement {
  package init(employeeID: String, cents: Int64, period: String, line: Int) {
    self.init(employeeID: employeeID, cents: cents, period: period, file: "", line: line)
  }
}
