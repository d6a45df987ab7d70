/// What the stages of writing took, added up over the threads: for `make bench`.
package struct StageTimes: Sendable {
  package enum Stage: String, CaseIterable, Sendable {
    /// Statements as CSV, hashed.
    case tables
    /// Rows of workbooks, as XML; those of exceptions and notices as CSV, too.
    case render
    case compress
    /// Workbooks read back, compared and hashed.
    case verify
  }

  private var times: [Stage: Duration] = [:]

  package init() {}

  package subscript(stage: Stage) -> Duration {
    get { times[stage] ?? .zero }
    set { times[stage] = newValue }
  }

  mutating func add(_ other: StageTimes) {
    for stage in Stage.allCases { self[stage] += other[stage] }
  }

  /// Measures a piece of a stage.
  mutating func measure<Value>(_ stage: Stage, _ body: () throws -> Value) rethrows -> Value {
    let start = ContinuousClock.now
    defer { self[stage] += start.duration(to: .now) }
    return try body()
  }
}
