import Foundation
import Packages
import TestSupport
import Testing

/// Packages that cannot be written or read: what is said, and what is left.
@Suite final class PackageFailureTests {
  private let folder: String
  private var path: String { folder + "/a.zip" }

  init() throws {
    folder = NSTemporaryDirectory() + "packages-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private static let noise = TestSupport.noise(count: 300_000)

  /// What a call fails with, without the path that every sentence begins with.
  private func failure(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      let words = "\(error)"
      return words.hasPrefix(path + ": ") ? String(words.dropFirst(path.count + 2)) : words
    }
  }

  /// It is refused before a byte of it is looked at: so many are not there.
  @Test func aPartThatThirtyTwoBitsDoNotCountIsRefused() throws {
    let bytes: [UInt8] = [1]
    let words = failure {
      let writer = try PackageWriter(creating: path, with: Deflater())
      try writer.add("a") { sink in
        try bytes.withUnsafeBytes {
          try sink(UnsafeRawBufferPointer(start: $0.baseAddress, count: 0xFFFF_FFFF))
        }
        return PartSum("a")
      }
    }
    #expect(words == "writing part a: it would be larger than 4 GiB")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
  }

  struct Full: CustomTestStringConvertible, Sendable {
    var because: String
    /// How many bytes there are of each part, and how many parts go well before the disk is full.
    var parts: [Int]
    var fitting: Int
    var failure: String
    var testDescription: String { because }
  }

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
    arguments: [
      Full(
        because: "a part that fills the buffer is written while it is added", parts: [300_000],
        fitting: 0, failure: "writing part 0: No space left on device"),
      Full(
        because: "a small part is written at its end", parts: [10, 10], fitting: 1,
        failure: "writing part 1: No space left on device"),
      Full(
        because: "the directory is written at the end", parts: [10, 10], fitting: 2,
        failure: "closing it: No space left on device"),
      Full(
        because: "behind a part that failed no other one begins", parts: [300_000, 10], fitting: 0,
        failure: "beginning part 1: No space left on device"),
    ])
  func aFullDiskIsToldAndNothingIsLeft(_ full: Full) throws {
    var words: String?
    do {
      let deflater = Deflater()
      let writer = try PackageWriter(creating: path, with: deflater)
      let file = try #require(OpenFile(path))
      for (number, count) in full.parts.enumerated() {
        if number == full.fitting { #expect(file.fillDisk()) }
        let bytes = Array(Self.noise[..<count])
        words = failure { try writer.add("\(number)", bytes) }
      }
      if full.fitting == full.parts.count {
        #expect(words == nil)
        #expect(file.fillDisk())
        words = failure { try writer.close() }
      }
    }
    #expect(words == full.failure)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func aPartThatIsCompressedAlreadyIsNoExemption() throws {
    var words: String?
    do {
      let deflater = Deflater()
      let part = try CompressedPart(name: "a.xml", bytes: Self.noise, with: deflater)
      let writer = try PackageWriter(creating: path, with: deflater)
      #expect(try #require(OpenFile(path)).fillDisk())
      words = failure { try writer.add(part) }
    }
    #expect(words == "writing part a.xml: No space left on device")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
  }

  @Test func aDiskThatIsLostWhileReadingIsTold() throws {
    let deflater = Deflater()
    let writer = try PackageWriter(creating: path, with: deflater)
    try writer.add(CompressedPart(name: "a.xml", bytes: Self.noise, with: deflater))
    try writer.close()
    let reader = try PackageReader(path)
    let part = try #require(reader.part(named: "a.xml"))
    let stream = try reader.open(part)
    #expect(try #require(OpenFile(path)).loseDisk())
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
    defer { room.deallocate() }
    #expect(
      failure { _ = try stream.read(into: room) } == "reading part a.xml: Is a directory")
    // Whatever is asked for next: what is not sure is not said.
    #expect(failure { _ = try reader.sums() } == "reading it: Is a directory")
    #expect(failure { _ = try reader.open(part) } == "finding part a.xml: Is a directory")
  }

  /// Programs differ in which of the two they read.
  @Test func aPartThatIsThereTwiceIsRefused() throws {
    let deflater = Deflater()
    let writer = try PackageWriter(creating: path, with: deflater)
    for text in ["mine", "yours"] {
      try writer.add(CompressedPart(name: "a.xml", bytes: Array(text.utf8), with: deflater))
    }
    try writer.close()
    #expect(
      failure { _ = try PackageReader(self.path) }
        == "reading its directory: it has a part twice")
  }

  @Test func whatIsNoPackageIsCalledThat() throws {
    try Data("not a package".utf8).write(to: URL(fileURLWithPath: path))
    #expect(failure { _ = try PackageReader(self.path) } == "opening it: it is not a zip file")
    try FileManager.default.removeItem(atPath: path)
    #expect(failure { _ = try PackageReader(self.path) } == "opening it: No such file or directory")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(failure { _ = try PackageReader(self.path) } == "opening it: Is a directory")
  }
}
