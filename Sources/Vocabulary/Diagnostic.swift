/// A place in an input file, for an editor and for a spreadsheet.
public struct SourceLocation: Hashable, Sendable {
  /// Relative to the workspace where it lies in it, else as the user gave it.
  public var file: String
  /// The physical line, from 1; nil where the whole file is meant.
  public var line: Int?
  /// From 1, in Unicode scalars.
  public var column: Int?
  /// As a spreadsheet names it: `cell D4`, or `column D` where the row is not known.
  public var cell: String?

  public init(file: String, line: Int? = nil, column: Int? = nil, cell: String? = nil) {
    self.file = file
    self.line = line
    self.column = column
    self.cell = cell
  }
}

/// A problem in the input, with a remedy that the user can carry out.
///
/// Problems are data first: a stage collects them and goes on, so that one run reports them all.
public struct Diagnostic: Error, Hashable, Sendable {
  public enum Severity: String, Sendable { case error, warning }

  public var severity: Severity
  /// A stable name for the kind of problem, `stage.problem`.
  public var code: String
  public var location: SourceLocation
  /// What is wrong, in the user's terms, as one sentence without a full stop.
  public var message: String
  /// What to do about it, with an example of a right value.
  public var remedy: String
  /// A line of the file with a caret under the place, where the line has nothing sensitive.
  public var excerpt: String?

  public init(
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
  public var description: String {
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
public struct UnusableInput: Error {
  public var problems: [Diagnostic]

  public init(_ problems: [Diagnostic]) { self.problems = problems }
}

/// A value of the user's, fit for a line of a message: not longer than a line, and without
/// characters that would move a terminal's cursor.
public func shown(_ value: String) -> String { shown(value, lengthMax: 60) }

/// - Parameter lengthMax: in Unicode scalars.
public func shown(_ value: String, lengthMax: Int) -> String {
  // Most values are short and plain, and many are told of.
  if value.utf8.count <= lengthMax, value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
    return value
  }
  var text = String.UnicodeScalarView()
  for scalar in value.unicodeScalars.prefix(lengthMax) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: text.append("\u{00B7}")
    default: text.append(scalar)
    }
  }
  return String(text) + (value.unicodeScalars.count > lengthMax ? "…" : "")
}
