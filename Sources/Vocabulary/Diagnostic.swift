/// A place in an input file, for an editor and for a spreadsheet.
package struct SourceLocation: Hashable, Sendable {
  /// Relative to the workspace where it lies in it, else as the user gave it.
  package var file: String
  /// The physical line, from 1; nil where the whole file is meant.
  package var line: Int?
  /// From 1, in Unicode scalars.
  package var column: Int?
  /// As a spreadsheet names it: `cell D4`, or `column D` where the row is not known.
  package var cell: String?

  package init(file: String, line: Int? = nil, column: Int? = nil, cell: String? = nil) {
    self.file = file
    self.line = line
    self.column = column
    self.cell = cell
  }
}

/// A problem in the input, with a remedy that the user can carry out.
///
/// Problems are data first: a stage collects them and goes on, so that one run reports them all.
package struct Diagnostic: Error, Hashable, Sendable {
  package enum Severity: String, Sendable { case error, warning }

  package var severity: Severity
  /// A stable name for the kind of problem, `stage.problem`.
  package var code: String
  package var location: SourceLocation
  /// What is wrong, in the user's terms, as one sentence without a full stop.
  package var message: String
  /// What to do about it, with an example of a right value.
  package var remedy: String
  /// A line of the file with a caret under the place, where the line has nothing sensitive.
  package var excerpt: String?

  package init(
    _ severity: Severity, code: String, at location: SourceLocation, _ message: String,
    remedy: String, excerpt: String? = nil
  ) {
    self.severity = severity
    self.code = code
    self.location = location
    self.message = message
    self.remedy = remedy
    self.excerpt = excerpt
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `file:line:column: severity: [code] message (cell C2)`, the excerpt, and `help:`.
  package var description: String {
    var text = location.file
    if let line = location.line { text += ":\(line)" }
    if let column = location.column { text += ":\(column)" }
    text += ": \(severity.rawValue): [\(code)] \(message)"
    if let cell = location.cell { text += " (\(cell))" }
    if let excerpt { text += "\n" + excerpt }
    return text + "\n  help: \(remedy)"
  }
}

/// Every problem that makes an input unusable (exit status 65).
package struct UnusableInput: Error {
  package var problems: [Diagnostic]

  package init(_ problems: [Diagnostic]) { self.problems = problems }
}

/// A value of the user's, fit for a line of a message: not longer than a line, and without
/// characters that would move a terminal's cursor.
package func shown(_ value: String) -> String { shown(value, lengthMax: 60) }

/// - Parameter lengthMax: in Unicode scalars.
package func shown(_ value: String, lengthMax: Int) -> String {
  var text = String.UnicodeScalarView()
  for scalar in value.unicodeScalars.prefix(lengthMax) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: text.append("\u{00B7}")
    default: text.append(scalar)
    }
  }
  return String(text) + (value.unicodeScalars.count > lengthMax ? "…" : "")
}
