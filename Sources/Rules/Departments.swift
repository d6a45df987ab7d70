internal import Vocabulary

/// Collects paid and held records by department.
///
/// While records are added they are only counted; ``finish()`` then puts each at its place among
/// the lines.
struct Departments: Sendable {
  private let result: QuarterResult
  private let context: RuleContext
  private let places: LinePlaces
  private var collected: [Collected]
  /// Of each place, but for their cases.
  private var sums: [PhysicianSums]
  /// Of each place, by the plan's programs.
  private var cases: [Int]
  private let programCount: Int
  private let start: Int32

  private struct Collected: Sendable {
    var department: DepartmentResult
    var reversals: [Int] = []
  }

  init(_ result: QuarterResult, _ places: LinePlaces, _ context: RuleContext) {
    (self.result, self.places, self.context) = (result, places, context)
    collected = places.departments.map { Collected(department: DepartmentResult(name: $0)) }
    sums = (0..<places.count).map { [places] in
      PhysicianSums(physician: places.physician(of: $0))
    }
    programCount = result.plan.programs.count
    cases = Array(repeating: 0, count: places.count * programCount)
    start = context.start.day
  }

  /// - Throws: where a sum leaves 64 bits.
  mutating func add(
    _ record: ServiceRecord, _ activity: Activity, _ money: Money
  ) throws(MoneyError) {
    let place = places.place(of: record)
    let number = places.department(of: place)
    // A physician's sums are parts of the department's, which are checked.
    guard record.reason == .paid else {
      collected[number].department.heldAtMost =
        try collected[number].department.heldAtMost + money
      sums[place].addHeld(money)
      return
    }
    collected[number].department.payable = try collected[number].department.payable + money
    let isLate = record.day < start
    if activity == .case {
      sums[place].addPaid(money, isLate: isLate)
      cases[place * programCount + Int(record.program)] += 1
    } else {
      let blocks = context.rates.step(of: record, activity)?.blocks(seconds: record.seconds) ?? 0
      sums[place].addPaidConference(money, blocks: blocks, isLate: isLate)
    }
  }

  /// Adds what was collected of other rows.
  ///
  /// - Throws: where a sum leaves 64 bits.
  mutating func add(_ other: Departments) throws(MoneyError) {
    for (number, item) in other.collected.enumerated() {
      let department = collected[number].department
      collected[number].department.payable = try department.payable + item.department.payable
      collected[number].department.heldAtMost =
        try department.heldAtMost + item.department.heldAtMost
    }
    for (place, other) in other.sums.enumerated() where !other.isEmpty { sums[place].add(other) }
    for index in cases.indices { cases[index] += other.cases[index] }
  }

  /// Adds a payment that is taken back to the department that paid it.
  mutating func add(reversal: Int) throws(MoneyError) {
    let line = result.history.reversals[reversal].line
    var number = collected.firstIndex { $0.department.name == line.department }
    if number == nil {
      number = collected.count
      collected.append(Collected(department: DepartmentResult(name: line.department)))
    }
    collected[number!].reversals.append(reversal)
    collected[number!].department.payable =
      try collected[number!].department.payable + Money(cents: line.amountCents)
  }

  /// Puts a reversal at its place among the lines; before a new line of the same record.
  private func insert(_ reversal: Int, into lines: inout [StatementLine]) {
    let key = sortKey(StatementLine(reversal: reversal))
    let place = lines.partitioningIndex { !sortKey($0).lexicographicallyPrecedes(key) }
    lines.insert(StatementLine(reversal: reversal), at: place)
  }

  /// Bytes that sort as lines do. Slow: only for reversals, which are few.
  private func sortKey(_ line: StatementLine) -> [UInt8] {
    var department = DepartmentResult(name: "")
    department.sheet = ""
    let line = result.paymentLine(line, of: department)
    let day = UInt32(Int64(line.day) + 719_162)
    var key = Array(line.physician.utf8) + [0] + Array(line.physicianID.utf8) + [0]
    key += (0..<4).map { UInt8(truncatingIfNeeded: day >> UInt32(24 - 8 * $0)) }
    key += Array(line.record.program.utf8) + [0, line.record.activity.rawValue]
    return key + Array(line.record.id.utf8)
  }

  /// The departments that have a paid or held record or a reversal, sorted, each with its statement's file name.
  func finish() -> [DepartmentResult] {
    let placed = placedRows()
    var departments: [DepartmentResult] = []
    for (number, item) in collected.enumerated() {
      var department = item.department
      if number < places.departments.count {
        (department.lines, department.held) = placed[number]
        let own = places.places(of: number).map { place in
          var sums = sums[place]
          sums.cases = Array(cases[place * programCount..<(place + 1) * programCount])
          return sums
        }
        department.people = own.filter { !$0.isEmpty && $0.physician >= 0 }
        department.physicians = Set(own.lazy.filter { $0.paidRecords > 0 }.map(\.physician)).count
        department.cases = own.reduce(0) { $1.cases.reduce($0, +) }
        department.conferences = own.reduce(0) { $0 + $1.conferences }
        department.blocks = own.reduce(0) { $0 + $1.blocks }
      }
      if !item.reversals.isEmpty {
        var lines = Array(department.lines)
        for reversal in item.reversals { insert(reversal, into: &lines) }
        department.lines = StatementLines(lines)
      }
      if !department.lines.isEmpty || !department.held.isEmpty { departments.append(department) }
    }
    departments.sort { precedes($0.name, $1.name) }
    let sheets = sheetNames(of: departments.map(\.name))
    for index in departments.indices { departments[index].sheet = sheets[index] }
    return departments
  }

  /// The paid and the held rows of each department, in their order.
  private func placedRows() -> [(paid: StatementLines, held: [Int32])] {
    // Paid ones of each place, and behind them all the held ones.
    var (starts, ends) = ([Int](), [Int]())
    var sum = 0
    for count in sums.map(\.paidRecords) + sums.map(\.heldRecords) {
      starts.append(sum)
      sum += count
      ends.append(sum)
    }
    let memory = StatementLines.Memory(count: sum)
    let pieces = result.records.pieces()
    let half = pieces.count / 2
    // One from each slot's first place on, one from its last: neither asks what the other has put there.
    _ = context.workers.both(
      { [starts] in put(pieces[..<half], into: memory, from: starts, step: 1) },
      { [ends] in put(pieces[half...], into: memory, from: ends.map { $0 - 1 }, step: -1) })
    sort(memory, ends: ends)
    return context.workers.map(places.departments.count) { [ends] number in
      let own = places.places(of: number)
      func rows(behind first: Int) -> StatementLines {
        let start = { (slot: Int) in slot == 0 ? 0 : ends[slot - 1] }
        return StatementLines(memory, start(own.lowerBound + first)..<start(own.upperBound + first))
      }
      return (rows(behind: 0), rows(behind: places.count).compactMap(\.record))
    }
  }

  /// Puts the line of each row into the slot of its place.
  private func put(
    _ pieces: ArraySlice<RecordTables.Piece>, into memory: StatementLines.Memory,
    from first: [Int], step: Int
  ) {
    var next = first
    for piece in pieces {
      let table = result.records.tables[piece.table]
      for row in piece.rows {
        let record = table.records[row]
        guard record.isPaidOrHeld else { continue }
        let slot = places.place(of: record) + (record.reason == .paid ? 0 : places.count)
        let index = piece.first + Int32(row - piece.rows.lowerBound)
        table.withID(of: record) { id in
          memory.lines.initializeElement(
            at: next[slot], to: StatementLine(record, table.activity, at: index, id: id))
        }
        next[slot] += step
      }
    }
  }

  /// Sorts the lines of each place, on several threads: about as many lines each, whatever department they are of.
  private func sort(_ memory: StatementLines.Memory, ends: [Int]) {
    let lines = memory.lines
    @Sendable func start(_ slot: Int) -> Int { slot == 0 ? 0 : ends[slot - 1] }
    var (pieces, first) = ([Range<Int>](), 0)
    for slot in ends.indices where ends[slot] - start(first) > lines.count / Self.sortedPieces {
      pieces.append(first..<slot + 1)
      first = slot + 1
    }
    pieces.append(first..<ends.count)
    context.workers.forEach(pieces.count) { [pieces] piece in
      // The last first: of those of nobody the text of each row is read again.
      for slot in pieces[pieces.count - 1 - piece] {
        places.sort(UnsafeMutableBufferPointer(rebasing: memory.lines[start(slot)..<ends[slot]]))
      }
    }
  }

  private static let sortedPieces = 32
}

/// By Unicode code point, which is the order of UTF-8 bytes (SPEC 6).
func precedes(_ lhs: String, _ rhs: String) -> Bool {
  lhs.utf8.lexicographicallyPrecedes(rhs.utf8)
}
