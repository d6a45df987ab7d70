internal import Vocabulary

/// The rows of a file that are read though they have fewer fields than its headings, or empty ones beyond
/// them (SPEC 3.1).
///
/// Most were made so by a program that leaves out what is blank. But where a separator was lost or put in,
/// the values behind it stand under the wrong headings, and a status that is not read pays.
struct UnevenRows {
  private(set) var count = 0
  /// Their first lines, at most ``shownMax``.
  private(set) var lines: [Int] = []

  private static let shownMax = 20

  mutating func add(line: Int) {
    count += 1
    if lines.count < Self.shownMax { lines.append(line) }
  }

  /// Adds those of rows further down.
  mutating func append(_ next: UnevenRows, lines linesBefore: Int) {
    count += next.count
    lines += next.lines.prefix(Self.shownMax - lines.count).map { $0 + linesBefore }
  }

  /// One warning for all; nil where there are none.
  func warning(file: String) -> Diagnostic? {
    guard let first = lines.first else { return nil }
    let rest =
      (lines.map(String.init) + (count > lines.count ? ["…"] : [])).joined(separator: ", ")
    let said =
      count == 1
      ? "the row has another number of fields than the headings"
      : "\(count) rows have another number of fields than the headings: lines \(rest)"
    return Diagnostic(
      .warning, code: "csv.unevenRow", at: SourceLocation(file: file, line: first), said,
      remedy:
        "where a program left out blank ends of rows, nothing is lost; where a separator is missing or one "
        + "is too many, the values behind it stand under the wrong headings")
  }
}
