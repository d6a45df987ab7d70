import Dispatch
import Foundation
import Reports
import Templates
import TestSupport
import Testing
import Vocabulary
import Yams

/// What holds of every quarter: nothing is lost, and how the rows came decides nothing.
struct QuarterProperties {
  private func holds(
    _ name: String, _ problem: @escaping (RandomQuarter, inout SeededGenerator) throws -> String?
  ) {
    Property(
      name: name, make: { random in (RandomQuarter(&random), random) },
      shrink: { quarter, random in quarter.smaller.map { ($0, random) } },
      problem: { quarter, random in
        var random = random
        return try problem(quarter, &random)
      }
    ).check()
  }

  /// - Returns: the difference of another way to the same rows.
  private func difference(_ quarter: RandomQuarter, _ change: (inout Office) -> Void) throws
    -> String?
  {
    var other = quarter.office
    change(&other)
    let (want, got) = (try quarter.office.decide().outcomes, try other.decide().outcomes)
    return want == got ? nil : "\(want) became \(got)"
  }

  @Test func rowsAreConserved() {
    holds("each row has one disposition") { quarter, _ in
      let result = try quarter.office.decide()
      let rows = quarter.cases.count + quarter.conferences.count
      // A row of nothing is none.
      let blank = (quarter.cases + quarter.conferences).count { $0.allSatisfy { $0 == "," } }
      let decided = Disposition.allCases.reduce(0) { $0 + result.rowCount($1) }
      if decided != rows - blank { return "\(rows - blank) rows, \(decided) decided" }
      if result.reasons.contains("undecided") { return "a row is undecided" }
      return result.exceptions.count == decided - result.rowCount(.paid)
        ? nil : "\(result.exceptions.count) exceptions"
    }
  }

  @Test func centsAreConserved() {
    holds("cents of lines, departments and quarter are the same") { quarter, _ in
      let result = try quarter.office.decide()
      let amounts = zip(result.reasons, result.amounts)
      func cents(_ isPaid: Bool) -> Int64 {
        amounts.filter { ($0.0 == "paid") == isPaid }
          .reduce(0) { $0 + ($1.1.map { Money(dollars: $0)!.cents } ?? 0) }
      }
      let (paid, held) = (cents(true), cents(false))
      if paid != result.payable.cents { return "lines \(paid), payable \(result.payable)" }
      if held != result.heldAtMost.cents { return "held \(held), at most \(result.heldAtMost)" }
      let departments = result.departments.reduce(Int64(0)) { $0 + $1.payable.cents }
      return departments == paid ? nil : "departments \(departments), lines \(paid)"
    }
  }

  @Test func nobodyIsPaidTwiceForARecord() {
    holds("a record is paid once") { quarter, _ in
      let result = try quarter.office.decide()
      var seen: Set<RecordIdentity> = []
      for department in result.departments {
        for line in department.lines {
          let record = result.paymentLine(line, of: department).record
          if !seen.insert(record).inserted { return "\(record) is paid twice" }
        }
        for held in department.held
        where seen.contains(result.heldRecord(held, of: department).record) {
          return "\(result.heldRecord(held, of: department).record) is paid and held"
        }
      }
      return nil
    }
  }

  @Test func orderDecidesNothing() {
    holds("the order of rows changes no sum") { quarter, random in
      var other = quarter.office
      other.cases = [quarter.cases.shuffled(using: &random)]
      other.conferences = [quarter.conferences.shuffled(using: &random)]
      let (want, got) = (try quarter.office.decide().sums, try other.decide().sums)
      return want == got ? nil : "\(want) became \(got)"
    }
  }

  @Test func splittingAFileChangesNothing() {
    holds("a file in two is the same") { quarter, random in
      let cut = Int.random(in: 0...quarter.cases.count, using: &random)
      let other = Int.random(in: 0...quarter.conferences.count, using: &random)
      return try difference(quarter) {
        $0.cases = [Array(quarter.cases[..<cut]), Array(quarter.cases[cut...])]
        $0.conferences = [
          Array(quarter.conferences[..<other]), Array(quarter.conferences[other...]),
        ]
      }
    }
  }

  /// Whoever keeps what it made of a run must find the cells that would have been filled.
  @Test func keysDecideTheCellsOfRuns() throws {
    let wording = try YAMLDecoder().decode(Wording.self, from: Templates.statement)
    holds("a row that keeps runs is the row that is filled whole") { quarter, _ in
      let lines = RecordLines(try quarter.office.decide(), wording: wording)
      let provenance = Provenance(digest: "", version: "")
      let statements = StatementSheets(lines, provenance: provenance)
      let sheets =
        SummarySheets(lines, provenance: provenance).sheets
        + lines.result.departments.flatMap(statements.sheets)
      for sheet in sheets {
        if let row = RunExpansion.difference(sheet.rowCount, sheet.reader) {
          return "\(sheet.layout.name) \(row)"
        }
      }
      let tables =
        [lines.noticesTable, lines.exceptionsTable(), lines.summaryTable]
        + lines.result.departments.map(lines.statementTable)
      for table in tables {
        if let row = RunExpansion.difference(table.rowCount, table.reader) {
          return "\(table.headings) \(row)"
        }
      }
      return nil
    }
  }

  @Test func threadsChangeNothing() {
    holds("pieces in any order and on threads are the same") { quarter, _ in
      try difference(quarter) {
        $0.workers = Workers { count, body in for number in (0..<count).reversed() { body(number) }
        }
      }
    }
  }

  @Test func encodingsChangeNothing() {
    holds("UTF-8 with a mark, UTF-16 and Windows-1252 are the same") { quarter, random in
      let encodings: [String.Encoding] = [
        .utf16LittleEndian, .utf16BigEndian, .utf8, .windowsCP1252,
      ]
      let encoding = encodings.randomElement(using: &random)!
      return try difference(quarter) {
        $0.encode = { text in
          let mark = encoding == .windowsCP1252 ? "" : "\u{FEFF}"
          return Array((mark + text).data(using: encoding)!)
        }
      }
    }
  }

  @Test func formsOfAFileChangeNothing() {
    holds("line ends, quotes and separators change nothing") { quarter, random in
      let lineEnd = ["\n", "\r\n", "\r"].randomElement(using: &random)!
      let separator = [",", ";", "\t"].randomElement(using: &random)!
      let isQuoted = Bool.random(using: &random)
      return try difference(quarter) {
        $0.encode = { text in
          let rows = text.split(separator: "\n").map { row in
            row.split(separator: ",", omittingEmptySubsequences: false)
              .map { isQuoted ? " \"\($0)\" " : String($0) }.joined(separator: separator)
          }
          return Array(rows.map { $0 + lineEnd }.joined().utf8)
        }
      }
    }
  }

  @Test func theOrderOfColumnsChangesNothing() {
    holds("columns in any order, and others between them, are the same") { quarter, random in
      let seed = UInt64.random(in: 0...UInt64.max, using: &random)
      return try difference(quarter) {
        $0.encode = { text in
          let rows = text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
          }
          let width = rows[0].count
          var random = SeededGenerator(seed: seed)
          let order = (0...width).shuffled(using: &random)
          let written = rows.enumerated().map { number, row in
            order.map { column in
              column == width
                ? (number == 0 ? "remark" : "x \(number)") : column < row.count ? row[column] : ""
            }.joined(separator: ",")
          }
          return Array(written.map { $0 + "\n" }.joined().utf8)
        }
      }
    }
  }

  @Test func anUnrelatedRowChangesNoOther() {
    holds("an unrelated row changes no other") { quarter, _ in
      let want = try quarter.office.decide().outcomes
      var other = quarter.office
      other.cases = [quarter.cases + ["unrelated-77,GR,P1,2026-01-20,,,"]]
      var got = try other.decide().outcomes
      let last = got.remove(
        at: want.count - (try quarter.office.decide().records.tables[1].records.count))
      if last != "paid 500.00" { return "the unrelated row is \(last)" }
      return want == got ? nil : "\(want) became \(got)"
    }
  }

  @Test func runningAgainAfterAClosePaysNobodyAgain() {
    holds("what a close paid, the next quarter does not pay") { quarter, _ in
      var one = quarter.office
      // IDs under one program each: the office keys what is paid by ID alone.
      one.cases = [quarter.cases.map { $0.replacingOccurrences(of: ",MH,", with: ",GR,") }]
      one.conferences = [[]]
      let first = try one.decide()
      var paid: [String: PriorPayment] = [:]
      for department in first.departments {
        for line in department.lines {
          let line = first.paymentLine(line, of: department)
          paid[line.record.id] = PriorPayment(
            quarter: first.quarter, physicianID: line.physicianID, day: line.day,
            cents: line.amountCents)
        }
      }
      var next = one
      next.quarter = Quarter(year: 2026, number: 2)
      next.closed = first.quarter...first.quarter
      next.paid = paid
      let second = try next.decide()
      for department in second.departments {
        for line in department.lines
        where paid[second.paymentLine(line, of: department).record.id] != nil {
          return "\(second.paymentLine(line, of: department).record) is paid again"
        }
      }
      return nil
    }
  }
}
