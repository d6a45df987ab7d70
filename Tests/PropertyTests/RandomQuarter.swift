import TestSupport
import Vocabulary

/// A quarter's rows, at random from what decides: the same few IDs, times around every edge.
struct RandomQuarter: CustomStringConvertible {
  var cases: [String] = []
  var conferences: [String] = []

  static let days = [
    "2025-12-31", "2026-01-01", "1/9/2026", "2026-02-14", "2026-02-14T09:00", "2026-02-14 09:40",
    "2026-02-14T17:00:00Z", "2026-03-31", "2026-03-31T23:59:59", "2026-04-01",
    "2026-04-01T06:59:59Z", "2026-02-30", "",
  ]
  static let starts = [
    "2026-02-14T09:00", "2026-02-14T09:20", "2026-02-14T09:40", "2026-03-31T23:50",
    "2026-03-08T01:59",
    "2026-02-15", "4/1/2026 12:10 AM", "soon",
  ]
  static let lengths = ["", "20", "40", "40.01", "0:40:01", "1441", "0", "x"]
  static let statuses = ["", "", "", "completed", "declined"]
  static let physicians = ["P1", "P1", "P2", "ada@x.org", "ghost", ""]

  init(_ random: inout SeededGenerator) {
    func pick(_ list: [String]) -> String { list.randomElement(using: &random)! }
    for _ in 0..<Int.random(in: 0...10, using: &random) {
      let id = ["C1", "C1", "C2", "c-01", "É1", ""].randomElement(using: &random)!
      cases.append(
        "\(id),\(pick(["GR", "GR", "MH", "Acme"])),\(pick(Self.physicians)),\(pick(Self.days)),"
          + "\(pick(Self.statuses)),,")
    }
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      let end = pick(["", "", "2026-02-14T09:40", "2026-02-14T10:20:01"])
      conferences.append(
        "\(pick(["V1", "V1", "V2"])),\(pick(["MH", "MH", "GR", ""])),\(pick(Self.physicians)),"
          + "\(pick(Self.starts)),\(end),\(pick(Self.lengths)),\(pick(["", "C1", "C2"])),"
          + pick(Self.statuses))
    }
  }

  var office: Office {
    var office = Office()
    office.physicians = [
      "P1,Ada Müller,Neurology,2020-01-01,,,,ada@x.org", "P2,Bo,Surgery,2026-02-14,2026-03-30",
    ]
    office.standing = ["P1,good,2020-01-01,", "P2,good,2020-01-01,2026-03-20"]
    (office.cases, office.conferences) = ([cases], [conferences])
    return office
  }

  var smaller: [RandomQuarter] {
    // A row without the value of a field.
    func blanked(_ row: String) -> [String] {
      let fields = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return fields.indices.filter { !fields[$0].isEmpty }.map { index in
        var less = fields
        less[index] = ""
        return less.joined(separator: ",")
      }
    }
    return smallerLists(cases, blanked).map { rows in with { $0.cases = rows } }
      + smallerLists(conferences, blanked).map { rows in with { $0.conferences = rows } }
  }

  private func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  var description: String {
    "cases:\n" + cases.map { "  \($0)\n" }.joined() + "conferences:\n"
      + conferences.map { "  \($0)\n" }.joined()
  }
}

extension QuarterResult {
  /// What became of each row, in the order of the files.
  var outcomes: [String] { zip(reasons, amounts).map { "\($0) \($1 ?? "")" } }

  /// What does not depend on which of several rows alike came first.
  var sums: String { "\(payable) \(heldAtMost) \(rowsByReason)" }
}
