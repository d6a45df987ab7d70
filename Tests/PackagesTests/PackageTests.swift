import Foundation
import Packages
import TestSupport
import Testing

@Suite final class PackageTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "packages-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private var path: String { folder + "/a.zip" }
  private static let text = Array("Some text. ".utf8)
  private static let long = noise(count: 300_000)

  private func write(_ path: String) throws {
    let deflater = Deflater()
    let writer = try PackageWriter(creating: path, with: deflater)
    try writer.add(CompressedPart(name: "a.xml", bytes: Self.text, with: deflater))
    try writer.add("b/c.xml", Self.long, inPiecesOf: 50_000)
    try writer.add(CompressedPart(name: "empty", bytes: [], with: deflater))
    try writer.close()
  }

  private func readAll(_ path: String) throws -> [String: [UInt8]] {
    let reader = try PackageReader(path)
    var bytes: [UInt8] = []
    _ = try reader.sums { bytes += $0 }
    #expect(bytes == Array(try Data(contentsOf: URL(fileURLWithPath: path))), "each byte once")
    var parts: [String: [UInt8]] = [:]
    for part in reader.parts { parts[part.name] = try reader.bytes(of: part) }
    return parts
  }

  @Test func whatIsWrittenIsRead() throws {
    try write(path)
    let parts = try readAll(path)
    #expect(parts == ["a.xml": Self.text, "b/c.xml": Self.long, "empty": []])
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  /// Nothing of the machine is in it, and it is the same in each release: so the bytes of two parts of one byte each.
  @Test func everyByteIsKnown() throws {
    let deflater = Deflater()
    let writer = try PackageWriter(creating: path, with: deflater)
    try writer.add(CompressedPart(name: "a", bytes: [0x61], with: deflater))
    try writer.add("b", [0x62])
    try writer.close()
    /// Version 2.0, no flags, deflate, 0:00 on 1980-01-01; check sum, both sizes, lengths of the name and of nothing.
    func header(_ sum: [UInt8]) -> [UInt8] {
      [20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0] + sum + [3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
    }
    let (a, b): ([UInt8], [UInt8]) = ([0x43, 0xBE, 0xB7, 0xE8], [0xF9, 0xEF, 0xBE, 0x71])
    var wanted: [UInt8] = [0x50, 0x4B, 3, 4] + header(a) + [0x61] + [0x4B, 0x04, 0x00]
    wanted += [0x50, 0x4B, 3, 4] + header(b) + [0x62] + [0x4B, 0x02, 0x00]
    // In the directory: nobody made it; no comment, disk or mode; where the part begins.
    wanted += [0x50, 0x4B, 1, 2, 0, 0] + header(a) + Array(repeating: 0, count: 10)
    wanted += [0, 0, 0, 0, 0x61]
    wanted += [0x50, 0x4B, 1, 2, 0, 0] + header(b) + Array(repeating: 0, count: 10)
    wanted += [34, 0, 0, 0, 0x62]
    wanted += [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 2, 0, 2, 0, 94, 0, 0, 0, 68, 0, 0, 0, 0, 0]
    #expect(try Array(Data(contentsOf: URL(fileURLWithPath: path))) == wanted)
  }

  @Test func anotherProgramFindsNothingWrong() throws {
    try write(path)
    let unzip = Process()
    unzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    unzip.arguments = ["python3", "-m", "zipfile", "-t", path]
    let output = Pipe()
    unzip.standardOutput = output
    try unzip.run()
    unzip.waitUntilExit()
    let words = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(unzip.terminationStatus == 0)
    #expect(words == "Done testing\n")
  }

  @Test func existingFilesAndLinksAreLeftAlone() throws {
    try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: PackageError.self) { try self.write(self.path) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("mine".utf8))
    let link = folder + "/link.zip"
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: folder + "/nowhere")
    #expect(throws: PackageError.self) { try self.write(link) }
    #expect(!FileManager.default.fileExists(atPath: folder + "/nowhere"))
  }

  @Test func aPackageThatIsNotClosedIsRemoved() throws {
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      let writer = try PackageWriter(creating: path, with: Deflater())
      try writer.add("a") { _ in throw Stop() }
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func everyByteCounts() throws {
    let deflater = Deflater()
    let writer = try PackageWriter(creating: path, with: deflater)
    try writer.add(CompressedPart(name: "a.xml", bytes: Self.text, with: deflater))
    try writer.add(CompressedPart(name: "b.xml", bytes: Self.text + Self.text, with: deflater))
    try writer.close()
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    for index in good.indices {
      for bit in 0..<8 {
        var bad = good
        bad[index] ^= 1 << bit
        try bad.write(to: URL(fileURLWithPath: path))
        #expect(throws: PackageError.self, "byte \(index), bit \(bit)") {
          _ = try self.readAll(self.path)
        }
      }
    }
  }

  @Test func everyShorterFileIsRefused() throws {
    try write(path)
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    for count in Array(stride(from: 0, to: good.count, by: 997)) + [good.count - 1] {
      try good.prefix(count).write(to: URL(fileURLWithPath: path))
      #expect(throws: PackageError.self, "\(count) bytes") { _ = try self.readAll(self.path) }
    }
  }
}
