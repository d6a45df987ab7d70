/// The offsets of a time zone from UTC, and the instants at which they change.
///
/// A plain table, so that reading a million times of day costs a search of a few steps and needs no
/// calendar. ``Commands`` makes it from the system's time zone data.
public struct ZoneOffsets: Sendable {
  /// The zone's name, such as `America/Los_Angeles`.
  public let name: String
  /// The instants of change, ascending, in seconds since 1970-01-01 UTC.
  private let changes: [Int64]
  /// Seconds east of UTC: before the first change, and from each change on. One more than
  /// `changes`.
  private let offsets: [Int32]
  /// How many changes there are by the beginning of each span of time from the first change on.
  private let changesBySpan: [Int]
  /// Of a span, in seconds: half a year, so that there is a change or two in it.
  private static let spanBits: Int64 = 24

  /// - Precondition: `changes` ascend and there is one offset more than changes.
  public init(name: String, changes: [Int64], offsets: [Int32]) {
    precondition(offsets.count == changes.count + 1, "an offset before each change and one after")
    precondition(zip(changes, changes.dropFirst()).allSatisfy { $0 < $1 }, "changes must ascend")
    self.name = name
    self.changes = changes
    self.offsets = offsets
    var (counts, count) = ([Int](), 0)
    if let first = changes.first, let last = changes.last {
      for start in stride(from: first, through: last, by: 1 << Int(Self.spanBits)) {
        while count < changes.count, changes[count] <= start { count += 1 }
        counts.append(count)
      }
    }
    changesBySpan = counts
  }

  /// A zone without changes.
  public init(name: String, secondsEast: Int32) {
    self.init(name: name, changes: [], offsets: [secondsEast])
  }

  /// Seconds east of UTC at an instant. O(changes within half a year).
  public func offset(at instant: Int64) -> Int64 { Int64(offsets[index(at: instant)]) }

  /// The civil date at an instant.
  public func date(at instant: Int64) -> CivilDate {
    CivilDate(day: Int32((instant + offset(at: instant)).floorQuotient(by: 86_400)))
  }

  /// The instant at which clocks of the zone show `local`, in seconds since 1970-01-01 00:00 local.
  ///
  /// A time that occurs twice is the first of them; one that a change skips is read with the
  /// offset before the change (SPEC 3.2).
  public func instant(local: Int64) -> Int64 {
    // The offset in force a day and a half before cannot be later than any candidate's.
    var candidate = index(at: local - 129_600)
    var instant = local - Int64(offsets[candidate])
    while candidate < changes.count, instant >= changes[candidate] {
      // With this offset the instant lies after the change: skipped, unless the next offset fits.
      let next = local - Int64(offsets[candidate + 1])
      if next < changes[candidate] { break }
      instant = next
      candidate += 1
    }
    return instant
  }

  private func index(at instant: Int64) -> Int {
    guard let first = changes.first, instant >= first else { return 0 }
    let span = min(Int((instant - first) >> Self.spanBits), changesBySpan.count - 1)
    var index = changesBySpan[span]
    while index < changes.count, changes[index] <= instant { index += 1 }
    return index
  }
}

extension Int64 {
  /// The quotient rounded down: -1 second is on the day before.
  public func floorQuotient(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
