internal import Vocabulary

/// What a statement is based on: the rule in words with its source, rates and their dates, standing
/// basis, inputs, digest (SPEC 6).
struct BasisSheet: Sendable {
  private typealias Row = @Sendable (inout CellRow) -> Void

  private let lines: RecordLines
  private let provenance: Provenance
  private let widths: [Double]
  private var rows: [Row] = []

  init(_ lines: RecordLines, _ provenance: Provenance) {
    self.lines = lines
    self.provenance = provenance
    let (result, wording) = (lines.result, lines.wording)
    let plan = result.plan
    widths = [max(26, lines.widths["source_file"]), 18, 14, 15, 14, 86]
    let widths = widths.count
    rows.append { row in
      row.height = 22
      row.text(provenance.band(wording), provenance.bandStyle)
      for _ in 1..<widths { row.blank(provenance.bandStyle) }
    }
    rows.append { row in
      row.height = 26
      row.text("What this statement is based on", .title)
    }
    rows.append { $0.text(result.quarterDisplay, .quarter) }
    section("The rule")
    for activity in Activity.allCases {
      for rate in plan.rates(for: activity) {
        pair(activity == .case ? "Case" : "Conference", Self.words(rate, activity, plan))
        if !rate.source.isEmpty { pair("", "Source: " + rate.source) }
      }
    }
    pair("Who", "Physicians who are credentialed in a department on the service date.")
    pair("Standing", Self.standing(plan))
    pair("When", "By service date, the civil date of the work in \(plan.timeZone).")
    pair("Amounts", wording.gross)
    addRates(plan)
    addInputs(result)
    section("Run")
    pair("Plan", plan.name)
    pair("Made by", "zpay \(provenance.version)")
    pair("Digest", provenance.digest)
    if let close = provenance.close {
      pair("Close", "\(close.number)")
      pair("Prepared by", close.preparedBy)
      pair("Approved by", close.approvedBy)
      pair("Hash of the close", close.hash)
      pair("Close before", close.previous.isEmpty ? "none: the ledger begins here" : close.previous)
    }
  }

  var sheet: Sheet {
    let rows = rows
    return Sheet(
      layout: SheetLayout(
        name: "Basis", columnWidths: widths, headingRow: nil, tabColor: 0x7A869A,
        footer: lines.footer,
        header: provenance.band(lines.wording)),
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
      // Empty cells behind it carry the rule on, and let a long sentence run over them.
      row.text(value)
      for _ in 2..<6 { row.blank() }
    }
  }

  private mutating func addRates(_ plan: CompensationPlan) {
    section("Rates")
    rows.append { row in
      for title in ["Work", "First service date", "Amount", "Minutes a block", "Program", "Source"]
      {
        row.text(title, ["Amount", "Minutes a block"].contains(title) ? .headingRight : .heading)
      }
    }
    for activity in Activity.allCases {
      for rate in plan.rates(for: activity).sorted(by: { $0.start < $1.start }) {
        rows.append { row in
          row.text(activity == .case ? "Case" : "Conference")
          row.date(day: rate.start.day)
          row.money(cents: rate.amount.cents)
          if let minutes = rate.minutesPerBlock {
            row.count(Int(minutes))
          } else {
            row.blank(.count)
          }
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

  /// The rule as a sentence: `$500.00 for each 40 minutes, or portion thereof, of a video
  /// conference`.
  private static func words(_ rate: Rate, _ activity: Activity, _ plan: CompensationPlan) -> String
  {
    let program = rate.program.flatMap { key in plan.programs.first { $0.key == key }?.name }
    let work =
      rate.minutesPerBlock.map { "each \($0) minutes, or portion thereof, of a conference" }
      ?? "each completed case"
    return "\(rate.amount.display) for \(work)" + (program.map { " of \($0)" } ?? "")
  }

  private static func standing(_ plan: CompensationPlan) -> String {
    let days = plan.standingBasis.map {
      $0 == .serviceDate ? "on the service date" : "on the quarter's last day"
    }
    return "In Good Standing under the UC Health Sciences Compensation Plan "
      + days.joined(separator: " and ") + ". Where no row of the standing table has such a day, "
      + (plan.holdsUnlistedStanding ? "the record is held." : "the physician counts as good.")
  }
}
