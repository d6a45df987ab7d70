internal import Vocabulary

/// What is wrong with the text of a table, whatever its rows mean (SPEC 3.1).
enum TextFault {
  /// - Parameters:
  ///   - outcome: why no row could be read.
  ///   - start: where the row begins, on physical line `line`.
  /// - Returns: nil where nothing is wrong.
  static func diagnostic(
    of outcome: CSVScanner.Outcome, _ text: UnsafeBufferPointer<UInt8>, from start: Int, line: Int,
    file: String
  ) -> Diagnostic? {
    func lineOf(_ offset: Int) -> Int {
      line + physicalLines(in: UnsafeBufferPointer(rebasing: text[start..<offset]))
    }
    switch outcome {
    case .row, .needsMore, .atEnd: return nil
    case .unclosedQuote(let opened):
      return Diagnostic(
        .error, code: "csv.unclosedQuote", at: SourceLocation(file: file, line: lineOf(opened)),
        "a quotation mark opens here and does not close before the file ends",
        remedy: "close the value with a \", or double every \" that belongs to it")
    case .tooLong(let opened):
      let quoteLine = opened.map(lineOf)
      let quote = quoteLine.map {
        "; the quotation mark that opens on line \($0) does not close before that"
      }
      return Diagnostic(
        .error, code: "csv.rowTooLong", at: SourceLocation(file: file, line: quoteLine ?? line),
        "the row that starts here is longer than 1 MiB" + (quote ?? ""),
        remedy: "look for a missing quotation mark or line end there; export the file again")
    }
  }

  static func diagnostic(of problem: IllFormedText, file: String) -> Diagnostic {
    Diagnostic(
      .error, code: "file.encoding", at: SourceLocation(file: file, line: problem.line),
      "the file \(problem.message) (byte offset \(problem.byteOffset))", remedy: problem.remedy)
  }
}
