internal import Vocabulary

/// Widths that hold what a run has: nothing is cut off, and no number shows as ####.
///
/// One set of widths for all workbooks of a run, so that they share one template.
struct ColumnWidths: Sendable {
  private let wording: Wording
  private let content: [String: Double]

  /// Wider texts are cut on the screen, and stand whole in their cells.
  private static let widthMax = 80.0
  /// Columns whose long texts stand in several lines, so that a page can be read.
  static let wrappedKeys: Set<String> = ["department", "physician", "source_file"]
  /// `inputs/cases-grand-rounds.csv` stands on one line.
  private static let wrappedWidthMax = 32.0
  /// An identifier that nobody has can be any text.
  private static let identifierWidthMax = 36.0
  /// Characters of the large figures, in characters of a table.
  private static let figureScale = 1.75

  init(_ result: QuarterResult, _ wording: Wording) {
    self.wording = wording
    var widest: [String: Int] = [:]
    func see(_ key: String, _ width: Int) { widest[key] = max(widest[key] ?? 0, width) }
    var (id, name, department, employeeID) = (0, 0, 0, 0)
    for physician in result.roster.physicians {
      id = max(id, Self.width(of: physician.id))
      for appointment in physician.appointments {
        name = max(name, Self.width(of: appointment.name))
        department = max(department, Self.width(of: appointment.department))
        employeeID = max(employeeID, Self.width(of: appointment.employeeID))
      }
    }
    see("physician_id", id)
    see("physician", name)
    see("department", department)
    see("employee_id", employeeID)
    for index in result.departments.first(where: { $0.name == DepartmentResult.unassigned })?.held
      ?? []
    {
      // Of whom nobody was found stands what the row says, such as an e-mail.
      see(
        "physician_id",
        Self.width(of: result.records.writtenPhysician(of: index)))
    }
    for program in result.plan.programs { see("program", Self.width(of: program.key)) }
    for department in result.departments { see("sheet", department.sheet.utf8.count) }
    for input in result.inputs { see("source_file", Self.width(of: input.file)) }
    for table in result.records.tables {
      // Bytes: as many as characters, or more.
      see("record_id", table.records.reduce(0) { max($0, $1.idLength) })
    }
    var content = widest.mapValues { Double($0) + 2.5 }
    let (payable, held) = (result.payable.display.count, result.heldAtMost.display.count)
    for key in ["payable", "amount"] { content[key] = Double(payable) + 2 }
    content["amount_at_most"] = Double(held) + 2
    content["held"] = Double(held) * Self.figureScale + 2
    // The payable figure stands large in the first column.
    content["physician"] = max(
      content["physician"] ?? 0, Double(payable) * Self.figureScale + 2)
    self.content = content
  }

  /// The columns of a table that may have several lines, with their widths.
  func wrapped(_ keys: [String]) -> [(index: Int, width: Double)] {
    keys.enumerated().filter { Self.wrappedKeys.contains($1) }.map { ($0, self[$1]) }
  }

  subscript(key: String) -> Double {
    let widthMax =
      Self.wrappedKeys.contains(key)
      ? Self.wrappedWidthMax : key == "physician_id" ? Self.identifierWidthMax : Self.widthMax
    return max(wording.column(key).width, min(content[key] ?? 0, widthMax))
  }

  /// Columns that a text takes: an ideograph takes two.
  private static func width(of text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x1100 ? 2 : 1) }
  }
}

extension CellRow {
  /// Breaks long texts of the columns that may have several lines.
  mutating func wrapLongTexts(_ keys: [(index: Int, width: Double)]) {
    for (index, width) in keys {
      guard case .text(_, let count) = cells[index].value, Double(count) + 2 > width else {
        continue
      }
      wrap(index, width: width - 2)
    }
  }

  /// Breaks the text of a cell into lines of a width, and makes the row as high as they need.
  mutating func wrap(_ index: Int, width: Double) {
    let characters = Double(text(of: cells[index]).count { $0 & 0xC0 != 0x80 })
    setStyle(.wrapped, at: index)
    let lines = max(1, (characters * 0.97 / width).rounded(.up))
    if lines > 1 { grow(to: min(lines, 30) * 13.5 + 2, for: index) }
  }
}
