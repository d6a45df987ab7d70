internal import Vocabulary

/// A first line of `sep=` and one character, as Excel obeys it (SPEC 3.1).
struct SeparatorLine {
  let separator: UInt8
  /// Where the next line begins.
  let next: Int

  /// Nil where there is no such line.
  ///
  /// - Throws: ``UnusableInput`` for a character that cannot separate columns.
  init?(_ text: UnsafeBufferPointer<UInt8>, from start: Int, file: String) throws {
    let line = text[start...].prefix { $0 != .lineFeed && $0 != .carriageReturn }
    guard line.count >= 5,
      line.prefix(4).map({ $0 | 0x20 }) == Array("sep=".utf8).map({ $0 | 0x20 }),
      line[start + 3] == UInt8(ascii: "=")
    else { return nil }
    separator = line[start + 4]
    let rest = UnsafeBufferPointer(rebasing: line.dropFirst(5))
    let isOneCharacter = trimmed(rest, 0, rest.count).0 == rest.count
    guard isOneCharacter || separator >= 0x80 else { return nil }
    guard isOneCharacter, separator < 0x80, separator != .quote else { throw Self.unusable(file) }
    var next = line.endIndex
    if next < text.count, text[next] == .carriageReturn { next += 1 }
    if next < text.count, text[next] == .lineFeed { next += 1 }
    self.next = next
  }

  private static func unusable(_ file: String) -> UnusableInput {
    UnusableInput([
      Diagnostic(
        .error, code: "csv.separator", at: SourceLocation(file: file, line: 1),
        "the line sep= names a character that cannot separate columns",
        remedy: "write sep=, or sep=; or delete the line")
    ])
  }
}
