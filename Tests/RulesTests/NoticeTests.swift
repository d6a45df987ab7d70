import Rules
import TestSupport
import Testing
import Vocabulary

/// Notices flag a record and change no money; each on both sides of its edge.
struct NoticeTests {
  /// Each conference that overlaps one of another record, pair by pair.
  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func whoeverOverlapsIsFlagged(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var office = Office()
    office.physicians = ["P1,Ada,Neurology,2020-01-01,", "P2,Ben,Neurology,2020-01-01,"]
    office.standing = ["P1,good,2020-01-01,", "P2,good,2020-01-01,"]
    office.conferences = [
      (0..<24).map { _ in
        let (hour, minute) = (Int.random(in: 8...11, using: &random), [0, 10, 25, 40, 50])
        let id = Int.random(in: 1...9, using: &random)
        return "V\(id),MH,P\(Int.random(in: 1...2, using: &random)),2026-02-14T"
          + (hour < 10 ? "0" : "") + "\(hour):"
          + (minute.randomElement(using: &random)! == 0 ? "00" : "30")
          + ",,\([5, 30, 60, 90].randomElement(using: &random)!)"
      }
    ]
    let result = try office.decide()
    let records = result.records
    func id(_ row: Int32) -> String { records.table(of: row).id(of: records[row]) }
    var spans: [(row: Int32, physician: Int32, start: Int64, end: Int64)] = []
    for row in 0..<Int32(24) {
      let record = records[row]
      guard [.paid, .held].contains(record.reason.disposition) else { continue }
      let segments = result.counterparts.filter {
        $0.value == row && records[$0.key].reason == .mergedSegment
      }.keys
      var own = Int64(record.seconds)
      for segment in segments.map({ records[$0] }) {
        own -= Int64(segment.seconds)
        spans.append(
          (row, record.physician, segment.instant, segment.instant + Int64(segment.seconds)))
      }
      spans.append((row, record.physician, record.instant, record.instant + own))
    }
    var wanted: Set<Int32> = []
    for one in spans {
      for other in spans
      where one.physician == other.physician && id(one.row) != id(other.row)
        && one.start < other.end && other.start < one.end
      {
        wanted.insert(one.row)
      }
    }
    let flagged = result.notices.filter { $0.kind == .overlappingConferences }.compactMap(\.record)
    #expect(Set(flagged) == wanted && flagged.count == wanted.count)
  }

  struct Flagged: CustomTestStringConvertible, Sendable {
    let because: String
    var office = Office()
    let flags: [String]
    var testDescription: String { because }
  }

  @Test(arguments: [
    Flagged(
      because: "12 hours to respond are in time, a second more is late",
      office: Office(
        cases: "C1,GR,P1,2026-02-14T09:00:00,,2026-02-13T08:00:00,2026-02-13T20:00:00",
        "C2,GR,P1,2026-02-14T09:00:00,,2026-02-13T08:00:00,2026-02-13T20:00:01"),
      flags: ["late-response 3"]),
    Flagged(
      because: "48 hours to review are in time, a second more is late",
      office: Office(
        cases: "C1,GR,P1,2026-02-14T09:00:00,,,2026-02-12T09:00:00",
        "C2,GR,P1,2026-02-14T09:00:01,,,2026-02-12T09:00:00"),
      flags: ["late-review 3"]),
    Flagged(
      because: "a date without a time of day has no clock",
      office: Office(cases: "C1,GR,P1,2026-02-14,,2026-01-01,2026-01-05T09:00"), flags: []),
    Flagged(
      because: "a clock that is neither blank nor readable",
      office: Office(cases: "C1,GR,P1,2026-02-14,,yesterday,soon"), flags: ["clock-not-read 2"]),
    Flagged(
      because:
        "two minutes over a block are near its edge, the edge itself and a second more are not",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14,,0:40:00", "V2,MH,P1,2026-02-14,,0:40:01",
        "V3,MH,P1,2026-02-14,,0:42:00", "V4,MH,P1,2026-02-14,,0:42:01",
        "V5,MH,P1,2026-02-14,,0:02:00", "V6,MH,P1,2026-02-14,,0:02:01"),
      flags: ["near-block-edge 3", "near-block-edge 4", "near-block-edge 6"]),
    Flagged(
      because: "conferences that overlap by a second, and others that touch",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T09:00:00,,30", "V2,MH,P1,2026-02-14T09:29:59,,30",
        "V3,MH,P1,2026-02-14T09:59:59,,30"),
      flags: ["overlapping-conferences 2", "overlapping-conferences 3"]),
    Flagged(
      because: "between two segments of a conference there is room for another one",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T09:00,,20", "V1,MH,P1,2026-02-14T10:00,,20",
        "V2,MH,P1,2026-02-14T09:25,,30"), flags: []),
    Flagged(
      because: "a later segment lasts as long as it says",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T09:00,,20", "V1,MH,P1,2026-02-14T10:00,,20",
        "V2,MH,P1,2026-02-14T10:05,,30"),
      flags: ["overlapping-conferences 2", "overlapping-conferences 4"]),
    Flagged(
      because: "a conference that was cancelled overlaps with nothing",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T09:00,,30,,cancelled", "V2,MH,P1,2026-02-14T09:10,,30"),
      flags: []),
    Flagged(
      because: "zeros before letters of other scripts are none, too",
      office: Office(cases: "0äω1,GR,P1,2026-02-14", "äω1,GR,P1,2026-02-14"),
      flags: ["similar-record 2", "similar-record 3"]),
    Flagged(
      because: "a case that is in no row; one in a row that was not completed is there",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14,,30,C9", "V2,MH,P1,2026-02-14,,30,C1",
        "V3,MH,P1,2026-02-14,,30,"
      ).with { $0.cases = [["C1,MH,P1,2026-02-14,declined"]] },
      flags: ["conference-without-case 2"]),
    Flagged(
      because: "the zone moved the date of one, and only the hour of the other",
      office: Office(
        cases: "C1,GR,P1,2026-02-14T07:00Z", "C2,GR,P1,2026-02-14T09:00Z"),
      flags: ["date-moved 2"]),
    Flagged(
      because: "the record also stands in a row that is not completed",
      office: Office(cases: "C1,GR,P1,2026-02-14", "C1,GR,P1,2026-02-14,cancelled"),
      flags: ["also-not-completed 2"]),
    Flagged(
      because:
        "each row that stands for the record is flagged, and not the one that was added to it",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T10:00,,30", "V1,MH,P1,2026-02-14T09:00,,30",
        "V1,MH,P1,2026-02-14T12:00,,30,,cancelled"),
      flags: ["also-not-completed 3"]),
    Flagged(
      because: "long IDs that differ at their beginning",
      office: Office(cases: "CASE-00000001,GR,P1,2026-02-14", "case-00000001,GR,P1,2026-02-14"),
      flags: ["similar-record 2", "similar-record 3"]),
    Flagged(
      because: "rows that contradict each other are one conference, and overlap with nothing",
      office: Office(
        conferences: "V1,MH,P1,2026-02-14T09:00,,30", "V1,MH,P1,2026-02-14T09:00,,60"), flags: []),
    Flagged(
      because: "IDs that differ in case, signs and zeros at the start",
      office: Office(
        cases: "C-001,GR,P1,2026-02-14", "c001,GR,P1,2026-02-14", "0C001,GR,P1,2026-02-14",
        "C-010,GR,P1,2026-02-14"),
      flags: ["similar-record 2", "similar-record 3", "similar-record 4"]),
    Flagged(
      because: "letters of every script, in either case, without signs",
      office: Office(
        cases: "Ä-Ω1,GR,P1,2026-02-14", "äω1,GR,P1,2026-02-14", "äω2,GR,P1,2026-02-14",
        "aω1,GR,P1,2026-02-14"),
      flags: ["similar-record 2", "similar-record 3"]),
    Flagged(
      because: "signs of any script are none: what is left is ASCII",
      office: Office(cases: "C–1,GR,P1,2026-02-14", "c-1,GR,P1,2026-02-14"),
      flags: ["similar-record 2", "similar-record 3"]),
    Flagged(
      because: "the same ID under another program",
      office: Office(cases: "C1,GR,P1,2026-02-14", "C1,MH,P1,2026-02-14"),
      flags: ["similar-record 2", "similar-record 3"]),
    Flagged(
      because: "a rejected or excluded row flags nothing",
      office: Office(
        cases: "C1,GR,P1,2026-02-14", "C1,MH,P1,2025-12-31", "c1,GR,P1,2026-02-30"), flags: []),
    Flagged(
      because: "a row of the standing table that fits nobody",
      office: Office(cases: "C1,GR,P1,2026-02-14").with {
        $0.standing.append("P9,good,2020-01-01,")
      },
      flags: ["standing-of-nobody 3"]),
  ])
  func notices(_ row: Flagged) throws {
    let got = try row.office.decide().flags
    #expect(got == row.flags)
  }

  /// Rows are looked up by some bits of a hash of their IDs. Those of two cases are the same here.
  @Test func aCaseIsTheOneThatIsNamedAndNotOneWhoseHashIsAlike() throws {
    var ids: [UInt32: String] = [:]
    var alike: (one: String, other: String)?
    for number in 0..<400_000 where alike == nil {
      let id = "C\(number)"
      let tag = Array(id.utf8).withUnsafeBufferPointer { UInt32(truncatingIfNeeded: hashOf($0)) }
      if let one = ids[tag] { alike = (one, id) }
      ids[tag] = id
    }
    let (one, other) = try #require(alike)
    let conferences = ["V1,MH,P1,2026-02-14,,30,\(one)", "V2,MH,P1,2026-02-15,,30,\(other)"]
    func flags(_ cases: String...) throws -> [String] {
      try Office(conferences: conferences[0], conferences[1])
        .with { $0.cases = [cases.map { "\($0),MH,P1,2026-02-14,declined" }] }.decide().flags
    }
    #expect(try flags(one, other) == [])
    #expect(try flags(other, one) == [])
    #expect(try flags(one) == ["conference-without-case 3"])
    #expect(try flags(other) == ["conference-without-case 2"])
  }

  @Test func noticesOfOnePlaceStandByWhatTheySay() throws {
    let office = Office(cases: "C1,GR,P1,2026-02-14")
    let details = ["column F is not read", "column AA is not read", "column B is not read"]
    for order in [details, details.reversed()] {
      let tables = try office.read()
      let result = try QuarterRules.decide(
        office.quarter, plan: office.plan, roster: tables.roster, records: tables.records,
        inputs: tables.inputs,
        fileNotices: order.map { Notice(.patientColumnNotRead, file: "cases-1.csv", detail: $0) })
      #expect(result.notices.map(\.detail) == details.sorted())
    }
  }
}
