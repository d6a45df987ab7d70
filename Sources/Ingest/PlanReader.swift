package import Vocabulary
import Yams

/// Reads `plan.yaml` (SPEC 4): strictly, with a place and a remedy for each problem, all in one
/// run.
///
/// Values stay text until they are read here, so that 500.10 is exactly that.
package struct PlanReader {
  private var plan = CompensationPlan()
  var problems: [Diagnostic] = []
  let file: String
  let lines: [Substring]
  private let isKnownZone: (String) -> Bool

  /// A plan is a page of text; a longer one is none.
  package static let byteCountMax = 1 << 20

  /// - Parameter isKnownZone: whether the system knows a time zone by this name.
  /// - Throws: ``UnusableInput`` with every problem.
  package static func read(
    _ bytes: [UInt8], file: String, isKnownZone: @escaping (String) -> Bool
  ) throws(UnusableInput) -> CompensationPlan {
    guard bytes.count <= byteCountMax, let text = String(validating: bytes, as: UTF8.self),
      !text.unicodeScalars.contains("\0")
    else {
      throw UnusableInput([
        Diagnostic(
          .error, code: "plan.text", at: SourceLocation(file: file),
          "the plan is not UTF-8 text of at most 1 MiB",
          remedy: "save it as UTF-8 from a text editor, or begin with the one that zpay init writes"
        )
      ])
    }
    // A byte order mark is no part of the text; the YAML reader would take it for a column of the first line.
    let plain =
      text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    var reader = PlanReader(plain, file: file, isKnownZone: isKnownZone)
    reader.read(plain)
    guard reader.problems.isEmpty else { throw UnusableInput(reader.problems) }
    return reader.plan
  }

  private init(_ text: String, file: String, isKnownZone: @escaping (String) -> Bool) {
    self.file = file
    self.isKnownZone = isKnownZone
    lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
  }

  private mutating func read(_ text: String) {
    do {
      let parser = try Yams.Parser(yaml: text)
      guard let root = try parser.singleRoot() else { return }
      // An alias repeats what its anchor names, and aliases of aliases multiply. Nodes know their
      // anchors only as long as the parser lives.
      guard !withExtendedLifetime(parser, { hasAnchor(root) }) else {
        return problems.append(
          Diagnostic(
            .error, code: "plan.alias", at: SourceLocation(file: file),
            "the plan uses YAML anchors and aliases (&name, *name), which a plan does not need",
            remedy: "write the value out where the alias stands"))
      }
      readPlan(root)
    } catch {
      problems.append(diagnostic(error))
    }
  }

  private func hasAnchor(_ node: Node) -> Bool {
    if node.anchor != nil { return true }
    switch node {
    case .mapping(let mapping):
      return mapping.contains { hasAnchor($0.key) || hasAnchor($0.value) }
    case .sequence(let sequence): return sequence.contains { hasAnchor($0) }
    case .scalar: return false
    case .alias: return true
    }
  }

  // MARK: - The keys of the plan

  private mutating func readPlan(_ root: Node) {
    readMapping(root, "the plan") { reader, key, node in
      switch key {
      case "plan": reader.plan.name = reader.text(node, key) ?? reader.plan.name
      case "time_zone": reader.readTimeZone(node)
      case "fiscal_year_starts":
        if let text = reader.text(node, key) {
          if let month = Int(text), [1, 4, 7, 10].contains(month) {
            reader.plan.fiscalYearStarts = month
          } else {
            reader.report(
              node, "fiscal_year_starts is “\(shown(text))”",
              "write 1, 4, 7 or 10: a fiscal year begins with a quarter")
          }
        }
      case "programs": reader.readPrograms(node)
      case "rates": break  // After the programs that they name.
      case "standing": reader.readStanding(node)
      case "headings": reader.readHeadings(node)
      case "notices": reader.readNotices(node)
      case "limits":
        reader.readMapping(node, key) { reader, key, node in
          guard key == "conference_minutes" else { return false }
          if let minutes = reader.wholeNumber(node, key, 1...1440) {
            reader.plan.conferenceMinutesMax = minutes
          }
          return true
        } known: {
          ["conference_minutes"]
        }
      case "output":
        reader.readMapping(node, key) { reader, key, node in
          guard key == "csv_bom" else { return false }
          if let value = reader.flag(node, key) { reader.plan.csvHasByteOrderMark = value }
          return true
        } known: {
          ["csv_bom"]
        }
      case "payroll": reader.readPayroll(node)
      case "late_records":
        if let word = reader.word(node, key, ["pay", "hold"]) {
          reader.plan.holdsLateRecords = word == "hold"
        }
      default: return false
      }
      return true
    } known: {
      [
        "plan", "time_zone", "fiscal_year_starts", "programs", "rates", "standing", "headings",
        "notices", "limits", "output", "payroll", "late_records",
      ]
    }
    if case .mapping(let mapping) = root,
      let rates = mapping.first(where: { $0.key.string == "rates" })
    {
      readRates(rates.value)
    }
  }

  private mutating func readTimeZone(_ node: Node) {
    guard let name = text(node, "time_zone") else { return }
    if isKnownZone(name) {
      plan.timeZone = name
    } else {
      report(node, "“\(shown(name))” is no time zone", "write one like America/Los_Angeles")
    }
  }

  private mutating func readPrograms(_ node: Node) {
    plan.programs = []
    var owners: [String: String] = [:]
    guard case .mapping(let mapping) = node, !mapping.isEmpty else {
      return report(
        node, "programs has no program",
        "write one, such as more-health: { name: More Health, pays: [case, conference] }")
    }
    for (keyNode, value) in mapping {
      guard let key = keyNode.scalar.map({ composed($0.string) }), !matchKey(key).isEmpty else {
        report(keyNode, "a program needs a key", "write one like more-health")
        continue
      }
      guard !hasControl(key) else {
        report(keyNode, "a program's key has a control character", "type it anew")
        continue
      }
      guard plan.programs.count < CompensationPlan.programsMax else {
        return report(
          keyNode, "the plan has more than \(CompensationPlan.programsMax) programs",
          "take some out")
      }
      let program = readProgram(key, value, keyNode)
      for name in Set([program.key, program.name] + program.aliases).sorted() {
        if let owner = owners[matchKey(name)], owner != key {
          report(
            keyNode, "“\(shown(name))” names \(owner) as well as \(key)", "give it to one of them")
        }
        owners[matchKey(name)] = key
      }
      plan.programs.append(program)
    }
  }

  private mutating func readProgram(_ key: String, _ node: Node, _ keyNode: Node) -> Program {
    var program = Program(key: key, name: key, aliases: [], pays: [])
    let problemsBefore = problems.count
    readMapping(node, key) { reader, field, node in
      switch field {
      case "name":
        program.name = reader.text(node, field) ?? key
        if matchKey(program.name).isEmpty {
          reader.report(
            node, "the name of \(key) has no letter and no digit",
            "write one, or leave it out: then it is \(key)")
        }
      case "aliases": program.aliases = reader.texts(node, field)
      case "pays":
        for item in reader.items(node) {
          switch reader.word(item, field, ["case", "conference"]) {
          case "case": program.pays.insert(.case)
          case "conference": program.pays.insert(.conference)
          default: break
          }
        }
      default: return false
      }
      return true
    } known: {
      ["name", "aliases", "pays"]
    }
    if program.pays.isEmpty, problems.count == problemsBefore {
      report(
        keyNode, "\(key) does not say what it pays",
        "write pays: [case] or pays: [case, conference]")
    }
    return program
  }

  private mutating func readStanding(_ node: Node) {
    readMapping(node, "standing") { reader, key, node in
      switch key {
      case "as_of":
        let problemsBefore = reader.problems.count
        let words = reader.items(node).compactMap {
          reader.word($0, key, StandingBasis.allCases.map(\.rawValue))
        }
        // In the order of the cases: the service date is judged first.
        reader.plan.standingBasis = StandingBasis.allCases.filter { words.contains($0.rawValue) }
        if words.isEmpty, reader.problems.count == problemsBefore {
          reader.report(node, "as_of names no day", "write as_of: [service-date, quarter-end]")
        }
      case "unlisted":
        if let word = reader.word(node, key, ["hold", "good"]) {
          reader.plan.holdsUnlistedStanding = word == "hold"
        }
      default: return false
      }
      return true
    } known: {
      ["as_of", "unlisted"]
    }
  }

  private mutating func readHeadings(_ node: Node) {
    readMapping(node, "headings") { reader, table, node in
      guard let kind = TableKind(rawValue: table) else { return false }
      let columns = columnNames(of: kind)
      var planned: [String: [String]] = [:]
      var owners: [String: String] = [:]
      reader.readMapping(node, table) { reader, column, node in
        guard columns.contains(column) else { return false }
        let headings = reader.texts(node, column)
        if headings.isEmpty {
          reader.report(
            node, "\(column) has no heading", "write its headings, such as [Finished On]")
        }
        for heading in headings {
          if let owner = owners[matchKey(heading)], owner != column {
            reader.report(
              node, "“\(shown(heading))” names \(owner) as well as \(column)",
              "give it to one of them")
          }
          owners[matchKey(heading)] = column
        }
        planned[column] = headings
        return true
      } known: {
        columns
      }
      reader.plan.headings[kind] = planned
      return true
    } known: {
      TableKind.allCases.map(\.rawValue)
    }
  }

  private mutating func readNotices(_ node: Node) {
    readMapping(node, "notices") { reader, key, node in
      let names = ["near_block_minutes", "respond_hours", "review_hours"]
      guard names.contains(key) else { return false }
      guard let number = reader.wholeNumber(node, key, 0...100_000) else { return true }
      switch key {
      case "near_block_minutes": reader.plan.nearBlockMinutes = number
      case "respond_hours": reader.plan.respondHours = number
      default: reader.plan.reviewHours = number
      }
      return true
    } known: {
      ["near_block_minutes", "respond_hours", "review_hours"]
    }
  }

  private mutating func readPayroll(_ node: Node) {
    readMapping(node, "payroll") { reader, key, node in
      switch key {
      // A blank one is none.
      case "earn_code":
        reader.plan.payroll.earnCode = reader.text(node, key).flatMap {
          $0.allSatisfy(\.isWhitespace) ? nil : $0
        }
      case "earnings_begin": reader.plan.payroll.earningsBegin = reader.date(node, key)
      case "earnings_end": reader.plan.payroll.earningsEnd = reader.date(node, key)
      case "pay_period_end": reader.plan.payroll.payPeriodEnd = reader.date(node, key)
      default: return false
      }
      return true
    } known: {
      ["earn_code", "earnings_begin", "earnings_end", "pay_period_end"]
    }
    if let begin = plan.payroll.earningsBegin, let end = plan.payroll.earningsEnd, end < begin {
      report(
        node, "earnings_end \(end) is before earnings_begin \(begin)", "correct one of the two")
    }
  }
}

// MARK: - Rates

extension PlanReader {
  private mutating func readRates(_ node: Node) {
    readMapping(node, "rates") { reader, key, node in
      switch key {
      case "case": reader.plan.caseRates = reader.readRateList(node, .case)
      case "conference": reader.plan.conferenceRates = reader.readRateList(node, .conference)
      default: return false
      }
      return true
    } known: {
      ["case", "conference"]
    }
  }

  private mutating func readRateList(_ node: Node, _ activity: Activity) -> [Rate] {
    guard case .sequence(let sequence) = node, !sequence.isEmpty else {
      report(
        node, "the rates for a \(activity.code) are no list",
        "write one like [ { from: 2000-01-01, amount: 500.00 } ]")
      return []
    }
    var rates: [Rate] = []
    for item in sequence {
      guard let rate = readRate(item, activity) else { continue }
      if rates.contains(where: { $0.start == rate.start && $0.program == rate.program }) {
        report(
          item, "two rates for a \(activity.code) begin on \(rate.start) for the same program",
          "delete one, or correct its date")
      }
      rates.append(rate)
    }
    return rates
  }

  private mutating func readRate(_ node: Node, _ activity: Activity) -> Rate? {
    var (start, amount, minutes): (CivilDate?, Money?, Int64?)
    var (program, source): (String?, String) = (nil, "")
    let problemsBefore = problems.count
    let names =
      ["from", "amount", "program", "source"] + (activity == .conference ? ["per_minutes"] : [])
    readMapping(node, "a rate") { reader, key, node in
      guard names.contains(key) else { return false }
      switch key {
      case "from": start = reader.date(node, key)
      case "amount": amount = reader.amount(node)
      case "per_minutes": minutes = reader.wholeNumber(node, key, 1...1440)
      case "program": program = reader.word(node, key, reader.plan.programs.map(\.key))
      default: source = reader.text(node, key) ?? ""
      }
      return true
    } known: {
      names
    }
    guard problems.count == problemsBefore else { return nil }
    guard let start, let amount, activity == .case || minutes != nil else {
      report(
        node,
        "a rate for a \(activity.code) needs from and amount"
          + (activity == .conference ? " and per_minutes" : ""),
        activity == .case
          ? "write { from: 2000-01-01, amount: 500.00 }"
          : "write { from: 2000-01-01, amount: 500.00, per_minutes: 40 }")
      return nil
    }
    return Rate(
      start: start, amount: amount, minutesPerBlock: minutes, program: program, source: source)
  }

  private mutating func amount(_ node: Node) -> Money? {
    guard let text = text(node, "amount") else { return nil }
    if let money = Money(dollars: text) { return money }
    report(
      node, "“\(shown(text))” is no amount in dollars and whole cents", "write one like 500.00")
    return nil
  }
}
