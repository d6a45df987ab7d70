import Foundation
import Testing

@testable import Ingest

/// Other readers' cases of CSV (csv-spectrum, Papa Parse, rust-csv, CPython), where a folder has them:
/// `ZPAY_CORPORA` names it, as `make soak ONLY=corpora` does. Small cases of our own kind are in
/// ``RecordReaderTests``.
///
/// Everywhere zpay differs on purpose (SPEC 3.1): white space around a value goes; rows with nothing in
/// any field are no rows; texts are in NFC. What else differs is in ``deliberate``, case by case, with
/// because of what; a case in it that no longer differs is a failure too.
struct CorpusTests {
  static let folder = ProcessInfo.processInfo.environment["ZPAY_CORPORA"]

  struct Case {
    var name: String
    var text: String
    var rows: [[String]]?
    var delimiter: UInt8 = UInt8(ascii: ",")
  }

  /// Cases that zpay reads otherwise, and because of what.
  static let deliberate: [String: String] = [
    "csv-spectrum/location_coordinates":
      "a quotation mark inside a bare value makes its row malformed: the record is shown, not guessed",
    "papaparse/12 Unquoted field with quotes at end of field":
      "a quotation mark inside a bare value makes its row malformed: the record is shown, not guessed",
    "papaparse/17 Quoted field with whitespace around quotes":
      "blanks around a quoted value are allowed, and go",
    "papaparse/18 Misplaced quotes in data, not as opening quotes":
      "a quotation mark inside a bare value makes its row malformed: the record is shown, not guessed",
    "rust-csv/quote_outer_space":
      "blanks around a quoted value are allowed, and go",
    "rust-csv/quote_no_escapes":
      "a backslash is no escape, so that text follows a closing quotation mark: malformed",
    "rust-csv/bom_at_field_start":
      "Foundation, which reads the list, loses a mark inside: zpay keeps it, as they do",
    "python/2 test_read_bigfield": "there the test lowers the limit of a field",
    "python/34 test_read_oddinputs":
      "a text of nothing has no rows, and is no error here: a file of nothing is",
    "python/6 test_read_eof":
      "a quotation mark that never closes refuses the file: what it swallowed would be paid to nobody",
    "python/7 test_read_eof":
      "a quotation mark that never closes refuses the file: what it swallowed would be paid to nobody",
    "python/16 test_read_eol":
      "there a line with a line end inside is an error of the caller; in a file they are two rows",
    "python/17 test_read_eol":
      "there a line with a line end inside is an error of the caller; in a file they are two rows",
    "python/18 test_read_eol":
      "there a line with a line end inside is an error of the caller; in a file they are two rows",
    "python/29 test_read_nul":
      "a NUL refuses the file: no spreadsheet writes one",
    "python/30 test_read_nul":
      "a NUL refuses the file: no spreadsheet writes one",
    "python/31 test_read_nul":
      "a NUL refuses the file: no spreadsheet writes one",
    "python/33 test_read_nul":
      "a NUL refuses the file: no spreadsheet writes one",
  ]

  @Test(.enabled(if: folder != nil)) func everyCaseIsReadAsTheOthersReadItOrAsIsWritten() throws {
    let cases = try Self.spectrum() + Self.papa() + Self.rust() + Self.python()
    var (failed, listed) = (0, Set<String>())
    for test in cases {
      let got = CSVText.read(Array(test.text.utf8), delimiter: test.delimiter)
      let want = test.rows.map { CSVText.asZpayReads($0) }
      if want == nil ? got.rows == nil || got.isDamaged : got.rows == want && !got.isDamaged {
        continue
      }
      if Self.deliberate[test.name] != nil {
        listed.insert(test.name)
        continue
      }
      failed += 1
      print(
        "\(test.name): \(test.text.debugDescription.prefix(200)): got \(got), "
          + "they \(want.map { "\($0)" } ?? "an error")")
    }
    for name in Self.deliberate.keys where !listed.contains(name) {
      failed += 1
      print("\(name): does not differ any more: take it off the list")
    }
    print("corpora: tried \(cases.count), failed \(failed); \(listed.count) differ on purpose")
    #expect(failed == 0)
    #expect(cases.count > 100)
  }

  // MARK: - The corpora

  private static func json(_ path: String) throws -> Any {
    try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: folder! + "/" + path)))
  }

  private static func texts(_ value: Any?) -> [[String]]? {
    (value as? [[Any]])?.map { $0.map { $0 as? String ?? "\($0)" } }
  }

  private static func spectrum() throws -> [Case] {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder! + "/csv-spectrum/csvs")
    return try files.sorted().map { file in
      let name = String(file.dropLast(4))
      let text = try String(contentsOfFile: folder! + "/csv-spectrum/csvs/" + file, encoding: .utf8)
      let read = try json("csv-spectrum/json/\(name).json")
      let objects = read as? [[String: String]] ?? [read as! [String: String]]
      // The order of columns is the file's own, in its first line.
      let headings = CSVText.read(Array(text.utf8), delimiter: UInt8(ascii: ",")).rows![0]
      let rows = objects.map { object in headings.map { object[$0] ?? "(no \($0))" } }
      return Case(name: "csv-spectrum/" + name, text: text, rows: [headings] + rows)
    }
  }

  /// Its parser's core cases without options.
  private static func papa() throws -> [Case] {
    let groups = try json("papaparse/papaparse-cases.json") as! [String: Any]
    return (groups["CORE_PARSER_TESTS"] as! [[String: Any]]).enumerated().compactMap {
      number, test in
      guard (test["config"] as? [String: Any] ?? [:]).isEmpty, let text = test["input"] as? String
      else { return nil }
      let expected = test["expected"] as! [String: Any]
      let errors = expected["errors"] as? [Any] ?? []
      return Case(
        name: "papaparse/\(number) \(test["description"]!)", text: text,
        rows: errors.isEmpty ? texts(expected["data"]) : nil)
    }
  }

  /// Those with the default settings, and one of tabs.
  private static func rust() throws -> [Case] {
    let tests = (try json("rust-csv/rust-csv-core-cases.json") as! [String: Any])["cases"]
    return (tests as! [[String: Any]]).compactMap { test in
      let config = test["config"] as? String
      guard config == nil || config!.contains("delimiter(b'\\t')") else { return nil }
      return Case(
        name: "rust-csv/\(test["name"]!)", text: test["input"] as! String,
        rows: texts(test["expect"]), delimiter: UInt8(ascii: config == nil ? "," : "\t"))
    }
  }

  /// Errors are written as no rows, of a text that has some.
  private static func isError(_ test: [String: Any]) -> Bool {
    test["error"] != nil || (texts(test["expect"])?.isEmpty ?? true)
  }

  /// Those of the dialects that zpay has: a comma or a semicolon, strict or not.
  private static func python() throws -> [Case] {
    let tests = (try json("python-csv/python-csv-cases.json") as! [String: Any])["read"]
    return (tests as! [[String: Any]]).enumerated().compactMap { number, test in
      let dialect = test["dialect"] as? [String: Any] ?? [:]
      let delimiter = dialect["delimiter"] as? String ?? ","
      guard Set(dialect.keys).isSubset(of: ["delimiter", "strict"]), ",;".contains(delimiter),
        let lines = test["input"] as? [String]
      else { return nil }
      return Case(
        name: "python/\(number) \(test["test"]!)", text: lines.joined(),
        rows: isError(test) ? nil : texts(test["expect"]),
        delimiter: delimiter.utf8.first!)
    }
  }
}

/// A text as zpay reads its rows, without a table's headings.
struct CSVText: CustomStringConvertible {
  /// Nil where the text is refused whole.
  var rows: [[String]]?
  /// Lines of rows with misplaced quotes.
  var malformedLines: [Int] = []
  var refusal: String?

  var isDamaged: Bool { !malformedLines.isEmpty }

  var description: String {
    refusal ?? "\(rows ?? [])" + (isDamaged ? ", malformed on \(malformedLines)" : "")
  }

  static func read(_ bytes: [UInt8], delimiter: UInt8) -> CSVText {
    var reader = TextReader(MemoryStream(bytes))
    do {
      repeat { _ = try reader.readMore() } while !reader.isAtEnd
    } catch { return CSVText(refusal: "\(error)") }
    var (read, scanner, position, line) = (
      CSVText(rows: []), CSVScanner(delimiter: delimiter), reader.start, 1
    )
    while true {
      switch scanner.scanRow(reader.bytes, from: position, isComplete: true) {
      case .row(let next):
        if scanner.hasContent {
          read.rows!.append(
            scanner.fields.map { FieldValue($0, in: reader.bytes).string(in: reader.bytes) })
          if scanner.isMalformed { read.malformedLines.append(line) }
        }
        position = next
        line += scanner.lineEnds
      case .atEnd, .needsMore: return read
      case .unclosedQuote: return CSVText(refusal: "a quotation mark does not close")
      case .tooLong: return CSVText(refusal: "a row is too long")
      }
    }
  }

  /// What another reader has, without white space around values, rows of nothing, and in NFC.
  static func asZpayReads(_ rows: [[String]]) -> [[String]] {
    rows.map { row in
      row.map { value in
        let isBlank = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
        let rest = value.unicodeScalars.drop(while: isBlank).reversed().drop(while: isBlank)
        return String(String.UnicodeScalarView(rest.reversed()))
          .precomposedStringWithCanonicalMapping
      }
    }.filter { $0.contains { !$0.isEmpty } }
  }
}
