internal import Vocabulary

/// The texts that the lines of a result share, and whom they name: found once, not in each row.
final class LineTexts: Sendable {
  /// A physician's appointment, as lines name it.
  struct Person: Sendable {
    /// The first and the last day.
    fileprivate var (startDay, endDay): (Int32, Int32)
    var id: TextPool.Text
    var employeeID: TextPool.Text
    var name: TextPool.Text
    var department: TextPool.Text
    /// The same for all of one department.
    var departmentNumber: Int32
  }

  private let pool: TextPool
  let quarter: TextPool.Text
  let unassigned: TextPool.Text
  /// By the plan's program, activity, table, disposition, reason and kind of notice.
  let programs: [TextPool.Text]
  let activities: [TextPool.Text]
  let files: [TextPool.Text]
  let dispositions: [Disposition: TextPool.Text]
  let reasons: [TextPool.Text]
  let notices: [(code: TextPool.Text, says: TextPool.Text)]
  /// By the quarter of the service date, the years that records have.
  private let quarters: [TextPool.Text]
  private let firstYear: Int
  /// One physician's appointments after the other's, each ascending.
  private let people: [Person]
  /// Where each physician's begin, and one more.
  private let starts: [Int32]

  init(_ result: QuarterResult, _ wording: Wording) {
    var builder = TextPool.Builder()
    quarter = builder.add(result.quarter.description)
    unassigned = builder.add(DepartmentResult.unassigned)
    programs = result.plan.programs.map { builder.add($0.key) }
    activities = Activity.allCases.map { builder.add($0.code) }
    files = result.records.tables.map { builder.add($0.file) }
    dispositions = Dictionary(
      uniqueKeysWithValues: Disposition.allCases.map { ($0, builder.add($0.rawValue)) })
    reasons = Reason.allCases.map { builder.add($0.code) }
    notices = NoticeKind.allCases.map {
      (builder.add($0.code), builder.add(wording.notices[$0.code] ?? ""))
    }
    firstYear = result.quarter.year - Self.yearsAround
    quarters = (0...8 * Self.yearsAround).map { [firstYear] index in
      builder.add("\(firstYear + index / 4)Q\(index % 4 + 1)")
    }
    var (people, starts) = ([Person](), [Int32(0)])
    var departments: [String: (text: TextPool.Text, number: Int32)] = [:]
    for physician in result.roster.physicians {
      let id = builder.add(physician.id)
      for appointment in physician.appointments {
        let name = appointment.department
        let department =
          departments[name] ?? (builder.add(name), Int32(departments.count))
        departments[name] = department
        people.append(
          Person(
            startDay: appointment.start.day, endDay: appointment.through?.day ?? .max, id: id,
            employeeID: builder.add(appointment.employeeID), name: builder.add(appointment.name),
            department: department.text, departmentNumber: department.number))
      }
      starts.append(Int32(people.count))
    }
    (self.people, self.starts) = (people, starts)
    pool = builder.finish()
  }

  private static let yearsAround = 5

  @inline(__always)
  subscript(text: TextPool.Text) -> UnsafeBufferPointer<UInt8> { pool[text] }

  /// Whom a record of a day names, by ``Physician/namingAppointment(on:)``: a number for
  /// ``subscript(person:)``. Nil where nobody was found.
  @inline(__always)
  func place(ofPerson physician: Int32, on day: Int32) -> Int? {
    guard physician >= 0 else { return nil }
    let first = Int(starts[Int(physician)])
    var index = Int(starts[Int(physician) + 1]) - 1
    while index > first, people[index].startDay > day { index -= 1 }
    return index
  }

  @inline(__always)
  subscript(person place: Int) -> Person { people[place] }

  /// Whether the appointment that names a record of a day has that day (``Physician/appointment(on:)``).
  @inline(__always)
  func isAppointed(person place: Int, on day: Int32) -> Bool {
    people[place].startDay <= day && day <= people[place].endDay
  }

  /// The quarter of a service date near the result's own.
  func earnedIn(_ date: CivilDate) -> TextPool.Text? {
    let (year, month, _) = date.components
    let index = (year - firstYear) * 4 + (month - 1) / 3
    return quarters.indices.contains(index) ? quarters[index] : nil
  }
}
