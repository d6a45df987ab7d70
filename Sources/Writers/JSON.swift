internal import Vocabulary

/// A JSON value whose objects keep the order of their keys, so that the same values give the same
/// bytes.
package indirect enum JSON: Sendable {
  case null
  case number(Int64)
  case text(String)
  case flag(Bool)
  case list([JSON])
  case object([(String, JSON)])

  package static func number(_ number: Int) -> JSON { .number(Int64(number)) }

  /// UTF-8 text, indented by two spaces, with a line end.
  package var rendered: String { render(indent: "") + "\n" }

  private func render(indent: String) -> String {
    let inner = indent + "  "
    switch self {
    case .null: return "null"
    case .number(let number): return String(number)
    case .text(let text): return jsonText(text)
    case .flag(let flag): return flag ? "true" : "false"
    case .list(let items):
      if items.isEmpty { return "[]" }
      let lines = items.map { inner + $0.render(indent: inner) }
      return "[\n" + lines.joined(separator: ",\n") + "\n" + indent + "]"
    case .object(let pairs):
      if pairs.isEmpty { return "{}" }
      let lines = pairs.map { inner + jsonText($0.0) + ": " + $0.1.render(indent: inner) }
      return "{\n" + lines.joined(separator: ",\n") + "\n" + indent + "}"
    }
  }
}
