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

  static func tables(
    _ held: [StoredHold], plan: CompensationPlan, roster: Roster
  ) throws -> [RecordTable] {
    let problems = held.lazy.map(\.held.record).filter { program(of: $0, plan) == nil }
    guard problems.isEmpty else {
      throw UnusableInput(Set(problems).map(lostProgram).sorted { $0.message < $1.message })
    }
    let places = Dictionary(grouping: held) {
      Place(activity: $0.held.record.activity, fileBytes: Array($0.held.sourceFile.utf8))
    }
    return places.keys.sorted {
      $0.activity == $1.activity
        ? $0.fileBytes.lexicographicallyPrecedes($1.fileBytes) : $0.activity < $1.activity
    }.map { place in
      table(
        place,
        places[place]!.sorted {
          ($0.held.sourceLine, $0.held.record.id) < ($1.held.sourceLine, $1.held.record.id)
        }, plan, roster)
    }
  }

  private static func program(of record: RecordIdentity, _ plan: CompensationPlan) -> UInt8? {
    plan.programs.firstIndex { $0.key == record.program && $0.pays.contains(record.activity) }
      .map { UInt8($0) }
  }

  private static func lostProgram(_ record: RecordIdentity) -> Diagnostic {
    Diagnostic(
      .error, code: "plan.programLost", at: SourceLocation(file: "plan.yaml"),
      "the ledger holds the \(record.activity.code) \(shown(record.id)) of the program \(record.program), which the plan no longer pays",
      remedy: "put the program back; or end the record unpaid while it is there, with zpay forfeit")
  }

  private static func table(
    _ place: Place, _ holds: [StoredHold], _ plan: CompensationPlan, _ roster: Roster
  ) -> RecordTable {
    var bytes: [UInt8] = []
    var records = ContiguousArray<ServiceRecord>()
    var cases: [CaseReference] = []
    var starts: [Int] = []
    for item in holds.lazy.map(\.held) {
      let start = bytes.count
      starts.append(start)
      let (id, caseID) = (Array(item.record.id.utf8), Array(item.writtenCase.utf8))
      bytes += id + caseID
      var record = ServiceRecord(rowStart: start, line: item.sourceLine)
      record.setID(offset: 0, length: id.count)
      record.instant = item.instant
      record.day = item.day
      record.seconds = item.seconds
      record.flags = ServiceRecord.Flags(rawValue: item.flags).intersection(.own)
      record.program = program(of: item.record, plan) ?? ServiceRecord.noProgram
      record.physician = roster.physician(identifiedBy: item.writtenPhysician)
      records.append(record)
      if place.activity == .conference {
        cases.append(
          caseID.isEmpty ? .none : CaseReference(offset: id.count, count: caseID.count))
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
      return holds[low]
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
