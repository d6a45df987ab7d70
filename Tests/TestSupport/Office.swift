import Foundation
import Ingest
import Rules
package import Vocabulary

/// An office in memory: tables as CSV text, decided as `zpay run` would.
///
/// By itself it has one physician, P1 (Ada Example, Neurology, from 2020-01-01, in good standing since), so
/// that a test writes only what it is about.
package struct Office {
  package var quarter = Quarter(year: 2026, number: 1)
  package var plan = CompensationPlan()
  package var physicians: [String] = ["P1,Ada Example,Neurology,2020-01-01,"]
  package var standing: [String] = ["P1,good,2020-01-01,"]
  /// Rows of `case_id,program,physician_id,completed_at,status,offered_at,accepted_at`, by file.
  package var cases: [[String]] = []
  /// The names of those files, where they matter.
  package var caseFiles: [String] = []
  /// Rows of `conference_id,program,physician_id,started_at,ended_at,duration_minutes,case_id,status`,
  /// by file.
  package var conferences: [[String]] = []

  /// What the ledger knows: the closed quarters, and by record ID what is paid and decided.
  package var closed: ClosedRange<Quarter>?
  package var paid: [String: PriorPayment] = [:]
  package var decisions: [String: DecisionKind] = [:]
  package var reversals: [Reversal] = []

  package var workers = Workers.one
  /// How the text of a file of records becomes its bytes.
  package var encode: @Sendable (String) -> [UInt8] = { Array($0.utf8) }

  package init() {}

  package init(cases: String...) { self.cases = [cases] }

  package init(conferences: String...) { self.conferences = [conferences] }

  /// What the tables say, as far as each row says it by itself.
  package typealias Tables = (
    roster: Roster, records: RecordTables, inputs: [InputFile], notices: [Notice]
  )

  /// - Throws: ``UnusableInput`` as the program would.
  package func decide() throws -> QuarterResult {
    let tables = try read()
    return try QuarterRules.decide(
      quarter, plan: plan, roster: tables.roster, records: tables.records,
      history: history(of: tables.records), inputs: tables.inputs, fileNotices: tables.notices,
      workers: workers)
  }

  /// - Throws: ``UnusableInput`` as the program would.
  package func read() throws -> Tables {
    var reader = RosterReader(plan: plan)
    try reader.readPhysicians(
      Self.stream(
        "physician_id,name,department,credentialed_from,credentialed_to,employee_id,npi,email",
        physicians), file: "physicians.csv")
    try reader.readStanding(
      Self.stream("physician_id,status,effective_from,effective_to", standing), file: "standing.csv"
    )
    reader.finish()
    guard reader.problems.isEmpty else { throw UnusableInput(reader.problems) }
    let context = RecordContext(
      plan: plan, roster: reader.roster, zone: .named(plan.timeZone))
    var (tables, inputs, notices) = ([RecordTable](), [InputFile](), reader.notices)
    let files =
      cases.enumerated().map { ($0, $1, Activity.case) }
      + conferences.enumerated().map { ($0, $1, Activity.conference) }
    for (number, rows, activity) in files {
      let heading =
        activity == .case
        ? "case_id,program,physician_id,completed_at,status,offered_at,accepted_at"
        : "conference_id,program,physician_id,started_at,ended_at,duration_minutes,case_id,status"
      let named = activity == .case && number < caseFiles.count
      let read = try RecordReader.read(
        MemoryStream(encode(Self.text(heading, rows))),
        file: named ? caseFiles[number] : "\(activity.code)s-\(number + 1).csv",
        activity: activity, context: context)
      tables.append(read.table)
      inputs.append(read.input)
      notices += read.notices
    }
    return (reader.roster, RecordTables(tables), inputs + reader.inputs, notices)
  }

  private func history(of records: RecordTables) -> QuarterHistory {
    var history = QuarterHistory()
    history.closed = closed
    history.reversals = reversals
    var found = PriorPayments.Found()
    for (number, table) in records.tables.enumerated() {
      for (row, record) in table.records.enumerated() where record.reason == .undecided {
        let index = records.index(table: number, row: row)
        let id = table.id(of: record)
        if let payment = paid[id] { found.append(payment, of: index) }
        history.decisions[index] = decisions[id].map {
          Decision(
            kind: $0,
            record: RecordIdentity(
              program: plan.programs[Int(record.program)].key, activity: table.activity, id: id),
            quarter: quarter, reason: "a reason", by: "Ada", at: "2026-04-01T00:00:00Z")
        }
      }
    }
    history.payments = PriorPayments([found], rowCount: records.count)
    return history
  }

  private static func stream(_ heading: String, _ rows: [String]) -> MemoryStream {
    MemoryStream(Array(text(heading, rows).utf8))
  }

  private static func text(_ heading: String, _ rows: [String]) -> String {
    ([heading] + rows).map { $0 + "\n" }.joined()
  }
}

extension QuarterResult {
  /// The reason code of each row, in the order of the files.
  package var reasons: [String] {
    records.tables.flatMap { table in table.records.map(\.reason.code) }
  }

  /// What each row is paid by the lines that a close would keep, or would pay where it is held, in
  /// dollars; nil for the others.
  package var amounts: [String?] {
    var amounts = [String?](repeating: nil, count: records.count)
    for department in departments {
      for line in department.lines {
        guard let record = line.record else { continue }
        let cents = paymentLine(line, of: department).amountCents
        amounts[Int(record)] = Money(cents: cents).description
      }
      for record in department.held {
        let cents = heldRecord(record, of: department).amountCents
        amounts[Int(record)] = Money(cents: cents).description
      }
    }
    return amounts
  }

  /// The notices as `code line`, in their order.
  package var flags: [String] {
    notices.map { notice in
      let line = notice.record.map { records[$0].line } ?? notice.line
      return notice.kind.code + (line.map { " \($0)" } ?? "")
    }
  }
}

extension ZoneOffsets {
  /// A zone by Foundation's data, from 1990 to 2060.
  package static func named(_ name: String) -> ZoneOffsets {
    name == losAngeles.name ? losAngeles : read(name)
  }

  /// That of nearly every test, read once.
  private static let losAngeles = read("America/Los_Angeles")

  private static func read(_ name: String) -> ZoneOffsets {
    guard let zone = TimeZone(identifier: name) else { preconditionFailure("no zone \(name)") }
    var date = Date(timeIntervalSince1970: 631_152_000)
    var (changes, offsets) = ([Int64](), [Int32(zone.secondsFromGMT(for: date))])
    while let next = zone.nextDaylightSavingTimeTransition(after: date),
      next.timeIntervalSince1970 < 2_840_140_800
    {
      changes.append(Int64(next.timeIntervalSince1970))
      offsets.append(Int32(zone.secondsFromGMT(for: next)))
      date = next
    }
    return ZoneOffsets(name: name, changes: changes, offsets: offsets)
  }
}

extension PriorPayments {
  /// All of them, as tests compare them.
  package var byRow: [Int32: PriorPayment] {
    var all: [Int32: PriorPayment] = [:]
    forEachRow(in: rows) { all[$0] = self[$0] }
    return all
  }
}
