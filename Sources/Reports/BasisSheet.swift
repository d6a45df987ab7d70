internal import Vocabulary

/// What a statement is based on: the rule in words with its source, rates and their dates, standing
/// basis, inputs, digest (SPEC 6).
struct BasisSheet: Sendable {
  private typealias Row = @Sendable (inout CellRow) -> Void

  private let lines: RecordLines
  private var rows: [Row] = []

  init(_ lines: RecordLines, _ provenance: Provenance) {
    self.lines = lines
    let (result, wording) = (lines.result, lines.wording)
    let plan = result.plan
    let widths = Self.widths.count
    rows.append { row in
      row.height = 22
      row.text(wording.draft, .draft)
      for _ in 1..<widths { row.blank(.draft) }
    }
    rows.append { $0.text("What this statement is based on", .title) }
    rows.append { $0.text(result.quarterDisplay, .quarter) }
    section("The rule")
    for activity in Activity.allCases {
      for rate in plan.rates(for: activity) { pair(Self.words(rate, activity, plan), rate.source) }
    }
    pair("Who", Self.whoIsPaid(plan))
    pair("When", "By service date, the civil date of the work in \(plan.timeZone).")
    pair("Amounts", wording.gross)
    addRates(plan)
    addInputs(result)
    section("Run")
    pair("Plan", plan.name)
    pair("Made by", "zpay \(provenance.version)")
    pair("Digest", provenance.digest)
  }

  static let widths: [Double] = [46, 18, 14, 14, 14, 68]

  var sheet: Sheet {
    let rows = rows
    return Sheet(
      layout: SheetLayout(
        name: "Basis", columnWidths: Self.widths, headingRow: nil, tabColor: 0x7A869A,
        footer: "\(lines.result.plan.name) · \(lines.result.quarterDisplay)",
        header: lines.wording.draft),
      rowCount: rows.count, lastTableRow: 0
    ) { index, row in rows[index](&row) }
  }

  private mutating func section(_ title: String) {
    rows.append { _ in }
    rows.append { $0.text(title, .section) }
  }

  private mutating func pair(_ label: String, _ value: String) {
    rows.append { row in
      row.text(label, .label)
      row.text(value)
    }
  }

  private mutating func addRates(_ plan: CompensationPlan) {
    section("Rates")
    rows.append { row in
      for title in ["Work", "First service date", "Amount", "Minutes a block", "Program", "Source"] {
        row.text(title, ["Amount", "Minutes a block"].contains(title) ? .headingRight : .heading)
      }
    }
    for activity in Activity.allCases {
      for rate in plan.rates(for: activity).sorted(by: { $0.start < $1.start }) {
        rows.append { row in
          row.text(activity == .case ? "Case" : "Conference")
          row.date(day: rate.start.day)
          row.money(cents: rate.amount.cents)
          if let minutes = rate.minutesPerBlock { row.count(Int(minutes)) } else { row.blank(.count) }
          row.text(rate.program ?? "all")
          row.text(rate.source)
        }
      }
    }
  }

  private mutating func addInputs(_ result: QuarterResult) {
    section("Inputs")
    rows.append { row in
      for title in ["File", "Table", "Rows", "Bytes", "Encoding", "SHA-256"] {
        row.text(title, ["Rows", "Bytes"].contains(title) ? .headingRight : .heading)
      }
    }
    for input in result.inputs {
      rows.append { row in
        row.text(input.file)
        row.text(input.kind.rawValue)
        row.count(input.rowCount)
        row.count(input.byteCount)
        row.text(input.encoding)
        row.text(input.sha256)
      }
    }
  }

  /// The rule as a sentence: `$500.00 for each 40 minutes, or portion thereof, of a video conference`.
  private static func words(_ rate: Rate, _ activity: Activity, _ plan: CompensationPlan) -> String {
    let program = rate.program.flatMap { key in plan.programs.first { $0.key == key }?.name }
    let work =
      rate.minutesPerBlock.map { "each \($0) minutes, or portion thereof, of a conference" }
      ?? "each completed case"
    return "\(rate.amount.display) for \(work)" + (program.map { " of \($0)" } ?? "")
  }

  private static func whoIsPaid(_ plan: CompensationPlan) -> String {
    let days = plan.standingBasis.map {
      $0 == .serviceDate ? "on the service date" : "on the quarter's last day"
    }
    return "Physicians credentialed on the service date and In Good Standing under the UC Health "
      + "Sciences Compensation Plan " + days.joined(separator: " and ")
      + (plan.holdsUnlistedStanding
        ? "; who is not in the standing table is held." : "; who is not in the standing table counts as good.")
  }
}
