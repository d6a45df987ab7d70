import Foundation
import Vocabulary

/// Time zones by the system's data.
enum SystemZone {
  static func isKnown(_ name: String) -> Bool {
    (name.contains("/") || name == "UTC" || name == "GMT") && TimeZone(identifier: name) != nil
  }

  /// The zone's offsets from 1850 to 2200, as a table.
  static func offsets(of name: String) -> ZoneOffsets {
    guard let zone = TimeZone(identifier: name) else {
      return ZoneOffsets(name: name, secondsEast: 0)
    }
    let start = Date(timeIntervalSince1970: -3_786_912_000)
    let end = Date(timeIntervalSince1970: 7_258_118_400)
    var (changes, offsets): ([Int64], [Int32]) = ([], [Int32(zone.secondsFromGMT(for: start))])
    var date = start
    while let next = zone.nextDaylightSavingTimeTransition(after: date), next < end, next > date {
      let offset = Int32(zone.secondsFromGMT(for: next))
      if offset != offsets.last {
        changes.append(Int64(next.timeIntervalSince1970.rounded()))
        offsets.append(offset)
      }
      date = next
    }
    return ZoneOffsets(name: name, changes: changes, offsets: offsets)
  }
}
