import Foundation
import TestSupport
import Testing
import Vocabulary

/// Local times against Foundation's calendar, and by hand where clocks change.
struct ZoneOffsetsTests {
  @Test(arguments: [
    // Clocks go from 02:00 to 03:00 on 8 March 2026: a skipped time has the offset before the change.
    ("America/Los_Angeles", "2026-03-08T01:59:59", "2026-03-08T09:59:59"),
    ("America/Los_Angeles", "2026-03-08T02:30:00", "2026-03-08T10:30:00"),
    ("America/Los_Angeles", "2026-03-08T03:00:00", "2026-03-08T10:00:00"),
    // From 02:00 back to 01:00 on 1 November: the first of the two.
    ("America/Los_Angeles", "2026-11-01T01:30:00", "2026-11-01T08:30:00"),
    ("America/Los_Angeles", "2026-11-01T02:00:00", "2026-11-01T10:00:00"),
    // Half an hour on Lord Howe Island, and none in Shanghai.
    ("Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-03T15:45:00"),
    ("Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00"),
    ("Asia/Shanghai", "2026-03-08T02:30:00", "2026-03-07T18:30:00"),
  ])
  func changesOfTheClock(zone: String, local: String, utc: String) throws {
    let (local, utc) = (try seconds(local), try seconds(utc))
    #expect(ZoneOffsets.named(zone).instant(local: local) == utc)
  }

  /// Every hour of four years: the local time of an instant leads back to it, or to the first of two.
  @Test(arguments: [
    "America/Los_Angeles", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
    "Europe/London",
  ])
  func everyHourLeadsBack(name: String) throws {
    let offsets = ZoneOffsets.named(name)
    let zone = try #require(TimeZone(identifier: name))
    for hour in 0..<(4 * 366 * 24) {
      let instant = 1_735_689_600 + Int64(hour) * 3600 + 1234
      let offset = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant))))
      #expect(offsets.offset(at: instant) == offset)
      let back = offsets.instant(local: instant + offset)
      let isFirstOfTwo = back < instant && offsets.offset(at: back) + back == instant + offset
      guard back == instant || isFirstOfTwo else {
        Issue.record("\(name): \(instant) came back as \(back)")
        return
      }
    }
  }

  /// Changes close to each other, years apart, and where a span of the search begins or ends.
  @Test(
    arguments: [
      [], [0], [-5], [0, 1, 2, 3], [-(1 << 24), 0, 1 << 24, 1 << 25],
      [7, 6 + 1 << 24, 7 + 1 << 24, 8 + 1 << 24, 7 + 5 << 24, 7 + 9 << 24],
      [-2_717_640_000, -1_633_269_600, 2_140_678_800],
    ] as [[Int64]])
  func anOffsetIsThatOfTheLastChange(changes: [Int64]) {
    let zone = ZoneOffsets(
      name: "", changes: changes, offsets: (0...changes.count).map { Int32($0) })
    for change in changes + [-(1 << 40), 1 << 40] {
      for instant in change - 1...change + 1 {
        #expect(zone.offset(at: instant) == Int64(changes.count { $0 <= instant }))
      }
    }
  }

  @Test func theDateIsThatOfTheZone() throws {
    let zone = ZoneOffsets.named("America/Los_Angeles")
    #expect(zone.date(at: try seconds("2026-04-01T06:59:59")).description == "2026-03-31")
    #expect(zone.date(at: try seconds("2026-04-01T07:00:00")).description == "2026-04-01")
    // Before 1970 the quotient must go down, not towards zero.
    #expect(ZoneOffsets(name: "UTC", secondsEast: 0).date(at: -1).description == "1969-12-31")
  }

  private func seconds(_ text: String) throws -> Int64 {
    let parts = text.split { !$0.isNumber }.compactMap { Int($0) }
    let date = try #require(CivilDate(year: parts[0], month: parts[1], dayOfMonth: parts[2]))
    return Int64(date.day) * 86_400 + Int64(parts[3] * 3600 + parts[4] * 60 + parts[5])
  }
}

/// What messages show of a value.
struct ShownTests {
  @Test func onlyWhatIsLeftOutIsMarked() {
    for character in ["x", "é"] {
      let whole = String(repeating: character, count: 60)
      #expect(shown(whole) == whole)
      #expect(shown(whole + character) == whole + "…")
    }
  }
}

struct MatchKeyTests {
  @Test(arguments: [
    ("Grand Rounds", "GRAND_ROUNDS"), ("grand-rounds", "Grand.Rounds"),
    ("Duration (Minutes)", "duration_minutes"),
    ("Case #", "case"), ("E-mail", "email"), ("Empl\u{A0}ID", "empl id"),
  ])
  func signsAndCaseDoNotCount(one: String, other: String) {
    #expect(matchKey(one) == matchKey(other))
  }

  /// ASCII has a way of its own, and comes to what Unicode's tables say.
  @Test func everyASCIICharacterCountsAsItDoesBesideOthers() {
    for value in UInt8(0)..<0x80 {
      let character = String(UnicodeScalar(value))
      #expect(matchKey("a\(character)B") + "é" == matchKey("a\(character)BÉ"), "\(value)")
    }
  }

  @Test func nearNamesAreMeant() {
    #expect(nearest("rats", among: ["rates", "plan"]) == "rates")
    #expect(nearest("standig", among: ["rates", "standing"]) == "standing")
    #expect(nearest("wholly else", among: ["rates", "plan"]) == nil)
  }

  /// As a dictionary does, for 100,000 random keys.
  /// However many keys it was made for.
  @Test(arguments: [0, 100, 100_000]) func aByteTableIsADictionary(expecting count: Int) {
    var random = SeededGenerator(seed: 7)
    var (table, dictionary) = (ByteTable(expecting: count), [String: Int32]())
    for value in Int32(0)..<100_000 {
      let key = String(UInt64.random(in: 0...60_000, using: &random), radix: 36)
      table.set(key, to: value)
      dictionary[key] = value
    }
    #expect(dictionary.allSatisfy { table.value($0.key) == $0.value })
    #expect(table.value("not there") == nil)
  }

  /// In small tables, so that many of them meet in one slot: keys that agree in their first and last eight bytes and
  /// have other lengths, or another byte between.
  @Test(arguments: UInt8.min ... .max) func keysThatAreAlikeAreOthers(byte: UInt8) {
    let edge = Array(repeating: byte, count: 8)
    let keys =
      (0...16).map { Array(repeating: byte, count: $0) } + (0..<16).map { edge + [$0] + edge }
    var table = ByteTable()
    for (value, key) in keys.enumerated() {
      key.withUnsafeBufferPointer { key in
        #expect(table.value(key) == nil)
        table.set(key, to: Int32(value))
      }
    }
    for (value, key) in keys.enumerated() {
      #expect(key.withUnsafeBufferPointer(table.value) == Int32(value))
    }
  }
}
