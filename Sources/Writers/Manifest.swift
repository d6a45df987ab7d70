internal import Crypto
internal import Reports
package import Vocabulary

/// `manifest.json`: inputs, outputs, sums, digest (SPEC 6); and the digest itself.
package enum Manifest {
  struct Output {
    var file: String
    var written: WrittenFile
  }

  /// The manifest of a result that is not written: it names no outputs.
  package static func ofDraft(_ result: QuarterResult, digest: String, version: String) -> JSON {
    json(result, Provenance(digest: digest, version: version), outputs: [])
  }

  static func json(
    _ result: QuarterResult, _ provenance: Provenance, outputs: [Output]
  ) -> JSON {
    .object([
      ("made_by", .text("zpay \(provenance.version)")),
      ("state", .text(provenance.close == nil ? "draft" : "final")),
      ("close", provenance.close.map(close) ?? .null),
      ("quarter", .text(result.quarter.description)),
      (
        "fiscal_quarter",
        .text(result.quarter.fiscalName(fiscalYearStarts: result.plan.fiscalYearStarts))
      ),
      ("from", .text(result.quarter.start.description)),
      ("through", .text(result.quarter.through.description)),
      ("digest", .text(provenance.digest)),
      ("sums", sums(result)),
      ("plan", plan(result.plan)),
      ("inputs", .list(result.inputs.map(input))),
      (
        "outputs",
        .list(
          outputs.map {
            .object([
              ("file", .text($0.file)), ("bytes", .number($0.written.byteCount)),
              ("sha256", .text($0.written.sha256)),
            ])
          })
      ),
    ])
  }

  private static func close(_ close: CloseMark) -> JSON {
    .object([
      ("number", .number(close.number)), ("hash", .text(close.hash)),
      ("previous", close.previous.isEmpty ? .null : .text(close.previous)),
      ("prepared_by", .text(close.preparedBy)), ("approved_by", .text(close.approvedBy)),
    ])
  }

  /// SHA-256 over plan, input hashes and lines (by the hashes of the statements' CSV files); with a
  /// ledger also over its last close and the decisions that it has for the quarter.
  package static func digest(
    _ result: QuarterResult, statements: [(department: String, sha256: String)]
  ) -> String {
    var hash = SHA256()
    func add(_ line: String) { hash.update(data: Array((line + "\n").utf8)) }
    add("zpay digest 1")
    add("quarter \(result.quarter)")
    hash.update(data: Array(plan(result.plan).rendered.utf8))
    for input in result.inputs { add("input \(input.kind.rawValue) \(input.sha256)") }
    for statement in statements { add("lines \(statement.sha256) \(statement.department)") }
    if let hash = result.history.lastHash { add("after close \(hash)") }
    for decision in result.history.madeDecisions {
      add(
        "decision \(decision.kind.rawValue) \(decision.paysAgain) \(decision.record.program) "
          + "\(decision.record.activity.code) \(decision.record.id)")
    }
    return hexadecimal(hash.finalize())
  }

  private static func sums(_ result: QuarterResult) -> JSON {
    .object([
      (
        "rows",
        .object(
          [("read", .number(result.records.count))]
            + Disposition.allCases.map { ($0.rawValue, .number(result.rowCount($0))) })
      ),
      (
        "reasons",
        .object(
          Reason.allCases.filter { result.rowsByReason[Int($0.rawValue)] > 0 }.map {
            ($0.code, .number(result.rowsByReason[Int($0.rawValue)]))
          })
      ),
      ("carried", .number(result.history.carriedRows)),
      ("reversals", .number(result.history.reversals.count)),
      ("payable", .text(result.payable.description)),
      ("held_at_most", .text(result.heldAtMost.description)),
      (
        "departments",
        .list(
          result.departments.map {
            .object([
              ("department", .text($0.name)), ("sheet", .text($0.sheet)),
              ("payable", .text($0.payable.description)),
              ("held_at_most", .text($0.heldAtMost.description)),
            ])
          })
      ),
    ])
  }

  private static func input(_ input: InputFile) -> JSON {
    .object([
      ("file", .text(input.file)), ("table", .text(input.kind.rawValue)),
      ("rows", .number(input.rowCount)), ("bytes", .number(input.byteCount)),
      ("encoding", .text(input.encoding)), ("sha256", .text(input.sha256)),
    ])
  }

  /// The plan as it was read, every default written out.
  package static func plan(_ plan: CompensationPlan) -> JSON {
    .object([
      ("plan", .text(plan.name)),
      ("time_zone", .text(plan.timeZone)),
      ("fiscal_year_starts", .number(plan.fiscalYearStarts)),
      (
        "programs",
        .object(
          plan.programs.map { program in
            (
              program.key,
              .object([
                ("name", .text(program.name)),
                ("aliases", .list(program.aliases.map { .text($0) })),
                (
                  "pays",
                  .list(Activity.allCases.filter(program.pays.contains).map { .text($0.code) })
                ),
              ])
            )
          })
      ),
      (
        "rates",
        .object(
          Activity.allCases.map { activity in
            (activity.code, .list(plan.rates(for: activity).map(rate)))
          })
      ),
      (
        "standing",
        .object([
          ("as_of", .list(plan.standingBasis.map { .text($0.rawValue) })),
          ("unlisted", .text(plan.holdsUnlistedStanding ? "hold" : "good")),
        ])
      ),
      ("headings", headings(plan)),
      (
        "notices",
        .object([
          ("near_block_minutes", .number(plan.nearBlockMinutes)),
          ("respond_hours", .number(plan.respondHours)),
          ("review_hours", .number(plan.reviewHours)),
        ])
      ),
      ("limits", .object([("conference_minutes", .number(plan.conferenceMinutesMax))])),
      ("output", .object([("csv_bom", .flag(plan.csvHasByteOrderMark))])),
      ("payroll", payroll(plan.payroll)),
      ("late_records", .text(plan.holdsLateRecords ? "hold" : "pay")),
    ])
  }

  private static func rate(_ rate: Rate) -> JSON {
    var pairs: [(String, JSON)] = [
      ("from", .text(rate.start.description)), ("amount", .text(rate.amount.description)),
    ]
    if let minutes = rate.minutesPerBlock { pairs.append(("per_minutes", .number(minutes))) }
    if let program = rate.program { pairs.append(("program", .text(program))) }
    pairs.append(("source", .text(rate.source)))
    return .object(pairs)
  }

  private static func headings(_ plan: CompensationPlan) -> JSON {
    .object(
      TableKind.allCases.compactMap { kind in
        plan.headings[kind].map { columns in
          (
            kind.rawValue,
            .object(
              columns.sorted { $0.key < $1.key }.map { ($0.key, .list($0.value.map { .text($0) })) }
            )
          )
        }
      })
  }

  private static func payroll(_ payroll: PayrollUpload) -> JSON {
    var pairs: [(String, JSON)] = []
    if let code = payroll.earnCode { pairs.append(("earn_code", .text(code))) }
    for (key, date) in [
      ("earnings_begin", payroll.earningsBegin), ("earnings_end", payroll.earningsEnd),
      ("pay_period_end", payroll.payPeriodEnd),
    ] {
      if let date { pairs.append((key, .text(date.description))) }
    }
    return .object(pairs)
  }
}
