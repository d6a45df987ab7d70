internal import Vocabulary

/// Rows of a file that are read, and that a person should look at: one warning for all of a kind.
struct RowWarnings {
  /// Rows that have fewer fields than the headings, or empty ones beyond them (SPEC 3.1).
  ///
  /// Most were made so by a program that leaves out what is blank. But where a separator was lost or put in,
  /// the values behind it stand under the wrong headings, and a status that is not read pays.
  var uneven = Rows()
  /// Rows whose ID is a number that a spreadsheet has shortened. Records of other digits have the same ID then, and the
  /// record itself another one once it is exported well: it would be paid again.
  var shortened = Rows()

  /// Rows of one kind.
  struct Rows {
    private(set) var count = 0
    /// Their first lines, at most ``shownMax``.
    private(set) var lines: [Int] = []

    private static let shownMax = 20

    mutating func add(line: Int) {
      count += 1
      if lines.count < Self.shownMax { lines.append(line) }
    }

    fileprivate mutating func append(_ next: Rows, lines linesBefore: Int) {
      count += next.count
      lines += next.lines.prefix(Self.shownMax - lines.count).map { $0 + linesBefore }
    }

    /// - Parameter several: what is said of several rows, behind their number.
    fileprivate func warning(
      _ code: String, _ file: String, _ one: String, _ several: String, remedy: String
    ) -> Diagnostic? {
      guard let first = lines.first else { return nil }
      let rest =
        (lines.map(String.init) + (count > lines.count ? ["…"] : [])).joined(separator: ", ")
      return Diagnostic(
        .warning, code: code, at: SourceLocation(file: file, line: first),
        count == 1 ? one : "\(count) \(several): lines \(rest)", remedy: remedy)
    }
  }

  /// Adds those of rows further down.
  mutating func append(_ next: RowWarnings, lines linesBefore: Int) {
    uneven.append(next.uneven, lines: linesBefore)
    shortened.append(next.shortened, lines: linesBefore)
  }

  func diagnostics(file: String) -> [Diagnostic] {
    [
      uneven.warning(
        "csv.unevenRow", file, "the row has another number of fields than the headings",
        "rows have another number of fields than the headings",
        remedy:
          "where a program left out blank ends of rows, nothing is lost; where a separator is missing or one "
          + "is too many, the values behind it stand under the wrong headings"),
      shortened.warning(
        "id.shortened", file,
        "the ID is a number in scientific notation: a spreadsheet has shortened it",
        "IDs are numbers in scientific notation: a spreadsheet has shortened them",
        remedy:
          "export it again with the column formatted as text: as it is, other records may have this ID, too, and the "
          + "record is another one once its digits are back, and would be paid again"),
    ].compactMap(\.self)
  }
}
