import Foundation
import Reports
import Synchronization
import TestSupport
import Testing
import Writers

#if canImport(Glibc)
  import Glibc

  private let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
#else
  private let openFiles = RLIMIT_NOFILE
#endif

/// What is in the way while outputs are made and put in place: it is named, and nothing is left behind.
@Suite struct OutputFaultTests {
  private let folder: TestFolder
  private var target: String { folder.path + "/out" }

  init() throws { folder = try TestFolder() }

  private var entries: [String] {
    get throws { try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() }
  }

  private func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  private func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// A folder of an older run, with one sheet.
  private func makeOlderRun() throws {
    try makeFolder(target + "/sheets")
    try write("old", to: target + "/sheets/a.csv")
    try write(
      #"{ "made_by": "zpay 0", "outputs": [{ "file": "sheets/a.csv" }] }"#,
      to: target + "/manifest.json")
  }

  private static let olderRun = ["out", "out/manifest.json", "out/sheets", "out/sheets/a.csv"]

  // MARK: - Before anything is made

  @Test(arguments: [".", "..", "./", "a/..", "a/.", "/", "//"])
  func aPlaceThatIsNoNameIsRefused(place: String) throws {
    let place = place.hasPrefix("/") ? place : folder.path + "/" + place
    let words = folder.failure { _ = try OutputFolder(replacing: place) }
    #expect(words?.hasSuffix("can't be replaced: name a folder to make with --out") == true)
    #expect(try entries == [])
  }

  @Test func aPlaceThatLeadsThroughAFileIsTold() throws {
    try write("mine", to: folder.path + "/file")
    #expect(
      folder.failure { _ = try OutputFolder(replacing: self.folder.path + "/file/out") }
        == "cannotCreate: looking for file/out: Not a directory")
    #expect(try entries == ["file"])
  }

  /// The folder in which files are made has a longer name than the one that they are made for.
  @Test func foldersThatWereMadeForOneThatCannotBeMadeAreTakenAway() throws {
    let name = String(repeating: "x", count: 250)
    let words = folder.failure {
      _ = try OutputFolder(replacing: self.folder.path + "/some/where/" + name)
    }
    #expect(
      words
        == "cannotCreate: some/where/\(name) can't be made: File name too long; name another folder with --out"
    )
    #expect(try entries == [])
  }

  /// In a program of its own: what has no descriptor left can open nothing.
  @Test func aFolderThatCannotBeLockedIsNotLeft() async {
    await #expect(processExitsWith: .success) {
      let folder = try TestFolder()
      let free = open("/dev/null", O_RDONLY)
      close(free)
      var limit = rlimit()
      #expect(getrlimit(openFiles, &limit) == 0)
      var none = limit
      none.rlim_cur = rlim_t(free)
      #expect(setrlimit(openFiles, &none) == 0)
      // Another thread may have closed one meanwhile.
      var others: [Int32] = []
      while case let other = open("/dev/null", O_RDONLY), other >= 0 { others.append(other) }
      let result = Result { try OutputFolder(replacing: folder.path + "/new/out") }
      #expect(setrlimit(openFiles, &limit) == 0)
      for other in others { close(other) }
      let error = #expect(throws: OutputError.self) { _ = try result.get() }
      let words = error?.description ?? ""
      #expect(words.hasPrefix("locking \(folder.path)/new/.out.zpay-"), "\(words)")
      #expect(words.hasSuffix(": Too many open files"), "\(words)")
      let left = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      #expect(left == [])
    }
  }

  // MARK: - While it is put in place

  @Test func aRunWhoseFilesAreTakenAwayLeavesTheOlderOne() throws {
    try makeOlderRun()
    do {
      let output = try OutputFolder(replacing: target)
      try write("new", to: output.files + "/b.csv")
      try FileManager.default.removeItem(atPath: output.files)
      #expect(
        folder.failure { try output.publish() }
          == "cannotCreate: putting in place out: No such file or directory")
    }
    #expect(try entries == Self.olderRun)
  }

  @Test func whatCameMeanwhileIsNotReplaced() throws {
    do {
      let output = try OutputFolder(replacing: target)
      try write("new", to: output.files + "/b.csv")
      try makeFolder(target)
      try write("mine", to: target + "/mine")
      let words = folder.failure { try output.publish() }
      #expect(words?.hasPrefix("cannotCreate: out was not made by zpay run") == true)
    }
    #expect(try entries == ["out", "out/mine"])
  }

  /// `out` may be a link to another disk: what lies in its folder is as safe there.
  @Test func aPlaceInALinkedFolderIsPutInPlace() throws {
    try makeFolder(folder.path + "/disk")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link", withDestinationPath: folder.path + "/disk")
    let output = try OutputFolder(replacing: folder.path + "/link/out")
    try write("new", to: output.files + "/b.csv")
    try output.complete()
    try output.publish()
    #expect(try String(contentsOfFile: folder.path + "/disk/out/b.csv", encoding: .utf8) == "new")
  }

  @Test func twoRunsAtOnceKeepTheirOwnFolders() throws {
    let first = try OutputFolder(replacing: target)
    let second = try OutputFolder(replacing: target)
    for output in [first, second] {
      #expect(FileManager.default.fileExists(atPath: output.files))
    }
  }

  /// Only what a run made is its leftover.
  @Test func aHiddenFolderOfSomebodysIsLeftAlone() throws {
    try makeFolder(folder.path + "/.out-notes")
    try write("mine", to: folder.path + "/.out-notes/file")
    _ = try OutputFolder(replacing: target)
    #expect(try entries == [".out-notes", ".out-notes/file"])
  }

  @Test func whatCannotBeSyncedIsNotPutInPlace() throws {
    let output = try OutputFolder(replacing: target)
    try FileManager.default.createSymbolicLink(
      atPath: output.files + "/link", withDestinationPath: "nowhere")
    let words = folder.failure { try output.complete() }
    #expect(words?.hasPrefix("cannotWrite: syncing ") == true, "\(words ?? "done")")
  }

  @Test func foldersOnTheWayAreTakenAwayWhereTheNextCannotBeMade() throws {
    let name = String(repeating: "x", count: 300)
    let words = folder.failure {
      _ = try OutputFolder(replacing: self.folder.path + "/new/" + name + "/out")
    }
    #expect(
      words?.hasPrefix("cannotCreate: ") == true && words?.hasSuffix(": File name too long") == true
    )
    #expect(try entries == [])
  }

  @Test func anotherProgramsFolderIsLeftAloneThoughItHasAManifest() throws {
    try makeFolder(target)
    try write("theirs", to: target + "/a.csv")
    try write(
      #"{ "made_by": "other 1", "outputs": [{ "file": "a.csv" }] }"#, to: target + "/manifest.json")
    let words = folder.failure { _ = try OutputFolder(replacing: self.target) }
    #expect(
      words?.hasPrefix("cannotCreate: out was not made by zpay run, so it is left alone") == true)
    #expect(try entries == ["out", "out/a.csv", "out/manifest.json"])
  }

  @Test func theOlderFolderComesBackWhereTheNewOneDoesNotGoIn() throws {
    try makeOlderRun()
    try makeFolder(folder.path + "/new")
    let aside = folder.path + "/aside"
    #expect(!OutputFolder.exchange(folder.path + "/nothing", with: target, aside: aside))
    #expect(errno == ENOENT)
    #expect(try entries == ["new"] + Self.olderRun)
    #expect(OutputFolder.exchange(folder.path + "/new", with: target, aside: aside))
    #expect(try FileManager.default.contentsOfDirectory(atPath: target) == [])
    #expect(try String(contentsOfFile: aside + "/sheets/a.csv", encoding: .utf8) == "old")
  }

  // MARK: - A workbook that stands alone

  @Test func aFileThatCameWhileAWorkbookWasMadeStays() throws {
    let path = folder.path + "/changes.xlsx"
    let sheet = sheet(1) { _, row in
      try? Data("mine".utf8).write(to: URL(fileURLWithPath: path))
      row.count(1)
    }
    #expect(
      folder.failure { try SingleWorkbook.write([sheet], to: path) }
        == "cannotCreate: putting in place changes.xlsx: File exists")
    #expect(try entries == ["changes.xlsx"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
  }

  @Test func aWorkbookThatStandsAloneIsReadBack() throws {
    let folder = folder.path
    let sheet = sheet(1) { _, row in
      damageFirstPart(of: "workbook.xlsx", below: folder)
      row.count(1)
    }
    let error = #expect(throws: WorkbookError.self) {
      try SingleWorkbook.write([sheet], to: self.folder.path + "/a.xlsx")
    }
    #expect(error?.reason.hasPrefix("reading part [Content_Types].xml: ") == true)
    #expect(try entries == [])
  }

  @Test func aWorkbookThatCannotBeMadeLeavesNothing() throws {
    let sheet = sheet(1) { _, row in row.count(.max) }
    let words = folder.failure {
      try SingleWorkbook.write([sheet], to: self.folder.path + "/new/a.xlsx")
    }
    #expect(words?.hasSuffix("“A” A1 has a count of over 15 digits") == true, "\(words ?? "made")")
    #expect(try entries == [])
  }
}
