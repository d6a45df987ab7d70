/// A span of dates in which a physician is credentialed in one department (SPEC 1).
public struct Appointment: Hashable, Sendable {
  public var name: String
  public var department: String
  public var employeeID: String
  public var employeeRecord: String
  public var start: CivilDate
  /// The last day; nil is open.
  public var through: CivilDate?
  public var location: SourceLocation

  public init(
    name: String, department: String, employeeID: String, employeeRecord: String,
    start: CivilDate, through: CivilDate?, location: SourceLocation
  ) {
    self.name = name
    self.department = department
    self.employeeID = employeeID
    self.employeeRecord = employeeRecord
    self.start = start
    self.through = through
    self.location = location
  }

  public func contains(_ date: CivilDate) -> Bool {
    start <= date && through.map { date <= $0 } ?? true
  }
}

/// Whether a physician is In Good Standing under the compensation plan.
public enum Standing: UInt8, Sendable {
  case good, notGood, notPlanMember

  public var words: String {
    switch self {
    case .good: "in good standing"
    case .notGood: "not in good standing"
    case .notPlanMember: "not a plan member"
    }
  }
}

/// A row of the standing table.
public struct StandingSpan: Hashable, Sendable {
  public var standing: Standing
  public var start: CivilDate
  /// The last day; nil is open.
  public var through: CivilDate?
  public var location: SourceLocation

  public init(
    standing: Standing, start: CivilDate, through: CivilDate?, location: SourceLocation
  ) {
    self.standing = standing
    self.start = start
    self.through = through
    self.location = location
  }

  public func contains(_ date: CivilDate) -> Bool {
    start <= date && through.map { date <= $0 } ?? true
  }
}

/// A physician: appointments and standing, each by date.
public struct Physician: Sendable {
  public var id: String
  /// Ascending, no two with a day in common; never empty.
  public var appointments: [Appointment]
  /// Ascending by start.
  public var standings: [StandingSpan] = []

  public init(id: String, appointments: [Appointment]) {
    self.id = id
    self.appointments = appointments
  }

  /// The index of the appointment that has the date. O(log appointments).
  public func appointment(on date: CivilDate) -> Int? {
    guard let latest = latestAppointment(by: date) else { return nil }
    return appointments[latest].contains(date) ? latest : nil
  }

  /// The appointment that names a record: the one that has the date, else the latest that
  /// started by then, else the first (SPEC 3.2).
  public func namingAppointment(on date: CivilDate) -> Int {
    latestAppointment(by: date) ?? 0
  }

  /// The days whose records the same appointment names as those of `date`, the last day that there is left out.
  public func daysNamed(asOn date: CivilDate) -> Range<Int32> {
    let (index, next) = (namingAppointment(on: date), namingAppointment(on: date) + 1)
    let first = index == 0 ? Int32.min : appointments[index].start.day
    return first..<(next == appointments.count ? .max : appointments[next].start.day)
  }

  /// Appointments have no day in common, so the latest that started is the only one to look at.
  private func latestAppointment(by date: CivilDate) -> Int? {
    let next = appointments.partitioningIndex { $0.start > date }
    return next == 0 ? nil : next - 1
  }

  /// The row that holds on a date: of those whose span has it, the one with the latest start.
  public func standing(on date: CivilDate) -> StandingSpan? {
    standings.last { $0.contains(date) }
  }
}

/// All physicians, found by any of their identifiers.
public struct Roster: Sendable {
  public var physicians: [Physician] = []
  /// `physician_id`, `npi` and `employee_id`, letter for letter → physician, or ``ambiguous``.
  private var identifiers: ByteTable
  /// E-mails in lower case → physician, or ``ambiguous``.
  private var emails = ByteTable()
  /// Only the roster's own `physician_id` → physician.
  private var ownIDs: ByteTable

  public static let unknown: Int32 = -1
  public static let ambiguous: Int32 = -2

  /// - Parameter count: of the appointments that are to be added, about.
  public init(expecting count: Int = 0) {
    physicians.reserveCapacity(count)
    (identifiers, ownIDs) = (ByteTable(expecting: 2 * count), ByteTable(expecting: count))
  }

  /// Adds an appointment to the physician with a `physician_id`, who is added where it is new.
  ///
  /// - Returns: the physician.
  public mutating func add(_ appointment: Appointment, ofID id: String) -> Int32 {
    let next = Int32(physicians.count)
    var key = id
    let physician = key.withUTF8 { ownIDs.set($0) { $0 ?? next } }
    if physician == next {
      physicians.append(Physician(id: id, appointments: [appointment]))
      register(identifier: id, of: physician)
    } else {
      physicians[Int(physician)].appointments.append(appointment)
    }
    return physician
  }

  public mutating func register(identifier: String, of physician: Int32) {
    Self.register(identifier, of: physician, in: &identifiers)
  }

  public mutating func register(email: String, of physician: Int32) {
    guard !email.isEmpty else { return }
    Self.register(email.lowercased(), of: physician, in: &emails)
  }

  private static func register(_ key: String, of physician: Int32, in table: inout ByteTable) {
    guard !key.isEmpty else { return }
    var key = key
    _ = key.withUTF8 { key in
      table.set(key) { last in
        last.map { $0 != physician } ?? false ? ambiguous : physician
      }
    }
  }

  /// The physician with this very `physician_id`.
  public func physician(ownID: String) -> Int32? { ownIDs.value(ownID) }

  /// The physician whom an identifier of any kind fits, ``unknown`` or ``ambiguous`` (SPEC 3.2).
  public func physician(identifiedBy identifier: UnsafeBufferPointer<UInt8>) -> Int32 {
    let exact = identifiers.value(identifier)
    let email = emails.isEmpty ? nil : withLowercased(identifier) { emails.value($0) }
    switch (exact, email) {
    case (nil, nil): return Self.unknown
    case (let found?, nil), (nil, let found?): return found
    case (let exact?, let email?): return exact == email ? exact : Self.ambiguous
    }
  }

  public func physician(identifiedBy identifier: String) -> Int32 {
    var identifier = identifier
    return identifier.withUTF8 { physician(identifiedBy: $0) }
  }

  private func withLowercased<Result>(
    _ text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    guard text.allSatisfy({ $0 < 0x80 }) else {
      var lowered = String(decoding: text, as: UTF8.self).lowercased()
      return lowered.withUTF8(body)
    }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count) { buffer in
      for index in 0..<text.count {
        let byte = text[index]
        buffer[index] = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
      }
      return body(UnsafeBufferPointer(buffer))
    }
  }
}
