internal import Crypto
internal import GRDB
internal import Vocabulary

/// To whom lines are paid, and in which statement.
struct Payee: Hashable, Sendable {
  var department: String
  /// The statement's file name without its ending.
  var sheet: String
  var physicianID: String
  var employeeID: String
  var employeeRecord: String
  var physician: String

  /// In the order in which they are sealed, and stand in the table.
  var texts: [String] {
    [department, sheet, physicianID, employeeID, employeeRecord, physician]
  }

  /// - Parameter number: the ledger's.
  func seal(number: Int64) -> RowSeal {
    var row = RowSeal()
    row.add(number)
    for text in texts { row.add(text) }
    return row
  }
}

/// The words that lines of one program in one file share.
///
/// A class: lines by the million ask it, and to copy it is to count a reference for each of its fields.
final class LineWords: Hashable, Sendable {
  let program: String
  let activity: Activity
  let sourceFile: String
  fileprivate let (service, file): (RowSeal, RowSeal)
  fileprivate var byteCount: Int { service.byteCount + file.byteCount }

  init(program: String, activity: Activity, sourceFile: String) {
    (self.program, self.activity, self.sourceFile) = (program, activity, sourceFile)
    var (service, file) = (RowSeal(), RowSeal())
    service.add(program)
    service.add(activity.code)
    file.add(sourceFile)
    (self.service, self.file) = (service, file)
  }

  /// Byte by byte: what Swift calls equal may be written otherwise, such as the names of two files.
  static func == (one: LineWords, other: LineWords) -> Bool {
    one.service.hasBytes(of: other.service) && one.file.hasBytes(of: other.file)
  }

  func hash(into hasher: inout Hasher) {
    for text in [program, activity.code, sourceFile] { hasher.combine(text) }
  }

  convenience init(_ line: PaymentLine) {
    self.init(
      program: line.record.program, activity: line.record.activity,
      sourceFile: line.sourceFile)
  }
}

/// What the ledger keeps of a line besides its payee, its words and its record's ID.
struct LineValues: Sendable {
  /// The ledger's numbers of the line and of its payee.
  var number: Int64
  var payee: Int64
  /// The line of the statement's CSV.
  var sheetLine: Int64
  var day: Int64
  var seconds: Int64
  var blocks: Int64?
  var rateCents: Int64
  var amountCents: Int64
  var sourceLine: Int64
  /// The ledger's number of the line that this one takes back.
  var reverses: Int64?
  /// Its place among the lines of its record, from 1.
  var entry: Int64

  /// Adds all that the line is to an empty row.
  ///
  /// - Parameter id: the record's, UTF-8.
  func seal(_ words: LineWords, id: UnsafeBufferPointer<UInt8>, into row: inout RowSeal) {
    row.add(atMost: 12 * RowSeal.numberCount + id.count + words.byteCount) { row in
      row.add(number)
      row.add(payee)
      row.add(words.service)
      row.add(id)
      row.add(words.file)
      row.add(sheetLine)
      row.add(day)
      row.add(seconds)
      row.add(blocks)
      row.add(rateCents)
      row.add(amountCents)
      row.add(sourceLine)
      row.add(reverses)
      row.add(entry)
    }
  }
}

/// The lines of a close in the order of its statements, numbered one behind the other, and their payees.
///
/// A class: lines by the million ask it, and to copy it is to count a reference for each of its fields.
final class CloseLines: Sendable {
  /// A physician's lines stand beside each other, so a payee has one run of them, mostly.
  private struct Run {
    var payee: Payee
    /// Positions among the department's lines.
    var lines: Range<Int>
  }

  /// Lines of one department, as a piece of work, and what is made of them while they are sealed.
  private struct Piece: Sendable {
    var department: Int
    var lines: Range<Int>
    let sealed: Handover<SealedLines>
  }

  /// Of each line its checksum and its key.
  private struct SealedLines: Sendable {
    var checksums: [Int64]
    var keys: SimilarityKeys.Bytes

    init(count: Int) {
      (checksums, keys) = ([], SimilarityKeys.Bytes(count: count))
      checksums.reserveCapacity(count)
    }
  }

  private static let pieceCount = 1 << 14

  private let result: QuarterResult
  private let entries: RecordEntries
  /// Of one table and program after the other, then of payments that are taken back.
  let words: [LineWords]
  /// Where those of each payment that is taken back are.
  private let reversalWords: [Int]
  private let programCount: Int
  /// By department.
  private let runs: [[Run]]
  private let pieces: [Piece]
  private let (firstLines, firstPayees): ([Int64], [Int64])
  let first: Int64
  let count: Int

  /// - Parameters:
  ///   - firstLine: the ledger's number of the first line.
  ///   - firstPayee: that of the first payee.
  init(
    _ result: QuarterResult, _ entries: RecordEntries, firstLine: Int64, firstPayee: Int64,
    _ workers: Workers
  ) {
    (self.result, self.entries, first) = (result, entries, firstLine)
    programCount = result.plan.programs.count
    var words = result.records.tables.flatMap { table in
      result.plan.programs.map {
        LineWords(program: $0.key, activity: table.activity, sourceFile: table.file)
      }
    }
    var places: [LineWords: Int] = [:]
    reversalWords = result.history.reversals.map { reversal in
      let own = LineWords(reversal.line)
      if let known = places[own] { return known }
      places[own] = words.count
      words.append(own)
      return words.count - 1
    }
    self.words = words
    runs = workers.map(result.departments.count) { Self.runs(of: result.departments[$0], result) }
    var (line, payee) = (firstLine, firstPayee)
    var (firstLines, firstPayees) = ([Int64](), [Int64]())
    for (department, runs) in zip(result.departments, runs) {
      firstLines.append(line)
      firstPayees.append(payee)
      line += Int64(department.lines.count)
      payee += Int64(runs.count)
    }
    (self.firstLines, self.firstPayees, count) = (firstLines, firstPayees, Int(line - firstLine))
    pieces = result.departments.enumerated().flatMap { number, department in
      stride(from: 0, to: department.lines.count, by: Self.pieceCount).map { start in
        Piece(
          department: number,
          lines: start..<min(start + Self.pieceCount, department.lines.count),
          sealed: Handover())
      }
    }
  }

  private static func runs(of department: DepartmentResult, _ result: QuarterResult) -> [Run] {
    var runs: [Run] = []
    /// Whose the last line is, and the days on which he is named as there.
    var last: (physician: Int32, days: Range<Int32>)?
    for (position, line) in department.lines.enumerated() {
      if line.record == nil {
        last = nil
      } else {
        if let last, last.physician == line.physician, last.days.contains(line.day) {
          runs[runs.count - 1].lines = runs[runs.count - 1].lines.lowerBound..<position + 1
          continue
        }
        last = (
          line.physician,
          result.roster.physicians[Int(line.physician)].daysNamed(asOn: CivilDate(day: line.day))
        )
      }
      let payee = Payee(result.paymentLine(line, of: department))
      if payee == runs.last?.payee {
        runs[runs.count - 1].lines = runs[runs.count - 1].lines.lowerBound..<position + 1
      } else {
        runs.append(Run(payee: payee, lines: position..<position + 1))
      }
    }
    return runs
  }

  /// Gives every payee with its number, in order.
  func forEachPayee(_ body: (_ number: Int64, _ payee: Payee) throws -> Void) rethrows {
    for (first, runs) in zip(firstPayees, runs) {
      for (offset, run) in runs.enumerated() { try body(first + Int64(offset), run.payee) }
    }
  }

  /// Seals the lines, in pieces that several threads make.
  ///
  /// - Returns: their hash.
  func seal(_ workers: Workers) -> String {
    var section = SectionSeal()
    for digests in workers.map(pieces.count, seal) { section.add(digests) }
    return section.text
  }

  /// - Returns: the hashes of the piece's lines, one behind the other.
  private func seal(_ piece: Int) -> [UInt8] {
    let piece = pieces[piece]
    var (row, digests, sealed) = (RowSeal(), [UInt8](), SealedLines(count: piece.lines.count))
    digests.reserveCapacity(piece.lines.count * RowSeal.Digest.byteCount)
    forEachLine(of: piece) { line, words, id in
      row.clear()
      line.seal(self.words[words], id: id, into: &row)
      let digest = row.digest
      digest.withUnsafeBytes { digests.append(contentsOf: $0) }
      sealed.checksums.append(checksum(digest))
      sealed.keys.append(SimilarityKey.key(of: id, self.words[words].activity))
    }
    piece.sealed.give(.success(sealed))
    return digests
  }

  /// Gives every line with the place of its words, the bytes of its record's ID and its checksum, in order. Waits for
  /// what is still being sealed.
  func forEachSealedLine(
    _ body: (
      _ line: LineValues, _ words: Int, _ id: UnsafeBufferPointer<UInt8>, _ checksum: Int64
    ) throws -> Void
  ) throws {
    for piece in pieces {
      var checksums = try piece.sealed.wait().checksums.makeIterator()
      try forEachLine(of: piece) { try body($0, $1, $2, checksums.next()!) }
    }
  }

  /// Gives the keys of all lines, those of some behind the ledger's number of their first. Waits as
  /// ``forEachSealedLine(_:)`` does.
  func forEachKeys(_ body: (_ firstLine: Int64, _ keys: [UInt8]) throws -> Void) throws {
    for piece in pieces {
      let first = firstLines[piece.department] + Int64(piece.lines.lowerBound)
      try body(first, piece.sealed.wait().keys.bytes)
    }
  }

  private func forEachLine(
    of piece: Piece, _ body: (LineValues, Int, UnsafeBufferPointer<UInt8>) throws -> Void
  ) rethrows {
    let (department, runs) = (result.departments[piece.department], runs[piece.department])
    var run = runs.count { $0.lines.upperBound <= piece.lines.lowerBound }
    for position in piece.lines {
      if position == runs[run].lines.upperBound { run += 1 }
      let number = firstLines[piece.department] + Int64(position)
      let payee = firstPayees[piece.department] + Int64(run)
      let line = department.lines[position]
      guard let record = line.record else {
        let reversal = line.reversal!
        let line = result.paymentLine(line, of: department)
        let values = LineValues(
          number: number, payee: payee, sheetLine: Int64(position) + 2, line,
          entry: entries.entry(of: line.record, takingBack: true))
        var id = line.record.id
        try id.withUTF8 { try body(values, reversalWords[reversal], $0) }
        continue
      }
      let words = result.records.locate(record).table * programCount + Int(line.program)
      let values = values(line, of: record, number: number, payee: payee, position: position)
      try department.lines.withID(at: position, in: result.records) {
        try body(values, words, $0)
      }
    }
  }

  private func values(
    _ line: StatementLine, of record: Int32, number: Int64, payee: Int64, position: Int
  ) -> LineValues {
    guard
      let step = result.schedule.step(line.activity, program: line.program, day: line.day),
      let cents = step.cents(seconds: line.seconds)
    else { preconditionFailure("a paid record has an amount") }
    let entry =
      entries.isEmpty
      ? 1
      : entries.entry(
        of: result.identity(of: result.records[record], result.records.table(of: record)),
        takingBack: false)
    return LineValues(
      number: number, payee: payee, sheetLine: Int64(position) + 2, day: Int64(line.day),
      seconds: Int64(line.seconds), blocks: step.blocks(seconds: line.seconds),
      rateCents: step.rateCents, amountCents: cents, sourceLine: Int64(line.sourceLine),
      reverses: nil,
      entry: entry)
  }
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
        FROM paymentLine line INDEXED BY aLineIsTakenBackOnce
          JOIN recordKind ON recordKind.kindID = line.kindID
        WHERE recordEntry > 1 AND reverses IS NOT NULL GROUP BY recordID, line.kindID
        """)
    {
      guard let activity = Activity(code: try row.value("activity")) else { continue }
      let record = RecordIdentity(
        program: try row.value("program"), activity: activity, id: try row.value("recordID"))
      reversals[record] = try row.value("entry")
    }
    for line in lines { reversals[line.record, default: 0] &+= 2 }
  }

  /// Whether nothing was ever taken back: every line is the first of its record.
  var isEmpty: Bool { reversals.isEmpty }

  func entry(of record: RecordIdentity, takingBack: Bool) -> Int64 {
    guard let reversal = reversals[record] else { return 1 }
    return takingBack ? reversal : reversal &+ 1
  }
}

extension Payee {
  init(_ line: PaymentLine) {
    self.init(
      department: line.department, sheet: line.sheet, physicianID: line.physicianID,
      employeeID: line.employeeID, employeeRecord: line.employeeRecord, physician: line.physician)
  }

  init(_ row: Row) throws {
    self = try row.made(into: "payee", numbered: "payeeID") {
      try Payee(
        department: row.value("department"), sheet: row.value("sheet"),
        physicianID: row.value("physicianID"), employeeID: row.value("employeeID"),
        employeeRecord: row.value("employeeRecord"), physician: row.value("physician"))
    }
  }
}

extension LineValues {
  init(number: Int64, payee: Int64, sheetLine: Int64, _ line: PaymentLine, entry: Int64) {
    self.init(
      number: number, payee: payee, sheetLine: sheetLine, day: Int64(line.day),
      seconds: line.seconds, blocks: line.blocks, rateCents: line.rateCents,
      amountCents: line.amountCents, sourceLine: Int64(line.sourceLine), reverses: line.reverses,
      entry: entry)
  }
}
