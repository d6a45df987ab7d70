import Testing
import Vocabulary

/// Who is meant by an identifier (SPEC 3.2).
struct RosterTests {
  private static let roster: Roster = {
    var roster = Roster()
    roster.physicians = ["P1", "P2", "P3", "P4"].map { Physician(id: $0, appointments: []) }
    for (index, (number, email)) in [
      ("N1", "Zoé@x.org"), ("N2", "bo@x.org"), ("bo@x.org", "cy@x.org"),
      ("dy@x.org", "dy@x.org"),
    ].enumerated() {
      roster.register(identifier: number, of: Int32(index))
      roster.register(email: email, of: Int32(index))
    }
    return roster
  }()

  @Test(arguments: [
    ("N1", 0, "a number, letter for letter"), ("n1", Roster.unknown, "in its own case"),
    ("BO@x.ORG", 1, "an e-mail address in any case"),
    ("ZOÉ@X.org", 0, "also where its letters are not of ASCII"),
    ("bo@x.org", Roster.ambiguous, "the number of one and the address of another"),
    ("dy@x.org", 3, "both of the same physician"),
    ("", Roster.unknown, "nothing is nobody's"),
  ])
  func anIdentifierFitsOneNobodyOrSeveral(text: String, physician: Int32, because: String) {
    #expect(Self.roster.physician(identifiedBy: text) == physician, "\(because)")
  }

  private static let moved: Physician = {
    func appointment(from start: (Int, Int, Int), to end: (Int, Int, Int)? = nil) -> Appointment {
      Appointment(
        name: "Ada", department: "Neurology", employeeID: "", employeeRecord: "",
        start: CivilDate(year: start.0, month: start.1, dayOfMonth: start.2)!,
        through: end.map { CivilDate(year: $0.0, month: $0.1, dayOfMonth: $0.2)! },
        location: SourceLocation(file: "physicians.csv"))
    }
    return Physician(
      id: "P1",
      appointments: [
        appointment(from: (2025, 1, 1), to: (2025, 12, 31)), appointment(from: (2026, 2, 1)),
        appointment(from: (2026, 3, 1)),
      ])
  }()

  /// Whoever stays within these days need not ask for each record who is named.
  @Test func theDaysOfANameAreThoseOnWhichItIsNamed() {
    let physician = Self.moved
    let borders = physician.appointments.flatMap {
      [$0.start.day - 1, $0.start.day, $0.start.day + 1, ($0.through ?? $0.start).day + 1]
    }
    for day in borders {
      let days = physician.daysNamed(asOn: CivilDate(day: day))
      for other in borders {
        let areSame =
          physician.namingAppointment(on: CivilDate(day: day))
          == physician.namingAppointment(on: CivilDate(day: other))
        #expect(days.contains(other) == areSame, "\(day), \(other)")
      }
    }
  }
}
