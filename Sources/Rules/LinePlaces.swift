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
    let keys = result.plan.programs.map(\.key)
    rankOfProgram = keys.map { key in UInt64(keys.count { precedes($0, key) }) }
    let appointments = result.roster.physicians.enumerated().flatMap { number, physician in
      physician.appointments.map { ($0.name, physician.id, $0.department, Int32(number)) }
    }
    let names = Set(appointments.map { $0.2 }).sorted(by: precedes)
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
    let departmentOf = appointments.map { numbers[$0.2]! }
    let order = appointments.indices.sorted { one, other in
      if departmentOf[one] != departmentOf[other] { return departmentOf[one] < departmentOf[other] }
      let (left, right) = (appointments[one], appointments[other])
      return left.0 == right.0 ? precedes(left.1, right.1) : precedes(left.0, right.0)
    }
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

  /// What records of a place are sorted by, as far as it is in the record itself, and the row.
  ///
  /// 22 bits of days since the year 1, 8 of program, 1 of activity, then 32 of the row.
  func key(of record: ServiceRecord, _ activity: Activity, row: Int32) -> UInt64 {
    let days = UInt64(Int64(record.day) + 719_162)
    let program = rankOfProgram[Int(record.program)]
    return (days << 9 | program << 1 | UInt64(activity.rawValue)) << 32 | UInt64(row)
  }

  /// Sorts the keys of a place; what is the same so far by ID, and before that without a physician
  /// by what the row says of him.
  func sort(_ keys: UnsafeMutableBufferPointer<UInt64>) {
    var keys = keys
    keys.sort()
    var start = 0
    while start < keys.count {
      var end = start + 1
      while end < keys.count, keys[end] >> 32 == keys[start] >> 32 { end += 1 }
      if end - start > 1 { sortAlike(UnsafeMutableBufferPointer(rebasing: keys[start..<end])) }
      start = end
    }
  }

  private func sortAlike(_ keys: UnsafeMutableBufferPointer<UInt64>) {
    let isNobody = records[row(keys[0])].physician < 0
    guard isNobody else { return sortByID(keys) }
    let written = keys.map { key in
      (key, records.table(of: row(key)).writtenPhysician(records[row(key)]))
    }
    let sorted = written.sorted { one, other in
      one.1 == other.1 ? isBefore(row(one.0), row(other.0)) : precedes(one.1, other.1)
    }
    for (index, item) in sorted.enumerated() { keys[index] = item.0 }
  }

  /// A key with the first sixteen bytes of its record's ID, zeros behind its end: what these do not tell apart is
  /// compared in the text.
  private struct Identified {
    var (first, second): (UInt64, UInt64)
    var key: UInt64
  }

  private func sortByID(_ keys: UnsafeMutableBufferPointer<UInt64>) {
    withUnsafeTemporaryAllocation(of: Identified.self, capacity: keys.count) { buffer in
      var buffer = buffer
      for (place, key) in keys.enumerated() {
        let (first, second) = records.withID(of: row(key)) { id in
          (bigEndianWord(id, from: 0), bigEndianWord(id, from: 8))
        }
        buffer.initializeElement(at: place, to: Identified(first: first, second: second, key: key))
      }
      buffer.sort { one, other in
        if one.first != other.first { return one.first < other.first }
        if one.second != other.second { return one.second < other.second }
        return isBefore(row(one.key), row(other.key))
      }
      for (place, item) in buffer.enumerated() { keys[place] = item.key }
    }
  }

  private func row(_ key: UInt64) -> Int32 { Int32(truncatingIfNeeded: key) }

  /// By ID, then by row.
  private func isBefore(_ lhs: Int32, _ rhs: Int32) -> Bool {
    let isBefore = records.withID(of: lhs) { one in
      records.withID(of: rhs) { other -> Bool? in
        areEqual(one, other) ? nil : one.lexicographicallyPrecedes(other)
      }
    }
    return isBefore ?? (lhs < rhs)
  }
}

/// Eight bytes from `start` on as a number that sorts as they do; zeros behind the last.
private func bigEndianWord(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> UInt64 {
  guard bytes.count < start + 8 else {
    let base = UnsafeRawPointer(bytes.baseAddress!)
    return UInt64(bigEndian: base.loadUnaligned(fromByteOffset: start, as: UInt64.self))
  }
  var word: UInt64 = 0
  for index in start..<start + 8 {
    word = word << 8 | (index < bytes.count ? UInt64(bytes[index]) : 0)
  }
  return word
}
