/// The words, headings and widths of statements: `Templates/statement.yaml`.
package struct Wording: Decodable, Sendable {
  package struct Column: Decodable, Sendable {
    package var title: String
    package var width: Double
  }

  package struct ReasonWords: Decodable, Sendable {
    /// What the reason says, as a sentence without a full stop.
    package var says: String
    /// What would release a held record, as an instruction.
    package var release: String?
  }

  package var draft: String
  package var final: String
  package var title: String
  package var gross: String
  package var heldNote: String
  package var nothingHeld: String
  package var signatures: [String]
  package var figures: [String: String]
  package var columns: [String: Column]
  package var reasons: [String: ReasonWords]
  package var notices: [String: String]

  /// - Precondition: the layout has the column; a test holds every key against it.
  func column(_ key: String) -> Column {
    guard let column = columns[key] else { preconditionFailure("statement.yaml lacks \(key)") }
    return column
  }
}
