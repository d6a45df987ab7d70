internal import Vocabulary

/// Brings decided rows into departments, in the order of the statements, and adds them up.
enum Tally {
  static func add(to result: inout QuarterResult) throws(UnusableInput) {
    var departments = Departments(result)
    var problems = RateProblems(result)
    for (number, table) in result.records.tables.enumerated() {
      for row in table.records.indices {
        let record = table.records[row]
        result.rowsByReason[Int(record.reason.rawValue)] += 1
        let disposition = record.reason.disposition
        guard disposition == .paid || disposition == .held else { continue }
        let index = result.records.index(table: number, row: row)
        guard let money = problems.pay(of: record, table) else { continue }
        do throws(MoneyError) {
          try departments.add(record, index, table.activity, money)
        } catch {
          problems.noteOverflow(of: record, table, error)
        }
      }
    }
    for reversal in result.history.reversals.indices {
      do throws(MoneyError) {
        try departments.add(reversal: reversal)
      } catch {
        throw UnusableInput([RateProblems.overflow(error, at: SourceLocation(file: "plan.yaml"))])
      }
    }
    try problems.check()
    result.departments = departments.finish()
    do throws(MoneyError) {
      for department in result.departments {
        result.payable = try result.payable + department.payable
        result.heldAtMost = try result.heldAtMost + department.heldAtMost
      }
    } catch {
      throw UnusableInput([RateProblems.overflow(error, at: SourceLocation(file: "plan.yaml"))])
    }
    result.exceptions = exceptions(of: result.records)
  }

  /// The two sums that must close (SPEC 5): rows, and cents. Adds up again, from the rows.
  ///
  /// - Precondition: they close; a program that finds them open stops and writes nothing.
  static func checkSums(of result: QuarterResult) {
    let read = result.inputs.filter { $0.kind == .cases || $0.kind == .conferences }
      .reduce(result.history.carriedRows) { $0 + $1.rowCount }
    let decided = Disposition.allCases.reduce(0) { $0 + result.rowCount($1) }
    precondition(
      read == decided && read == result.records.count, "internal error: rows do not close")
    var (payable, held): (Int64, Int64) = (0, 0)
    for table in result.records.tables {
      for record in table.records {
        let disposition = record.reason.disposition
        guard disposition == .paid || disposition == .held,
          let rate = result.rate(of: record, table.activity),
          let money = try? rate.pay(seconds: Int64(record.seconds))
        else { continue }
        if disposition == .paid { payable += money.cents } else { held += money.cents }
      }
    }
    payable += result.history.reversals.reduce(0) { $0 + $1.line.amountCents }
    precondition(
      payable == result.payable.cents && held == result.heldAtMost.cents,
      "internal error: amounts do not close")
    let lines = result.departments.reduce(0) { $0 + $1.lines.count + $1.held.count }
    precondition(
      lines == result.rowCount(.paid) + result.rowCount(.held) + result.history.reversals.count,
      "internal error: lines do not close"
    )
  }

  /// Every row that is not paid, by file and line.
  private static func exceptions(of records: RecordTables) -> [Int32] {
    let order = records.tables.indices.sorted {
      (records.tables[$0].file, $0) < (records.tables[$1].file, $1)
    }
    return order.flatMap { number in
      let table = records.tables[number]
      return table.records.indices.filter { table.records[$0].reason != .paid }
        .map { records.index(table: number, row: $0) }
    }
  }
}

/// What a record pays, and the plan's faults that show there.
private struct RateProblems {
  private let result: QuarterResult
  private var problems: [Diagnostic] = []
  private var seen: Set<String> = []

  init(_ result: QuarterResult) { self.result = result }

  mutating func pay(of record: ServiceRecord, _ table: RecordTable) -> Money? {
    guard let rate = result.rate(of: record, table.activity) else {
      let program = result.plan.programs[Int(record.program)].key
      note(
        "rate.missing",
        Diagnostic(
          .error, code: "plan.rateMissing",
          at: SourceLocation(file: table.file, line: record.line),
          "the plan has no rate for a \(table.activity.code) of \(program) on \(record.date)",
          remedy: "add a rate with an earlier `from` to `rates:` in plan.yaml"),
        key: "\(table.activity.code) \(program)")
      return nil
    }
    do throws(MoneyError) {
      return try rate.pay(seconds: Int64(record.seconds))
    } catch {
      noteOverflow(of: record, table, error)
      return nil
    }
  }

  mutating func noteOverflow(of record: ServiceRecord, _ table: RecordTable, _ error: MoneyError) {
    note(
      "overflow",
      Self.overflow(error, at: SourceLocation(file: table.file, line: record.line)), key: "")
  }

  static func overflow(_ error: MoneyError, at location: SourceLocation) -> Diagnostic {
    guard case .outOfRange(let expression) = error else {
      preconditionFailure("money has one error")
    }
    return Diagnostic(
      .error, code: "plan.amountTooLarge", at: location,
      "the amount \(expression) is more than a number of cents can be",
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
