import Vocabulary

/// Decisions of people on records that no row has: they have no effect, and stand in no file.
enum DecisionsOfNoRow {
  /// What a person should know before the close: a payment that is taken back to be paid anew is paid to nobody, and a
  /// record that was held may be paid by another ID.
  ///
  /// O(rows), where there are such decisions.
  static func warnings(of result: QuarterResult) -> [Diagnostic] {
    let decided =
      result.history.reversals.map(\.decision).filter(\.paysAgain)
      + result.history.decisionsInForce
    guard !decided.isEmpty else { return [] }
    let ids = Set(decided.map(\.record.id))
    var found: Set<RecordIdentity> = []
    for table in result.records.tables {
      for record in table.records where record.program != ServiceRecord.noProgram {
        let id = table.id(of: record)
        guard ids.contains(id) else { continue }
        let program = result.plan.programs[Int(record.program)].key
        found.insert(RecordIdentity(program: program, activity: table.activity, id: id))
      }
    }
    return decided.filter { !found.contains($0.record) }.map(warning)
  }

  private static func warning(of decision: Decision) -> Diagnostic {
    let record = decision.record
    let name = "the \(record.program) \(record.activity.code) \(shown(record.id))"
    let isPayment = decision.kind == .reverse
    return Diagnostic(
      .warning, code: isPayment ? "ledger.notPaidAnew" : "ledger.decisionOfNoRow",
      at: SourceLocation(file: "ledger.sqlite"),
      isPayment
        ? "the payment of \(name) is taken back to be paid anew, and no row has it: nobody is paid for it"
        : "\(shown(decision.by)) decided to \(decision.kind.rawValue) \(name), and no row has it: the decision has no effect",
      remedy: isPayment
        ? "put its row into the inputs, in this quarter or a later one"
        : "if its ID or its program was corrected in the inputs, decide on it as it is now")
  }
}
