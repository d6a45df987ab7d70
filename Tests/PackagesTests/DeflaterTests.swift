import Foundation
import TestSupport
import Testing

@testable import Packages

@Suite struct DeflaterTests {
  private static func sheetXML(_ count: Int) -> [UInt8] {
    var text = ""
    for row in 1...count {
      text += "<row r=\"\(row)\"><c r=\"A\(row)\" s=\"4\"><v>\(row * 7919 % 10_007)</v></c></row>"
    }
    return Array(text.utf8)
  }

  /// Rows of a table as worksheets have them: texts and numbers of different lengths, blank cells, and a value that stands
  /// in few rows, farther apart than a repeat can be.
  private static func tableXML(_ count: Int) -> [UInt8] {
    var text = ""
    for row in 1...count {
      func cell(_ column: String, _ value: String) {
        text += "<c r=\"\(column)\(row)\" s=\"12\"" + value
      }
      func words(_ words: String) -> String { " t=\"inlineStr\"><is><t>\(words)</t></is></c>" }
      text += "<row r=\"\(row)\">"
      cell("A", words("2026Q1"))
      cell("B", words(["Ada", "Benedikta", "Chidi"][row / 40 % 3]))
      cell("C", words(row * 7919 % 3 == 0 ? "more-health" : "grand-rounds"))
      cell("D", row * 7919 % 3 == 0 ? "><v>0.0\(row * 7919 % 10_007)</v></c>" : "/>")
      cell("E", row % 400 == 0 ? words("late") : "/>")
      cell("F", words("C\(10_000_000 + row * 104_729 % 900_001)"))
      cell("G", "><v>\(row * 7919 % 100_003)</v></c>")
      text += "</row>"
    }
    return Array(text.utf8)
  }

  private static func deflate(
    _ bytes: [UInt8], pieces: Int, with deflater: Deflater
  ) throws -> [UInt8] {
    var output: [UInt8] = []
    deflater.begin()
    var index = 0
    while index < bytes.count {
      let end = min(index + pieces, bytes.count)
      try Array(bytes[index..<end]).withUnsafeBytes {
        try deflater.deflate($0, last: false) { output.append(contentsOf: $0) }
      }
      index = end
    }
    try deflater.deflate(.init(start: nil, count: 0), last: true) {
      output.append(contentsOf: $0)
    }
    return output
  }

  @Test func theSamePiecesGiveTheSameBytesWhateverCameBefore() throws {
    let deflater = Deflater()
    let bytes = Self.sheetXML(20_000)
    let first = try Self.deflate(bytes, pieces: 60_000, with: deflater)
    _ = try Self.deflate(Self.sheetXML(11), pieces: 7, with: deflater)
    let second = try Self.deflate(bytes, pieces: 60_000, with: deflater)
    let other = try Self.deflate(bytes, pieces: 60_000, with: Deflater())
    // Not with ==: what differs would be looked for, for minutes.
    #expect(first.elementsEqual(second))
    #expect(first.elementsEqual(other))
    #expect(first.count < bytes.count / 4)
  }

  @Test func theBytesDoNotDependOnThePieces() throws {
    let bytes = Self.sheetXML(20_000)
    let whole = try Self.deflate(bytes, pieces: bytes.count, with: Deflater())
    for pieces in [999, 65_536, 70_001] {
      let cut = try Self.deflate(bytes, pieces: pieces, with: Deflater())
      #expect(cut.elementsEqual(whole))
    }
  }

  /// The bytes of the day this was written: a change here changes every workbook. Sheets go by mail: zlib takes 681,510
  /// bytes for this one with all its effort, and 724,505 as most programs have it.
  @Test func theBytesAreThoseThatItAlwaysGave() throws {
    let compressed = try Self.deflate(Self.tableXML(20_000), pieces: 65_536, with: Deflater())
    var sum = CRC32()
    compressed.withUnsafeBytes { sum.add($0) }
    #expect(compressed.count == 669_278)
    #expect(sum.value == 2_237_192_597)
  }

  /// Whatever the bytes are, two other programs read the same: blocks that are empty, full to the
  /// byte, without repeats, with one symbol, with codes that are too long, with far repeats.
  @Test func whateverIsCompressedIsReadTheSame() throws {
    let folder = NSTemporaryDirectory() + "deflate-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var parts = Self.cases
    var generator = SeededGenerator(seed: 4)
    for number in 0..<200 { parts.append(("random \(number)", Self.random(&generator))) }
    let writer = try PackageWriter(creating: folder + "/a.zip", with: Deflater())
    for (name, bytes) in parts { try writer.add(name, bytes) }
    try writer.close()
    let reader = try PackageReader(folder + "/a.zip")
    for (part, (name, bytes)) in zip(reader.parts, parts) {
      #expect(try reader.bytes(of: part).elementsEqual(bytes), "\(name)")
    }
    let zlib = Process()
    zlib.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    zlib.arguments = ["python3", "-m", "zipfile", "-t", folder + "/a.zip"]
    zlib.standardOutput = Pipe()
    zlib.standardError = FileHandle.nullDevice
    try zlib.run()
    let said = (zlib.standardOutput as? Pipe)?.fileHandleForReading.readDataToEndOfFile()
    zlib.waitUntilExit()
    #expect(zlib.terminationStatus == 0)
    #expect(said.map { String(decoding: $0, as: UTF8.self) } == "Done testing\n")
  }

  private static let cases: [(name: String, bytes: [UInt8])] = {
    let stretch = DeflateSearch.stretchCount
    let block = Deflater.blockStretches * stretch
    let rows = sheetXML(block / 36)
    // Each symbol as often as the two before it: the deepest tree that so many bytes can have.
    var (fibonacci, one, other) = ([UInt8](), 1, 1)
    for symbol in 0..<24 {
      fibonacci += Array(repeating: UInt8(symbol), count: one)
      (one, other) = (other, one + other)
    }
    var generator = SeededGenerator(seed: 9)
    let scattered = fibonacci.shuffled(using: &generator)
    let far = (0..<40_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let letters = (0..<2 * stretch).map { _ in UInt8.random(in: 97...122, using: &generator) }
    return [
      ("empty", []), ("one", [7]), ("zeros", Array(repeating: 0, count: 99)),
      ("one symbol", Array(repeating: 7, count: 3 * stretch)),
      ("short", Array("<row/>".utf8)), ("fibonacci", fibonacci), ("deep", scattered),
      ("far", far + far + far), ("just far", Array(far[..<32_768]) + far),
      ("too far", Array(far[..<32_769]) + far),
      ("a stretch", Array(rows[..<stretch])), ("two stretches", Array(rows[..<(2 * stretch)])),
      ("a stretch and one", Array(rows[...stretch])), ("rows", sheetXML(9_000)),
      ("a block", Array(rows[..<block])), ("a block and one", Array(rows[...block])),
      // What the sample has not: bytes, repeats and distances of all kinds behind it, and no tag.
      ("rows and others", Array(rows[..<(stretch / 2)]) + far + far), ("others", letters),
      ("table", tableXML(4_000)),
    ]
  }()

  private static func random(_ generator: inout SeededGenerator) -> [UInt8] {
    let count = Int.random(
      in: 0...(1 << Int.random(in: 1...18, using: &generator)), using: &generator)
    let symbols = UInt8.random(in: 0...255, using: &generator)
    var bytes: [UInt8] = []
    while bytes.count < count {
      if bytes.isEmpty || Bool.random(using: &generator) {
        for _ in 0..<Int.random(in: 1...40, using: &generator) {
          bytes.append(UInt8.random(in: 0...symbols, using: &generator))
        }
      } else {
        let start = Int.random(in: max(0, bytes.count - 40_000)..<bytes.count, using: &generator)
        let length = Int.random(in: 1...600, using: &generator)
        bytes += Array(bytes[start..<min(bytes.count, start + length)])
      }
    }
    return bytes
  }

  @Test func theCheckSumIsTheStandardOne() {
    var sum = CRC32()
    Array("1234".utf8).withUnsafeBytes { sum.add($0) }
    Array("56789".utf8).withUnsafeBytes { sum.add($0) }
    #expect(sum.value == 0xCBF4_3926)
  }
}
