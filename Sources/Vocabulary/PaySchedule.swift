/// What the plan pays on each day, as plain numbers: a million records ask for it.
public struct PaySchedule: Sendable {
  public struct Step: Sendable {
    /// The first service date, in days since 1970-01-01.
    fileprivate var start: Int32
    public var rateCents: Int64
    /// Of a block of a conference; nil where a record pays the amount, however long it is.
    public var secondsPerBlock: Int64?

    /// As ``Rate/blocks(seconds:)``.
    public func blocks(seconds: Int32) -> Int64? {
      secondsPerBlock.map { (Int64(seconds) + $0 - 1) / $0 }
    }

    /// As ``Rate/pay(seconds:)``; nil where the cents leave 64 bits.
    public func cents(seconds: Int32) -> Int64? {
      guard let blocks = blocks(seconds: seconds) else { return rateCents }
      let (product, overflow) = rateCents.multipliedReportingOverflow(by: blocks)
      return overflow ? nil : product
    }
  }

  /// For one activity and program after the other, ascending by day.
  private let steps: [Step]
  /// Where those of each begin, and one more.
  private let starts: [Int]
  private let programCount: Int

  public init(_ plan: CompensationPlan) {
    programCount = plan.programs.count
    var (steps, starts) = ([Step](), [0])
    for activity in Activity.allCases {
      let days = Set(plan.rates(for: activity).map(\.start)).sorted()
      for program in plan.programs.indices {
        steps += days.compactMap { start in
          plan.rate(for: activity, program: program, on: start).map {
            Step(
              start: start.day, rateCents: $0.amount.cents,
              secondsPerBlock: $0.minutesPerBlock.map { $0 * 60 })
          }
        }
        starts.append(steps.count)
      }
    }
    (self.steps, self.starts) = (steps, starts)
  }

  /// What holds on a record's service date; nil before the first rate.
  public func step(of record: ServiceRecord, _ activity: Activity) -> Step? {
    step(activity, program: record.program, day: record.day)
  }

  /// What holds on a day; nil before the first rate.
  ///
  /// - SeeAlso: ``CompensationPlan/rate(for:program:on:)``, which says which one it is.
  public func step(_ activity: Activity, program: UInt8, day: Int32) -> Step? {
    let kind = Int(activity.rawValue) * programCount + Int(program)
    var index = starts[kind + 1]
    while index > starts[kind] {
      index -= 1
      if steps[index].start <= day { return steps[index] }
    }
    return nil
  }
}
