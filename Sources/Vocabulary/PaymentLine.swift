/// What makes a record one and the same for ever: program, activity and ID, letter for letter.
public struct RecordIdentity: Hashable, Sendable {
  /// The plan's key.
  public var program: String
  public var activity: Activity
  public var id: String

  public init(program: String, activity: Activity, id: String) {
    self.program = program
    self.activity = activity
    self.id = id
  }
}

/// A line of a statement, as a close keeps it: a record that is paid, or a payment taken back.
public struct PaymentLine: Hashable, Sendable {
  public var department: String
  /// The statement's file name without its ending.
  public var sheet: String
  public var physicianID: String
  public var employeeID: String
  public var employeeRecord: String
  public var physician: String
  public var record: RecordIdentity
  /// The service date, in days since 1970-01-01.
  public var day: Int32
  /// A conference's length; 0 for a case.
  public var seconds: Int64
  /// Nil for a case; below zero where the line takes a payment back.
  public var blocks: Int64?
  public var rateCents: Int64
  public var amountCents: Int64
  public var sourceFile: String
  public var sourceLine: Int
  /// The ledger's number of the line that this one takes back.
  public var reverses: Int64?

  public init(
    department: String, sheet: String, physicianID: String, employeeID: String,
    employeeRecord: String, physician: String, record: RecordIdentity, day: Int32, seconds: Int64,
    blocks: Int64?, rateCents: Int64, amountCents: Int64, sourceFile: String, sourceLine: Int,
    reverses: Int64? = nil
  ) {
    self.department = department
    self.sheet = sheet
    self.physicianID = physicianID
    self.employeeID = employeeID
    self.employeeRecord = employeeRecord
    self.physician = physician
    self.record = record
    self.day = day
    self.seconds = seconds
    self.blocks = blocks
    self.rateCents = rateCents
    self.amountCents = amountCents
    self.sourceFile = sourceFile
    self.sourceLine = sourceLine
    self.reverses = reverses
  }

  public var date: CivilDate { CivilDate(day: day) }

  /// The quarter of the service date.
  public var earnedIn: Quarter { Quarter(of: date) }

  /// The line that takes this one back.
  ///
  /// - Parameters:
  ///   - number: the ledger's number of this line.
  ///   - place: where this line stands in the statement that was issued.
  public func reversed(number: Int64, place: (file: String, line: Int)) -> PaymentLine {
    var line = self
    line.blocks = blocks.map { -$0 }
    line.amountCents = -amountCents
    line.sourceFile = place.file
    line.sourceLine = place.line
    line.reverses = number
    return line
  }
}

/// A row that a close left unpaid, with all that rules need to look at it again.
public struct HeldRecord: Hashable, Sendable {
  public var record: RecordIdentity
  public var department: String
  /// As found, else as written.
  public var physicianID: String
  /// As written: the roster is asked again.
  public var writtenPhysician: String
  public var writtenCase: String
  public var instant: Int64
  public var day: Int32
  public var seconds: Int32
  /// ``ServiceRecord/Flags`` that do not depend on other rows.
  public var flags: UInt16
  /// The word in files.
  public var reason: String
  /// At most.
  public var amountCents: Int64
  public var sourceFile: String
  public var sourceLine: Int
  /// What stood in the row's columns that are read.
  public var columns: [Column]

  public struct Column: Hashable, Codable, Sendable {
    public var heading: String
    public var value: String

    public init(heading: String, value: String) {
      self.heading = heading
      self.value = value
    }
  }

  public init(
    record: RecordIdentity, department: String, physicianID: String, writtenPhysician: String,
    writtenCase: String, instant: Int64, day: Int32, seconds: Int32, flags: UInt16, reason: String,
    amountCents: Int64, sourceFile: String, sourceLine: Int, columns: [Column]
  ) {
    self.record = record
    self.department = department
    self.physicianID = physicianID
    self.writtenPhysician = writtenPhysician
    self.writtenCase = writtenCase
    self.instant = instant
    self.day = day
    self.seconds = seconds
    self.flags = flags
    self.reason = reason
    self.amountCents = amountCents
    self.sourceFile = sourceFile
    self.sourceLine = sourceLine
    self.columns = columns
  }
}
