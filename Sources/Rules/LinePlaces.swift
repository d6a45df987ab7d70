internal import Vocabulary

/// Where records stand among the lines: places are physicians within a department, in the order of
/// the statements, and each has its records by date, program, activity and ID.
///
/// A class: a million comparisons would count the references of a structure's fields.
final class LinePlaces: Sendable {
  /// By name; behind them the one without physicians.
  let departments: [String]
  /// How many there are: the last is that of records without a physician.
  let count: Int
  private let records: RecordTables
  private let dates: DatedRoster
  /// The place of each appointment; physicians of one name and ID have one in each department.
  private let placeOfAppointment: [Int32]
  /// For each place its department and its physician.
  private let departmentOfPlace: [Int32]
  private let physicianOfPlace: [Int32]
  /// The first place of each department, and one more.
  private let firstPlace: [Int]
  /// For each program its rank among all, by key.
  private let rankOfProgram: [UInt64]

  init(_ result: QuarterResult, _ dates: DatedRoster) {
    (records, self.dates) = (result.records, dates)
    let programs = result.plan.programs.map(\.key)
    rankOfProgram = programs.map { key in UInt64(programs.count { precedes($0, key) }) }
    let appointments = result.roster.physicians.enumerated().flatMap { number, physician in
      physician.appointments.map { ($0.name, physician.id, $0.department, Int32(number)) }
    }
    let names = Set(appointments.map { $0.2 }).sorted(by: precedes)
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
    let departmentOf = appointments.map { numbers[$0.2]! }
    // Names are compared whole only where their first bytes are the same.
    let keys = appointments.indices.map { index in
      var name = appointments[index].0
      return name.withUTF8 {
        (
          department: departmentOf[index], start: sortingWord($0, from: 0),
          rest: sortingWord($0, from: 8), index: index
        )
      }
    }
    let order = keys.sorted { one, other in
      if one.department != other.department { return one.department < other.department }
      if one.start != other.start { return one.start < other.start }
      if one.rest != other.rest { return one.rest < other.rest }
      let (left, right) = (appointments[one.index], appointments[other.index])
      return left.0 == right.0 ? precedes(left.1, right.1) : precedes(left.0, right.0)
    }.map(\.index)
    var (places, departments, physicians) = ([Int32](), [Int32](), [Int32]())
    places = Array(repeating: 0, count: appointments.count)
    var firsts = Array(repeating: 0, count: 1)
    for (rank, index) in order.enumerated() {
      let before = rank == 0 ? nil : order[rank - 1]
      let isSame = before.map {
        departmentOf[$0] == departmentOf[index] && appointments[$0].0 == appointments[index].0
          && appointments[$0].1 == appointments[index].1
      }
      if isSame != true {
        if let last = departments.last, last != departmentOf[index] {
          firsts.append(departments.count)
        }
        departments.append(departmentOf[index])
        physicians.append(appointments[index].3)
      }
      places[index] = Int32(departments.count - 1)
    }
    // Nobody's records, behind all departments.
    if !departments.isEmpty { firsts.append(departments.count) }
    departments.append(Int32(names.count))
    physicians.append(Roster.unknown)
    firsts.append(departments.count)
    self.departments = names + [DepartmentResult.unassigned]
    (count, firstPlace, placeOfAppointment) = (departments.count, firsts, places)
    (departmentOfPlace, physicianOfPlace) = (departments, physicians)
  }

  func place(of record: ServiceRecord) -> Int {
    guard record.physician >= 0 else { return count - 1 }
    let appointment = dates.namingAppointment(of: record.physician, on: record.day)
    return Int(placeOfAppointment[appointment])
  }

  func department(of place: Int) -> Int { Int(departmentOfPlace[place]) }

  func places(of department: Int) -> Range<Int> {
    firstPlace[department]..<firstPlace[department + 1]
  }

  /// Whose place it is; ``Roster/unknown`` at the last one.
  func physician(of place: Int) -> Int32 { physicianOfPlace[place] }

  // MARK: - The order within a place

  /// Sorts the lines of a place by date, program, activity and ID; without a physician before all that by what the row
  /// says of him.
  func sort(_ lines: UnsafeMutableBufferPointer<StatementLine>) {
    guard let first = lines.first, first.physician >= 0 else { return sortByWritten(lines) }
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: lines.count) { keys in
      for (number, line) in lines.enumerated() {
        keys.initializeElement(at: number, to: key(of: line) << 32 | UInt64(number))
      }
      var keys = keys
      keys.sort()
      var start = 0
      while start < keys.count {
        var end = start + 1
        while end < keys.count, keys[end] >> 32 == keys[start] >> 32 { end += 1 }
        if end - start > 1 { sortAlike(.init(rebasing: keys[start..<end]), lines) }
        start = end
      }
      Self.put(lines, inOrderOf: keys)
    }
  }

  /// What lines of a place are sorted by before the ID: 22 bits of days since the year 1, 8 of program, 1 of activity.
  private func key(of line: StatementLine) -> UInt64 {
    let days = UInt64(Int64(line.day) + 719_162)
    let program = rankOfProgram[Int(line.program)]
    return days << 9 | program << 1 | UInt64(line.activity.rawValue)
  }

  /// Which line a key is of.
  private static func number(_ key: UInt64) -> Int { Int(UInt32(truncatingIfNeeded: key)) }

  private func sortAlike(
    _ keys: UnsafeMutableBufferPointer<UInt64>, _ lines: UnsafeMutableBufferPointer<StatementLine>
  ) {
    var keys = keys
    keys.sort { isBefore(lines[Self.number($0)], lines[Self.number($1)]) }
  }

  private func sortByWritten(_ lines: UnsafeMutableBufferPointer<StatementLine>) {
    let written = lines.map { line in
      (line, key(of: line), line.record.map(records.writtenPhysician) ?? "")
    }
    let sorted = written.sorted { one, other in
      if one.2 != other.2 { return precedes(one.2, other.2) }
      return one.1 == other.1 ? isBefore(one.0, other.0) : one.1 < other.1
    }
    for (index, item) in sorted.enumerated() { lines[index] = item.0 }
  }

  /// By ID, then by row.
  private func isBefore(_ lhs: StatementLine, _ rhs: StatementLine) -> Bool {
    if let isBefore = lhs.hasIDBefore(rhs) { return isBefore }
    guard let left = lhs.record, let right = rhs.record else { return false }
    let isBefore = records.withID(of: left) { one in
      records.withID(of: right) { other -> Bool? in
        areEqual(one, other) ? nil : one.lexicographicallyPrecedes(other)
      }
    }
    return isBefore ?? (left < right)
  }

  /// Moves each line to where its key is, in place: along each circle of lines that want each other's places.
  private static func put(
    _ lines: UnsafeMutableBufferPointer<StatementLine>,
    inOrderOf keys: UnsafeMutableBufferPointer<UInt64>
  ) {
    for start in keys.indices where number(keys[start]) != start {
      let first = lines[start]
      var place = start
      while number(keys[place]) != start {
        let source = number(keys[place])
        lines[place] = lines[source]
        keys[place] = UInt64(place)
        place = source
      }
      lines[place] = first
      keys[place] = UInt64(place)
    }
  }
}
