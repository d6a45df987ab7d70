import Vocabulary

extension Set<RecordIdentity> {
  var byID: [RecordIdentity] {
    sorted { ($0.id, $0.program, $0.activity) < ($1.id, $1.program, $1.activity) }
  }
}

/// What became of records that earlier closes held, where it is not what they held. A row of the inputs that can be
/// used comes before what the ledger has of its record (SPEC 8), whatever it says now; where none can, the ledger's
/// version is decided on. Somebody should know either before money moves.
struct FormerHolds {
  /// Paid to somebody else than a close held it for, or not the amount.
  private(set) var changed: [RecordIdentity] = []
  /// Of another quarter by their rows: they are in no sheet of this one, and the ledger holds them still.
  private(set) var moved: [RecordIdentity] = []
  /// Paid as the ledger has them, though the inputs have them as not completed, or had while they were held.
  private(set) var undone: [RecordIdentity] = []
  /// Paid as the ledger has them, though a row of the inputs that is rejected may say otherwise.
  private(set) var unread: [RecordIdentity] = []

  /// O(rows whose record was held); where the ledger's version of one is paid, O(rows).
  init(_ result: QuarterResult) {
    let records = result.records
    // A record may stand in several rows.
    var (changed, moved, undone, carried):
      (
        Set<RecordIdentity>, Set<RecordIdentity>, Set<RecordIdentity>, Set<RecordIdentity>
      ) = ([], [], [], [])
    for (index, hold) in result.history.holds {
      let (record, table) = (records[index], records.table(of: index))
      let identity = result.identity(of: record, table)
      switch record.reason {
      case .paid:
        let physician = result.roster.physicians[Int(record.physician)].id
        if !hold.hasHeld(result.cents(of: record, table), for: physician) {
          changed.insert(identity)
        }
        if table.isCarried {
          carried.insert(identity)
          if record.flags.contains(.alsoNotCompleted) || record.flags.contains(.wasNotCompleted) {
            undone.insert(identity)
          }
        }
      case .earlierQuarter, .laterQuarter: moved.insert(identity)
      default: break
      }
    }
    (self.changed, self.moved, self.undone) = (
      changed.byID, moved.byID, undone.byID
    )
    if !carried.isEmpty { unread = Self.rejected(in: result, of: carried).byID }
  }

  /// Records that also stand in a rejected row: with their program, or with none that the plan has.
  private static func rejected(
    in result: QuarterResult, of carried: Set<RecordIdentity>
  ) -> Set<RecordIdentity> {
    func withoutProgram(_ record: RecordIdentity) -> RecordIdentity {
      RecordIdentity(program: "", activity: record.activity, id: record.id)
    }
    let carried = Dictionary(grouping: carried, by: withoutProgram)
    var found: Set<RecordIdentity> = []
    for table in result.records.tables where !table.isCarried {
      for record in table.records
      where record.reason.disposition == .rejected && record.reason != .malformedRow {
        let id = RecordIdentity(
          program: "", activity: table.activity, id: table.id(of: record))
        let program =
          record.program == ServiceRecord.noProgram
          ? nil : result.plan.programs[Int(record.program)].key
        found.formUnion((carried[id] ?? []).filter { program == nil || $0.program == program })
      }
    }
    return found
  }

  /// Lines of the account of a run.
  var text: String {
    func line(
      _ label: String, _ found: [RecordIdentity], _ one: String, _ several: String
    ) -> String {
      guard !found.isEmpty else { return "" }
      return label
        + "\(grouped(found.count)) of what a close held \(found.count == 1 ? one : several): "
        + "\(firstOf(found.map(\.id))); zpay explain says more\n"
    }
    return line(
      "changed?  ", changed, "is paid to another person, or not the amount",
      "are paid to another person, or not the amount")
      + line(
        "undone?   ", undone, "is paid, and the inputs have or had it as not completed",
        "are paid, and the inputs have or had them as not completed")
      + line(
        "unread?   ", unread, "is paid, and the inputs have a row of it that is rejected",
        "are paid, and the inputs have rows of them that are rejected")
      + line(
        "moved     ", moved, "is of another quarter by its row now, and in no sheet",
        "are of another quarter by their rows now, and in no sheet")
  }
}
