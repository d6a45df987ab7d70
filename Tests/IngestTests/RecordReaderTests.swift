import Foundation
import Ingest
import TestSupport
import Testing
import Vocabulary

/// Files as offices have them (SPEC 3.1): what comes out of the bytes.
struct RecordReaderTests {
  static let heading = "case_id,program,physician_id,completed_at\n"

  /// Reads a file of cases with the founding plan and a roster of P1.
  static func read(
    _ bytes: [UInt8], activity: Activity = .case, plan: CompensationPlan = CompensationPlan(),
    pieces: Int? = nil, expectedCount: Int? = nil, ahead: Int? = nil, keepsRows: Bool = true,
    workers: Workers = .one
  ) throws -> ReadRecords {
    var reader = RosterReader(plan: CompensationPlan())
    try reader.readPhysicians(
      MemoryStream(Array("physician_id,name,department,from\nP1,Ada,Neurology,2020-01-01\n".utf8)),
      file: "p.csv")
    try reader.readStanding(MemoryStream(Array("physician_id,status,from\n".utf8)), file: "s.csv")
    reader.finish()
    let stream = PieceStream(bytes, count: pieces ?? bytes.count, expectedCount: expectedCount)
    let records = RecordReader(stream, file: "c.csv", activity: activity, plan: plan)
    if var left = ahead {
      records.readAhead(asLongAs: {
        left -= 1
        return left > 0
      })
    }
    return try records.read(
      RecordContext(
        plan: plan, roster: reader.roster, zone: .named(plan.timeZone), keepsRows: keepsRows),
      workers: workers)
  }

  /// `ID reason line` of each row.
  static func rows(_ bytes: [UInt8], pieces: Int? = nil) throws -> [String] {
    let table = try read(bytes, pieces: pieces).table
    return table.records.map { "\(table.id(of: $0)) \($0.reason.code) \($0.line)" }
  }

  static func rows(_ text: String) throws -> [String] { try rows(Array(text.utf8)) }

  static func problem(_ bytes: [UInt8]) -> String? {
    do {
      _ = try read(bytes)
      return nil
    } catch let unusable as UnusableInput {
      return unusable.problems.map { "\($0.code) \($0.location.line ?? 0)" }.joined(separator: ", ")
    } catch {
      return "\(error)"
    }
  }

  /// A sparse file of a few rows says that it has a pebibyte, and one that is written meanwhile has more than it said.
  @Test(arguments: [-1, 0, 1, 1 << 50]) func aFileMaySayAnythingOfItsSize(_ count: Int) throws {
    let rows = (0..<100_000).map { "C\($0),GR,P1,2026-02-14\n" }.joined()
    let table = try Self.read(Array((Self.heading + rows).utf8), expectedCount: count).table
    #expect(table.records.count == 100_000)
    #expect(table.records.allSatisfy { $0.physician == 0 && $0.reason == .undecided })
  }

  // MARK: - Encodings

  static func utf16(_ text: String, littleEndian: Bool) -> [UInt8] {
    ("\u{FEFF}" + text).utf16.flatMap {
      littleEndian ? [UInt8($0 & 255), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 255)]
    }
  }

  @Test func fiveFormsOfTheSameFileAreTheSame() throws {
    let text = "case_id,program,physician_id,completed_at,note\nÉ1,GR,P1,2026-02-14,😀\n"
    let latin = "case_id,program,physician_id,completed_at,note\nÉ1,GR,P1,2026-02-14,x\n"
    let windows = latin.unicodeScalars.map { UInt8($0.value) }
    for (bytes, encoding) in [
      (Array(text.utf8), "UTF-8"), ([0xEF, 0xBB, 0xBF] + Array(text.utf8), "UTF-8"),
      (Self.utf16(text, littleEndian: true), "UTF-16LE"),
      (Self.utf16(text, littleEndian: false), "UTF-16BE"),
      (windows, "Windows-1252"),
    ] {
      let read = try Self.read(bytes)
      #expect(read.input.encoding == encoding)
      #expect(read.table.records.map { read.table.id(of: $0) } == ["É1"], "\(encoding)")
      let notices = read.notices.map(\.kind.code)
      #expect(notices == (encoding == "Windows-1252" ? ["decoded-as-windows-1252"] : []))
    }
  }

  @Test(
    arguments: [
      (
        "a broken sequence among good ones",
        Array("case_id,program,physician_id,completed_at\né\n".utf8) + [0xE9, 0x2C],
        "file.encoding 3"
      ),
      (
        "a good sequence right behind a broken byte", [0xE9, 0xC3, 0xA9, 0x0A], "file.encoding 1"
      ),
      (
        "two second halves of a character",
        [0xFF, 0xFE, 0x61, 0, 0x00, 0xDC, 0x00, 0xDC], "file.encoding 1"
      ),
      ("a good sequence behind a broken one", [0xE9, 0x0A] + Array("é".utf8), "file.encoding 1"),
      (
        "a byte that Windows-1252 leaves undefined", Array("a\n".utf8) + [0xE9, 0x20, 0x81],
        "file.encoding 2"
      ),
      ("a broken byte behind a UTF-8 mark", [0xEF, 0xBB, 0xBF, 0x61, 0xE9], "file.encoding 1"),
      (
        "an overlong form is no UTF-8, and a surrogate neither", Array("é".utf8) + [0xC0, 0xAF],
        "file.encoding 1"
      ),
      ("a surrogate", Array("é".utf8) + [0xED, 0xA0, 0x80], "file.encoding 1"),
      ("overlong in three bytes", Array("é".utf8) + [0xE0, 0x80, 0xAF], "file.encoding 1"),
      ("overlong in four bytes", Array("é".utf8) + [0xF0, 0x80, 0x80, 0xAF], "file.encoding 1"),
      ("beyond Unicode", Array("é".utf8) + [0xF4, 0x90, 0x80, 0x80], "file.encoding 1"),
      ("a NUL behind a byte of Windows-1252", [0xE9, 0x0A, 0x61, 0], "file.encoding 2"),
      ("a NUL", Array("a\r\nb\rc\0".utf8), "file.encoding 3"),
      (
        "an unpaired surrogate", [0xFF, 0xFE, 0x61, 0, 0x0A, 0, 0x00, 0xD8, 0x61, 0],
        "file.encoding 2"
      ),
      ("half a character at the end", [0xFF, 0xFE, 0x61, 0, 0x0A], "file.encoding 1"),
      ("a NUL in UTF-16", [0xFE, 0xFF, 0, 0x61, 0, 0], "file.encoding 1"),
      ("no bytes", [], "file.empty 0"),
      ("nothing but empty lines", Array("\n;;\n\"\",\n".utf8), "file.empty 0"),
    ] as [(String, [UInt8], String)])
  func aFileThatIsNoTextIsRefused(because: String, bytes: [UInt8], problem: String) {
    #expect(Self.problem(bytes) == problem, "\(because)")
  }

  // MARK: - Rows and fields

  struct Grammar: CustomTestStringConvertible, Sendable {
    let because: String
    let text: String
    let rows: [String]
    var testDescription: String { because }
  }

  @Test(arguments: [
    Grammar(
      because: "LF, CRLF and CR end lines, mixed; the last needs none",
      text: heading + "C1,GR,P1,2026-02-14\r\nC2,GR,P1,2026-02-14\rC3,GR,P1,2026-02-14",
      rows: ["C1 undecided 2", "C2 undecided 3", "C3 undecided 4"]),
    Grammar(
      because: "a line break in quotes is part of the value, and counts as a line",
      text: "note," + heading
        + "\"a\r\nb\",C1,GR,P1,2026-02-14\n\"\r\",C2,GR,P1,2026-02-14\nx,C3,GR,P1,2026-02-14\n",
      rows: ["C1 undecided 2", "C2 undecided 4", "C3 undecided 6"]),
    Grammar(
      because: "doubled quotes stand for one",
      text: heading + "\"C\"\"1\",GR,P1,2026-02-14\n", rows: ["C\"1 undecided 2"]),
    Grammar(
      because: "blanks and no-break spaces around a value go, around a quoted one and inside it",
      text: heading + " \u{A0}C1\u{2003},\t\" GR \" ,P1,\u{A0}\"2026-02-14\"\n",
      rows: ["C1 undecided 2"]),
    Grammar(
      because: "every white space of Unicode goes, at both ends",
      text: heading
        + "\u{1680}C1\u{1680},\u{2000}GR\u{200A},\u{2028}P1\u{2029},\u{202F}2026-02-14\u{205F}\n"
        + "\u{3000}C2\u{3000},GR,P1,2026-02-14\n",
      rows: ["C1 undecided 2", "C2 undecided 3"]),
    Grammar(
      because: "=\"00123\" is text, bare and quoted",
      text: heading + "=\"00123\",GR,P1,2026-02-14\n\"=\"\"00124\"\"\",GR,P1,2026-02-14\n",
      rows: ["00123 undecided 2", "00124 undecided 3"]),
    Grammar(
      because: "blanks inside =\"\" go as they do elsewhere",
      text: heading + "=\" C1 \",GR,P1,2026-02-14\nC1,GR,P1,2026-02-14\n",
      rows: ["C1 undecided 2", "C1 undecided 3"]),
    Grammar(
      because: "what Unicode says is no character is none of an ID",
      text: heading + "C\u{FFFF}1,GR,P1,2026-02-14\n", rows: [" malformed-row 2"]),
    Grammar(
      because:
        "a quote inside a bare value, text behind a quoted one: malformed, and the next row goes on",
      text: heading + "C\"1,GR,P1,2026-02-14\n\"C2\"x,GR,P1,2026-02-14\nC3,GR,P1,2026-02-14\n",
      rows: [" malformed-row 2", " malformed-row 3", "C3 undecided 4"]),
    Grammar(
      because: "a stray quote counts in a column that is not read too",
      text: "note," + heading + "a\"b,C1,GR,P1,2026-02-14\n", rows: [" malformed-row 2"]),
    Grammar(
      because: "empty fields beyond the header are allowed, others are not",
      text: heading + "C1,GR,P1,2026-02-14,, \nC2,GR,P1,2026-02-14,,x\n",
      rows: ["C1 undecided 2", " malformed-row 3"]),
    Grammar(
      because: "too few fields to reach the last required column",
      text: "case_id,program,physician_id,completed_at,status\nC1,GR,P1,2026-02-14\nC2,GR,P1\n",
      rows: ["C1 undecided 2", " malformed-row 3"]),
    Grammar(
      because: "rows with nothing in any field are not counted; a quote in one is something",
      text: heading + ",,,\n\"\", ,,\n\n,\",,\nC1,GR,P1,2026-02-14\n",
      rows: []),
    Grammar(
      because:
        "Excel's text of nothing is nothing, in quotes and without; what stands behind it is something",
      text: heading
        + #""=""""","","="" """,\#n=""," ",,=""\#nC1,GR,P1,2026-02-14\#n"="""""x,,,\#n"#,
      rows: ["C1 undecided 4", " malformed-row 5"]),
    Grammar(
      because: "sep= is obeyed and skipped, and counts as a line",
      text: "sep=|\ncase_id|program|physician_id|completed_at\nC,1|GR|P1|2026-02-14\n",
      rows: ["C,1 undecided 3"]),
    Grammar(
      because: "the delimiter is the one that the header has most of outside quotes",
      text: "case_id;program;physician_id;completed_at;\"a,b,c,d,e,f\"\nC1;GR;P1;2026-02-14;\n",
      rows: ["C1 undecided 2"]),
    Grammar(
      because: "a tab too",
      text: heading.replacingOccurrences(of: ",", with: "\t") + "C,1\tGR\tP1\t2026-02-14\n",
      rows: ["C,1 undecided 2"]),
    Grammar(
      because: "lines with nothing before the header are skipped, and counted",
      text: "\n,,,\n;;\n,,;\n" + heading + "C1,GR,P1,2026-02-14\n", rows: ["C1 undecided 6"]),
    Grammar(
      because: "headings match by name and alias, without case, spaces and signs, in any order",
      text: "DATE COMPLETED,Provider (ID),Platform,Case #\n2026-02-14,P1,GR,C1\n",
      rows: ["C1 undecided 2"]),
    Grammar(
      because:
        "a control character, and an invisible one in an ID; in a status it is only no such word",
      text: heading
        + "C\u{1}1,GR,P1,2026-02-14\nC\u{200B}2,GR,P1,2026-02-14\nC3,G\u{200B}R,P1,2026-02-14\nC\u{85}4,GR,P1,2026-02-14\n",
      rows: [" malformed-row 2", " malformed-row 3", "C3 unknown-program 4", " malformed-row 5"]),
    Grammar(
      because: "both Unicode forms of É are one",
      text: heading + "E\u{301}1,GR,P1,2026-02-14\n\u{C9}1,GR,P1,2026-02-14\n",
      rows: ["É1 undecided 2", "É1 undecided 3"]),
  ])
  func rowsAreSplit(row: Grammar) throws {
    if row.rows.isEmpty {
      // A quote that is never closed: the whole file is refused, at the line where it opened.
      #expect(Self.problem(Array(row.text.utf8)) == "csv.unclosedQuote 5")
      return
    }
    let got = try Self.rows(row.text)
    #expect(got == row.rows)
    // UTF-8 bytes, since Swift's == does not see the form.
    #expect(
      got.map { Array($0.utf8) }
        == row.rows.map { Array($0.precomposedStringWithCanonicalMapping.utf8) })
  }

  @Test(arguments: [32_767, 32_768])
  func aValueIsNoLongerThanACell(count: Int) throws {
    let id = String(repeating: "x", count: count)
    let reason = count <= 32_767 ? "undecided" : "malformed-row"
    let table = try Self.read(Array((Self.heading + "\(id),GR,P1,2026-02-14\n").utf8)).table
    #expect(table.records.map(\.reason.code) == [reason])
    // Counted in UTF-16 units, as Excel does: an emoji is two.
    let emoji = String(repeating: "😀", count: count / 2) + (count.isMultiple(of: 2) ? "" : "x")
    let other = try Self.read(Array((Self.heading + "\(emoji),GR,P1,2026-02-14\n").utf8)).table
    #expect(other.records.map(\.reason.code) == [reason])
  }

  /// Columns are counted as an editor counts them: in characters.
  @Test(arguments: [("C1,GR,Ada", 11), ("C1,GR,Ådå é", 13)])
  func aProblemNamesItsColumn(before: String, column: Int) throws {
    let read = try Self.read(Array((Self.heading + "\(before),soon\n").utf8))
    let told = try #require(read.table.reread(read.table.records[0]).problem)
    #expect((told.location.line, told.location.column) == (2, column))
  }

  /// Wherever it stands among the eight bytes that are looked at together.
  @Test(arguments: ["\u{1}", "\u{1F}", "\u{7F}"], 0..<9)
  func aControlCharacterIsNoPartOfAnID(character: String, place: Int) throws {
    let id = String(repeating: "x", count: place) + character + "yyyyyyyyy"
    #expect(
      try Self.read(Array((Self.heading + "\(id),GR,P1,2026-02-14\n").utf8)).table.records
        .map(\.reason.code) == ["malformed-row"])
  }

  /// Rows that were read before the byte that changes the encoding are not counted twice.
  @Test func rowsAreCountedOnceWhereTheEncodingTurnsOutToBeAnother() throws {
    let text = Self.heading + "C1,GR,P1,2026-02-14\nC\u{E9}2,GR,P1,2026-02-14\n"
    let read = try Self.read(text.unicodeScalars.map { UInt8($0.value) }, pieces: 8)
    #expect(read.input.rowCount == 2 && read.table.records.count == 2)
  }

  @Test func aProblemOfTheHeadingsNamesTheirLine() {
    let headings = "case_id,Case #,program,physician_id,completed_at\n"
    #expect(Self.problem(Array(("\n\n" + headings).utf8)) == "header.twice 3")
    #expect(Self.problem(Array(("sep=,\n" + headings).utf8)) == "header.twice 2")
  }

  @Test(arguments: [(0, "E"), (21, "Z"), (22, "AA"), (23, "AB"), (697, "ZZ"), (698, "AAA")])
  func aColumnHasItsLetters(before count: Int, letters: String) throws {
    let more = (0..<count).map { "x\($0)," }.joined()
    let heading = "case_id,program,physician_id,completed_at,\(more)Patient Name\n"
    let read = try Self.read(Array((heading + "C1,GR,P1,2026-02-14\n").utf8))
    #expect(read.notices.first?.detail.hasPrefix("column \(letters) is patient data") == true)
  }

  @Test func aByteThatIsNoCharacterIsToldByItsPlace() {
    let error = #expect(throws: UnusableInput.self) {
      try Self.read(Array("a\n".utf8) + [0xE9, 0x20, 0x81])
    }
    #expect(error?.problems.first?.message.hasSuffix("(byte offset 4)") == true)
  }

  /// Against Foundation's table.
  @Test func everyByteOfWindows1252IsItsCharacter() throws {
    for byte in UInt8(0x80)...0xFF where ![0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xA0, 0xAD].contains(byte)
    {
      let bytes = Array((Self.heading + "C").utf8) + [byte] + Array("1,GR,P1,2026-02-14\n".utf8)
      let text = String(
        bytes: [UInt8(ascii: "C"), byte, UInt8(ascii: "1")], encoding: .windowsCP1252)
      let table = try Self.read(bytes).table
      #expect(table.records.map { table.id(of: $0) } == [text], "\(byte)")
    }
  }

  @Test func aValueThatIsTooLongIsToldWithItsLength() throws {
    let id = String(repeating: "x", count: 32_768)
    let read = try Self.read(Array((Self.heading + "\(id),GR,P1,2026-02-14\n").utf8))
    let told = try #require(read.table.reread(read.table.records[0]).problem)
    #expect(told.message.hasSuffix("is 32,768 characters long, and a cell holds 32,767"))
  }

  /// The bytes in the file are not the ID's, so that it can't be read in place.
  @Test func aConferenceNamesACaseWhoseIDIsWrittenWithDoubledQuotationMarks() throws {
    let heading = "conference_id,program,physician_id,started_at,duration_minutes,case_id\n"
    let read = try Self.read(
      Array(
        (heading + "\"V\"\"1\",MH,P1,2026-02-14,30,\"C\"\"1\"\nV2,MH,P1,2026-02-14,30,C2\n").utf8),
      activity: .conference)
    let table = read.table
    #expect(table.records.map { table.id(of: $0) } == ["V\"1", "V2"])
    #expect(
      (0..<2).map { table.withCase(ofRow: $0) { String(decoding: $0, as: UTF8.self) } }
        == ["C\"1", "C2"])
  }

  @Test func aRowIsNoLongerThanAMebibyte() throws {
    let rest = ",GR,P1,2026-02-14,"
    func text(_ count: Int) -> [UInt8] {
      Array("case_id,program,physician_id,completed_at,note\nC1,GR,P1,2026-02-14,\nC2\(rest)".utf8)
        + Array(repeating: UInt8(ascii: "x"), count: count - 2 - rest.utf8.count) + [10]
    }
    #expect(try Self.rows(text(1 << 20)) == ["C1 undecided 2", "C2 undecided 3"])
    #expect(Self.problem(text(1 << 20 + 1)) == "csv.rowTooLong 3")
  }

  @Test func aQuoteThatNeverClosesNamesTheLineWhereItOpened() {
    let text = Self.heading + "C1,GR,P1,2026-02-14\nC2,GR,P1,\"2026\n\n\nC3,GR,P1,2026-02-14\n"
    #expect(Self.problem(Array(text.utf8)) == "csv.unclosedQuote 3")
  }

  @Test func aQuoteThatSpansAMebibyteNamesTheLineWhereItOpened() {
    let long = String(repeating: "x", count: 1 << 20)
    let text = Self.heading + "C1,GR,P1,2026-02-14\n\"a\nb\",GR,P1,\"\(long)\n"
    #expect(Self.problem(Array(text.utf8)) == "csv.rowTooLong 4")
  }

  // MARK: - The separator that a first line names

  @Test(
    arguments: [
      ("sep=;", "a semicolon", nil),
      ("SEP=| ", "any character of ASCII, with spaces behind it", nil),
      ("sep=\"", "a quotation mark opens values", "csv.separator 1"),
      ("sep=§", "a character of several bytes", "csv.separator 1"),
      ("sep=;;", "two characters name none: this is a line of headings", "header.missing 1"),
    ] as [(String, String, String?)])
  func separator(line: String, because: String, problem: String?) throws {
    let separator = line.dropFirst(4).prefix(1)
    let text = "\(line)\r\n" + Self.heading.replacing(",", with: separator)
    let got = Self.problem(Array(text.utf8))?.prefix { $0 != "," }
    #expect(got.map(String.init) == problem, "\(because)")
  }

  /// Any character of ASCII may separate; inside a value it is what it is everywhere.
  @Test(arguments: [("\u{1}", "malformed-row"), ("\t", "undecided"), ("|", "undecided")])
  func aSeparatorInQuotesIsACharacterOfTheValue(separator: String, reason: String) throws {
    let text =
      "sep=\(separator)\n" + Self.heading.replacing(",", with: separator)
      + ["\"C\(separator)1\"", "GR", "P1", "2026-02-14"].joined(separator: separator)
    let read = try Self.read(Array(text.utf8))
    #expect(read.table.records.map(\.reason.code) == [reason])
  }

  // MARK: - Headings

  @Test func aLineOfHeadingsHasItsQuotationMarksInPlace() {
    #expect(
      Self.problem(Array("case_id,prog\"ram,physician_id,completed_at\n".utf8))
        == "header.malformed 1")
  }

  @Test func aTableOfConferencesNeedsAColumnOfLengths() {
    let error = #expect(throws: UnusableInput.self) {
      try Self.read(
        Array("conference_id,program,physician_id,started_at\n".utf8), activity: .conference)
    }
    #expect(error?.problems.map(\.code) == ["header.missing"])
    #expect(error?.problems.first?.message.contains("duration_minutes") == true)
  }

  @Test func headingsThatNameOneColumnTwiceOrNotAtAllAreNamed() {
    #expect(
      Self.problem(Array("case_id,Case #,program,physician_id,completed_at\n".utf8))
        == "header.twice 1")
    #expect(
      Self.problem(Array("case_id,secret name\n".utf8))
        == "header.missing 1, header.missing 1, header.missing 1")
    do {
      _ = try Self.read(Array("case_id,secret name\n".utf8))
    } catch let unusable as UnusableInput {
      let said = unusable.problems.map(\.description).joined()
      #expect(!said.contains("secret"))
      #expect(said.contains("known here: “case_id” (case_id)"), "\(said)")
    } catch {}
  }

  /// A slip of the finger is named by its column, not by its text.
  @Test func aHeadingThatIsNearlyRightIsMeant() {
    do {
      _ = try Self.read(Array("case_id,program,physician_id,Date Complteed\n".utf8))
    } catch let unusable as UnusableInput {
      #expect(
        unusable.problems[0].remedy.hasPrefix(
          "did you mean “date completed” by the heading of column D? Else name a column by one of"))
    } catch {}
  }

  @Test func thePlansHeadingsAreTheOnlyOnes() throws {
    var plan = CompensationPlan()
    plan.headings = [.cases: ["completed_at": ["Finished On"], "case_id": ["Status"]]]
    let text = "Status,program,physician,finished on,completed_at\nC1,GR,P1,2026-02-14,junk\n"
    let table = try Self.read(Array(text.utf8), plan: plan).table
    #expect(table.records.map { table.id(of: $0) + " " + $0.reason.code } == ["C1 undecided"])
  }

  /// Not even where the plan asks for it.
  @Test func aPlanCannotHavePatientDataRead() throws {
    var plan = CompensationPlan()
    plan.headings = [.cases: ["case_id": ["Patient ID"]]]
    let error = #expect(throws: UnusableInput.self) {
      try Self.read(
        Array("Patient ID,program,physician_id,completed_at\nX1,GR,P1,2026-02-14\n".utf8),
        plan: plan)
    }
    #expect(error?.problems.map(\.code) == ["header.missing"])
  }

  @Test(arguments: [
    ("Patient", true), ("patient_id", true), ("PatientName", true), ("Name of the PATIENT", true),
    ("MRN", true),
    ("MRNNumber", true), ("ptMRN", true), ("dob1", true),
    ("Member Date of Birth", true), ("Date-of-Birth", true),
    ("DateOfBirth", true), ("SSN#", true),
    ("Diagnosis code", true), ("Patients", false), ("impatient", false), ("PTMRN", false),
    ("date of the birth", false),
    ("outpatientvisit", false),
  ])
  func patientDataIsNeverRead(heading: String, isPatient: Bool) throws {
    let text = "case_id,program,physician_id,completed_at,\"\(heading)\"\nC1,GR,P1,2026-02-14,x\n"
    let notices = try Self.read(Array(text.utf8)).notices.map(\.kind.code)
    #expect(notices == (isPatient ? ["patient-column-not-read"] : []))
  }

  // MARK: - Pieces

  /// However the bytes come, they say the same: every length of piece, in every encoding.
  @Test func theLengthOfPiecesChangesNothing() throws {
    let text =
      "case_id,program,physician_id,completed_at,note\r\nÉ1,GR,P1,2026-02-14,\"😀\r\n\"\r\n\r\nC2,GR,P1,2026-02-14,\"a\"\"b\"\r"
    let windows = "case_id,program,physician_id,completed_at\nC\u{E9}1,GR,P1,2026-02-14\n"
      .unicodeScalars.map { UInt8($0.value) }
    for bytes in [
      Array(text.utf8), Self.utf16(text, littleEndian: true), Self.utf16(text, littleEndian: false),
      windows,
    ] {
      let whole = try Self.rows(bytes)
      for count in 1...bytes.count {
        let pieces = try Self.rows(bytes, pieces: count)
        #expect(pieces == whole, "pieces of \(count)")
      }
    }
  }
}

/// A stream that gives a few bytes at a time.
struct PieceStream: ByteStream {
  private let bytes: [UInt8]
  private let count: Int
  /// What the file says of its size.
  let expectedCount: Int
  private var position = 0

  init(_ bytes: [UInt8], count: Int, expectedCount: Int? = nil) {
    self.bytes = bytes
    self.expectedCount = expectedCount ?? bytes.count
    self.count = max(count, 3)  // A stream fills its buffer: three bytes are the longest mark.
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let read = min(count, buffer.count, bytes.count - position)
    buffer.copyBytes(from: bytes[position..<position + read])
    position += read
    return read
  }

  mutating func rewind() { position = 0 }
}
