import Reports
import Testing
import Writers

/// A table as CSV (SPEC 6).
struct CSVWriterTests {
  @Test(arguments: [
    ("a", "a", "a plain text"), ("a b", "a b", "spaces need no quotes"),
    ("a,b", "\"a,b\"", "a comma needs quotes"), ("a;b", "a;b", "a semicolon does not"),
    ("a\"b", "\"a\"\"b\"", "a quotation mark is doubled, and needs quotes"),
    ("\"", "\"\"\"\"", "alone too"),
    ("a\nb", "\"a\nb\"", "a line end needs quotes"), ("a\rb", "\"a\rb\"", "each kind"),
    ("=1", "'=1", "no text is a formula"), ("+1", "'+1", "by any sign"),
    ("-1", "'-1", "by any sign"),
    ("@a", "'@a", "by any sign"), ("\ta", "'\ta", "nor behind a tab"),
    ("\ra", "\"'\ra\"", "nor behind a CR"), ("=1,2", "\"'=1,2\"", "the guard stands inside quotes"),
    ("'a", "'a", "an apostrophe is a text"), ("1=1", "1=1", "a sign further on is none"),
    ("", "", "nothing"), ("É😀", "É😀", "UTF-8"),
  ])
  func aTextIsWritten(text: String, csv: String, because: String) throws {
    let table = Table(headings: ["t", "n"], rowCount: 1) { _, row in
      row.text(text)
      row.count(7)
    }
    let bytes = try CSVWriter.bytes(of: table)
    #expect(bytes == Array("t,n\n\(csv),7\n".utf8), "\(because)")
  }

  @Test func valuesAreWrittenAsTheContractSays() throws {
    let table = Table(headings: ["a", "b", "c", "d", "e", "f"], rowCount: 1) { _, row in
      row.money(cents: -150_005)
      row.money(cents: 7)
      row.count(-1)
      row.date(day: 20_498)
      row.duration(seconds: 2_401)
      row.blank()
    }
    let bytes = try CSVWriter.bytes(of: table)
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "a,b,c,d,e,f\n-1500.05,0.07,-1,2026-02-14,0:40:01,\n")
  }

  /// Longer than the buffer, in quotes and without.
  @Test(arguments: ["x", "\"", "é"]) func aLongTextIsWhole(piece: String) throws {
    let text = String(repeating: piece, count: 3_000_000)
    let table = Table(headings: ["t"], rowCount: 2) { _, row in row.text(text) }
    let quoted = piece == "\"" ? "\"" + text + text + "\"" : text
    #expect(try CSVWriter.bytes(of: table) == Array("t\n\(quoted)\n\(quoted)\n".utf8))
  }

  @Test func aByteOrderMarkComesFirst() throws {
    let table = Table(headings: ["t"], rowCount: 0) { _, _ in }
    #expect(
      try CSVWriter.bytes(of: table, byteOrderMark: true) == [0xEF, 0xBB, 0xBF, 0x74, 0x0A])
  }
}
