internal import CSQLite
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
  var payees = ""
  var lines = ""
  var held = ""
  var decisions = ""
  /// The payroll files that were reconciled before it.
  var payroll = ""

  func hash(_ close: QuarterClose, madeBy: String, rowCount: Int64) -> String {
    var row = RowSeal()
    row.add("zpay close 1")
    for value in [
      close.number, rowCount, close.firstLine, close.lineCount, close.payableCents, close.heldCount,
      close.heldCents,
    ] {
      row.add(value)
    }
    for text in [
      close.quarter.description, close.preparedBy, close.approvedBy, madeBy, close.digest,
      close.previous, plan, inputs, departments, payees, lines, held, decisions, payroll,
    ] { row.add(text) }
    return hexadecimal(row.digest)
  }

  static func seal(hash: String, closedAt: String, files: String) -> String {
    var row = RowSeal()
    for text in ["zpay seal 1", hash, closedAt, files] { row.add(text) }
    return hexadecimal(row.digest)
  }
}

/// A close whose lines and held records have their numbers, before it is sealed and written.
package struct PreparedClose: Sendable {
  let content: CloseContent
  /// The close before it.
  let last: QuarterClose?
  let lines: CloseLines
  let firstHeld: Int64
  /// What is held, with what is made of each record while it is sealed.
  let held: Handover<[SealedHold]>
  let decisions: [StoredDecision]
  let payroll: String

  var number: Int64 { (last?.number ?? 0) + 1 }
}

/// A held record, what was in its columns as JSON, and its checksum.
struct SealedHold: Sendable {
  var record: HeldRecord
  var columns: String
  var checksum: Int64
}

/// A close whose hash is known, so that the files can show it.
package struct SealedClose: Sendable {
  package var close: QuarterClose
  let seals: CloseSeals
}

extension PreparedClose {
  /// Takes the close's hash. Who writes it at the same time gets each line as soon as it is sealed.
  package func seal(_ workers: Workers = .one) -> SealedClose {
    let result = content.result
    var seals = CloseSeals(plan: sha256(content.planText), payroll: payroll)
    seals.lines = lines.seal(workers)
    var section = SectionSeal()
    for input in result.inputs { section.add(input.seal()) }
    seals.inputs = section.text
    section = SectionSeal()
    for department in result.departments { section.add(department.seal()) }
    seals.departments = section.text
    section = SectionSeal()
    lines.forEachPayee { section.add($1.seal(number: $0)) }
    seals.payees = section.text
    section = SectionSeal()
    var held: [SealedHold] = []
    for (record, columns) in heldRecords(workers) {
      let seal = record.seal(number: firstHeld + Int64(held.count), columns: columns)
      held.append(SealedHold(record: record, columns: columns, checksum: section.add(seal)))
    }
    seals.held = section.text
    self.held.give(.success(held))
    section = SectionSeal()
    for decision in decisions {
      section.add(decision.decision.seal(number: decision.number, lineID: decision.lineID))
    }
    seals.decisions = section.text
    var close = QuarterClose(
      number: number, quarter: result.quarter, closedAt: "",
      preparedBy: content.preparedBy, approvedBy: content.approvedBy, digest: content.digest,
      firstLine: lines.first, lineCount: Int64(lines.count), payableCents: result.payable.cents,
      heldCount: Int64(held.count), heldCents: result.heldAtMost.cents, previous: last?.seal ?? "",
      hash: "", seal: "")
    close.hash = seals.hash(
      close, madeBy: content.madeBy, rowCount: Int64(result.records.count))
    return SealedClose(close: close, seals: seals)
  }

  /// What is held, department by department, and its columns as JSON.
  private func heldRecords(_ workers: Workers) -> [(record: HeldRecord, columns: String)] {
    let result = content.result
    return workers.map(result.departments.count) { number in
      let department = result.departments[number]
      return department.held.map { index in
        let record = result.heldRecord(index, of: department)
        return (record, record.columnsText)
      }
    }.flatMap(\.self)
  }
}

extension Ledger {
  /// Where a ledger is not there yet.
  package static func prepareFirst(
    _ content: CloseContent, _ workers: Workers = .one
  ) -> PreparedClose {
    PreparedClose(
      content: content, last: nil,
      lines: CloseLines(content.result, RecordEntries(), firstLine: 1, firstPayee: 1, workers),
      firstHeld: 1, held: Handover(), decisions: [], payroll: "")
  }

  /// Numbers a close's lines and held records; writes nothing.
  package func prepare(
    _ content: CloseContent, _ workers: Workers = .one
  ) throws -> PreparedClose {
    let last = try closes().last
    return try read { db in
      try Self.checkWords(db)
      let firstLine = try Self.next("lineID", of: "paymentLine", db)
      return PreparedClose(
        content: content, last: last,
        lines: CloseLines(
          content.result,
          try RecordEntries(db, reversing: content.result.history.reversals.map(\.line)),
          firstLine: firstLine,
          // Behind those of lines, too, where payees have been lost.
          firstPayee: max(
            try Self.next("payeeID", of: "payee", db),
            try Self.next("payeeID", of: "paymentLine WHERE lineID = \(firstLine - 1)", db)),
          workers),
        firstHeld: try Self.next("heldID", of: "heldRecord", db), held: Handover(),
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

  /// Writes a close with the files that it issues, in one transaction.
  ///
  /// - Parameters:
  ///   - prepared: what another thread seals, or has sealed.
  ///   - target: where the files are to be put; kept until ``issued(_:)`` says that they are there.
  ///   - early: calls `keep` with the name of each file that `folder` has whole already, in any order: they are kept while
  ///     lines are still being sealed.
  ///   - issued: does the same with each further one, and gives the sealed close and all files when they are there: what is
  ///     paid and held is written before, while they are still being made. Nothing is closed where it throws, or where
  ///     other files have been kept.
  /// - Returns: the close with its seal.
  /// - Throws: ``LedgerError``; the quarter is then open or closed, and only ``closes()`` says
  ///   which: a commit can fail and still be there.
  package func write(
    _ prepared: PreparedClose, closedAt: String, in folder: String, target: String,
    early: (_ keep: (_ file: String) throws -> Void) throws -> Void = { _ in },
    issued: (_ keep: (_ file: String) throws -> Void) throws -> (
      sealed: SealedClose, files: [IssuedFile]
    )
  ) throws -> QuarterClose {
    try write { db in
      try LedgerSchema.lettingRowsIn(db) {
        var unsynced = 0
        func keep(_ file: String) throws {
          unsynced += try Self.insertParts(db, prepared.number, of: file, folder)
          guard unsynced >= Self.syncedAtOnce else { return }
          try Self.putOnDisk(db)
          unsynced = 0
        }
        try early(keep)
        try Self.insertTables(db, prepared)
        try Self.putOnDisk(db)
        let (sealed, files) = try issued(keep)
        try Self.insertFiles(files, db, prepared.number)
        let (content, close, seals) = (prepared.content, sealed.close, sealed.seals)
        var written = close
        written.closedAt = closedAt
        let filesHash = try Self.filesSeal(db, close.number)
        written.seal = CloseSeals.seal(hash: close.hash, closedAt: closedAt, files: filesHash)
        try db.execute(
          sql:
            "INSERT INTO quarterClose VALUES (\(Array(repeating: "?", count: 26).joined(separator: ",")))",
          arguments: [
            close.number, close.quarter.description, closedAt, close.preparedBy, close.approvedBy,
            content.madeBy, close.digest, content.planText, content.result.records.count,
            close.firstLine, close.lineCount, close.payableCents, close.heldCount, close.heldCents,
            seals.plan, seals.inputs, seals.departments, seals.payees, seals.lines, seals.held,
            seals.decisions, seals.payroll, filesHash, close.previous, close.hash, written.seal,
          ])
        try db.execute(
          sql: "INSERT INTO pendingIssue VALUES (?, ?)", arguments: [close.number, target])
        return written
      }
    }
  }

  /// Bytes of files behind which the disk takes them, while others are still being made.
  private static let syncedAtOnce = 8 << 20

  /// Puts on the disk what has been written so far: the commit waits for the rest alone.
  ///
  /// - Throws: ``LedgerError``: what the system could not write it says once, and not again at the commit.
  private static func putOnDisk(_ db: Database) throws {
    let code = ResultCode(rawValue: sqlite3_sync_file(db.sqliteConnection))
    guard code == .SQLITE_OK else { throw DatabaseError(resultCode: code, message: "syncing it") }
  }

  /// - Returns: how many bytes there were.
  private static func insertParts(
    _ db: Database, _ number: Int64, of file: String, _ folder: String
  ) throws -> Int {
    var insert = try insert(4, into: "issuedPart", db)
    var (part, byteCount): (Int64, Int) = (0, 0)
    try FilePieces.forEach(in: folder + "/" + file) { piece in
      insert.bind(number)
      insert.bind(file)
      insert.bind(part)
      insert.bind(whileLiving: piece)
      try insert.step()
      part += 1
      byteCount += piece.count
    }
    return byteCount
  }

  /// Says what the files are that are kept: those that were made, whole.
  private static func insertFiles(_ files: [IssuedFile], _ db: Database, _ number: Int64) throws {
    let kept = try Row.fetchAll(
      db,
      sql: """
        SELECT file, sum(length(content)) AS byteCount FROM issuedPart WHERE closeNumber = ?
        GROUP BY file
        """, arguments: [number]
    ).map { (name: try $0.value("file") as String, byteCount: try $0.value("byteCount") as Int) }
    let made = Dictionary(files.map { ($0.name, $0.byteCount) }) { first, _ in first }
    guard kept.count == files.count, kept.allSatisfy({ made[$0.name] == $0.byteCount }) else {
      throw LedgerError(.failed, "the files in the ledger would not be those that were made")
    }
    for file in files {
      try db.execute(
        sql: "INSERT INTO issuedFile VALUES (?, ?, ?, ?)",
        arguments: [number, file.name, file.byteCount, file.sha256])
    }
  }

  private static func insertTables(_ db: Database, _ prepared: PreparedClose) throws {
    let (number, result) = (prepared.number, prepared.content.result)
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
    try insertPayees(db, prepared)
    try LedgerSchema.indexingLines(db) { try insertLines(db, prepared) }
    try insertKeys(db, prepared)
    try db.execute(
      sql: "INSERT INTO closeTotal VALUES (?, ?, ?, ?)",
      arguments: [number, prepared.lines.first, prepared.lines.count, result.payable.cents])
    try keeping(Pages.indexed, of: db) { try insertHeld(db, prepared) }
  }

  /// - Parameter rows: that one statement inserts.
  private static func insert(
    _ count: Int, into table: String, rows: Int = 1, _ db: Database
  ) throws -> RowStatement {
    let row = "(" + Array(repeating: "?", count: count).joined(separator: ",") + ")"
    let places = Array(repeating: row, count: rows).joined(separator: ",")
    return try RowStatement(db, sql: "INSERT OR ROLLBACK INTO \(table) VALUES \(places)")
  }

  private static func insertPayees(_ db: Database, _ prepared: PreparedClose) throws {
    var insert = try insert(9, into: "payee", db)
    try prepared.lines.forEachPayee { number, payee in
      insert.bind(number)
      insert.bind(prepared.number)
      for text in payee.texts { insert.bind(text) }
      insert.bind(checksum(payee.seal(number: number).digest))
      try insert.step()
    }
  }

  /// Lines of one statement: they take SQLite a quarter less time than one by one.
  private static let linesAtOnce = 32

  private static func insertLines(_ db: Database, _ prepared: PreparedClose) throws {
    var several = try insert(16, into: "paymentLine", rows: linesAtOnce, db)
    var single = try insert(16, into: "paymentLine", db)
    var words = WordNumbers(prepared.lines.words, db)
    var (position, left) = (0, prepared.lines.count)
    try prepared.lines.forEachSealedLine { line, place, id, checksum in
      let words = try words.numbers(ofWords: place)
      if position > 0 || left >= linesAtOnce {
        bind(line, words, id, checksum, of: prepared.number, to: &several)
        position += 1
        guard position == linesAtOnce else { return }
        try several.step()
        left -= linesAtOnce
        position = 0
      } else {
        bind(line, words, id, checksum, of: prepared.number, to: &single)
        try single.step()
      }
    }
  }

  private static func bind(
    _ line: LineValues, _ words: WordNumbers.Numbers, _ id: UnsafeBufferPointer<UInt8>,
    _ checksum: Int64, of close: Int64, to insert: inout RowStatement
  ) {
    insert.bind(line.number)
    insert.bind(close)
    insert.bind(line.payee)
    insert.bind(line.sheetLine)
    insert.bind(words.kind)
    insert.bind(id)
    insert.bind(line.day)
    insert.bind(line.seconds)
    insert.bind(line.blocks)
    insert.bind(line.rateCents)
    insert.bind(line.amountCents)
    insert.bind(words.file)
    insert.bind(line.sourceLine)
    insert.bind(line.reverses)
    insert.bind(line.entry)
    insert.bind(checksum)
  }

  private static func insertKeys(_ db: Database, _ prepared: PreparedClose) throws {
    var insert = try insert(4, into: "similarityKeys", db)
    try prepared.lines.forEachKeys { first, keys in
      insert.bind(first)
      insert.bind(prepared.number)
      try keys.withUnsafeBytes { bytes in
        insert.bind(whileLiving: bytes)
        insert.bind(checksum(ofKeys: bytes, firstLine: first))
        try insert.step()
      }
    }
  }

  private static func insertHeld(_ db: Database, _ prepared: PreparedClose) throws {
    var insert = try insert(19, into: "heldRecord", db)
    for (offset, hold) in try prepared.held.wait().enumerated() {
      let record = hold.record
      insert.bind(prepared.firstHeld + Int64(offset))
      insert.bind(prepared.number)
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
      insert.bind(hold.columns)
      insert.bind(hold.checksum)
      try insert.step()
    }
  }

  static func filesSeal(_ db: Database, _ number: Int64) throws -> String {
    var section = SectionSeal()
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT file, byteCount, sha256 FROM issuedFile WHERE closeNumber = ? ORDER BY file",
      arguments: [number])
    while let row = try rows.next() {
      var seal = RowSeal()
      seal.add(try row.value("file") as String)
      seal.add(try row.value("byteCount") as Int64)
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
  /// As JSON: headings and values in their order. Without an encoder, which takes as long as all else of a held record.
  var columnsText: String {
    let items = columns.map {
      "{\"heading\":\(jsonText($0.heading)),\"value\":\(jsonText($0.value))}"
    }
    return "[" + items.joined(separator: ",") + "]"
  }
}
