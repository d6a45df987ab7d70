internal import Vocabulary

/// Any CSV file as rows of text, by the same reader as the inputs.
package struct PlainTable: Sendable {
  package struct Row: Sendable {
    package var line: Int
    package var values: [String]
  }

  package var headings: [String] = []
  package var headingLine = 1
  package var rows: [Row] = []

  /// The index of the column that one of the headings names (matched as in SPEC 3.1).
  package func column(_ names: String...) -> Int? {
    let keys = names.map(matchKey)
    return headings.firstIndex { keys.contains(matchKey($0)) }
  }

  /// - Throws: ``UnusableInput`` for a problem of the file, or a row with misplaced quotes; what
  ///   the stream throws.
  package init(_ stream: any ByteStream, file: String) throws {
    var reader = TextReader(stream)
    repeat {
      do {
        _ = try reader.readMore()
      } catch let problem as IllFormedText {
        throw Self.unusable(file, problem.line, "the file \(problem.message)", problem.remedy)
      }
    } while !reader.isAtEnd
    let text = reader.bytes
    var (position, line) = (reader.start, 1)
    var scanner = CSVScanner(delimiter: UInt8(ascii: ","))
    rows: while true {
      // Lines of nothing may stand before the headings, which say what separates.
      if headings.isEmpty {
        scanner = CSVScanner(delimiter: mostFrequentDelimiter(text, from: position))
      }
      switch scanner.scanRow(text, from: position, isComplete: true) {
      case .row(let next):
        guard !scanner.isMalformed else {
          throw Self.unusable(file, line, "the row has a misplaced quotation mark", Self.quote)
        }
        let values = scanner.fields.map { FieldValue($0, in: text).string(in: text) }
        if scanner.hasContent, headings.isEmpty {
          (headings, headingLine) = (values, line)
        } else if scanner.hasContent {
          rows.append(Row(line: line, values: values))
        }
        position = next
        line += scanner.lineEnds
      case .unclosedQuote, .tooLong, .needsMore:
        throw Self.unusable(file, line, "a quotation mark in this row does not close", Self.quote)
      case .atEnd: break rows
      }
    }
    if headings.isEmpty {
      throw Self.unusable(file, nil, "the file is empty", "write a line of headings and rows")
    }
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
