/// What makes a record one and the same for ever: program, activity and ID, letter for letter.
package struct RecordIdentity: Hashable, Sendable {
  /// The plan's key.
  package var program: String
  package var activity: Activity
  package var id: String

  package init(program: String, activity: Activity, id: String) {
    self.program = program
    self.activity = activity
    self.id = id
  }
}

/// A line of a statement, as a close keeps it: a record that is paid, or a payment taken back.
package struct PaymentLine: Hashable, Sendable {
  package var department: String
  /// The statement's file name without its ending.
  package var sheet: String
  package var physicianID: String
  package var employeeID: String
  package var employeeRecord: String
  package var physician: String
  package var record: RecordIdentity
  /// The service date, in days since 1970-01-01.
  package var day: Int32
  /// A conference's length; 0 for a case.
  package var seconds: Int64
  /// Nil for a case; below zero where the line takes a payment back.
  package var blocks: Int64?
  package var rateCents: Int64
  package var amountCents: Int64
  package var sourceFile: String
  package var sourceLine: Int
  /// The ledger's number of the line that this one takes back.
  package var reverses: Int64?

  package init(
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

  package var date: CivilDate { CivilDate(day: day) }

  /// The quarter of the service date.
  package var earnedIn: Quarter { Quarter(of: date) }

  /// The line that takes this one back.
  ///
  /// - Parameters:
  ///   - number: the ledger's number of this line.
  ///   - place: where this line stands in the statement that was issued.
  package func reversed(number: Int64, place: (file: String, line: Int)) -> PaymentLine {
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
package struct HeldRecord: Hashable, Sendable {
  package var record: RecordIdentity
  package var department: String
  /// As found, else as written.
  package var physicianID: String
  /// As written: the roster is asked again.
  package var writtenPhysician: String
  package var writtenCase: String
  package var instant: Int64
  package var day: Int32
  package var seconds: Int32
  /// ``ServiceRecord/Flags`` that do not depend on other rows.
  package var flags: UInt16
  /// The word in files.
  package var reason: String
  /// At most.
  package var amountCents: Int64
  package var sourceFile: String
  package var sourceLine: Int
  /// What stood in the row's columns that are read.
  package var columns: [Column]

  package struct Column: Hashable, Codable, Sendable {
    package var heading: String
    package var value: String

    package init(heading: String, value: String) {
      self.heading = heading
      self.value = value
    }
  }

  package init(
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
