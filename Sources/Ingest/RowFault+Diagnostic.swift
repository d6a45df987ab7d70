internal import Vocabulary

extension RowFault {
  /// What to tell the user whose row it is: one place, the wrong value, and a remedy.
  ///
  /// - Parameter value: the text of a column, by its place among the definitions.
  func diagnostic(
    code: String, row: ScannedRow, file: String, header: TableHeader, plan: CompensationPlan?,
    columnStart: (_ field: Int) -> Int, value: (_ column: Int) -> String
  ) -> Diagnostic {
    func at(field: Int?) -> SourceLocation {
      SourceLocation(
        file: file, line: row.line, column: field.map(columnStart),
        cell: field.map(row.cell))
    }
    func at(column: Int) -> SourceLocation {
      let field = header.fields[column]
      return at(field: field >= 0 ? field : nil)
    }
    func make(_ location: SourceLocation, _ message: String, _ remedy: String) -> Diagnostic {
      Diagnostic(.error, code: code, at: location, message, remedy: remedy)
    }
    func name(_ column: Int) -> String { header.definitions[column].name }
    // The first column is case_id or conference_id.
    let activity = String(header.definitions[0].name.dropLast(3))
    switch self {
    case .misplacedQuote(let field):
      return make(
        at(field: field),
        "a quotation mark stands inside a value, or text stands behind a quoted one",
        "put the whole value into quotation marks, and double those inside it")
    case .extraField(let field):
      return make(
        at(field: field), "the row has a value beyond the last heading",
        "quote a value that has the delimiter in it, or give the column a heading")
    case .tooFewFields(let count):
      return make(
        at(field: nil),
        "the row has \(count) \(count == 1 ? "field" : "fields") and needs at least \(header.fieldCountMin)",
        "add what is missing, or delete the row if it is no record")
    case .value(let column, let fault):
      return make(at(column: column), "\(name(column)) \(fault.words)", fault.remedy)
    case .missing(let column):
      return make(
        at(column: column), "\(name(column)) is blank",
        "fill it in, or delete the row if it is no record")
    case .unknownProgram:
      let paying = plan?.programs.filter { program in
        program.pays.contains { $0.code == activity }
      }
      let programs = paying?.map(\.name).joined(separator: ", ") ?? ""
      let written = value(1)
      return make(
        at(column: 1),
        written.isEmpty ? "program is blank" : "“\(shown(written))” is no program of the plan",
        (programs.isEmpty ? "" : "write one of \(programs), or ")
          + "add the partner or an alias to `programs:` in plan.yaml"
          + (programs.isEmpty ? ": none of them pays a \(activity)" : ""))
    case .activityNotOffered:
      return make(
        at(column: 1),
        "the plan pays no \(activity) of “\(shown(value(1)))”",
        "correct the program, or add the activity to its `pays:` in plan.yaml")
    case .notCompleted:
      let column = header.column("status")
      return make(
        at(column: column), "its status is “\(shown(value(column)))”",
        "write completed, if it was completed")
    case .badDate(let column):
      return make(
        at(column: column),
        "\(name(column)) “\(shown(value(column)))” is no date" + whatDateItMayBe(value(column)),
        "write it like 2026-02-14, 2026-02-14 09:31 or 2/14/2026 9:31 AM")
    case .badLength(let column):
      return make(
        at(column: column),
        "\(name(column)) “\(shown(value(column)))” is no length" + otherSpace(in: value(column)),
        "write minutes like 45 or 40.5, or hours like 0:45 or 0:45:30")
    case .lengthsDiffer(let clock, let given):
      return make(
        at(column: header.column("duration_minutes")),
        "duration_minutes says \(clockText(seconds: given)), start and end say "
          + clockText(seconds: clock),
        "correct the one that is wrong; they may differ by a minute")
    case .lengthOutOfRange(let seconds, let column):
      return make(
        at(column: column),
        seconds > 0
          ? "“\(shown(value(column)))” makes the conference \(clockText(seconds: seconds)) hours long, more than 24"
          : name(column) == "ended_at"
            ? "the conference ends before it begins, or as it begins"
            : seconds < 0
              ? "“\(shown(value(column)))” is below zero" : "the conference has no length",
        "correct it; 40 minutes are 40 or 0:40:00")
    case .noLength:
      return make(
        at(field: nil), "the conference has no length",
        "give duration_minutes, or a time of day in both started_at and ended_at")
    }
  }
}

/// What a spreadsheet may have made of a date: the number of its day, or signs where its column is too narrow; else
/// ``otherSpace(in:)``.
func whatDateItMayBe(_ value: String) -> String {
  if !value.isEmpty, value.utf8.allSatisfy({ $0 == UInt8(ascii: "#") }) {
    return ": the spreadsheet's column was too narrow to show it"
  }
  // From 1954 to 2118.
  if let number = Double(value), (20_000..<80_000).contains(number),
    value.utf8.allSatisfy({ "0123456789.".utf8.contains($0) })
  {
    return ", but a spreadsheet's number of a day"
  }
  return otherSpace(in: value)
}

/// A space that looks like the one that is meant, and is another character: browsers write such before AM.
private func otherSpace(in value: String) -> String {
  let other = value.unicodeScalars.first {
    $0.properties.generalCategory == .spaceSeparator && $0 != " "
  }
  return other.map { ": a space in it is another character (\(codePoint($0.value)))" } ?? ""
}

private func codePoint(_ value: UInt32) -> String {
  let digits = String(value, radix: 16, uppercase: true)
  return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}

extension ValueFault {
  var words: String {
    switch self {
    case .controlCharacter(let value): "has a control character (\(codePoint(value)))"
    case .noCharacter(let value): "has \(codePoint(value)), which is no character"
    case .invisibleCharacter(let value): "has an invisible character (\(codePoint(value)))"
    case .tooLong(let units):
      "is \(grouped(units)) characters long, and a cell holds \(grouped(utf16UnitsMax))"
    }
  }

  var remedy: String {
    switch self {
    case .tooLong: "shorten it; look for a missing quotation mark or line end"
    default: "type the value anew"
    }
  }
}
