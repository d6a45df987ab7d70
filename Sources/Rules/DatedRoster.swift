internal import Vocabulary

/// The roster's days of appointments and standing, as plain numbers.
struct DatedRoster: Sendable {
  private struct Span: Sendable {
    var start: Int32
    /// The last day; the last of all where it is open.
    var through: Int32
  }

  /// All appointments, physician by physician; for each physician the number of the first one.
  private var appointments: [Span] = []
  private var firstAppointment: [Int32] = [0]
  private var standings: [(span: Span, standing: Standing)] = []
  private var firstStanding: [Int32] = [0]

  init(_ roster: Roster) {
    for physician in roster.physicians {
      appointments += physician.appointments.map {
        Span(start: $0.start.day, through: $0.through?.day ?? .max)
      }
      standings += physician.standings.map {
        (Span(start: $0.start.day, through: $0.through?.day ?? .max), $0.standing)
      }
      firstAppointment.append(Int32(appointments.count))
      firstStanding.append(Int32(standings.count))
    }
  }

  /// Whether an appointment has the day: they have none in common, so that the latest that started
  /// is the only one to look at.
  func hasAppointment(_ physician: Int32, on day: Int32) -> Bool {
    let latest = appointments[namingAppointment(of: physician, on: day)]
    return latest.start <= day && day <= latest.through
  }

  /// The appointment that names a record: the latest that started by then, else the first.
  ///
  /// - Returns: its number among the appointments of all physicians.
  /// - SeeAlso: ``Physician/namingAppointment(on:)``.
  func namingAppointment(of physician: Int32, on day: Int32) -> Int {
    let first = Int(firstAppointment[Int(physician)])
    var last = Int(firstAppointment[Int(physician) + 1]) - 1
    while last > first, appointments[last].start > day { last -= 1 }
    return last
  }

  /// - SeeAlso: ``Physician/standing(on:)``.
  func standing(of physician: Int32, on day: Int32) -> Standing? {
    var index = Int(firstStanding[Int(physician) + 1])
    while index > Int(firstStanding[Int(physician)]) {
      index -= 1
      if standings[index].span.start <= day, day <= standings[index].span.through {
        return standings[index].standing
      }
    }
    return nil
  }
}
