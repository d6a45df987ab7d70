import Writers

/// What the stages of a run took, for `make bench`: a line each, in milliseconds.
struct Timings {
  private var last = ContinuousClock.now
  private var stages: [(name: String, time: Duration)] = []

  /// The stage that ends now.
  mutating func note(_ name: String) {
    let now = ContinuousClock.now
    stages.append((name, last.duration(to: now)))
    last = now
  }

  /// By the clock, and for the parts of writing added up over the threads.
  func text(_ writing: StageTimes) -> String {
    let parts = StageTimes.Stage.allCases.map { ("write." + $0.rawValue, writing[$0]) }
    return (stages + parts).map { name, time in
      "zpay: timing \(name) \(time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000)"
    }.joined(separator: "\n")
  }
}
