internal import Vocabulary

/// Collects paid and held records by department.
struct Departments {
  private let result: QuarterResult
  /// For each physician the number of the first appointment.
  private let firstAppointment: [Int]
  /// For each appointment its department's number.
  private let departmentOfAppointment: [Int32]
  /// For each appointment its place among all, by the physician's name and ID.
  private let rankOfAppointment: [UInt32]
  /// For each program its place among all, by key.
  private let rankOfProgram: [UInt64]
  private var collected: [Collected]

  private struct Collected {
    var department: DepartmentResult
    var paid: [Entry] = []
    var held: [Entry] = []
    var reversals: [Int] = []
    var physicians: Set<Int32> = []
  }

  /// A record, and the first of what it is sorted by.
  private struct Entry {
    var key: UInt64
    var index: Int32
  }

  init(_ result: QuarterResult) {
    self.result = result
    let physicians = result.roster.physicians
    var first: [Int] = []
    var appointments: [(name: String, id: String, department: String)] = []
    for physician in physicians {
      first.append(appointments.count)
      appointments += physician.appointments.map { ($0.name, physician.id, $0.department) }
    }
    firstAppointment = first
    let names = Array(Set(appointments.map(\.department))).sorted(by: precedes)
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
    departmentOfAppointment = appointments.map { numbers[$0.department]! }
    let order = appointments.indices.sorted {
      let (one, other) = (appointments[$0], appointments[$1])
      return one.name == other.name ? precedes(one.id, other.id) : precedes(one.name, other.name)
    }
    var ranks = Array(repeating: UInt32(0), count: appointments.count)
    var rank: UInt32 = 0
    for (place, index) in order.enumerated() {
      if place > 0 {
        let before = appointments[order[place - 1]]
        if before.name != appointments[index].name || before.id != appointments[index].id {
          rank += 1
        }
      }
      ranks[index] = rank
    }
    rankOfAppointment = ranks
    let keys = result.plan.programs.map(\.key)
    rankOfProgram = keys.map { key in UInt64(keys.count { precedes($0, key) }) }
    collected = names.map { Collected(department: DepartmentResult(name: $0)) }
    collected.append(Collected(department: DepartmentResult(name: DepartmentResult.unassigned)))
  }

  mutating func add(
    _ record: ServiceRecord, _ index: Int32, _ activity: Activity, _ money: Money
  ) throws(MoneyError) {
    var (number, rank) = (collected.count - 1, UInt64(0))
    if record.physician >= 0 {
      let physician = result.roster.physicians[Int(record.physician)]
      let appointment =
        firstAppointment[Int(record.physician)] + physician.namingAppointment(on: record.date)
      number = Int(departmentOfAppointment[appointment])
      rank = UInt64(rankOfAppointment[appointment])
    }
    // 27 bits of rank, 22 of days since the year 1, 8 of program, 1 of activity.
    let days = UInt64(Int64(record.day) + 719_162)
    let key =
      rank << 31 | days << 9 | rankOfProgram[Int(record.program)] << 1
      | UInt64(activity.rawValue)
    let entry = Entry(key: key, index: index)
    if record.reason == .paid {
      collected[number].paid.append(entry)
      collected[number].physicians.insert(record.physician)
      collected[number].department.payable = try collected[number].department.payable + money
      if activity == .case {
        collected[number].department.cases += 1
      } else {
        collected[number].department.conferences += 1
        collected[number].department.blocks +=
          result.rate(of: record, activity)?.blocks(seconds: Int64(record.seconds)) ?? 0
      }
    } else {
      collected[number].held.append(entry)
      collected[number].department.heldAtMost =
        try collected[number].department.heldAtMost + money
    }
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
  private func insert(_ reversal: Int, into lines: inout [LineReference]) {
    let key = sortKey(LineReference(reversal: reversal))
    var (low, high) = (0, lines.count)
    while low < high {
      let middle = (low + high) / 2
      if sortKey(lines[middle]).lexicographicallyPrecedes(key) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    lines.insert(LineReference(reversal: reversal), at: low)
  }

  /// Bytes that sort as lines do. Slow: only for reversals, which are few.
  private func sortKey(_ line: LineReference) -> [UInt8] {
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
    var departments: [DepartmentResult] = []
    for var item in collected
    where !item.paid.isEmpty || !item.held.isEmpty || !item.reversals.isEmpty {
      item.department.lines = sorted(item.paid).map { LineReference(record: $0) }
      for reversal in item.reversals { insert(reversal, into: &item.department.lines) }
      item.department.held = sorted(item.held)
      item.department.physicians = item.physicians.count
      departments.append(item.department)
    }
    departments.sort { precedes($0.name, $1.name) }
    let sheets = sheetNames(of: departments.map(\.name))
    for index in departments.indices { departments[index].sheet = sheets[index] }
    return departments
  }

  /// By physician, physician_id, service_date, program, activity, record_id.
  private func sorted(_ entries: [Entry]) -> [Int32] {
    let records = result.records
    return entries.sorted { one, other in
      if one.key != other.key { return one.key < other.key }
      let (left, right) = (records.table(of: one.index), records.table(of: other.index))
      let (leftRecord, rightRecord) = (records[one.index], records[other.index])
      if leftRecord.physician < 0 {
        // Nobody was found: the physician is what the row says.
        let (a, b) = (left.reread(leftRecord), right.reread(rightRecord))
        if a.physician != b.physician { return precedes(a.physician, b.physician) }
        if leftRecord.day != rightRecord.day { return leftRecord.day < rightRecord.day }
      }
      let isBefore = left.withID(of: leftRecord) { leftID in
        right.withID(of: rightRecord) { rightID -> Bool? in
          if areEqual(leftID, rightID) { return nil }
          return leftID.lexicographicallyPrecedes(rightID)
        }
      }
      return isBefore ?? (one.index < other.index)
    }.map(\.index)
  }
}

/// By Unicode code point, which is the order of UTF-8 bytes (SPEC 6).
func precedes(_ lhs: String, _ rhs: String) -> Bool {
  lhs.utf8.lexicographicallyPrecedes(rhs.utf8)
}
