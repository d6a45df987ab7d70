internal import Crypto
internal import Foundation
internal import GRDB
package import Vocabulary

/// All that a close writes, but for the files that it issues.
package struct CloseContent: Sendable {
  package var result: QuarterResult
  package var digest: String
  package var preparedBy: String
  package var approvedBy: String
  package var planText: String
  /// Such as `zpay 0.1.0`.
  package var madeBy: String

  package init(
    result: QuarterResult, digest: String, preparedBy: String, approvedBy: String,
    planText: String, madeBy: String
  ) {
    self.result = result
    self.digest = digest
    self.preparedBy = preparedBy
    self.approvedBy = approvedBy
    self.planText = planText
    self.madeBy = madeBy
  }
}

/// What a close says of itself, section by section; its hash is over all of them.
struct CloseSeals: Equatable, Sendable {
  var plan = ""
  var inputs = ""
  var departments = ""
  var lines = ""
  var held = ""
  var decisions = ""
  /// The payroll files that were reconciled before it.
  var payroll = ""

  func hash(_ close: QuarterClose, madeBy: String, rowCount: Int64) -> String {
    var row = RowSeal()
    row.add("zpay close 1")
    for value in [
      close.number, rowCount, close.lineCount, close.payableCents, close.heldCount, close.heldCents,
    ] {
      row.add(value)
    }
    for text in [
      close.quarter.description, close.preparedBy, close.approvedBy, madeBy, close.digest,
      close.previous, plan, inputs, departments, lines, held, decisions, payroll,
    ] { row.add(text) }
    return hexadecimal(row.digest)
  }

  static func seal(hash: String, closedAt: String, files: String) -> String {
    var row = RowSeal()
    for text in ["zpay seal 1", hash, closedAt, files] { row.add(text) }
    return hexadecimal(row.digest)
  }
}

/// A close before it is written: its numbers and its hash are known, so that the files can show
/// them.
package struct PreparedClose: Sendable {
  package var close: QuarterClose
  let content: CloseContent
  let seals: CloseSeals
  let firstLine: Int64
  let firstHeld: Int64
  /// Of each line and each held record, in order.
  let (lineChecksums, heldChecksums): ([Int64], [Int64])
  let entries: RecordEntries
}

/// Which of its record's lines a line is: 1 pays the record, 2 takes that back, 3 pays it anew.
struct RecordEntries: Sendable {
  /// The last reversal of each record that has one, those of the close that is prepared included.
  private var reversals: [RecordIdentity: Int64] = [:]

  init() {}

  /// Those after the closes so far, and the reversals that a close has.
  init(_ db: Database, reversing lines: [PaymentLine]) throws {
    for row in try Row.fetchAll(
      db,
      sql: """
        SELECT program, activity, recordID, max(recordEntry) AS entry
        FROM paymentLine INDEXED BY aLineIsTakenBackOnce
        WHERE reverses IS NOT NULL GROUP BY recordID, program, activity
        """)
    {
      guard let activity = Activity(code: try row.value("activity")) else { continue }
      let record = RecordIdentity(
        program: try row.value("program"), activity: activity, id: try row.value("recordID"))
      reversals[record] = try row.value("entry")
    }
    for line in lines { reversals[line.record, default: 0] &+= 2 }
  }

  func entry(of line: PaymentLine) -> Int64 {
    guard !reversals.isEmpty, let reversal = reversals[line.record] else { return 1 }
    return line.reverses == nil ? reversal &+ 1 : reversal
  }
}

extension Ledger {
  /// Where a ledger is not there yet.
  package static func prepareFirst(
    _ content: CloseContent, _ workers: Workers = .one
  ) throws -> PreparedClose {
    try prepared(
      content, workers, after: nil, firstLine: 1, firstHeld: 1, entries: RecordEntries(),
      decisions: [],
      payroll: "")
  }

  /// Numbers a close and takes its hash; writes nothing.
  package func prepare(
    _ content: CloseContent, _ workers: Workers = .one
  ) throws -> PreparedClose {
    let last = try closes().last
    return try read { db in
      try Self.prepared(
        content, workers, after: last,
        firstLine: try Self.next("lineID", of: "paymentLine", db),
        firstHeld: try Self.next("heldID", of: "heldRecord", db),
        entries: try RecordEntries(db, reversing: content.result.history.reversals.map(\.line)),
        decisions: try Self.decisionRows(db, of: content.result.quarter),
        payroll: try Self.payrollSeal(db))
    }
  }

  /// The number behind the last one of a table.
  private static func next(_ key: String, of table: String, _ db: Database) throws -> Int64 {
    let last = try Int64.fetchOne(db, sql: "SELECT max(\(key)) FROM \(table)") ?? 0
    guard (0..<1 << 53).contains(last) else {
      throw LedgerError(.unusable, "\(key) \(last) in the ledger is no number that zpay gave")
    }
    return last + 1
  }

  private static func prepared(
    _ content: CloseContent, _ workers: Workers, after last: QuarterClose?, firstLine: Int64,
    firstHeld: Int64,
    entries: RecordEntries, decisions: [StoredDecision], payroll: String
  ) throws -> PreparedClose {
    let result = content.result
    var seals = CloseSeals(plan: sha256(content.planText), payroll: payroll)
    var section = SectionSeal()
    for input in result.inputs { section.add(input.seal()) }
    seals.inputs = section.text
    section = SectionSeal()
    for department in result.departments { section.add(department.seal()) }
    seals.departments = section.text
    var (lines, lineChecksums) = (SectionSeal(), [Int64]())
    for digests in result.mapLines(
      workers,
      { line, sheetLine, offset in
        line.seal(
          number: firstLine + offset, sheetLine: sheetLine, entry: entries.entry(of: line)
        ).digest
      })
    { for digest in digests { lineChecksums.append(lines.add(digest)) } }
    seals.lines = lines.text
    var (held, heldChecksums) = (SectionSeal(), [Int64]())
    result.forEachHeld { record, offset in
      heldChecksums.append(
        held.add(record.seal(number: firstHeld + offset, columns: record.columnsText)))
    }
    seals.held = held.text
    section = SectionSeal()
    for decision in decisions {
      section.add(decision.decision.seal(number: decision.number, lineID: decision.lineID))
    }
    seals.decisions = section.text
    var close = QuarterClose(
      number: (last?.number ?? 0) + 1, quarter: result.quarter, closedAt: "",
      preparedBy: content.preparedBy, approvedBy: content.approvedBy, digest: content.digest,
      lineCount: Int64(lineChecksums.count), payableCents: result.payable.cents,
      heldCount: Int64(heldChecksums.count),
      heldCents: result.heldAtMost.cents, previous: last?.seal ?? "", hash: "", seal: "")
    close.hash = seals.hash(
      close, madeBy: content.madeBy, rowCount: Int64(result.records.count))
    return PreparedClose(
      close: close, content: content, seals: seals, firstLine: firstLine, firstHeld: firstHeld,
      lineChecksums: lineChecksums, heldChecksums: heldChecksums, entries: entries)
  }

  /// Writes a close with the files that it issues, in one transaction.
  ///
  /// - Parameters:
  ///   - target: where the files are to be put; kept until ``issued(_:)`` says that they are there.
  ///   - files: gives their names, in order, once `folder` has them: what is paid and held is
  ///     written before, while they are still being made. Nothing is closed where it throws.
  /// - Returns: the close with its seal.
  /// - Throws: ``LedgerError``; the quarter is then open or closed, and only ``closes()`` says
  ///   which: a commit can fail and still be there.
  package func write(
    _ prepared: PreparedClose, closedAt: String, in folder: String, target: String,
    files: () throws -> [String]
  ) throws -> QuarterClose {
    try write { db in
      let close = prepared.close
      let (content, seals) = (prepared.content, prepared.seals)
      try Self.insertTables(db, prepared)
      try Self.insertParts(db, close.number, try files(), folder)
      var written = close
      written.closedAt = closedAt
      let filesHash = try Self.filesSeal(db, close.number)
      written.seal = CloseSeals.seal(hash: close.hash, closedAt: closedAt, files: filesHash)
      try db.execute(
        sql:
          "INSERT INTO quarterClose VALUES (\(Array(repeating: "?", count: 24).joined(separator: ",")))",
        arguments: [
          close.number, close.quarter.description, closedAt, close.preparedBy, close.approvedBy,
          content.madeBy, close.digest, content.planText, content.result.records.count,
          close.lineCount, close.payableCents, close.heldCount, close.heldCents, seals.plan,
          seals.inputs, seals.departments, seals.lines, seals.held, seals.decisions,
          seals.payroll, filesHash, close.previous, close.hash, written.seal,
        ])
      try db.execute(
        sql: "INSERT INTO pendingIssue VALUES (?, ?)", arguments: [close.number, target])
      return written
    }
  }

  /// Pieces of files, so that memory stays flat.
  private static let partCount = 1 << 20

  private static func insertParts(
    _ db: Database, _ number: Int64, _ files: [String], _ folder: String
  ) throws {
    let statement = try db.cachedStatement(sql: "INSERT INTO issuedPart VALUES (?, ?, ?, ?, ?)")
    for file in files {
      let path = folder + "/" + file
      guard let handle = FileHandle(forReadingAtPath: path) else {
        throw LedgerError(.failed, "\(path) can't be read back")
      }
      defer { try? handle.close() }
      var part = 0
      while true {
        let data: Data
        do {
          data = try handle.read(upToCount: partCount) ?? Data()
        } catch {
          throw LedgerError(.failed, "\(path) can't be read back")
        }
        if data.isEmpty, part > 0 { break }
        try statement.execute(arguments: [
          number, file, part, data, hexadecimal(SHA256.hash(data: data)),
        ])
        part += 1
        if data.count < partCount { break }
      }
    }
  }

  private static func insertTables(_ db: Database, _ prepared: PreparedClose) throws {
    let (number, result) = (prepared.close.number, prepared.content.result)
    for (position, input) in result.inputs.enumerated() {
      try db.execute(
        sql: "INSERT INTO closeInput VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        arguments: [
          number, position, input.kind.rawValue, input.file, input.rowCount, input.byteCount,
          input.encoding, input.sha256,
        ])
    }
    for (position, item) in result.departments.enumerated() {
      try db.execute(
        sql: "INSERT INTO closeDepartment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        arguments: [
          number, position, item.name, item.sheet, item.physicians, item.cases, item.conferences,
          item.blocks, item.payable.cents, item.held.count, item.heldAtMost.cents,
        ])
    }
    try insertLines(db, prepared)
    try insertHeld(db, prepared)
  }

  private static func insertLines(_ db: Database, _ prepared: PreparedClose) throws {
    let places = Array(repeating: "?", count: 22).joined(separator: ",")
    let insert = try RowStatement(db, sql: "INSERT OR ROLLBACK INTO paymentLine VALUES (\(places))")
    let result = prepared.content.result
    // What is taken back goes first: then a record may be paid anew.
    for takesBack in [true, false] {
      try result.forEachLine(takingBack: takesBack) { line, sheetLine, offset in
        insert.bind(prepared.firstLine + offset)
        insert.bind(prepared.close.number)
        insert.bind(line.department)
        insert.bind(line.sheet)
        insert.bind(sheetLine)
        for text in [
          line.physicianID, line.employeeID, line.employeeRecord, line.physician,
          line.record.program, line.record.activity.code, line.record.id,
        ] { insert.bind(text) }
        for number in [
          Int64(line.day), line.seconds, line.blocks, line.rateCents, line.amountCents,
        ] {
          insert.bind(number)
        }
        insert.bind(line.sourceFile)
        insert.bind(Int64(line.sourceLine))
        insert.bind(line.reverses)
        insert.bind(prepared.entries.entry(of: line))
        insert.bind(prepared.lineChecksums[Int(offset)])
        try insert.step()
      }
    }
  }

  private static func insertHeld(_ db: Database, _ prepared: PreparedClose) throws {
    let places = Array(repeating: "?", count: 19).joined(separator: ",")
    let insert = try RowStatement(db, sql: "INSERT OR ROLLBACK INTO heldRecord VALUES (\(places))")
    try prepared.content.result.forEachHeld { record, offset in
      insert.bind(prepared.firstHeld + offset)
      insert.bind(prepared.close.number)
      for text in [
        record.department, record.physicianID, record.writtenPhysician, record.writtenCase,
        record.record.program, record.record.activity.code, record.record.id,
      ] { insert.bind(text) }
      for number in [
        record.instant, Int64(record.day), Int64(record.seconds), Int64(record.flags),
      ] { insert.bind(number) }
      insert.bind(record.reason)
      insert.bind(record.amountCents)
      insert.bind(record.sourceFile)
      insert.bind(Int64(record.sourceLine))
      insert.bind(record.columnsText)
      insert.bind(prepared.heldChecksums[Int(offset)])
      try insert.step()
    }
  }

  static func filesSeal(_ db: Database, _ number: Int64) throws -> String {
    var section = SectionSeal()
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT file, part, sha256 FROM issuedPart WHERE closeNumber = ? ORDER BY file, part",
      arguments: [number])
    while let row = try rows.next() {
      var seal = RowSeal()
      seal.add(try row.value("file") as String)
      seal.add(try row.value("part") as Int64)
      seal.add(try row.value("sha256") as String)
      section.add(seal)
    }
    return section.text
  }

  /// Over every payroll file and payment so far.
  ///
  /// - Parameter last: the last file that counts; nil for all. The seal names it.
  static func payrollSeal(_ db: Database, through last: Int64? = nil) throws -> String {
    var section = SectionSeal()
    var number: Int64 = 0
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT p.*, d.* FROM payrollFile p LEFT JOIN disbursement d ON d.fileNumber = p.number
        WHERE p.number <= ? ORDER BY p.number, d.disbursementID
        """, arguments: [last ?? .max])
    while let row = try rows.next() {
      var seal = RowSeal()
      for column in ["quarter", "file", "sha256", "readAt", "employeeID", "period"] {
        seal.add(try row.value(column) as String? ?? "")
      }
      for column in ["number", "disbursementID", "fileLine", "amountCents"] {
        seal.add(try row.value(column) as Int64?)
      }
      section.add(seal)
      number = try row.value("number")
    }
    return number == 0 ? "" : "\(number):\(section.text)"
  }
}

extension QuarterResult {
  /// Lines of every statement, in order; each with its line in the statement's CSV, and how many are
  /// before it in all.
  ///
  /// - Parameter takingBack: only lines that take a payment back, or only the others.
  func forEachLine(
    takingBack: Bool? = nil,
    _ body: (_ line: PaymentLine, _ sheetLine: Int64, _ offset: Int64) throws -> Void
  ) rethrows {
    var first = 0
    for department in departments {
      for (position, line) in department.lines.enumerated() {
        guard takingBack == nil || takingBack == (line.reversal != nil) else { continue }
        try body(
          paymentLine(line, of: department), Int64(position) + 2, Int64(first + position))
      }
      first += department.lines.count
    }
  }

  /// What `body` makes of each line, in order, in pieces that several threads make.
  func mapLines<Made: Sendable>(
    _ workers: Workers,
    _ body: @Sendable (_ line: PaymentLine, _ sheetLine: Int64, _ offset: Int64) -> Made
  ) -> [[Made]] {
    let pieceCount = 1 << 14
    var pieces: [(department: Int, lines: Range<Int>, offset: Int)] = []
    var offset = 0
    for (number, department) in departments.enumerated() {
      let count = department.lines.count
      for start in stride(from: 0, to: count, by: pieceCount) {
        pieces.append((number, start..<min(start + pieceCount, count), offset + start))
      }
      offset += count
    }
    let all = pieces
    return workers.map(all.count) { piece in
      let (number, lines, offset) = all[piece]
      let department = departments[number]
      return lines.map { position in
        body(
          paymentLine(department.lines[position], of: department), Int64(position) + 2,
          Int64(offset + position - lines.lowerBound))
      }
    }
  }

  func forEachHeld(
    _ body: (_ record: HeldRecord, _ offset: Int64) throws -> Void
  ) rethrows {
    var offset: Int64 = 0
    for department in departments {
      for index in department.held {
        try body(heldRecord(index, of: department), offset)
        offset += 1
      }
    }
  }
}

extension DepartmentResult {
  func seal() -> RowSeal {
    var row = RowSeal()
    row.add(name)
    row.add(sheet)
    for value in [
      Int64(physicians), Int64(cases), Int64(conferences), blocks, payable.cents,
      Int64(held.count), heldAtMost.cents,
    ] { row.add(value) }
    return row
  }
}

extension HeldRecord {
  /// As JSON: headings and values in their order.
  var columnsText: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(columns) else { preconditionFailure("texts are JSON") }
    return String(decoding: data, as: UTF8.self)
  }
}
