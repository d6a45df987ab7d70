internal import Vocabulary
import Yams

/// Values of the plan: each is text until it is read here, and a wrong one is a problem with its place.
extension PlanReader {
  /// Reads a mapping key by key; `take` returns whether it knows the key.
  mutating func readMapping(
    _ node: Node, _ name: String, _ take: (inout PlanReader, String, Node) -> Bool,
    known: () -> [String]
  ) {
    if isNull(node) { return }
    guard case .mapping(let mapping) = node else {
      return report(node, "\(name) is no list of keys and values", "write it like key: value")
    }
    for (keyNode, value) in mapping {
      let key = keyNode.scalar?.string ?? ""
      guard !take(&self, key, value) else { continue }
      let names = known()
      let guess = nearest(key, among: names).map { "did you mean \($0)? " } ?? ""
      report(
        keyNode, "“\(shown(key))” is no key of \(name)",
        guess + "The keys are \(names.joined(separator: ", "))")
    }
  }

  func isNull(_ node: Node) -> Bool {
    guard let scalar = node.scalar else { return false }
    return scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
  }

  mutating func text(_ node: Node, _ key: String) -> String? {
    guard let scalar = node.scalar, !isNull(node) else {
      report(node, "\(key) has no value", "write one, or delete the key")
      return nil
    }
    let text = String(String.UnicodeScalarView(scalar.string.unicodeScalars))
    guard !hasControl(text) else {
      report(node, "\(key) has a control character", "type the value anew")
      return nil
    }
    guard text.unicodeScalars.count <= Self.textCountMax else {
      report(node, "\(key) is longer than \(Self.textCountMax) characters", "shorten it")
      return nil
    }
    return text
  }

  /// A name stands in the foot of every page, which holds 255 characters.
  private static let textCountMax = 200

  func items(_ node: Node) -> [Node] {
    if case .sequence(let sequence) = node { return Array(sequence) }
    return isNull(node) ? [] : [node]
  }

  mutating func texts(_ node: Node, _ key: String) -> [String] {
    items(node).compactMap { text($0, key) }.filter { !matchKey($0).isEmpty }
  }

  mutating func word(_ node: Node, _ key: String, _ words: [String]) -> String? {
    guard let text = text(node, key) else { return nil }
    if words.contains(text) { return text }
    let guess = nearest(text, among: words).map { "did you mean \($0)? " } ?? ""
    report(
      node, "“\(shown(text))” can't stand at \(key)",
      guess + "write \(words.joined(separator: " or "))"
    )
    return nil
  }

  mutating func flag(_ node: Node, _ key: String) -> Bool? {
    switch text(node, key)?.lowercased() {
    case "true", "yes": return true
    case "false", "no": return false
    case nil: return nil
    default:
      report(node, "\(key) is neither true nor false", "write true or false")
      return nil
    }
  }

  mutating func wholeNumber(
    _ node: Node, _ key: String, _ range: ClosedRange<Int64>
  ) -> Int64? {
    guard let text = text(node, key) else { return nil }
    if text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 }), let number = Int64(text),
      range.contains(number)
    {
      return number
    }
    report(
      node,
      "\(key) “\(shown(text))” is no whole number from \(range.lowerBound) to \(range.upperBound)",
      "write one from \(range.lowerBound) to \(range.upperBound), in digits")
    return nil
  }

  mutating func date(_ node: Node, _ key: String) -> CivilDate? {
    guard let text = text(node, key) else { return nil }
    if let time = CivilTime(text), time.secondOfDay == nil { return time.date }
    report(node, "\(key) “\(shown(text))” is no date", "write it like 2026-02-14")
    return nil
  }

  mutating func report(_ node: Node, _ message: String, _ remedy: String) {
    problems.append(
      diagnostic(message, remedy, line: node.mark?.line, column: node.mark?.column))
  }

  func diagnostic(
    _ message: String, _ remedy: String, line: Int?, column: Int?
  ) -> Diagnostic {
    var excerpt: String?
    if let line, let column, lines.indices.contains(line - 1) {
      // The part of the line around the place, as a person's line of text.
      let place = max(0, column - 1)
      let skipped = max(0, place - 60)
      let part = String(String.UnicodeScalarView(lines[line - 1].unicodeScalars.dropFirst(skipped)))
      let lead = skipped > 0 ? "  …" : "  "
      excerpt =
        lead + shown(part, lengthMax: 100) + "\n"
        + String(repeating: " ", count: lead.count + place - skipped) + "^"
    }
    return Diagnostic(
      .error, code: "plan.value", at: SourceLocation(file: file, line: line, column: column),
      message, remedy: remedy, excerpt: excerpt)
  }

  func unreadable(_ message: String, line: Int?, column: Int?) -> Diagnostic {
    diagnostic(
      message,
      "compare it with the plan that zpay init writes: spaces indent, and a colon has a space behind it",
      line: line, column: column)
  }

  func diagnostic(_ error: any Error) -> Diagnostic {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return unreadable("the plan is no YAML: \(problem)", line: mark.line, column: mark.column)
    case .duplicatedKeysInMapping(let duplicates, let context):
      return diagnostic(
        "\(duplicates.joined(separator: ", ")) stands twice",
        "keep the one that is right", line: context.mark.line, column: context.mark.column)
    default: return unreadable("the plan is no YAML", line: nil, column: nil)
    }
  }
}

func hasControl(_ text: String) -> Bool {
  text.unicodeScalars.contains { $0.properties.generalCategory == .control }
}
