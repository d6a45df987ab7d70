internal import Vocabulary

/// Any CSV file as rows of text, by the same reader as the inputs, and as strict: what such a file says is money.
package struct PlainTable: Sendable {
  package struct Row: Sendable {
    package var line: Int
    package var values: [String]

    /// The value in a column; empty where the row ends before it, or there is no such column.
    package func value(_ column: Int?) -> String {
      column.flatMap { values.indices.contains($0) ? values[$0] : nil } ?? ""
    }
  }

  private let file: String
  package private(set) var headings: [String] = []
  package private(set) var headingLine = 1
  package private(set) var rows: [Row] = []
  /// Of the file's bytes.
  package let sha256: String

  /// The index of the column that one of the headings names (matched as in SPEC 3.1).
  ///
  /// - Throws: ``UnusableInput`` where two of them do.
  package func column(_ names: String...) throws -> Int? {
    let found = columns(names)
    guard found.count > 1 else { return found.first }
    throw Self.unusable(
      file, headingLine,
      "two headings, “\(shown(headings[found[0]]))” and “\(shown(headings[found[1]]))” "
        + "(column \(columnLetters(found[1]))), name one column",
      "keep one of them; rename or delete the other")
  }

  /// All columns that one of the headings names, where several may stand side by side: in the order of the names, so
  /// that it does not matter where they stand.
  package func columns(_ names: String...) -> [Int] {
    let keys = names.map(matchKey)
    let rank = headings.map { keys.firstIndex(of: matchKey($0)) ?? keys.count }
    return columns(names).sorted { (rank[$0], $0) < (rank[$1], $1) }
  }

  private func columns(_ names: [String]) -> [Int] {
    let keys = names.map(matchKey)
    return headings.indices.filter { keys.contains(matchKey(headings[$0])) }
  }

  /// - Throws: ``UnusableInput`` for a problem of the file, or of rows: quotes that are misplaced, values beyond the
  ///   headings; what the stream throws.
  package init(_ stream: any ByteStream, file: String) throws {
    self.file = file
    var reader = TextReader(stream)
    repeat {
      do {
        _ = try reader.readMore()
      } catch let problem as IllFormedText {
        throw UnusableInput([TextFault.diagnostic(of: problem, file: file)])
      }
    } while !reader.isAtEnd
    sha256 = reader.sha256
    let text = reader.bytes
    var (position, line) = (reader.start, 1)
    let separator = try SeparatorLine(text, from: position, file: file)
    if let separator { (position, line) = (separator.next, 2) }
    var scanner = CSVScanner(delimiter: separator?.separator ?? UInt8(ascii: ","))
    var problems: [Diagnostic] = []
    while true {
      // Lines of nothing may stand before the headings, which say what separates.
      if headings.isEmpty, separator == nil {
        scanner = CSVScanner(delimiter: mostFrequentDelimiter(text, from: position))
      }
      let outcome = scanner.scanRow(text, from: position, isComplete: true)
      if let fault = TextFault.diagnostic(of: outcome, text, from: position, line: line, file: file)
      {
        throw UnusableInput(problems + [fault])
      }
      guard case .row(let next) = outcome else { break }
      if scanner.isMalformed {
        problems +=
          Self.unusable(
            file, line, "the row has a misplaced quotation mark", Self.quote
          ).problems
        // Without headings no other row can be understood.
        if headings.isEmpty { break }
      } else {
        let values = scanner.fields.map { FieldValue($0, in: text).string(in: text) }
        if scanner.hasContent, headings.isEmpty {
          (headings, headingLine) = (values, line)
        } else if scanner.hasContent {
          problems += beyondHeadings(values, line)
          rows.append(Row(line: line, values: values.map(Self.withoutGuard)))
        }
      }
      position = next
      line += scanner.lineEnds
    }
    guard problems.isEmpty else { throw UnusableInput(problems) }
    if headings.isEmpty {
      throw Self.unusable(file, nil, "the file is empty", "write a line of headings and rows")
    }
  }

  private func beyondHeadings(_ values: [String], _ line: Int) -> [Diagnostic] {
    guard let extra = values.dropFirst(headings.count).firstIndex(where: { !$0.isEmpty }) else {
      return []
    }
    return Self.unusable(
      file, line,
      "the row has “\(shown(values[extra]))” in column \(columnLetters(extra)), beyond the last heading",
      "put a value with a separator in it into quotation marks"
    ).problems
  }

  /// The `'` that keeps a spreadsheet from taking a text for a formula is no part of it (SPEC 6).
  private static func withoutGuard(_ text: String) -> String {
    guard text.hasPrefix("'"), let next = text.utf8.dropFirst().first,
      "=+-@\t\r".utf8.contains(next)
    else { return text }
    return String(text.dropFirst())
  }

  private static let quote = "put the whole value into quotation marks, and double those inside it"

  private static func unusable(
    _ file: String, _ line: Int?, _ message: String, _ remedy: String
  ) -> UnusableInput {
    UnusableInput([
      Diagnostic(
        .error, code: "csv.unusable", at: SourceLocation(file: file, line: line), message,
        remedy: remedy)
    ])
  }
}
