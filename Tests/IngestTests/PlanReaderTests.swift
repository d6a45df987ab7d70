import Ingest
import Testing
import Vocabulary

/// `plan.yaml`: strict, with a place and a remedy for each problem (SPEC 4).
struct PlanReaderTests {
  static func read(_ yaml: String) throws -> CompensationPlan {
    try PlanReader.read(Array(yaml.utf8), file: "plan.yaml") { $0 != "Mars/Olympus" }
  }

  /// `line: message` of each problem.
  static func problems(_ yaml: String) -> [String] {
    do {
      _ = try read(yaml)
      return []
    } catch let unusable as UnusableInput {
      return unusable.problems.map { "\($0.location.line ?? 0): \($0.message)" }
    } catch {
      return ["\(error)"]
    }
  }

  /// By which programs know a problem, whatever its words.
  @Test(arguments: [
    ("plan: &a X\ntime_zone: *a\n", ["plan.alias"]), ("plan: \0\n", ["plan.text"]),
    (
      "programs: { a: { name: A } }\nstanding: { as_of: [] }\nplen: X\n",
      Array(repeating: "plan.value", count: 3)
    ),
  ])
  func aProblemHasItsCode(yaml: String, codes: [String]) {
    #expect(
      #expect(throws: UnusableInput.self) { try Self.read(yaml) }?.problems.map(\.code) == codes)
  }

  @Test(arguments: ["", "# nothing\n", "headings: {}\npayroll: {}\n"])
  func whatIsLeftOutIsTheFoundingPlan(yaml: String) throws {
    let plan = try Self.read(yaml)
    #expect(plan == CompensationPlan())
  }

  /// As Notepad and PowerShell may save it.
  @Test func aByteOrderMarkIsNoPartOfThePlan() throws {
    let yaml = "plan: X\ntime_zone: America/Los_Angeles\n"
    #expect(try Self.read("\u{FEFF}" + yaml) == Self.read(yaml))
    #expect(Self.problems("\u{FEFF}plan: X\nrats: {}\n") == ["2: “rats” is no key of the plan"])
  }

  /// What is paid is found again by the program's key, whichever form an editor saved it in.
  @Test func aProgramsKeyIsComposed() throws {
    let plan = try Self.read("programs: { cafe\u{301}: { pays: [case] } }\n")
    #expect(plan.programs.map { Array($0.key.utf8) } == [Array("caf\u{E9}".utf8)])
  }

  @Test func everyKeyIsRead() throws {
    let plan = try Self.read(
      """
      plan: Trial
      time_zone: America/New_York
      fiscal_year_starts: 10
      programs:
        acme: { name: Acme Health, aliases: [AH, The Acme], pays: [case, conference] }
      rates:
        case: [ { from: 2026-01-01, amount: 500.10, program: acme, source: memo } ]
        conference: [ { from: 2/1/2026, amount: 612.5, per_minutes: 30 } ]
      standing: { as_of: [quarter-end, service-date], unlisted: good }
      headings: { cases: { completed_at: [Finished On] } }
      notices: { near_block_minutes: 5, respond_hours: 24, review_hours: 72 }
      limits: { conference_minutes: 90 }
      output: { csv_bom: true }
      payroll: { earn_code: HZZ, earnings_begin: 2026-01-01, earnings_end: 2026-03-31, pay_period_end: 2026-04-30 }
      late_records: hold
      """)
    #expect(
      plan.name == "Trial" && plan.timeZone == "America/New_York" && plan.fiscalYearStarts == 10)
    #expect(plan.programs.map(\.key) == ["acme"] && plan.programs[0].pays == [.case, .conference])
    #expect(plan.caseRates[0].amount.cents == 500_10 && plan.caseRates[0].source == "memo")
    #expect(
      plan.conferenceRates[0].amount.cents == 612_50
        && plan.conferenceRates[0].minutesPerBlock == 30)
    #expect(plan.standingBasis == [.serviceDate, .quarterEnd] && !plan.holdsUnlistedStanding)
    #expect(plan.headings == [.cases: ["completed_at": ["Finished On"]]])
    #expect((plan.nearBlockMinutes, plan.respondHours, plan.reviewHours) == (5, 24, 72))
    #expect(plan.conferenceMinutesMax == 90 && plan.csvHasByteOrderMark && plan.holdsLateRecords)
    #expect(
      plan.payroll.earnCode == "HZZ" && plan.payroll.payPeriodEnd?.description == "2026-04-30")
  }

  @Test(arguments: [
    ("plan: X\nrats: {}\n", ["2: “rats” is no key of the plan"]),
    ("standing:\n  as_off: [quarter-end]\n", ["2: “as_off” is no key of standing"]),
    (
      "programs:\n  a: { name: \"\", pays: [case] }\n",
      ["2: the name of a has no letter and no digit"]
    ),
    (
      "rates:\n  case: [ { from: 2000-01-01, amount: 500.005 } ]\n",
      ["2: “500.005” is no amount in dollars and whole cents"]
    ),
    (
      "rates:\n  case:\n    - { from: 2000-01-01, amount: 5 }\n    - { from: 2000-01-01, amount: 6 }\n",
      ["4: two rates for a case begin on 2000-01-01 for the same program"]
    ),
    (
      "rates:\n  conference: [ { from: 2000-01-01, amount: 5 } ]\n",
      ["2: a rate for a conference needs from and amount and per_minutes"]
    ),
    (
      "rates:\n  case: [ { from: 2000-01-01, amount: 5, per_minutes: 40 } ]\n",
      ["2: “per_minutes” is no key of a rate"]
    ),
    (
      "rates:\n  case: [ { from: 2000-01-01, amount: 5, program: acme } ]\n",
      ["2: “acme” can't stand at program"]
    ),
    ("rates:\n  case: []\n", ["2: the rates for a case are no list"]),
    ("time_zone: Mars/Olympus\n", ["1: “Mars/Olympus” is no time zone"]),
    ("fiscal_year_starts: 6\n", ["1: fiscal_year_starts is “6”"]),
    ("standing: { as_of: [] }\n", ["1: as_of names no day"]),
    ("late_records: perhaps\n", ["1: “perhaps” can't stand at late_records"]),
    (
      "programs: { a: { pays: [case] }, b: { aliases: [A], pays: [case] } }\n",
      ["1: “A” names a as well as b"]
    ),
    ("programs: { a: { name: A } }\n", ["1: a does not say what it pays"]),
    (
      "headings: { cases: { case_id: [X], status: [x] } }\n",
      ["1: “x” names case_id as well as status"]
    ),
    ("headings: { case: {} }\n", ["1: “case” is no key of headings"]),
    ("plan: A\nplan: B\n", ["1: plan stands twice"]),
    (
      "plan: &a X\ntime_zone: *a\n",
      ["0: the plan uses YAML anchors and aliases (&name, *name), which a plan does not need"]
    ),
    (
      "limits: { conference_minutes: -1 }\nnotices: { review_hours: 1.5 }\n",
      [
        "1: conference_minutes “-1” is no whole number from 1 to 1440",
        "2: review_hours “1.5” is no whole number from 0 to 100000",
      ]
    ),
    (
      "limits: { conference_minutes: 0 }\n",
      ["1: conference_minutes “0” is no whole number from 1 to 1440"]
    ),
    (
      "limits: { conference_minutes: 1441 }\n",
      ["1: conference_minutes “1441” is no whole number from 1 to 1440"]
    ),
    (
      "rates:\n  conference: [ { from: 2000-01-01, amount: 5, per_minutes: 0 } ]\n",
      ["2: per_minutes “0” is no whole number from 1 to 1440"]
    ),
    ("- a list\n", ["1: the plan is no list of keys and values"]),
    ("plan:\n", ["1: plan has no value"]),
    ("plan: \"a\\tb\"\n", ["1: plan has a control character"]),
    (
      "plan: \(String(repeating: "x", count: 201))\n", ["1: plan is longer than 200 characters"]
    ),
    ("limits: { conference: 40 }\n", ["1: “conference” is no key of limits"]),
    (
      "output:\n  bom: true\n  csv_bom: perhaps\n",
      ["2: “bom” is no key of output", "3: csv_bom is neither true nor false"]
    ),
    ("output: { csv_bom: }\n", ["1: csv_bom has no value"]),
    ("programs: {}\n", ["1: programs has no program"]),
    ("programs: { '': { pays: [case] } }\n", ["1: a program needs a key"]),
    (
      "programs: { \"a\\0b\": { pays: [case] } }\n",
      ["1: a program's key has a control character"]
    ),
    (
      "programs:\n  caf\u{E9}: { pays: [case] }\n  cafe\u{301}: { pays: [case] }\n",
      ["2: caf\u{E9} stands twice"]
    ),
    ("programs: { a: { pay: [case] } }\n", ["1: “pay” is no key of a"]),
    (
      "programs:\n" + (0...200).map { "  p\($0): { pays: [case] }\n" }.joined(),
      ["202: the plan has more than 200 programs"]
    ),
    (
      "headings:\n  cases:\n    status: []\n    statu: [X]\n",
      ["3: status has no heading", "4: “statu” is no key of cases"]
    ),
    ("notices: { near_block: 2 }\n", ["1: “near_block” is no key of notices"]),
    ("rates: { visit: [] }\n", ["1: “visit” is no key of rates"]),
    (
      "payroll:\n  earn_cod: HZZ\n  pay_period_end: soon\n",
      ["2: “earn_cod” is no key of payroll", "3: pay_period_end “soon” is no date"]
    ),
    (
      "payroll: { pay_period_end: 2026-04-30 9:00 }\n",
      ["1: pay_period_end “2026-04-30 9:00” is no date"]
    ),
    (
      "payroll: { earnings_begin: 2026-03-31, earnings_end: 2026-03-31 }\nplan: \(String(repeating: "x", count: 200))\n",
      []
    ),
    (
      "payroll: { earnings_begin: 2026-03-31, earnings_end: 2026-03-30 }\n",
      ["1: earnings_end 2026-03-30 is before earnings_begin 2026-03-31"]
    ),
  ])
  func aProblemHasItsLineAndAllAreToldAtOnce(yaml: String, problems: [String]) {
    #expect(Self.problems(yaml) == problems)
  }

  @Test func aPartnersRateMayBeginWithTheOthers() {
    let rates =
      "rates:\n  case:\n    - { from: 2000-01-01, amount: 5 }\n    - { from: 2000-01-01, amount: 6, program: more-health }\n"
    #expect(Self.problems(rates) == [])
  }

  /// The line itself, also behind empty ones.
  @Test func aProblemShowsItsLine() {
    let error = #expect(throws: UnusableInput.self) { try Self.read("plan: X\n\nrats: {}\n") }
    #expect(
      error?.problems.first?.description.hasPrefix(
        "plan.yaml:3:1: error: [plan.value] “rats” is no key of the plan\n  rats: {}\n  ^\n")
        == true,
      "\(error?.problems.first?.description ?? "")")
  }

  @Test func whereAListIsAskedForOneValueIsAListOfOne() throws {
    let plan = try Self.read(
      "standing: { as_of: quarter-end }\nheadings: { cases: { status: State } }\n")
    #expect(plan.standingBasis == [.quarterEnd])
    #expect(plan.headings == [.cases: ["status": ["State"]]])
  }

  @Test func aPlanThatIsNoYAMLIsRefused() {
    #expect(Self.problems("plan: [\n").count == 1)
    #expect(Self.problems("plan: \0\n").count == 1)
    #expect(Self.problems(String(repeating: "#", count: PlanReader.byteCountMax + 1)).count == 1)
  }

  /// A line of a plan may be as long as the plan, and hold what moves a terminal's cursor.
  @Test func onlyThePartOfALineAroundTheFaultIsShown() throws {
    let text = "a: " + String(repeating: "[", count: 100_000) + "\u{1B}[2J"
    let error = #expect(throws: UnusableInput.self) {
      try PlanReader.read(Array(text.utf8), file: "plan.yaml", isKnownZone: { _ in true })
    }
    let said = error?.problems.map(\.description).joined() ?? ""
    #expect(said.contains("plan.yaml:1:") && said.utf8.count < 1000)
    #expect(!said.contains("\u{1B}"))
  }
}
