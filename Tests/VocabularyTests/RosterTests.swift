import Testing
import Vocabulary

/// Who is meant by an identifier (SPEC 3.2).
struct RosterTests {
  private static let roster: Roster = {
    var roster = Roster()
    roster.physicians = ["P1", "P2", "P3", "P4"].map { Physician(id: $0, appointments: []) }
    for (index, (number, email)) in [
      ("N1", "Zoé@x.org"), ("N2", "bo@x.org"), ("bo@x.org", "cy@x.org"),
      ("dy@x.org", "dy@x.org"),
    ].enumerated() {
      roster.register(identifier: number, of: Int32(index))
      roster.register(email: email, of: Int32(index))
    }
    return roster
  }()

  @Test(arguments: [
    ("N1", 0, "a number, letter for letter"), ("n1", Roster.unknown, "in its own case"),
    ("BO@x.ORG", 1, "an e-mail address in any case"),
    ("ZOÉ@X.org", 0, "also where its letters are not of ASCII"),
    ("bo@x.org", Roster.ambiguous, "the number of one and the address of another"),
    ("dy@x.org", 3, "both of the same physician"),
    ("", Roster.unknown, "nothing is nobody's"),
  ])
  func anIdentifierFitsOneNobodyOrSeveral(text: String, physician: Int32, because: String) {
    #expect(Self.roster.physician(identifiedBy: text) == physician, "\(because)")
  }
}
