internal import Vocabulary

/// The whole story of one row: what it says, each rule it passed with what decided it, and what it
/// pays or what would change that.
package struct RecordStory {
  private let lines: RecordLines
  private let index: Int32
  private let table: RecordTable
  private let record: ServiceRecord
  private let written: WrittenRecord

  package init(_ index: Int32, _ lines: RecordLines) {
    self.lines = lines
    self.index = index
    table = lines.result.records.table(of: index)
    record = lines.result.records[index]
    written = table.reread(record)
  }

  private var result: QuarterResult { lines.result }
  private var plan: CompensationPlan { result.plan }

  package var text: String {
    var text = "\(title)\n\n  as it stands in \(table.file) line \(record.line)\n"
    for column in written.columns where !column.value.isEmpty {
      text += "    " + column.heading.padded(18) + shown(column.value) + "\n"
    }
    text += "\n  rules\n"
    for step in steps { text += "    " + step + "\n" }
    text += "\n  " + conclusion.joined(separator: "\n  ") + "\n"
    let notices = result.notices.filter { $0.record == index }
    if !notices.isEmpty { text += "\n  notices\n" }
    for notice in notices { text += "    \(notice.kind.code): \(lines.words(of: notice))\n" }
    return text
  }

  private var title: String {
    let program =
      record.program == ServiceRecord.noProgram
      ? "" : " of \(plan.programs[Int(record.program)].name)"
    return
      "\(written.id.isEmpty ? "(no ID)" : shown(written.id)): \(table.activity.code)\(program), "
      + "\(record.reason.disposition.rawValue)"
      + (record.reason == .paid ? "" : " (\(record.reason.code))") + " in \(result.quarterDisplay)"
  }

  // MARK: - The rules, as far as the row came

  private struct Step {
    var numbers: String
    /// The reasons that stop a row here.
    var reasons: [Reason]
    var passed: String
  }

  /// Whether rule 2 stops the row.
  private var isOfNobody: Bool { written.id.isEmpty || written.physician.isEmpty }

  private var steps: [String] {
    var steps: [String] = []
    for step in allSteps {
      if step.reasons.contains(record.reason) {
        steps.append(
          "✗ \(step.numbers.padded(7)) \(record.reason.code): \(lines.detail(of: index))")
        return steps
      }
      steps.append("✓ \(step.numbers.padded(7)) \(step.passed)")
    }
    steps.append("✓ 22      paid")
    return steps
  }

  /// Built as they are needed: the facts of a later rule may not exist for a row that stopped
  /// earlier.
  private var allSteps: [Step] {
    var steps = [
      Step(numbers: "1", reasons: [.malformedRow], passed: "the row is well formed")
    ]
    guard record.reason != .malformedRow else { return steps }
    steps += [
      Step(
        numbers: "2", reasons: isOfNobody ? [.missingValue] : [],
        passed: "ID and physician are there"),
      Step(
        numbers: "3, 4", reasons: [.unknownProgram, .activityNotOffered],
        passed: "the program pays for a \(table.activity.code)"),
      Step(
        numbers: "5", reasons: [.notCompleted],
        passed: written.status.isEmpty
          ? "completed (no status is given)" : "status “\(shown(written.status))” is completed"),
      Step(numbers: "6", reasons: [.missingValue], passed: "the service time is there"),
      Step(
        numbers: "7, 8", reasons: [.badDate, .badDuration],
        passed: "service date \(record.date)" + zoneFact + lengthFact),
      Step(
        numbers: "9–12",
        reasons: [
          .alreadyPaid, .forfeited, .duplicate, .mergedSegment, .conflictingRecords,
        ],
        passed: repeatedFact),
      Step(
        numbers: "13, 14", reasons: [.laterQuarter, .earlierQuarter],
        passed: result.isLate(day: record.day)
          ? "late: \(Quarter(of: record.date)) is closed, so it is payable now"
          : "the service date is in the quarter"),
      Step(
        numbers: "15, 16", reasons: [.unknownPhysician, .ambiguousPhysician], passed: physicianFact),
    ]
    if let decision = result.history.decisions[index], decision.kind == .release {
      steps.append(
        Step(
          numbers: "17–21", reasons: [],
          passed: "released: \(decision.reason) (\(decision.by), \(decision.at.prefix(10))); "
            + (result.lifted[index].map { "it would be held as \($0.code)" }
              ?? "nothing else would hold it")))
      return steps
    }
    steps += [
      Step(numbers: "17", reasons: [.notCredentialed], passed: appointmentFact),
      Step(
        numbers: "18–20", reasons: [.standingUnknown, .notPlanMember, .notInGoodStanding],
        passed: standingFact),
    ]
    if table.activity == .conference {
      steps.append(
        Step(
          numbers: "21", reasons: [.longConference],
          passed: "not longer than \(plan.conferenceMinutesMax) minutes"))
    }
    guard result.history.closed != nil || result.history.decisions[index] != nil else {
      return steps
    }
    steps.append(
      Step(
        numbers: "hold", reasons: [.lateRecord, .onHold],
        passed: "no decision holds it, and the plan no late record"))
    return steps
  }

  private var zoneFact: String {
    record.flags.contains(.dateMoved)
      ? " in \(plan.timeZone) (“\(shown(written.serviceTime))” is another date there)" : ""
  }

  private var lengthFact: String {
    guard table.activity == .conference else { return "" }
    return ", length \(clockText(seconds: Int64(record.seconds)))"
      + (record.flags.contains(.merged) ? " (the sum of its segments)" : "")
  }

  private var repeatedFact: String {
    if record.flags.contains(.merged) {
      return "carries a conference of several segments: " + segments
    }
    return
      (record.flags.contains(.repeated)
      ? "stands in several rows; this is the one that counts"
      : "stands in no other row that counts")
      + (record.flags.contains(.wasNotCompleted)
        ? "; while it was held, a row had it as not completed" : "")
  }

  private var segments: String {
    // Its duplicates, too, have it for their counterpart.
    result.counterparts.filter {
      $0.value == index && result.records[$0.key].reason == .mergedSegment
    }
    .keys.sorted().map {
      "\(result.records.table(of: $0).file) line \(result.records[$0].line)"
    }.joined(separator: ", ")
  }

  private var physician: Physician? {
    record.physician >= 0 ? result.roster.physicians[Int(record.physician)] : nil
  }

  private var physicianFact: String {
    physician.map { "“\(shown(written.physician))” is physician \($0.id)" } ?? "no physician"
  }

  private var appointmentFact: String {
    guard let physician, let number = physician.appointment(on: record.date) else { return "" }
    let appointment = physician.appointments[number]
    return "\(appointment.name), \(appointment.department), credentialed from \(appointment.start)"
      + (appointment.through.map { " to \($0)" } ?? " on") + " (\(place(appointment.location)))"
  }

  private var standingFact: String {
    guard let physician else { return "" }
    return plan.standingBasis.map { basis in
      let date = basis == .serviceDate ? record.date : result.quarter.through
      guard let span = physician.standing(on: date) else {
        return "no row for \(date), which counts as good"
      }
      return "\(span.standing.words) on \(date) (\(place(span.location)))"
    }.joined(separator: "; ")
  }

  private func place(_ location: SourceLocation) -> String {
    "\(location.file) line \(location.line ?? 0)"
  }

  // MARK: - The end of the story

  private var conclusion: [String] {
    switch record.reason.disposition {
    case .paid: return ["pays \(amountWords)"]
    case .held:
      return ["would pay \(amountWords)", "what would release it: \(lines.release(of: record))"]
    case .excluded, .rejected:
      let remedy = written.problem.map { "what would change that: \($0.remedy)" }
      return ["pays nothing"] + (remedy.map { [$0] } ?? excludedRemedy)
    }
  }

  private var excludedRemedy: [String] {
    switch record.reason {
    case .laterQuarter, .earlierQuarter:
      ["it belongs to \(Quarter(of: record.date).display(fiscalYearStarts: plan.fiscalYearStarts))"]
    case .duplicate, .mergedSegment:
      result.counterparts[index].map {
        ["it is counted with \(result.records.table(of: $0).file) line \(result.records[$0].line)"]
      } ?? []
    default: []
    }
  }

  private var amountWords: String {
    guard let rate = result.rate(of: record, table.activity) else { return "nothing" }
    let amount = lines.amount(of: index).display
    let source = rate.source.isEmpty ? "" : "\n    source: \(rate.source)"
    let since = "the rate from \(rate.start)" + (rate.program.map { " for \($0)" } ?? "")
    guard let blocks = rate.blocks(seconds: Int64(record.seconds)),
      let minutes = rate.minutesPerBlock
    else { return "\(amount): \(rate.amount.display) a case, \(since)\(source)" }
    let sum =
      blocks <= 12
      ? Array(repeating: rate.amount.display, count: Int(blocks)).joined(separator: " + ")
      : "\(grouped(blocks)) × \(rate.amount.display)"
    return
      "\(amount): \(grouped(blocks)) \(blocks == 1 ? "block" : "blocks") of \(minutes) minutes or portion "
      + "thereof = \(sum), \(since)\(source)"
  }
}

extension String {
  fileprivate func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(1, width - count))
  }
}
