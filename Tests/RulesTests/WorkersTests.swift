import Dispatch
import Rules
import TestSupport
import Testing
import Vocabulary

/// What is decided does not depend on who does which piece, and when.
struct WorkersTests {
  /// Rows of several pieces, in which records stand twice far from each other.
  private static let office: Office = {
    var office = Office()
    office.physicians += [
      "P2,Ben Sample,Surgery,2020-01-01,2026-02-15", "P3,Cy Third,Surgery,2020-01-01,",
    ]
    office.standing += ["P2,good,2020-01-01,", "P3,not good,2026-02-01,"]
    func row(_ number: Int) -> String {
      // Every seventh is a copy of one long before, every eleventh contradicts it.
      let id = number % 7 == 6 || number % 11 == 10 ? number / 2 : number
      let day = 1 + (number % 11 == 10 ? number : id) % 28
      let status = number % 13 == 12 ? "open" : ""
      return
        "\(id % 5 == 0 ? "c-0" : "C")\(id),\(id % 3 == 0 ? "GR" : "MH"),P\(id % 4),"
        + "2026-0\(1 + id % 4)-\(day < 10 ? "0" : "")\(day) 09:31,\(status),,"
    }
    office.cases = [(0..<33_000).map(row), (33_000..<36_000).map(row)]
    office.conferences = [
      (0..<3_000).map { "V\($0),MH,P\(1 + $0 % 3),2026-01-05T09:\(10 + $0 % 40),,30,C\($0 * 40)," }
    ]
    return office
  }()

  /// Rows are looked up in pieces: none is left out between two of them.
  @Test func everyRowOfManyIsLookedUp() throws {
    var office = Office()
    let rows = (0..<10_000).map { "C\($0),GR,P1,2026-02-14" }
    office.cases = [rows, rows]
    let result = try office.decide()
    #expect(result.rowsByReason[Int(Reason.duplicate.rawValue)] == 10_000)
    #expect(result.payable.cents == 10_000 * 500_00)
  }

  /// Rows are flagged in pieces: the first and the last of each, too.
  @Test func rowsOfEveryPieceAreFlagged() throws {
    let flagged = [0, 1, 32_767, 32_768, 40_000, 40_001]
    var office = Office()
    office.cases = [["C1,GR,P1,2026-02-14"]]
    office.conferences = [
      (0..<40_002).map { number in
        let place = flagged.firstIndex(of: number)
        let month = place.map { "2026-0\(1 + $0 / 2)" } ?? "2025-01"
        // Each names a case of its own: their hashes are in several parts, some of them in the same.
        let named = place == nil || number == 1 ? "C1" : "C9\(number)"
        return "V\(number),MH,P1,\(month)-05T09:00,,30,\(named),"
      }
    ]
    let result = try office.decide()
    func rows(_ kind: NoticeKind) -> [Int32] {
      result.notices.filter { $0.kind == kind }.compactMap(\.record).map { $0 - 1 }
    }
    #expect(rows(.overlappingConferences) == flagged.map(Int32.init))
    #expect(rows(.conferenceWithoutCase) == flagged.filter { $0 != 1 }.map(Int32.init))
  }

  /// Rows of many files are counted in parts, and those of few in one go.
  @Test func partsAddUpToTheWhole() throws {
    var parts = Self.office
    let (cases, conferences) = (Self.office.cases.flatMap { $0 }, Self.office.conferences[0])
    let starts = Array(stride(from: 0, to: 9_000, by: 1_500))
    parts.cases = starts.map { Array(cases[$0..<$0 + 1_500]) }
    parts.conferences = [Array(conferences[..<1_000]), Array(conferences[1_000...])]
    var whole = parts
    whole.cases = [Array(cases[..<9_000])]
    whole.conferences = [conferences]
    let (sum, expected) = (try parts.decide(), try whole.decide())
    #expect(sum.rowsByReason == expected.rowsByReason)
    #expect(sum.payable == expected.payable && sum.heldAtMost == expected.heldAtMost)
    #expect(sum.heldAtMost > .zero)
    #expect(sum.departments.map(\.totals) == expected.departments.map(\.totals))
    func people(_ result: QuarterResult) -> [String] {
      result.departments.flatMap(\.people).map { "\($0)" }
    }
    #expect(people(sum) == people(expected) && people(sum).count >= 3)
  }

  @Test func piecesInAnyOrderAndOnThreadsGiveTheSame() throws {
    let expected = try Self.office.decide()
    #expect(expected.rowsByReason[Int(Reason.duplicate.rawValue)] > 1_000)
    #expect(expected.rowsByReason[Int(Reason.conflictingRecords.rawValue)] > 1_000)
    #expect(Set(expected.notices.map(\.kind)).count >= 3)
    for workers in [
      Workers { count, body in for number in (0..<count).reversed() { body(number) } },
      Workers { count, body in DispatchQueue.concurrentPerform(iterations: count, execute: body) },
    ] {
      var office = Self.office
      office.workers = workers
      let result = try office.decide()
      #expect(result.rowsByReason == expected.rowsByReason)
      #expect(result.reasons == expected.reasons)
      #expect(result.flags == expected.flags)
      #expect(result.notices.map(result.detail) == expected.notices.map(expected.detail))
      #expect(result.exceptions == expected.exceptions)
      #expect(result.departments.map(\.totals) == expected.departments.map(\.totals))
      #expect(
        result.departments.map { Array($0.lines) } == expected.departments.map { Array($0.lines) })
      #expect(result.departments.map(\.held) == expected.departments.map(\.held))
    }
  }
}
