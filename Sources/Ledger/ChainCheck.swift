internal import Crypto
internal import Foundation
internal import GRDB
internal import Vocabulary

extension Ledger {
  /// Recomputes every hash and every sum of the ledger.
  ///
  /// - Parameter head: a seal or hash of a close that the ledger must have.
  /// - Returns: what is not as it was closed, a sentence each, with its quarter; empty where all
  ///   holds. O(rows of the ledger), in bounded memory.
  package func check(head: String? = nil) throws -> [String] {
    try read { db in
      var check = ChainCheck(db)
      do {
        try check.run()
        if let head { try check.look(for: head) }
      } catch {
        // What can't be read is a finding too, and those before it are told.
        guard let error = Self.wrapped(error, path) as? LedgerError, error.kind == .unusable
        else { throw error }
        check.findings.append(error.description)
      }
      return check.findings
    }
  }
}

private struct ChainCheck {
  private let db: Database
  fileprivate(set) var findings: [String] = []

  init(_ db: Database) { self.db = db }

  mutating func run() throws {
    let integrity = try String.fetchAll(db, sql: "PRAGMA integrity_check(5)")
    if integrity != ["ok"] {
      findings.append("the file is damaged: \(integrity.joined(separator: "; "))")
    }
    try checkSchema()
    let rows = try Row.fetchAll(db, sql: "SELECT * FROM quarterClose ORDER BY number")
    var previous = ""
    var expected: Int64 = 1
    var last: Quarter?
    for row in rows {
      let close = try QuarterClose(row)
      if close.number != expected {
        findings.append(
          "\(close.quarter): it is close \(close.number), and close \(expected) is missing")
      }
      if let last, close.quarter != last.next {
        findings.append("\(close.quarter): it does not follow \(last)")
      }
      if close.previous != previous {
        findings.append(
          "\(close.quarter) (close \(close.number)): it does not continue the close before it")
      }
      try check(close, row)
      (previous, expected, last) = (close.seal, close.number &+ 1, close.quarter)
    }
    try checkPaidRecords()
    try checkPayroll()
    try checkOrphans()
    try checkTexts()
  }

  /// What payroll paid, file by file.
  private mutating func checkPayroll() throws {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT p.number, p.quarter, p.file, s.seal FROM payrollFile p
        LEFT JOIN payrollSeal s ON s.fileNumber = p.number ORDER BY p.number
        """)
    for row in rows
    where try Ledger.payrollSeal(db, through: row.value("number"))
      != row.value("seal") as String? ?? ""
    {
      findings.append(
        "\(try row.value("quarter") as String): what payroll paid, \(shown(try row.value("file"))), is not what was reconciled"
      )
    }
    let lost = try Int.fetchOne(
      db,
      sql: """
        SELECT (SELECT count(*) FROM payrollSeal WHERE fileNumber NOT IN (SELECT number FROM payrollFile))
          + (SELECT count(*) FROM disbursement WHERE fileNumber NOT IN (SELECT number FROM payrollFile))
        """)
    if let lost, lost > 0 {
      findings.append("\(lost) rows belong to a payroll file that is not there")
    }
  }

  mutating func look(for head: String) throws {
    let found = try Int64.fetchOne(
      db, sql: "SELECT number FROM quarterClose WHERE seal = ?1 OR hash = ?1", arguments: [head])
    if found == nil {
      findings.append(
        "no close has the head \(shown(head)): this ledger was put back from an older copy, or is another one"
      )
    }
  }

  // MARK: - One close

  private mutating func check(_ close: QuarterClose, _ row: Row) throws {
    let name = "\(close.quarter) (close \(close.number))"
    var seals = CloseSeals()
    seals.plan = sha256(try row.value("planText") as String)
    seals.inputs = try inputs(close, name)
    seals.departments = try reading(name) { try $0.departments(close, name) }
    seals.payees = try reading(name) { try $0.payees(close, name) }
    seals.lines = try reading(name) { try $0.lines(close, name) }
    seals.held = try reading(name) { try $0.held(close, name) }
    seals.decisions = try reading(name) { try $0.decisions(close) }
    let payrollText: String = try row.value("payrollHash")
    seals.payroll =
      payrollText.isEmpty
      ? "" : try Ledger.payrollSeal(db, through: Int64(payrollText.prefix { $0 != ":" }) ?? 0)
    for (what, computed, column) in [
      ("the plan", seals.plan, "planHash"), ("the inputs", seals.inputs, "inputsHash"),
      ("the departments' totals", seals.departments, "departmentsHash"),
      ("to whom lines are paid", seals.payees, "payeesHash"),
      ("the payment lines", seals.lines, "linesHash"),
      ("the held records", seals.held, "heldHash"),
      ("the decisions", seals.decisions, "decisionsHash"),
      ("what payroll paid before", seals.payroll, "payrollHash"),
    ] where try computed != row.value(column) as String {
      findings.append("\(name): not what was closed: \(what)")
    }
    let hash = try seals.hash(close, madeBy: row.value("madeBy"), rowCount: row.value("rowCount"))
    if hash != close.hash { findings.append("\(name): its hash is not that of what it has") }
    let files = try self.files(close, name)
    if try files != row.value("filesHash") as String {
      findings.append("\(name): not what was closed: the issued files")
    }
    if CloseSeals.seal(hash: close.hash, closedAt: close.closedAt, files: files) != close.seal {
      findings.append("\(name): its seal is not that of its hash, time and files")
    }
  }

  /// A section whose rows may be unreadable: that is a finding, and the others are still checked.
  private mutating func reading(
    _ name: String, _ section: (inout ChainCheck) throws -> String
  ) throws -> String {
    do {
      return try section(&self)
    } catch let error as LedgerError where error.kind == .unusable {
      findings.append("\(name): \(error.description)")
      return ""
    }
  }

  private mutating func inputs(_ close: QuarterClose, _ name: String) throws -> String {
    var section = SectionSeal()
    for (position, row) in try Row.fetchAll(
      db, sql: "SELECT * FROM closeInput WHERE closeNumber = ? ORDER BY position",
      arguments: [close.number]
    ).enumerated() {
      try checkPosition(position, row, "input", name)
      var seal = RowSeal()
      for column in ["kind", "file", "encoding", "sha256"] {
        seal.add(try row.value(column) as String)
      }
      seal.add(try row.value("rowCount") as Int64)
      seal.add(try row.value("byteCount") as Int64)
      section.add(seal)
    }
    return section.text
  }

  private mutating func departments(_ close: QuarterClose, _ name: String) throws -> String {
    var section = SectionSeal()
    let sums = try payable(close)
    for (position, row) in try Row.fetchAll(
      db, sql: "SELECT * FROM closeDepartment WHERE closeNumber = ? ORDER BY position",
      arguments: [close.number]
    ).enumerated() {
      try checkPosition(position, row, "department", name)
      var seal = RowSeal()
      seal.add(try row.value("department") as String)
      seal.add(try row.value("sheet") as String)
      for column in [
        "physicians", "cases", "conferences", "blocks", "payableCents", "heldCount", "heldCents",
      ] { seal.add(try row.value(column) as Int64) }
      section.add(seal)
      let department: String = try row.value("department")
      let payable = sums[department] ?? 0
      let closed: Int64 = try row.value("payableCents")
      if payable != closed {
        findings.append(
          "\(name): \(department): its lines add up to \(payable.map { Money(cents: $0).display } ?? "more than a number can be"), closed were \(Money(cents: closed).display)"
        )
      }
    }
    return section.text
  }

  /// Rows are numbered from 0 without a gap.
  private mutating func checkPosition(_ position: Int, _ row: Row, _ what: String, _ name: String)
    throws
  {
    if try row.value("position") as Int64 != Int64(position) {
      findings.append("\(name): \(what) \(position) is not in its place")
    }
  }

  /// What the lines of each department add up to; nil where a sum leaves 64 bits.
  private func payable(_ close: QuarterClose) throws -> [String: Int64?] {
    var sums: [String: Int64?] = [:]
    let rows = try close.lines(db)
    while let row = try rows.next() {
      let (department, cents): (String, Int64) = try (
        row.value("department"), row.value("amountCents")
      )
      guard let sum = sums[department, default: 0] else { continue }
      let (next, overflow) = sum.addingReportingOverflow(cents)
      sums[department] = .some(overflow ? nil : next)
    }
    return sums
  }

  private mutating func payees(_ close: QuarterClose, _ name: String) throws -> String {
    var section = SectionSeal()
    let rows = try Row.fetchCursor(
      db, sql: "SELECT * FROM payee WHERE closeNumber = ? ORDER BY payeeID",
      arguments: [close.number])
    while let row = try rows.next() {
      let payee = try Payee(row)
      let checksum = section.add(try payee.seal(number: row.value("payeeID")))
      if try checksum != row.value("checksum") as Int64 {
        findings.append(
          "\(name): the payee \(shown(payee.physician)) (\(shown(payee.physicianID))) in \(payee.department) is not who was closed"
        )
      }
    }
    return section.text
  }

  private mutating func lines(_ close: QuarterClose, _ name: String) throws -> String {
    var section = SectionSeal()
    var (count, total): (Int64, Int64) = (0, 0)
    var keys = try StoredKeys(db, close)
    let rows = try close.lines(db)
    while let row = try rows.next() {
      let line = try PaymentLine(row)
      let values = try LineValues(
        number: row.value("lineID"), payee: row.value("payeeID"), sheetLine: row.value("sheetLine"),
        line, entry: row.value("recordEntry"))
      var seal = RowSeal()
      var id = line.record.id
      id.withUTF8 { values.seal(LineWords(line), id: $0, into: &seal) }
      let checksum = section.add(seal)
      if try checksum != row.value("checksum") as Int64 {
        findings.append(
          "\(name): the line of \(line.record.program) \(line.record.activity.code) \(shown(line.record.id)) in \(line.department), \(Money(cents: line.amountCents).display), is not what was closed"
        )
      }
      try keys.check(line.record, number: values.number)
      count += 1
      total &+= line.amountCents
    }
    if try !keys.areRight() {
      findings.append(
        "\(name): the keys of its lines, by which what is paid is found, are not those that were closed"
      )
    }
    if count != close.lineCount {
      findings.append("\(name): it has \(count) lines, closed were \(close.lineCount)")
    }
    if total != close.payableCents {
      findings.append(
        "\(name): its lines add up to \(Money(cents: total).display), closed were \(Money(cents: close.payableCents).display)"
      )
    }
    let hasTotal = try Row.fetchOne(
      db,
      sql: """
        SELECT 1 FROM closeTotal
        WHERE closeNumber = ? AND firstLine = ? AND lineCount = ? AND payableCents = ?
        """, arguments: [close.number, close.firstLine, close.lineCount, close.payableCents])
    if hasTotal == nil { findings.append("\(name): the total of its lines is not what was closed") }
    return section.text
  }

  private mutating func held(_ close: QuarterClose, _ name: String) throws -> String {
    var section = SectionSeal()
    var count: Int64 = 0
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT \(StoredHold.columns), * FROM heldRecord WHERE closeNumber = ? ORDER BY heldID",
      arguments: [close.number])
    while let row = try rows.next() {
      let record = try HeldRecord(row)
      let checksum = section.add(
        try record.seal(number: row.value("heldID"), columns: row.value("columns")))
      if try checksum != row.value("checksum") as Int64 {
        findings.append(
          "\(name): the held record \(record.record.program) \(record.record.activity.code) \(shown(record.record.id)) is not what was closed"
        )
      }
      count += 1
    }
    if count != close.heldCount {
      findings.append("\(name): it has \(count) held records, closed were \(close.heldCount)")
    }
    return section.text
  }

  private func decisions(_ close: QuarterClose) throws -> String {
    var section = SectionSeal()
    for stored in try Ledger.decisionRows(db, of: close.quarter) {
      section.add(stored.decision.seal(number: stored.number, lineID: stored.lineID))
    }
    return section.text
  }

  private mutating func files(_ close: QuarterClose, _ name: String) throws -> String {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT file, max(sha256) AS sha256 FROM (
          SELECT file, sha256 FROM issuedFile WHERE closeNumber = ?1
          UNION ALL SELECT file, '' FROM issuedPart WHERE closeNumber = ?1)
        GROUP BY file ORDER BY file
        """, arguments: [close.number])
    for row in rows {
      let file: String = try row.value("file")
      if try Ledger.hash(ofFile: file, close.number, db) != row.value("sha256") as String {
        findings.append("\(name): the issued file \(shown(file)) is not what was closed")
      }
    }
    return try Ledger.filesSeal(db, close.number)
  }

  // MARK: - All closes together

  /// The lines of a record pay it and take it back by turns, numbered without a gap.
  private mutating func checkPaidRecords() throws {
    let twice = try String.fetchAll(
      db,
      sql: """
        SELECT recordID FROM paymentLine GROUP BY recordID, kindID
        HAVING sum(CASE WHEN reverses IS NULL THEN 1 ELSE -1 END) NOT IN (0, 1)
          OR max(recordEntry) <> count(*) LIMIT 5
        """)
    for id in twice {
      findings.append(
        "the record \(shown(id)) is paid more than once, or its lines do not follow each other")
    }
  }

  /// Rows of a close that is not there, and words that no line has.
  private mutating func checkOrphans() throws {
    for (table, key) in Ledger.wordTables {
      if try !Ledger.hasAllWords(db, table, key) { findings.append("\(table) has lost rows") }
      let orphans = try Int.fetchOne(
        db,
        sql: "SELECT count(*) FROM \(table) WHERE \(key) NOT IN (SELECT \(key) FROM paymentLine)")
      if let orphans, orphans > 0 {
        findings.append("\(orphans) rows of \(table) belong to no line")
      }
    }
    for table in [
      "closeInput", "closeDepartment", "payee", "paymentLine", "similarityKeys", "closeTotal",
      "heldRecord", "issuedFile", "issuedPart",
    ] {
      let orphans = try Int.fetchOne(
        db,
        sql:
          "SELECT count(*) FROM \(table) WHERE closeNumber NOT IN (SELECT number FROM quarterClose)"
      )
      if let orphans, orphans > 0 {
        findings.append("\(orphans) rows of \(table) belong to a close that is not there")
      }
    }
    let strays = try Int.fetchOne(
      db,
      sql: """
        SELECT count(*) FROM paymentLine JOIN quarterClose ON number = closeNumber
        WHERE lineID < firstLine OR lineID >= firstLine + lineCount
        """)
    if let strays, strays > 0 {
      findings.append("\(strays) rows of paymentLine are not among the lines of their close")
    }
  }

  /// Every text is UTF-8 without a NUL: else who reads it sees another one than is there.
  private mutating func checkTexts() throws {
    let isText = DatabaseFunction("isText", argumentCount: 1, pure: true) { values in
      guard let bytes = Data.fromDatabaseValue(values[0]) else { return true }
      return !bytes.contains(0) && String(bytes: bytes, encoding: .utf8) != nil
    }
    db.add(function: isText)
    defer { db.remove(function: isText) }
    for table in LedgerSchema.closedTables {
      let columns = try db.columns(in: table)
      let texts = columns.filter { $0.type == "TEXT" }.map(\.name)
      guard !texts.isEmpty else { continue }
      let names = columns.map(\.name)
      let quarter =
        names.contains("closeNumber")
        ? "(SELECT quarter FROM quarterClose WHERE number = closeNumber)"
        : names.contains("quarter") ? "quarter" : "NULL"
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT \(quarter) AS quarter, count(*) AS count FROM \(table)
          WHERE \(texts.map { "NOT isText(CAST(\($0) AS BLOB))" }.joined(separator: " OR "))
          GROUP BY 1
          """)
      for row in rows {
        let quarter = (try row.value("quarter") as String?).map { shown($0) + ": " } ?? ""
        findings.append(
          "\(quarter)\(try row.value("count") as Int) rows of \(table) have a text that is none")
      }
    }
  }

  /// The tables and triggers are those that zpay made.
  private mutating func checkSchema() throws {
    let own = try DatabaseQueue()
    try LedgerSchema.migrator.migrate(own)
    let sql =
      "SELECT name || ' ' || type || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_master"
    let expected = Set(try own.read { try String.fetchAll($0, sql: sql) })
    let found = Set(try String.fetchAll(db, sql: sql))
    guard !found.isEmpty, found != expected else { return }
    let names = expected.symmetricDifference(found).map { $0.prefix { $0 != " " } }
    findings.append(
      "the ledger's own rules have been changed: \(Set(names).sorted().joined(separator: ", "))")
  }
}
