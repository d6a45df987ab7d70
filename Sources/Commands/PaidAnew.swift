import Vocabulary

/// Payments that are taken back to be paid anew, and no row pays them.
enum PaidAnew {
  /// What a person should know before the close: a record of which no row is there is not paid, and stands in no file.
  ///
  /// O(rows), where something is to be paid anew.
  static func warnings(of result: QuarterResult) -> [Diagnostic] {
    let taken = result.history.reversals.filter(\.decision.paysAgain).map(\.decision.record)
    guard !taken.isEmpty else { return [] }
    let ids = Set(taken.map(\.id))
    var found: Set<RecordIdentity> = []
    for table in result.records.tables {
      for record in table.records where record.program != ServiceRecord.noProgram {
        let id = table.id(of: record)
        guard ids.contains(id) else { continue }
        let program = result.plan.programs[Int(record.program)].key
        found.insert(RecordIdentity(program: program, activity: table.activity, id: id))
      }
    }
    return taken.filter { !found.contains($0) }.map { record in
      Diagnostic(
        .warning, code: "ledger.notPaidAnew", at: SourceLocation(file: "ledger.sqlite"),
        "the payment of the \(record.program) \(record.activity.code) \(shown(record.id)) is taken back to be paid anew, and no row has it: nobody is paid for it",
        remedy: "put its row into the inputs, in this quarter or a later one")
    }
  }
}
