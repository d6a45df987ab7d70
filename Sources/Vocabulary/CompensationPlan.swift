/// Where a rate or a rule comes from, in words a reader can look up.
public typealias Citation = String

/// A partner whose work is paid (SPEC 4). Programs are data: no code knows a partner's name.
public struct Program: Hashable, Sendable {
  /// The plan's key: what files show.
  public var key: String
  public var name: String
  public var aliases: [String]
  public var pays: Set<Activity>

  public init(key: String, name: String, aliases: [String], pays: Set<Activity>) {
    self.key = key
    self.name = name
    self.aliases = aliases
    self.pays = pays
  }
}

/// A dated rate.
public struct Rate: Hashable, Sendable {
  /// The first service date that it pays.
  public var start: CivilDate
  public var amount: Money
  /// For conferences: the minutes of a block, or portion thereof, that `amount` pays.
  public var minutesPerBlock: Int64?
  /// The key of the only program it pays; nil for all.
  public var program: String?
  public var source: Citation

  public init(
    start: CivilDate, amount: Money, minutesPerBlock: Int64? = nil, program: String? = nil,
    source: Citation = ""
  ) {
    self.start = start
    self.amount = amount
    self.minutesPerBlock = minutesPerBlock
    self.program = program
    self.source = source
  }
}

/// A day on which standing is judged.
public enum StandingBasis: String, CaseIterable, Sendable {
  case serviceDate = "service-date"
  case quarterEnd = "quarter-end"
}

/// The UCPath upload of SPEC 7.
public struct PayrollUpload: Hashable, Sendable {
  public var earnCode: String?
  public var earningsBegin: CivilDate?
  public var earningsEnd: CivilDate?
  public var payPeriodEnd: CivilDate?

  public init() {}

  /// Whether the plan says anything of it at all.
  public var isConfigured: Bool { self != PayrollUpload() }
}

/// The four tables of SPEC 3.2.
public enum TableKind: String, CaseIterable, Sendable {
  case cases, conferences, physicians, standing
}

/// The compensation plan: `plan.yaml`, with the founding plan for what it leaves out (SPEC 4).
public struct CompensationPlan: Hashable, Sendable {
  public var name = "UCSF Online Second Opinions"
  public var timeZone = "America/Los_Angeles"
  public var fiscalYearStarts = 7
  /// In the order of their keys in the plan; at most ``programsMax``.
  public var programs: [Program] = [
    Program(
      key: "grand-rounds", name: "Grand Rounds", aliases: ["GR", "Included Health"], pays: [.case]),
    Program(
      key: "more-health", name: "More Health", aliases: ["MH"], pays: [.case, .conference]),
  ]
  public var caseRates: [Rate] = [
    Rate(
      start: CivilDate(year: 2000, month: 1, dayOfMonth: 1)!, amount: Money(cents: 500_00),
      source: "UCSF online second opinions: $500 for each completed case")
  ]
  public var conferenceRates: [Rate] = [
    Rate(
      start: CivilDate(year: 2000, month: 1, dayOfMonth: 1)!, amount: Money(cents: 500_00),
      minutesPerBlock: 40,
      source: """
        UCSF online second opinions: $500 for each 40 minutes, or portion thereof, of a video \
        conference
        """)
  ]
  /// In the order in which the days are judged: the service date first.
  public var standingBasis: [StandingBasis] = [.serviceDate, .quarterEnd]
  /// Whether a physician of whom no row of the standing table speaks is held.
  public var holdsUnlistedStanding = true
  /// For a table's column (its name in files), the only headings that name it.
  public var headings: [TableKind: [String: [String]]] = [:]
  public var nearBlockMinutes: Int64 = 2
  public var respondHours: Int64 = 12
  public var reviewHours: Int64 = 48
  public var conferenceMinutesMax: Int64 = 240
  public var csvHasByteOrderMark = false
  public var payroll = PayrollUpload()
  public var holdsLateRecords = false

  /// Records keep their program in a byte.
  public static let programsMax = 200

  public init() {}

  public func rates(for activity: Activity) -> [Rate] {
    activity == .case ? caseRates : conferenceRates
  }

  /// The programs that pay for conferences, as indices.
  public var conferencePrograms: [Int] {
    programs.indices.filter { programs[$0].pays.contains(.conference) }
  }

  /// The rate for a service date: of those that name the program the one with the latest start not
  /// after it, else of those that name none (SPEC 4). Nil before the first.
  public func rate(for activity: Activity, program: Int, on date: CivilDate) -> Rate? {
    let key = programs[program].key
    var (own, general): (Rate?, Rate?)
    for rate in rates(for: activity) where rate.start <= date {
      if rate.program == key {
        if own.map({ $0.start < rate.start }) ?? true { own = rate }
      } else if rate.program == nil {
        if general.map({ $0.start < rate.start }) ?? true { general = rate }
      }
    }
    return own ?? general
  }
}

extension Rate {
  /// Blocks of a conference's length: "or portion thereof" rounds up, so 40:00 is one block and
  /// 40:01 two.
  public func blocks(seconds: Int64) -> Int64? {
    minutesPerBlock.map { (seconds + $0 * 60 - 1) / ($0 * 60) }
  }

  /// What a record of this length pays: a case the amount, a conference the amount times its
  /// blocks.
  public func pay(seconds: Int64) throws(MoneyError) -> Money {
    guard let blocks = blocks(seconds: seconds) else { return amount }
    return try amount * blocks
  }
}
