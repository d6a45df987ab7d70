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
      remedy: "put the program back; or end the record unpaid while it is there, with zpay forfeit")
  }

  private static func table(
    _ place: Place, _ holds: [OpenHolds.Held], _ plan: CompensationPlan, _ roster: Roster
  ) -> RecordTable {
    var bytes: [UInt8] = []
    var records = ContiguousArray<ServiceRecord>()
    var cases: [CaseReference] = []
    var starts: [Int] = []
    records.reserveCapacity(holds.count)
    starts.reserveCapacity(holds.count)
    for row in holds.lazy.map(\.row) {
      let start = bytes.count
      starts.append(start)
      bytes += row.held.record.id.utf8
      let idCount = bytes.count - start
      bytes += row.held.writtenCase.utf8
      let caseCount = bytes.count - start - idCount
      var record = ServiceRecord(rowStart: start, line: row.held.sourceLine)
      record.setID(offset: 0, length: idCount)
      record.instant = row.held.instant
      record.day = row.held.day
      record.seconds = row.held.seconds
      record.flags = ServiceRecord.Flags(rawValue: row.held.flags).intersection(.own)
      record.program = program(of: row, plan) ?? ServiceRecord.noProgram
      record.physician = roster.physician(identifiedBy: row.held.writtenPhysician)
      records.append(record)
      if place.activity == .conference {
        cases.append(
          caseCount == 0 ? .none : CaseReference(offset: idCount, count: caseCount))
      }
    }
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, bytes.count))
    memory.initialize(from: bytes, count: bytes.count)
    // A row is known by where its text begins.
    let rowStarts = starts
    @Sendable func hold(_ record: ServiceRecord) -> StoredHold {
      var (low, high) = (0, rowStarts.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if rowStarts[middle] < record.rowStart { low = middle + 1 } else { high = middle }
      }
      return holds[low].row
    }
    return RecordTable(
      activity: place.activity, file: place.file, isCarried: true,
      text: SourceText(owning: memory, count: bytes.count), records: RecordRows(records),
      rewrittenIDs: [],
      cases: cases,
      reread: { record in
        let stored = hold(record)
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
      }, writtenPhysician: { hold($0).held.writtenPhysician })
  }
}
