internal import Vocabulary

/// What changed between two results as a workbook: `Departments`, `Physicians`, `Records`.
package struct ComparisonSheets: Sendable {
  private let comparison: QuarterComparison
  private let wording: Wording

  package init(_ comparison: QuarterComparison, wording: Wording) {
    self.comparison = comparison
    self.wording = wording
  }

  package var sheets: [Sheet] {
    let (departments, physicians) = (comparison.departments, comparison.physicians)
    let changes = comparison.changes
    let sums = ["payable_before", "payable_after", "difference", "held_before", "held_after"]
    let total = comparison.total
    return table(
      "Departments", ["department"] + sums,
      Table(headings: [], rowCount: departments.count) { index, row in
        row.text(departments[index].key)
        Self.add(departments[index], to: &row)
      },
      widest: departments.map { [$0.key] }
    ) { row in
      Self.addTotal(total, from: 1, rows: departments.count, to: &row)
    }
      + table(
        "Physicians", ["physician_id", "physician"] + sums,
        Table(headings: [], rowCount: physicians.count) { index, row in
          row.text(physicians[index].key)
          row.text(physicians[index].name)
          Self.add(physicians[index], to: &row)
        },
        widest: physicians.map { [$0.key, $0.name] }
      ) { row in
        Self.addTotal(total, from: 2, rows: physicians.count, to: &row)
      }
      + table(
        "Records", ["what", "program", "activity", "record_id", "difference", "before", "after"],
        Table(headings: [], rowCount: changes.count) { index, row in
          let change = changes[index]
          row.text(change.what)
          row.text(change.record.program)
          row.text(change.record.activity)
          row.text(change.record.id)
          row.money(cents: change.difference.cents)
          row.text(change.before.map(change.sentence).joined(separator: "; "))
          row.wrap(5, width: 44)
          row.text(change.after.map(change.sentence).joined(separator: "; "))
        },
        widest: changes.map { [$0.what, $0.record.program, $0.record.activity, $0.record.id] })
  }

  private static func add(_ sums: QuarterComparison.Sums, to row: inout CellRow) {
    for money in [
      sums.payableBefore, sums.payableAfter, sums.difference, sums.heldBefore, sums.heldAfter,
    ] { row.money(cents: money.cents) }
  }

  private static func addTotal(
    _ sums: QuarterComparison.Sums, from first: Int, rows: Int, to row: inout CellRow
  ) {
    row.text("Total", .totalText)
    for _ in 1..<first { row.blank(.totalText) }
    let all = [
      sums.payableBefore, sums.payableAfter, sums.difference, sums.heldBefore, sums.heldAfter,
    ]
    for (offset, money) in all.enumerated() {
      let column = first + offset
      row.moneyFormula(
        rows == 0 ? "0" : "SUM(\(cellName(1, column)):\(cellName(rows, column)))",
        cents: money.cents,
        .totalMoney)
    }
  }

  private func table(
    _ name: String, _ keys: [String], _ table: Table, widest: [[String]],
    total: (@Sendable (inout CellRow) -> Void)? = nil
  ) -> [Sheet] {
    var widths = keys.map { wording.column($0).width }
    for texts in widest {
      for (index, text) in texts.enumerated() {
        widths[index] = max(widths[index], min(Double(text.unicodeScalars.count) + 2.5, 60))
      }
    }
    return TableSheets(
      name: name, keys: keys, wording: wording, widths: widths, tabColor: 0x052049,
      footer: "from \(comparison.before.prefix(100)) to \(comparison.after.prefix(100))", header: ""
    ).sheets(of: table, total: total)
  }
}

extension QuarterComparison.RecordChange {
  /// Such as `paid $500.00, P1001 (García Márquez), Neurology, 2026-02-14`.
  fileprivate func sentence(_ outcome: RecordOutcome) -> String {
    outcome.isOfMoney ? "\(outcome.words) \(facts(outcome) { $0 })" : outcome.words
  }
}

extension RecordOutcome {
  /// Whom, where, when and how much; texts as `shown` gives them.
  func facts(_ shown: (String) -> String) -> String {
    let who = shown(physicianID) + (physician.isEmpty ? "" : " (\(shown(physician)))")
    return (state == .held ? "at most " : "")
      + "\(amount.display), \(who), \(shown(department)), \(serviceDate)"
  }
}
