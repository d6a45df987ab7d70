import Vocabulary

/// What became of records that earlier closes held, where it is not what they held: rows of the inputs come before what
/// the ledger has of a record (SPEC 8), whatever they say now, and somebody should know it before money moves.
struct FormerHolds {
  /// Paid to somebody else than a close held it for, or not the amount.
  private(set) var changed: [String] = []
  /// Of another quarter by their rows: they are in no sheet of this one, and the ledger holds them still.
  private(set) var moved: [String] = []
  /// Paid as the ledger has them, though the inputs have them as not completed.
  private(set) var undone: [String] = []

  /// O(rows whose record was held).
  init(_ result: QuarterResult) {
    let records = result.records
    for index in result.history.holds.keys.sorted() {
      let (record, table) = (records[index], records.table(of: index))
      let name = shown(table.id(of: record))
      switch record.reason {
      case .paid:
        let physician = result.roster.physicians[Int(record.physician)].id
        let hold = result.history.holds[index]
        if hold?.hasHeld(result.cents(of: record, table), for: physician) == false {
          changed.append(name)
        }
        if table.isCarried, record.flags.contains(.alsoNotCompleted) { undone.append(name) }
      case .earlierQuarter, .laterQuarter: moved.append(name)
      default: break
      }
    }
  }

  /// Lines of the account of a run.
  var text: String {
    func line(_ label: String, _ names: [String], _ one: String, _ several: String) -> String {
      guard !names.isEmpty else { return "" }
      let shown = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
      return
        "\(label)\(grouped(names.count)) of what a close held \(names.count == 1 ? one : several): \(shown); zpay explain says more\n"
    }
    return line(
      "changed?  ", changed, "is paid to another person, or not the amount",
      "are paid to another person, or not the amount")
      + line(
        "undone?   ", undone, "is paid, and the inputs have it as not completed",
        "are paid, and the inputs have them as not completed")
      + line(
        "moved     ", moved, "is of another quarter by its row now, and in no sheet",
        "are of another quarter by their rows now, and in no sheet")
  }
}
