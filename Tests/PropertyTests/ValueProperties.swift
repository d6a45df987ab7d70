import Ingest
import Reports
import TestSupport
import Testing
import Vocabulary
import Writers

/// What holds of every amount, day, length and text.
struct ValueProperties {
  /// Random values of a kind, and what is smaller than one.
  private struct Values<Value> {
    let make: (inout SeededGenerator) -> Value
    let smaller: (Value) -> [Value]
  }

  private func holds<Value>(
    _ name: String, of values: Values<Value>, _ problem: @escaping (Value) throws -> String?
  ) {
    Property(name: name, make: values.make, shrink: values.smaller, problem: problem).check()
  }

  private static func halves(_ value: Int64) -> [Int64] {
    value == 0 ? [] : [0, value / 2, value - value.signum()]
  }

  @Test func amountsAreReadAsTheyAreWritten() {
    holds(
      "an amount is written as it is read",
      of: Values(
        make: { random in
          Int64.random(in: Int64.min...Int64.max, using: &random)
            >> Int64.random(in: 0...60, using: &random)
        }, smaller: Self.halves)
    ) { cents in
      let money = Money(cents: cents)
      // What a person writes in a plan is never below zero.
      if Money(dollars: money.description) != (cents < 0 ? nil : money) {
        return "“\(money)” is read as \(String(describing: Money(dollars: money.description)))"
      }
      let digits = String(cents.magnitude)
      let padded = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
      let want = (cents < 0 ? "-" : "") + padded.dropLast(2) + "." + padded.suffix(2)
      return money.description == want ? nil : "“\(money)”, not “\(want)”"
    }
  }

  @Test func sumsOfAmountsAreExactOrThrow() {
    holds(
      "a sum is exact, or there is none",
      of: Values(
        make: { random in
          (0..<2).map { _ in
            Int64.random(in: Int64.min...Int64.max, using: &random)
              >> Int64.random(in: 0...40, using: &random)
          }
        },
        smaller: { pair in
          pair.indices.flatMap { index in
            Self.halves(pair[index]).map {
              var less = pair
              less[index] = $0
              return less
            }
          }
        })
    ) { pair in
      let (exact, overflow) = pair[0].addingReportingOverflow(pair[1])
      do {
        let sum = try Money(cents: pair[0]) + Money(cents: pair[1])
        return overflow || sum.cents != exact ? "\(sum)" : nil
      } catch { return overflow ? nil : "it throws, and is \(exact)" }
    }
  }

  @Test func everyDayIsOneDay() {
    holds(
      "a day is one day of one month of one quarter",
      of: Values(
        make: { random in Int64.random(in: -700_000...2_900_000, using: &random) },
        smaller: Self.halves)
    ) { day in
      let date = CivilDate(day: Int32(day))
      let (year, month, dayOfMonth) = date.components
      if CivilDate(year: year, month: month, dayOfMonth: dayOfMonth) != date {
        return "\(date) is another day"
      }
      let next = CivilDate(day: Int32(day) + 1).components
      let isNext =
        next.dayOfMonth == dayOfMonth + 1 && next.month == month
        || next.dayOfMonth == 1 && (next.month == month % 12 + 1) && dayOfMonth >= 28
      if !isNext { return "behind \(date) comes \(next)" }
      if (1...9999).contains(year), CivilTime(date.description)?.date != date {
        return "“\(date)” is read as another day"
      }
      let quarter = Quarter(of: date)
      return quarter.year == year && quarter.number == (month + 2) / 3
        ? nil : "\(date) is in \(quarter)"
    }
  }

  @Test func blocksAreRoundedUp() {
    holds(
      "40 minutes or a portion are one block",
      of: Values(
        make: { random in Int64.random(in: 1...86_400, using: &random) },
        smaller: { Self.halves($0).filter { $0 > 0 } })
    ) { seconds in
      let rate = CompensationPlan().rate(
        for: .conference, program: 1, on: CivilDate(year: 2026, month: 2, dayOfMonth: 14)!)!
      // Counted, not divided.
      var (blocks, rest) = (Int64(0), seconds)
      while rest > 0 { (blocks, rest) = (blocks + 1, rest - 2_400) }
      let pay = try rate.pay(seconds: seconds).cents
      return pay == blocks * 500_00 ? nil : "\(seconds) s pay \(pay) cents, not \(blocks) blocks"
    }
  }

  @Test func lengthsAreReadAsTheyAreWritten() {
    holds(
      "a length is read as it is written",
      of: Values(
        make: { random in Int64.random(in: 0...86_400, using: &random) }, smaller: Self.halves)
    ) { seconds in
      let pad = { (number: Int64) in (number < 10 ? "0" : "") + String(number) }
      let clock = "\(seconds / 3600):\(pad(seconds / 60 % 60)):\(pad(seconds % 60))"
      for (text, want) in [(clock, seconds), ("\(seconds / 60)", seconds / 60 * 60)] {
        let got = Array(text.utf8).withUnsafeBufferPointer { readLength($0) }
        if got != want { return "“\(text)” is \(String(describing: got)) s" }
      }
      return nil
    }
  }

  private static let scalars = Array(
    "ab,;\t\"\"'=+-@ \n\r01éÉ\u{301}\u{A0}\u{FEFF}\u{200B}😀日\u{FFFD}_x&<".unicodeScalars)

  private static func text(_ random: inout SeededGenerator) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      text.append(scalars.randomElement(using: &random)!)
    }
    return String(text)
  }

  /// Our own CSV, read by our own reader: the IDs of cases.
  @Test func textsComeBackFromCSV() {
    let roster = Roster()
    let context = RecordContext(
      plan: CompensationPlan(), roster: roster, zone: .named("America/Los_Angeles"))
    holds(
      "a text comes back from our CSV",
      of: Values(
        make: { random in
          (0..<Int.random(in: 1...4, using: &random)).map { _ in Self.text(&random) }
        },
        smaller: { smallerLists($0, smallerTexts) })
    ) { texts in
      let table = Table(
        headings: ["case_id", "program", "physician_id", "completed_at"], rowCount: texts.count
      ) { index, row in
        row.text(texts[index])
        for value in ["GR", "P1", "2026-02-14"] { row.text(value) }
      }
      let bytes = try CSVWriter.bytes(of: table)
      let read = try RecordReader.read(
        MemoryStream(bytes), file: "t.csv", activity: .case, context: context)
      guard read.table.records.count == texts.count else {
        return "\(texts.count) rows are \(read.table.records.count)"
      }
      for (text, record) in zip(texts, read.table.records) {
        let guarded =
          "=+-@\t\r".unicodeScalars.contains(text.unicodeScalars.first ?? "a") ? "'" + text : text
        let want = Self.cleaned(guarded)
        let hasInvisible = want.unicodeScalars.contains { $0.properties.generalCategory == .format }
        if hasInvisible {
          if record.reason != .malformedRow {
            return "an invisible character passes in \(text.debugDescription)"
          }
        } else if record.reason == .malformedRow {
          return "\(text.debugDescription) is malformed"
        } else if Array(read.table.id(of: record).utf8) != Array(want.utf8) {
          return
            "\(text.debugDescription) came back as \(read.table.id(of: record).debugDescription)"
        }
      }
      return nil
    }
  }

  /// White space at the ends gone, `="…"` opened, in NFC.
  private static func cleaned(_ text: String) -> String {
    var trimmed = trimmed(text)
    // Only behind white space: else our CSV has a `'` before it.
    if trimmed.hasPrefix("=\""), trimmed.hasSuffix("\""), trimmed.utf8.count > 2,
      !trimmed.dropFirst(2).dropLast().contains("\"")
    {
      trimmed = Self.trimmed(String(trimmed.dropFirst(2).dropLast()))
    }
    // `é` and `e` with U+0301 are the only ones of the alphabet that have two forms.
    var composed = String.UnicodeScalarView()
    for scalar in trimmed.unicodeScalars {
      if scalar == "\u{301}", let last = composed.last, let both = Self.acute[last] {
        composed.removeLast()
        composed.append(both)
      } else {
        composed.append(scalar)
      }
    }
    return String(composed)
  }

  private static func trimmed(_ text: String) -> String {
    let isBlank = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
    let rest = text.unicodeScalars.drop(while: isBlank).reversed().drop(while: isBlank)
    return String(String.UnicodeScalarView(rest.reversed()))
  }

  private static let acute: [Unicode.Scalar: Unicode.Scalar] = [
    "a": "á", "æ": "ǽ",
  ]
}
