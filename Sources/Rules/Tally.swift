internal import Vocabulary

/// Brings decided rows into departments, in the order of the statements, and adds them up.
enum Tally {
  /// The rows of a quarter, counted by reason and collected by department, before they have their places.
  struct Counts: Sendable {
    fileprivate var departments: Departments
    fileprivate var rowsByReason: [Int]

    /// Adds those of other rows.
    ///
    /// - Throws: where a sum leaves 64 bits.
    fileprivate mutating func add(_ other: Self) throws(MoneyError) {
      try departments.add(other.departments)
      for reason in rowsByReason.indices { rowsByReason[reason] += other.rowsByReason[reason] }
    }
  }

  /// Counts the decided rows: many of them in several parts, which are then added up.
  ///
  /// - Throws: ``UnusableInput`` where a record has no rate, or a sum leaves 64 bits.
  static func counts(
    of result: QuarterResult, _ places: LinePlaces, _ context: RuleContext
  ) throws(UnusableInput) -> Counts {
    let pieces = result.records.pieces()
    var counts: Counts
    if let sum = sumOfParts(pieces, of: result, places, context) {
      counts = sum
    } else {
      // What is wrong in a part is looked for in all rows together: the first is told.
      counts = try Self.counts(of: pieces[...], result, places, context)
    }
    for reversal in result.history.reversals.indices {
      do throws(MoneyError) {
        try counts.departments.add(reversal: reversal)
      } catch {
        throw UnusableInput([RateProblems.overflow(error, at: SourceLocation(file: "plan.yaml"))])
      }
    }
    return counts
  }

  /// As many as two or four threads do in the same time.
  private static let partCount = 4

  /// - Returns: nil where the rows are few, or something is wrong in a part or with the sum.
  private static func sumOfParts(
    _ pieces: [RecordTables.Piece], of result: QuarterResult, _ places: LinePlaces,
    _ context: RuleContext
  ) -> Counts? {
    guard pieces.count >= partCount else { return nil }
    var parts = context.workers.map(partCount) { part in
      let ends = (part...part + 1).map { $0 * pieces.count / partCount }
      return try? counts(of: pieces[ends[0]..<ends[1]], result, places, context)
    }
    guard var sum = parts.removeFirst() else { return nil }
    for part in parts {
      guard let part, (try? sum.add(part)) != nil else { return nil }
    }
    return sum
  }

  private static func counts(
    of pieces: ArraySlice<RecordTables.Piece>, _ result: QuarterResult, _ places: LinePlaces,
    _ context: RuleContext
  ) throws(UnusableInput) -> Counts {
    var departments = Departments(result, places, context)
    var rowsByReason = Array(repeating: 0, count: result.rowsByReason.count)
    var problems = RateProblems(result, context)
    for piece in pieces {
      let table = result.records.tables[piece.table]
      for row in piece.rows {
        let record = table.records[row]
        rowsByReason[Int(record.reason.rawValue)] += 1
        guard record.isPaidOrHeld, let cents = problems.pay(of: record, table) else {
          continue
        }
        do throws(MoneyError) {
          try departments.add(record, table.activity, Money(cents: cents))
        } catch {
          problems.noteOverflow(of: record, table, error)
        }
      }
    }
    try problems.check()
    return Counts(departments: departments, rowsByReason: rowsByReason)
  }

  /// Gives what was counted to the result, each row at its place.
  ///
  /// - Throws: ``UnusableInput`` where a sum leaves 64 bits.
  static func add(
    _ counts: Counts, to result: inout QuarterResult, _ context: RuleContext
  ) throws(UnusableInput) {
    result.rowsByReason = counts.rowsByReason
    let records = result.records
    (result.departments, result.exceptions) = context.workers.both(
      { counts.departments.finish() }, { exceptions(of: records) })
    do throws(MoneyError) {
      for department in result.departments {
        result.payable = try result.payable + department.payable
        result.heldAtMost = try result.heldAtMost + department.heldAtMost
      }
    } catch {
      throw UnusableInput([RateProblems.overflow(error, at: SourceLocation(file: "plan.yaml"))])
    }
    let largest = max(result.payable, result.heldAtMost)
    if largest.cents > Self.centsMax {
      throw UnusableInput([
        RateProblems.tooLarge(
          "\(largest.display) in all is more than a sheet can hold",
          at: SourceLocation(file: "plan.yaml"))
      ])
    }
  }

  /// Fifteen digits: a spreadsheet's numbers have no more.
  private static let centsMax: Int64 = 999_999_999_999_999

  /// The two sums that must close (SPEC 5): rows, and cents. Adds up again, from the rows.
  ///
  /// - Precondition: they close; a program that finds them open stops and writes nothing.
  static func checkSums(of result: QuarterResult, _ context: RuleContext) {
    let read = result.inputs.filter { $0.kind == .cases || $0.kind == .conferences }
      .reduce(result.history.carriedRows) { $0 + $1.rowCount }
    let decided = Disposition.allCases.reduce(0) { $0 + result.rowCount($1) }
    precondition(
      read == decided && read == result.records.count, "internal error: rows do not close")
    let records = result.records
    let pieces = records.pieces()
    let sums = context.workers.map(pieces.count) { number -> (payable: Int64, held: Int64) in
      let table = records.tables[pieces[number].table]
      var sums: (payable: Int64, held: Int64) = (0, 0)
      for row in pieces[number].rows {
        let record = table.records[row]
        guard record.isPaidOrHeld,
          let cents = context.rates.step(of: record, table.activity)?
            .cents(seconds: record.seconds)
        else { continue }
        if record.reason == .paid { sums.payable += cents } else { sums.held += cents }
      }
      return sums
    }
    var (payable, held) = sums.reduce((Int64(0), Int64(0))) { ($0.0 + $1.payable, $0.1 + $1.held) }
    payable += result.history.reversals.reduce(0) { $0 + $1.line.amountCents }
    precondition(
      payable == result.payable.cents && held == result.heldAtMost.cents,
      "internal error: amounts do not close")
    let people = result.departments.reduce(0) { $1.people.reduce($0) { $0 + $1.cents } }
    precondition(
      people == payable - result.history.reversals.reduce(0) { $0 + $1.line.amountCents },
      "internal error: amounts of physicians do not close")
    let lines = result.departments.reduce(0) { $0 + $1.lines.count + $1.held.count }
    precondition(
      lines == result.rowCount(.paid) + result.rowCount(.held) + result.history.reversals.count,
      "internal error: lines do not close"
    )
  }

  /// Every row that is not paid, by file, line and reason.
  private static func exceptions(of records: RecordTables) -> [Int32] {
    let files = FileOrder(records)
    var exceptions: [Int32] = []
    for number in files.tables {
      let first = records.index(table: number, row: 0)
      for (row, record) in records.tables[number].records.enumerated() where record.reason != .paid
      {
        exceptions.append(first + Int32(row))
      }
    }
    guard files.hasFileTwice else { return exceptions }
    return exceptions.map { index in
      let (table, row) = records.locate(index)
      return (index, files.rankOfTable[table], records.tables[table].records[row])
    }.sorted { one, other in
      if one.1 != other.1 { return one.1 < other.1 }
      if one.2.line != other.2.line { return one.2.line < other.2.line }
      return one.2.reason == other.2.reason
        ? one.0 < other.0 : precedes(one.2.reason.code, other.2.reason.code)
    }.map(\.0)
  }
}

/// What a record pays, and the plan's faults that show there.
private struct RateProblems {
  private let result: QuarterResult
  private let context: RuleContext
  private var problems: [Diagnostic] = []
  private var seen: Set<String> = []

  init(_ result: QuarterResult, _ context: RuleContext) {
    (self.result, self.context) = (result, context)
  }

  /// In cents.
  mutating func pay(of record: ServiceRecord, _ table: RecordTable) -> Int64? {
    if let cents = context.rates.step(of: record, table.activity)?.cents(seconds: record.seconds) {
      return cents
    }
    noteFault(of: record, table)
    return nil
  }

  private mutating func noteFault(of record: ServiceRecord, _ table: RecordTable) {
    guard let rate = result.rate(of: record, table.activity) else {
      let program = result.plan.programs[Int(record.program)].key
      note(
        "rate.missing",
        Diagnostic(
          .error, code: "plan.rateMissing",
          at: SourceLocation(file: table.file, line: record.line),
          "the plan has no rate for a \(table.activity.code) of \(program) on \(record.date)",
          remedy:
            "correct the date; or add a rate with an earlier `from` to `rates:` in plan.yaml"),
        key: "\(table.activity.code) \(program)")
      return
    }
    do throws(MoneyError) {
      _ = try rate.pay(seconds: Int64(record.seconds))
    } catch {
      noteOverflow(of: record, table, error)
    }
  }

  mutating func noteOverflow(of record: ServiceRecord, _ table: RecordTable, _ error: MoneyError) {
    note(
      "overflow",
      Self.overflow(error, at: SourceLocation(file: table.file, line: record.line)), key: "")
  }

  static func overflow(_ error: MoneyError, at location: SourceLocation) -> Diagnostic {
    switch error {
    case .outOfRange(let expression):
      tooLarge("the amount \(expression) is more than a number of cents can be", at: location)
    }
  }

  static func tooLarge(_ message: String, at location: SourceLocation) -> Diagnostic {
    Diagnostic(
      .error, code: "plan.amountTooLarge", at: location, message,
      remedy: "look for a misplaced decimal point in the rates of plan.yaml")
  }

  /// One of a kind is enough: a missing rate is missing for every record.
  private mutating func note(_ kind: String, _ diagnostic: Diagnostic, key: String) {
    if seen.insert(kind + key).inserted { problems.append(diagnostic) }
  }

  func check() throws(UnusableInput) {
    if !problems.isEmpty { throw UnusableInput(problems) }
  }
}
