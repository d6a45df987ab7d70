import Ingest
import Testing
import Vocabulary

/// Dates, times and lengths as they stand in files (SPEC 3.2).
struct CivilTimeTests {
  @Test(arguments: [
    ("2026-02-14", "2026-02-14 - -"), ("2026-02-14T09:31", "2026-02-14 34260 -"),
    ("2026-02-14 09:31:07", "2026-02-14 34267 -"),
    ("2026-02-14T09:31:07.999", "2026-02-14 34267 -"),
    ("2026-02-14T09:31Z", "2026-02-14 34260 0"),
    ("2026-02-14T09:31:07.5-08:00", "2026-02-14 34267 -28800"),
    ("2026-02-14T00:00+05:30", "2026-02-14 0 19800"),
    ("2026-02-14T00:00-03:30", "2026-02-14 0 -12600"),
    ("2/14/2026", "2026-02-14 - -"), ("02/04/2026", "2026-02-04 - -"),
    ("2/14/2026 9:31 AM", "2026-02-14 34260 -"), ("2/14/2026 9:31:07pm", "2026-02-14 77467 -"),
    ("2/14/2026 21:31", "2026-02-14 77460 -"), ("2/14/2026 21:31:07", "2026-02-14 77467 -"),
    ("2/14/2026 12:00 AM", "2026-02-14 0 -"), ("2/14/2026 12:30 pm", "2026-02-14 45000 -"),
    ("2/14/2026 0:00", "2026-02-14 0 -"), ("2024-02-29", "2024-02-29 - -"),
  ])
  func aTimeIsRead(text: String, parts: String) throws {
    let time = try #require(CivilTime(text))
    let second = time.secondOfDay.map(String.init) ?? "-"
    let east = time.secondsEast.map(String.init) ?? "-"
    #expect("\(time.date) \(second) \(east)" == parts)
  }

  @Test(arguments: [
    "", "2026", "2026-2-14", "26-02-14", "12026-03-01", "2026-02-30", "2025-02-29", "2026-13-01",
    "0000-01-01",
    "2026-02-14T", "2026-02-14T9:31", "2026-02-14T24:00", "2026-02-14T09:60", "2026-02-14T09:31:60",
    "2026-02-14T09:31:07.", "2026-02-14T09:31+0800", "2026-02-14T09:31+24:00",
    "2026-02-14T09:31+05:60", "2026-02-14Z",
    "2026-02-14  09:31", "2026-02-14t09:31", "2026-02-14T09:31z", "2026-02-14 9:31 AM",
    "2026-02-14T09:31 Z",
    "2/14/2026 9:60 AM", "2/14/2026 9:31:60 AM", "2/14/2026 9:75",
    "2/30/2026", "14/2/2026", "2/14/26", "2/14/2026 24:00", "2/14/2026 13:00 PM",
    "2/14/2026 0:30 AM",
    "2/14/2026 9:31 A", "2/14/2026 9 AM", "2/14/2026 9:31  AM", "2/14/2026T9:31",
    "2/14/2026 9:31:07.5",
    "2/14/2026 9:31Z", "46067", "Feb 14, 2026", "14.02.2026", "２０２６-02-14", "2026-02-14 09:31x",
  ])
  func allElseIsNoDate(text: String) {
    #expect(CivilTime(text) == nil)
  }

  /// The most usual form is read in one go: each of its places is looked at.
  @Test(arguments: ["2026-02-14 09:31", "2026-02-14T09:31:07-08:00"])
  func noPlaceOfATimeIsOverlooked(text: String) {
    #expect(CivilTime(text) != nil)
    let bytes = Array(text.utf8)
    // Two bytes above ASCII are one letter, and no two digits.
    for letter in ["\u{E9}", "\u{DF}", "\u{416}", "\u{7FF}", "\u{80}"] {
      for place in bytes.indices.dropLast() {
        let changed = bytes[..<place] + Array(letter.utf8) + bytes[(place + 2)...]
        let text = String(decoding: changed, as: UTF8.self)
        #expect(CivilTime(text) == nil, "\(text)")
      }
    }
    for place in bytes.indices {
      for other in "/:;-+xT \u{1}".utf8 where bytes[place] != other {
        var changed = bytes
        changed[place] = other
        // A day and its time are apart by one or the other; west of UTC may be east of it.
        let isTime = place == 10 && (other == 0x20 || other == 0x54) || place == 19 && other == 0x2B
        #expect(
          (CivilTime(String(decoding: changed, as: UTF8.self)) != nil) == isTime,
          "\(String(decoding: changed, as: UTF8.self))")
      }
    }
  }

  @Test(
    arguments: [
      ("45", 2700), ("40.5", 2430), ("0:45", 2700), ("0:45:30", 2730), ("40.01", 2400),
      ("40.02", 2401), ("0", 0),
      ("-5", -300), ("0.99", 59), ("24:00", 86_400), ("99:00", 356_400), ("120:30:00", 433_800),
      ("40.0166666666666667", 2401), ("40.0166666666666666", 2400),
      ("99999999999999999999", 60_000_000), ("40." + String(repeating: "9", count: 60), 2459),
    ] as [(String, Int64)])
  func aLengthIsRead(text: String, seconds: Int64) {
    #expect(length(text) == seconds)
  }

  @Test(arguments: [
    "", ".5", "45.", "1:5", "1:60", "1:05:60", "1:05:5", "1h", "45 min", "1e2", "+45", "-0:30",
    "4 5", "1:2:3:4", "４５",
  ])
  func allElseIsNoLength(text: String) {
    #expect(length(text) == nil)
  }

  private func length(_ text: String) -> Int64? {
    var text = text
    return text.withUTF8 { readLength($0) }
  }
}
