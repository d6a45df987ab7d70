internal import Foundation
internal import Vocabulary

/// Held records that the inputs no longer have, as rows for the rules: a table for each file in
/// which they stood.
enum CarriedRecords {
  private struct Place: Hashable {
    var activity: Activity
    /// UTF-8: names that Swift calls equal may be those of two files.
    var fileBytes: [UInt8]
    var file: String { String(decoding: fileBytes, as: UTF8.self) }
  }

  /// The tables, and the records of each in the order of its rows.
  static func tables(
    _ held: [OpenHolds.Held], plan: CompensationPlan, roster: Roster, _ workers: Workers
  ) throws -> [(table: RecordTable, held: [OpenHolds.Held])] {
    let groups = try groups(of: held, plan)
    return workers.map(groups.count) { number in
      let (place, held) = groups[number]
      let sorted = held.sorted {
        let (one, other) = ($0.row, $1.row)
        return one.held.sourceLine == other.held.sourceLine
          ? one.held.record.id < other.held.record.id : one.held.sourceLine < other.held.sourceLine
      }
      return (table(place, sorted, plan, roster), sorted)
    }
  }

  /// The records of each file, in the order of the files.
  private static func groups(
    of held: [OpenHolds.Held], _ plan: CompensationPlan
  ) throws(UnusableInput) -> [(place: Place, held: [OpenHolds.Held])] {
    var groups: [(place: Place, held: [OpenHolds.Held])] = []
    var numbers: [Place: Int] = [:]
    var number = 0
    var lost: Set<RecordIdentity> = []
    for item in held {
      let row = item.row
      if program(of: row, plan) == nil { lost.insert(row.held.record) }
      // Most stand in the file of the one before.
      let isSame =
        groups.indices.contains(number)
        && groups[number].place.activity == row.held.record.activity
        && row.held.sourceFile.utf8.elementsEqual(groups[number].place.fileBytes)
      if !isSame {
        let place = Place(
          activity: row.held.record.activity, fileBytes: Array(row.held.sourceFile.utf8))
        number = numbers[place] ?? groups.count
        if number == groups.count {
          numbers[place] = number
          groups.append((place, []))
        }
      }
      groups[number].held.append(item)
    }
    guard lost.isEmpty else {
      throw UnusableInput(lost.map(lostProgram).sorted { $0.message < $1.message })
    }
    return groups.sorted {
      let (one, other) = ($0.place, $1.place)
      return one.activity == other.activity
        ? one.fileBytes.lexicographicallyPrecedes(other.fileBytes) : one.activity < other.activity
    }
  }

  private static func program(of row: StoredHold, _ plan: CompensationPlan) -> UInt8? {
    plan.programs.firstIndex {
      $0.key == row.held.record.program && $0.pays.contains(row.held.record.activity)
    }.map { UInt8($0) }
  }

  private static func lostProgram(_ record: RecordIdentity) -> Diagnostic {
    Diagnostic(
      .error, code: "plan.programLost", at: SourceLocation(file: "plan.yaml"),
      "the ledger holds the \(record.activity.code) \(shown(record.id)) of the program \(record.program), which the plan no longer pays",
      remedy:
        "put the program back; or end the record unpaid while it is there, with zpay forfeit, and take the program out once that quarter is closed"
    )
  }

  /// With this a row of a table's text begins; behind it stand its ID, the case that it names, and the physician.
  private struct RowHead {
    static let count = MemoryLayout<RowHead>.size
    /// Among the table's records.
    var number: Int32
    var idCount: Int32
    var caseCount: Int32
    var physicianCount: Int32

    var caseOffset: Int { Self.count + Int(idCount) }
    var physicianOffset: Int { caseOffset + Int(caseCount) }

    init(number: Int, _ held: HeldRecord) {
      self.number = Int32(number)
      idCount = Int32(held.record.id.utf8.count)
      caseCount = Int32(held.writtenCase.utf8.count)
      physicianCount = Int32(held.writtenPhysician.utf8.count)
    }

    init(of record: ServiceRecord, in text: SourceText) {
      self = UnsafeRawBufferPointer(text.bytes).loadUnaligned(
        fromByteOffset: record.rowStart, as: RowHead.self)
    }
  }

  /// - Returns: the row's head.
  private static func append(
    _ held: HeldRecord, number: Int, to text: inout GrowingText
  ) -> RowHead {
    let head = RowHead(number: number, held)
    withUnsafeBytes(of: head) { text.append($0.assumingMemoryBound(to: UInt8.self)) }
    for var value in [held.record.id, held.writtenCase, held.writtenPhysician] {
      value.withUTF8 { text.append($0) }
    }
    return head
  }

  private static func table(
    _ place: Place, _ holds: [OpenHolds.Held], _ plan: CompensationPlan, _ roster: Roster
  ) -> RecordTable {
    var rows = GrowingText(expecting: 64 * holds.count)
    var records = ContiguousArray<ServiceRecord>()
    var cases: [CaseReference] = []
    records.reserveCapacity(holds.count)
    for (number, hold) in holds.enumerated() {
      let held = hold.row.held
      var record = ServiceRecord(rowStart: rows.count, line: held.sourceLine)
      let head = append(held, number: number, to: &rows)
      record.setID(offset: RowHead.count, length: Int(head.idCount))
      record.instant = held.instant
      record.day = held.day
      record.seconds = held.seconds
      record.flags = ServiceRecord.Flags(rawValue: held.flags).intersection(.own)
      record.program = program(of: hold.row, plan) ?? ServiceRecord.noProgram
      record.physician = roster.physician(identifiedBy: held.writtenPhysician)
      records.append(record)
      if place.activity == .conference {
        cases.append(
          head.caseCount == 0
            ? .none : CaseReference(offset: head.caseOffset, count: Int(head.caseCount)))
      }
    }
    let text = rows.finish()
    return RecordTable(
      activity: place.activity, file: place.file, isCarried: true,
      text: text, records: RecordRows(records),
      rewrittenIDs: [],
      cases: cases,
      reread: { record in
        let stored = holds[Int(RowHead(of: record, in: text).number)].row
        let (item, columns) = (stored.held, stored.columns)
        var written = WrittenRecord()
        written.id = item.record.id
        written.program = item.record.program
        written.physician = item.writtenPhysician
        written.caseID = item.writtenCase
        written.columns = columns.map { ($0.heading, $0.value) }
        func value(_ names: String...) -> String {
          columns.first { names.contains($0.heading) }?.value ?? ""
        }
        written.serviceTime = value("completed_at", "started_at")
        written.endTime = value("ended_at")
        written.length = value("duration_minutes")
        written.status = value("status")
        return written
      },
      writtenPhysician: { record in
        let head = RowHead(of: record, in: text)
        let start = record.rowStart + head.physicianOffset
        return String(
          decoding: text.bytes[start..<start + Int(head.physicianCount)], as: UTF8.self)
      })
  }
}
