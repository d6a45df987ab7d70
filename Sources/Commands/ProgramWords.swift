import Foundation
import Ledger
import Vocabulary

/// The words by which inputs name the programs of a plan: keys, names and aliases; and none at all, where one program
/// alone pays conferences.
///
/// What is paid, held or forfeited is known by its program's key (SPEC 5, rule 9). Where a plan lets a word name another
/// program than it did when a quarter was closed, rows with that word are other records, letter for letter: what was
/// paid would be paid once more, and what was decided would hold no more. So they stop the run.
struct ProgramWords {
  /// Keys of programs, by ``matchKey(_:)`` of the word.
  private var keys: [String: String] = [:]

  init(_ plan: CompensationPlan) {
    for program in plan.programs { add([program.name] + program.aliases, key: program.key) }
    addBlank(plan.conferencePrograms.map { plan.programs[$0].key })
  }

  /// - Parameter planText: the plan of a close, as the ledger keeps it (``Manifest/plan(_:)``).
  /// - Throws: ``LedgerError`` where it is none: what was paid is not decided on without it.
  init(planText: String) throws {
    let plan = try? JSONSerialization.jsonObject(with: Data(planText.utf8)) as? [String: Any]
    guard let programs = plan?["programs"] as? [String: [String: Any]] else {
      throw LedgerError(.unusable, "the plan of a close in the ledger can't be read")
    }
    for (key, program) in programs {
      let names = [program["name"] as? String].compactMap(\.self)
      add(names + (program["aliases"] as? [String] ?? []), key: key)
    }
    let paying = programs.filter { _, program in
      (program["pays"] as? [String])?.contains(Activity.conference.code) == true
    }
    addBlank(paying.map(\.key))
  }

  private mutating func add(_ words: [String], key: String) {
    for word in [key] + words { keys[matchKey(word)] = key }
  }

  private mutating func addBlank(_ programs: [String]) {
    if programs.count == 1 { keys[""] = programs[0] }
  }

  /// Rows of records that the ledger knows under the program that their word named when a quarter was closed.
  ///
  /// - Returns: one problem a word. O(rows), where a word has changed; else nothing is looked at.
  static func problems(
    of records: RecordTables, _ plan: CompensationPlan, _ ledger: Ledger
  ) throws -> [Diagnostic] {
    let now = ProgramWords(plan).keys
    var changes: [Change] = []
    for planText in try ledger.closedPlans() {
      for (word, key) in try ProgramWords(planText: planText).keys {
        let change = Change(word: word, before: key, now: now[word] ?? key)
        if change.before != change.now, !changes.contains(change) { changes.append(change) }
      }
    }
    return try changes.sorted { ($0.word, $0.before) < ($1.word, $1.before) }.compactMap {
      try $0.problem(
        records, known: ledger.knownRecords(ofProgram: $0.before),
        now: ledger.knownRecords(ofProgram: $0.now))
    }
  }

  private struct Change: Equatable {
    var word: String
    var before: String
    var now: String

    /// - Parameters:
    ///   - known: under the program that the word named before.
    ///   - knownNow: and under the one that it names now: that goes on as it is.
    func problem(
      _ records: RecordTables, known: KnownRecords, now knownNow: KnownRecords
    ) -> Diagnostic? {
      guard !known.paid.isEmpty || !known.unpaid.isEmpty else { return nil }
      var first: (table: RecordTable, record: ServiceRecord)?
      var count = 0
      for table in records.tables where !table.isCarried {
        for record in table.records where record.reason == .undecided {
          var identity = RecordIdentity(
            program: before, activity: table.activity, id: table.id(of: record))
          guard known.contains(identity) else { continue }
          identity.program = now
          guard !knownNow.contains(identity), matchKey(table.reread(record).program) == word
          else { continue }
          first = first ?? (table, record)
          count += 1
        }
      }
      guard let first else { return nil }
      let (table, record) = first
      let written = table.reread(record).program
      let others = count - 1
      let isPaid = known.paid.contains(
        RecordIdentity(program: before, activity: table.activity, id: table.id(of: record)))
      return Diagnostic(
        .error, code: "plan.programChanged",
        at: SourceLocation(file: table.file, line: record.line),
        (written.isEmpty ? "no program" : "“\(shown(written))”")
          + " means \(now) in the plan, and meant \(before) when the \(table.activity.code) "
          + shown(table.id(of: record))
          + (isPaid
            ? " was paid, which would be paid again"
            : " was held or decided on, which would hold no more")
          + (others == 0 ? "" : ", as \(others) other \(others == 1 ? "row" : "rows")"),
        remedy: "let it mean \(before) in plan.yaml, as before; or take such rows out of the inputs"
      )
    }
  }
}
