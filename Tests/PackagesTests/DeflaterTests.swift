import Foundation
import Packages
import Testing

@Suite struct DeflaterTests {
  private static func sheetXML(_ count: Int) -> [UInt8] {
    var text = ""
    for row in 1...count {
      text += "<row r=\"\(row)\"><c r=\"A\(row)\" s=\"4\"><v>\(row * 7919 % 10_007)</v></c></row>"
    }
    return Array(text.utf8)
  }

  private static func deflate(
    _ bytes: [UInt8], pieces: Int, with deflater: Deflater
  ) throws -> [UInt8] {
    var output: [UInt8] = []
    try deflater.begin()
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

  @Test(arguments: Deflater.Method.allCases)
  func theSamePiecesGiveTheSameBytesWhateverCameBefore(_ method: Deflater.Method) throws {
    let deflater = try Deflater(method)
    let bytes = Self.sheetXML(20_000)
    let first = try Self.deflate(bytes, pieces: 60_000, with: deflater)
    _ = try Self.deflate(Self.sheetXML(11), pieces: 7, with: deflater)
    let second = try Self.deflate(bytes, pieces: 60_000, with: deflater)
    let other = try Self.deflate(bytes, pieces: 60_000, with: try Deflater(method))
    #expect(first == second)
    #expect(first == other)
    #expect(first.count < bytes.count / 4)
  }

  @Test func thePackagesMethodDoesNotDependOnThePieces() throws {
    let bytes = Self.sheetXML(20_000)
    let whole = try Self.deflate(bytes, pieces: bytes.count, with: try Deflater())
    for pieces in [999, 65_536, 70_001] {
      let cut = try Self.deflate(bytes, pieces: pieces, with: try Deflater())
      #expect(cut == whole)
    }
  }

  /// The bytes of the day this was written: a change here changes every workbook.
  @Test func thePackagesMethodGivesTheBytesItAlwaysGave() throws {
    let compressed = try Self.deflate(Self.sheetXML(5_000), pieces: 65_536, with: try Deflater())
    var sum = CRC32()
    compressed.withUnsafeBytes { sum.add($0) }
    #expect(compressed.count == 48_442)
    #expect(sum.value == 441_380_418)
  }

  @Test func theCheckSumIsTheStandardOne() {
    var sum = CRC32()
    Array("1234".utf8).withUnsafeBytes { sum.add($0) }
    Array("56789".utf8).withUnsafeBytes { sum.add($0) }
    #expect(sum.value == 0xCBF4_3926)
  }
}
