import TestSupport
import Testing
import Vocabulary

/// A table row: an office, and what becomes of its rows, *because*.
struct RowCase: CustomTestStringConvertible, Sendable {
  let because: String
  var office = Office()
  /// The reason of each row, in the order of the files.
  let reasons: [String]
  /// What each pays or would pay; not looked at where nil.
  var amounts: [String?]?

  var testDescription: String { because }

  func check() throws {
    let result = try office.decide()
    let got = result.reasons
    #expect(got == reasons)
    if let amounts {
      let pays = result.amounts
      #expect(pays == amounts)
    }
  }
}

extension Office {
  /// The office with something changed.
  func with(_ change: (inout Office) -> Void) -> Office {
    var office = self
    change(&office)
    return office
  }
}
