import Foundation
import TestSupport
import Testing

@testable import Writers

/// Files that cannot be made, written or read back: which file, and why.
@Suite struct OutputFileTests {
  private let folder: TestFolder
  private var path: String { folder.path + "/a.csv" }

  init() throws { folder = try TestFolder() }

  @Test func aFileIsReadBackAsItWasWritten() throws {
    let file = try OutputFile(creating: path)
    for _ in 0..<10_000 { try file.append("a line of text\n".utf8) }
    let written = try file.finish()
    let read = try readFile(path)
    #expect(written.byteCount == 150_000)
    #expect(read.byteCount == 150_000 && read.sha256 == written.sha256)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func aFullDiskIsTold() throws {
    let wanted = "cannotWrite: writing a.csv: No space left on device"
    let file = try OutputFile(creating: path)
    #expect(try #require(OpenFile(path)).fillDisk())
    try file.append("a line".utf8)
    #expect(folder.failure { _ = try file.finish() } == wanted, "few bytes are written at the end")
    #expect(folder.failure { try file.append(Array(repeating: 7, count: 1 << 16)) } == wanted)
  }

  @Test func whatIsThereAlreadyIsNotWritten() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(
      folder.failure { _ = try OutputFile(creating: self.path) }
        == "cannotWrite: creating a.csv: File exists")
  }

  /// Some disks say only then that they are full. Other threads of the program open files too, each
  /// the lowest number that is free: some below the file's are left to them.
  @Test func aFileThatCannotBeClosedIsTold() async {
    await #expect(processExitsWith: .success) {
      let folder = try TestFolder()
      let path = folder.path + "/a.csv"
      var lower = (0..<16).map { _ in FileHandle(forReadingAtPath: "/dev/null") }
      let file = try OutputFile(creating: path)
      #expect(lower.allSatisfy { $0 != nil })
      lower = []
      #expect(try #require(OpenFile(path)).lose())
      #expect(
        folder.failure { _ = try file.finish() }
          == "cannotWrite: closing a.csv: Bad file descriptor")
    }
  }

  /// What is no file can't be synced: the system says so, and it is told.
  @Test func aSyncThatFailsIsTold() throws {
    #expect(
      folder.failure { try sync("/dev/null") } == "cannotWrite: syncing /dev/null: Invalid argument"
    )
    #expect(
      folder.failure { try sync(self.path) }
        == "cannotWrite: syncing a.csv: No such file or directory")
  }
}
