import Dispatch
import Ingest
import Testing
import Vocabulary

/// Large files are read in stretches, whose beginnings are guessed: nobody sees that.
struct StretchTests {
  private static let threads = Workers { count, body in
    DispatchQueue.concurrentPerform(iterations: count, execute: body)
  }

  /// More than a mebibyte: two pieces of the file, the first of several stretches.
  private static let size = 5 << 18

  private static func text(
    _ heading: String, lineEnd: String = "\n", size: Int = size, _ row: (Int) -> String
  ) -> [UInt8] {
    var bytes = Array((heading + lineEnd).utf8)
    var number = 0
    while bytes.count < size {
      bytes += Array((row(number) + lineEnd).utf8)
      number += 1
    }
    return bytes
  }

  private static let cases = "case_id,program,physician_id,completed_at,note"
  private static let conferences =
    "conference_id,program,physician_id,started_at,duration_minutes,case_id,note"
  private static func plain(_ number: Int) -> String { "C\(number),GR,P1,2026-02-14," }

  /// So that files of a mebibyte have few rows.
  private static let long = String(repeating: "x", count: 200)

  static let files: [(because: String, activity: Activity, bytes: [UInt8])] = [
    ("rows are lines", .case, text(cases, plain)),
    ("lines end with CR LF", .case, text(cases, lineEnd: "\r\n") { plain($0) + long }),
    ("lines end with CR", .case, text(cases, lineEnd: "\r") { plain($0) + long }),
    (
      "most line ends are inside of quotes, and most guesses wrong", .case,
      text(cases) {
        plain($0) + "\"" + String(repeating: "x,GR,P1,2026-02-14,\n", count: $0 % 3_000) + "\""
      }
    ),
    (
      "a quote far up changes what all below it is", .case,
      text(cases) { plain($0) + ($0 == 9 ? "\"\n" : $0 == 3_000 ? "\"\"\n\"" : long) }
    ),
    (
      "IDs and names of cases stand otherwise in the file", .conference,
      text(conferences) {
        "\"V\"\"\($0)\",MH,P1,2026-02-14,\($0 % 90),\($0 % 3 == 0 ? "\"C\"\"\($0)\"" : "C\($0)"),"
      }
    ),
    (
      "rows of other lengths, malformed ones and empty ones", .conference,
      text(conferences) {
        ["V\($0),MH,P1,2026-02-14,30", "V\($0),M\"H,P1,2026-02-14,30,,", "", ",,,,,,"][$0 % 4]
      }
    ),
    (
      "lines that are longer than a stretch", .case,
      text(cases) { plain($0) + String(repeating: "x", count: 300_000) }
    ),
    (
      "only the last row shows that the file is of another encoding", .case,
      text(cases) { plain($0) + long } + Array("C,GR,P1,2026-02-14,caf".utf8) + [0xE9]
    ),
    (
      "the last row has no line end", .case,
      text(cases) { plain($0) + long } + Array("C,GR,P1,2026-02-14,".utf8)
    ),
  ]

  /// What a reader says of a file, whole.
  private static func account(
    _ bytes: [UInt8], _ activity: Activity, pieces: Int? = nil, ahead: Int? = nil,
    _ workers: Workers
  ) throws -> [String] {
    let read: ReadRecords
    do {
      read = try RecordReaderTests.read(
        bytes, activity: activity, pieces: pieces, ahead: ahead, workers: workers)
    } catch let unusable as UnusableInput {
      return unusable.problems.map(\.description)
    }
    let table = read.table
    var account = ["\(read.input.rowCount) \(read.input.sha256)"] + read.warnings.map(\.description)
    for (row, record) in table.records.enumerated() {
      let caseID = activity == .case ? "" : table.withCase(ofRow: row) { "\(Array($0))" }
      account.append(
        "\(table.id(of: record)) \(record.reason.code) \(record.line) \(record.rowStart) \(caseID)")
    }
    return account
  }

  @Test(arguments: Self.files.indices)
  func stretchesAreTheFile(_ number: Int) throws {
    let (because, activity, bytes) = Self.files[number]
    // So little of the file comes at a time that there is nothing to part.
    let whole = try Self.account(bytes, activity, pieces: 100_000, .one)
    #expect(whole.count > 5, "\(because)")
    for workers in [Workers.one, Self.threads] {
      // Small pieces are read ahead, all but the first and the last.
      for pieces in [nil, 300_000] {
        let parted = try Self.account(bytes, activity, pieces: pieces, workers)
        #expect(parted.count == whole.count, "\(because)")
        let difference = zip(parted, whole).first { $0 != $1 }
        #expect(difference == nil, "\(because)")
      }
    }
  }

  /// How much of a file is read before its rows are asked for is nothing that anybody sees.
  @Test(arguments: [2, 3, .max]) func whatIsReadAheadIsTheFile(pieceCount: Int) throws {
    var files = Self.files.map { ($0.activity, $0.bytes) }
    files += [(.case, []), (.case, Array("case_id\n".utf8)), (.case, Array("a\0b\n".utf8))]
    // Of two problems the one further up is told, and not what is nearer to a hand that reads ahead.
    let nul = Self.text(Self.cases) { Self.plain($0) + Self.long } + Self.text("") { "\($0)\0" }
    let late = Self.text("case,x") { Self.plain($0) + Self.long } + [0xE9, 0x0A]
    files += [(.case, nul), (.case, Array("case_id,y\n".utf8) + nul)]
    files += [(.case, Array((Self.cases + "\n\"").utf8) + nul), (.case, late + nul)]
    files += [(.case, late + Array("é".utf8)), (.case, late), (.case, [0xE9, 0x0A] + nul)]
    files += [(.case, RecordReaderTests.utf16("case_id,program\n", littleEndian: true))]
    for (activity, bytes) in files {
      for (pieces, workers) in [(nil, Self.threads), (300_000, Workers.one)] {
        let whole = try Self.account(bytes, activity, pieces: pieces, workers)
        let ahead = try Self.account(bytes, activity, pieces: pieces, ahead: pieceCount, workers)
        #expect(ahead == whole)
      }
    }
  }

  @Test(arguments: [
    ("a quote that never closes is told where it opened", "never closed", lines: 1, end: ""),
    ("a row that is too long, too", "y", lines: 600_000, end: "\""),
  ])
  func aProblemFarDownHasItsLine(because: String, line text: String, lines: Int, end: String) throws
  {
    let problem = "\"" + String(repeating: text + "\n", count: lines) + end + "\n"
    var bytes = Self.text(Self.cases) { Self.plain($0) + Self.long }
    let line = bytes.count { $0 == UInt8(ascii: "\n") } + 1
    bytes += Array("C,GR,P1,2026-02-14,\(problem)".utf8) + bytes
    let whole = try Self.account(bytes, .case, pieces: 100_000, .one)
    #expect(whole.first?.hasPrefix("c.csv:\(line): ") == true, "\(because)")
    for workers in [Workers.one, Self.threads] {
      let parted = try Self.account(bytes, .case, workers)
      #expect(parted == whole, "\(because)")
    }
  }

  /// Of rows whose own values don't reject them only the ID is kept, and the case: of them nothing else is asked.
  @Test(arguments: files.indices) func whatIsKeptOfRowsIsAllThatIsAsked(_ number: Int) throws {
    var (because, activity, bytes) = Self.files[number]
    bytes += Array("X1,,P1,2026-02-31,\nX2,GR,P9,2026-02-14,\nX3,GR,P1,soon,\n".utf8)
    let whole = try RecordReaderTests.read(bytes, activity: activity).table
    for workers in [Workers.one, Self.threads] {
      let few = try RecordReaderTests.read(
        bytes, activity: activity, keepsRows: false, workers: workers
      ).table
      #expect(few.text.bytes.count < whole.text.bytes.count, "\(because)")
      try #require(few.records.count == whole.records.count, "\(because)")
      let (told, wanted) = (few.problems(), whole.problems())
      let differs = whole.records.indices.first { row in
        let (one, other) = (few.records[row], whole.records[row])
        let isTold = other.reason != .undecided || other.physician < 0
        var flags = one.flags
        #expect((flags.remove(.rowGone) == nil) == isTold, "\(because)")
        let isSame =
          few.id(of: one) == whole.id(of: other) && one.line == other.line
          && one.reason == other.reason && one.day == other.day && one.instant == other.instant
          && one.seconds == other.seconds && one.physician == other.physician
          && one.program == other.program && flags == other.flags
          && (activity == .case
            || few.withCase(ofRow: row) { Array($0) } == whole.withCase(ofRow: row) { Array($0) })
        guard isTold, isSame else { return !isSame }
        return told(one)?.description != wanted(other)?.description
          || few.writtenPhysician(one) != whole.writtenPhysician(other)
      }
      #expect(differs == nil, "\(because)")
    }
  }

  /// Text is forgotten piece by piece, and what a piece's end cuts is carried on.
  @Test(arguments: [("UTF-8", Self.threads, 0), ("a mark", .one, 3), ("UTF-16", Self.threads, 2)])
  func aFileOfManyPiecesIsReadToItsEnd(encoding: String, workers: Workers, mark: Int) throws {
    let name = encoding == "UTF-16" ? "x" : "é\u{1F600}"
    let text = Self.text(Self.cases, size: 6 << 20) {
      Self.plain($0) + String(repeating: name, count: 20 + $0 % 30)
    }
    let bytes =
      encoding == "UTF-16"
      ? RecordReaderTests.utf16(String(decoding: text, as: UTF8.self), littleEndian: true)
      : (mark == 3 ? [0xEF, 0xBB, 0xBF] : []) + text
    for keepsRows in [true, false] {
      let table = try RecordReaderTests.read(bytes, keepsRows: keepsRows, workers: workers).table
      #expect(table.records.count == text.count { $0 == UInt8(ascii: "\n") } - 1)
      let differs = table.records.indices.first { row in
        let record = table.records[row]
        return table.id(of: record) != "C\(row)" || record.line != row + 2
          || record.reason != .undecided
      }
      #expect(differs == nil, "\(encoding)")
    }
  }

  @Test(arguments: [
    ("a NUL byte", [0] as [UInt8]), ("no UTF-8, and é before", [0xE9, 0x0A]),
    ("neither UTF-8 nor Windows-1252", [0x81, 0x0A]),
  ])
  func bytesThatAreNoTextHaveTheirLine(because: String, problem: [UInt8]) throws {
    let name = because.hasPrefix("no UTF-8") ? "é" : "e"
    var bytes = Self.text(Self.cases, lineEnd: "\r\n", size: 4 << 20) {
      Self.plain($0) + name + Self.long
    }
    let line = bytes.count { $0 == UInt8(ascii: "\n") } + 1
    bytes += Array("C,GR,P1,2026-02-14,".utf8) + problem + Array(bytes[..<3_000_000])
    for workers in [Workers.one, Self.threads] {
      let account = try Self.account(bytes, .case, workers)
      #expect(account.first?.hasPrefix("c.csv:\(line): ") == true, "\(because): \(account[0])")
    }
  }
}
