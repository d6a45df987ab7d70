/// What the plan pays on each day, without its words: the rates for the hot path.
package struct PaySchedule: Sendable {
  package struct Step: Sendable {
    /// The first service date, in days since 1970-01-01.
    var day: Int32
    package var rateCents: Int64
    /// 0 for work that is paid whole.
    var secondsPerBlock: Int64

    /// As ``Rate/blocks(seconds:)``.
    package func blocks(seconds: Int64) -> Int64? {
      secondsPerBlock == 0 ? nil : (seconds + secondsPerBlock - 1) / secondsPerBlock
    }

    /// As ``Rate/pay(seconds:)``.
    ///
    /// - Precondition: the amount fits, as the rules have made sure of every paid or held record.
    package func cents(seconds: Int64) -> Int64 {
      blocks(seconds: seconds).map { $0 * rateCents } ?? rateCents
    }
  }

  /// For one activity and program after the other, ascending by day.
  private let steps: [Step]
  /// Where those of each begin, and one more.
  private let starts: [Int]
  private let programCount: Int

  package init(_ plan: CompensationPlan) {
    programCount = plan.programs.count
    var (steps, starts) = ([Step](), [0])
    for activity in Activity.allCases {
      let days = Set(plan.rates(for: activity).map(\.start)).sorted()
      for program in plan.programs.indices {
        steps += days.compactMap { start in
          plan.rate(for: activity, program: program, on: start).map {
            Step(
              day: start.day, rateCents: $0.amount.cents,
              secondsPerBlock: ($0.minutesPerBlock ?? 0) * 60)
          }
        }
        starts.append(steps.count)
      }
    }
    (self.steps, self.starts) = (steps, starts)
  }

  /// What holds for a service date; nil before the first rate.
  package func step(_ activity: Activity, program: Int, day: Int32) -> Step? {
    let kind = Int(activity.rawValue) * programCount + program
    var index = starts[kind + 1]
    while index > starts[kind] {
      index -= 1
      if steps[index].day <= day { return steps[index] }
    }
    return nil
  }
}
