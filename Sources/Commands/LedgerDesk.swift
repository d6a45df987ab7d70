import Foundation
import Ledger
import Vocabulary
import Writers

/// The ledger of a workspace, for the commands: where it lies, who writes, and what a crash left
/// half done.
struct LedgerDesk {
  let directory: String

  init(_ directory: String) { self.directory = directory }

  var path: String { Workspace.path("ledger.sqlite", in: directory) }

  /// Where a quarter's sheets are put unless another folder is named.
  func place(of quarter: Quarter) -> String {
    Workspace.path("out/\(quarter)", in: directory)
  }

  /// The ledger, for reading; nil where no quarter has been closed and nothing decided.
  func open() throws -> Ledger? { try Ledger(at: path) }

  /// Whether a quarter has been closed, or something decided.
  var hasLedger: Bool { FileManager.default.fileExists(atPath: path) }

  /// What is to be said where `out` has the final sheets of a close that the ledger does not have: it is lost, lies
  /// elsewhere, or is an older copy, and what is not in it would not be known as paid. Nil where it has each.
  ///
  /// - Throws: ``LedgerError`` where the ledger can't be read.
  func lostClose() throws -> String? {
    let out = Workspace.path("out", in: directory)
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: out)) ?? []
    let final = folders.sorted().compactMap { folder in
      Self.finalHash(of: out + "/" + folder).map { (folder: folder, hash: $0) }
    }
    guard !final.isEmpty else { return nil }
    // Behind the sheets: what another program closes meanwhile has its close by now.
    let closes = try open()?.closes()
    guard
      let lost = final.first(where: { sheets in closes?.contains { $0.hash == sheets.hash } != true
      })?.folder
    else { return nil }
    return closes == nil
      ? "\(out)/\(lost) has the final sheets of a close, and \(path) is not there: put the ledger back, or move those sheets away if it is not wanted any more"
      : "\(out)/\(lost) has the final sheets of a close that \(path) does not have: it is an older copy, or another office's. Put back the ledger that has it, or move those sheets away if they are not wanted any more"
  }

  /// The hash of the close whose final sheets lie in a folder; nil for other folders.
  private static func finalHash(of place: String) -> String? {
    guard let bytes = FileManager.default.contents(atPath: place + "/manifest.json"),
      let manifest = try? ResultManifest(Array(bytes), of: place), manifest.state == "final"
    else { return nil }
    return manifest.closeHash ?? ""
  }

  /// Lets one process write at a time: `body` runs with the workspace locked.
  ///
  /// The lock is on the folder, so nothing is left behind, whatever ends the process.
  func whileWriting<Value>(_ body: () throws -> Value) throws -> Value {
    let descriptor = try openFolder()
    defer { _ = Foundation.close(descriptor) }
    guard Self.lock(descriptor) else { throw isWriting }
    if let lost = try lostClose() { throw Failure(.unusableInput, lost) }
    try finish()
    return try body()
  }

  private static func lock(_ folder: Int32) -> Bool { flock(folder, LOCK_EX | LOCK_NB) == 0 }

  private var isWriting: Failure {
    Failure(
      .cannotCreate,
      "another zpay is writing to the ledger of \(directory): wait until it is done, then try again"
    )
  }

  private func openFolder() throws -> Int32 {
    let descriptor = Foundation.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Failure(
        .missingInput, "\(directory) can't be opened: \(String(cString: strerror(errno)))")
    }
    return descriptor
  }

  /// Puts the files of a close in place that a crash kept from it. Where another process is writing, it is about to
  /// do that itself, and is waited for as long as for its close.
  ///
  /// - Throws: ``Failure`` also where there is no such folder: it is no office that has closed nothing.
  func finishWhatWasHalfDone() throws {
    let descriptor = try openFolder()
    defer { _ = Foundation.close(descriptor) }
    let end = ContinuousClock.now + .seconds(Ledger.patience)
    while try open()?.pendingIssue() != nil {
      if Self.lock(descriptor) { return try finish() }
      guard ContinuousClock.now < end else { throw isWriting }
      usleep(20_000)
    }
  }

  /// A place that can't be written keeps nobody from the ledger: it is told, and the files stay to be put there.
  private func finish() throws {
    guard try open()?.pendingIssue() != nil, let ledger = try Ledger(at: path, forWriting: true),
      let pending = try ledger.pendingIssue()
    else { return }
    let quarter = pending.close.quarter
    do {
      try issue(pending.close, of: ledger, to: pending.folder)
    } catch let error as OutputError {
      Console.tell(
        "zpay: the sheets of \(quarter), closed before, can't be put into \(pending.folder) yet (\(error)): zpay reissue \(quarter) --out names another place"
      )
      return
    }
    try ledger.issued(pending.close.number)
    Console.tell(
      "zpay: the sheets of \(quarter), closed before, have been put into \(pending.folder)"
    )
  }

  /// Has a close's files put nowhere else any more: somebody has put them where they are wanted.
  func noteIssued(_ close: QuarterClose, of ledger: Ledger) throws {
    guard try ledger.pendingIssue()?.close.number == close.number else { return }
    let descriptor = try openFolder()
    defer { _ = Foundation.close(descriptor) }
    guard Self.lock(descriptor) else { throw isWriting }
    try Ledger(at: path, forWriting: true)?.issued(close.number)
  }

  /// Makes a closed quarter's files again, byte for byte, from the ledger alone.
  ///
  /// - Throws: ``OutputError`` also where the final sheets of a close lie there that the ledger does not have: nothing else
  ///   may be left of it.
  func issue(_ close: QuarterClose, of ledger: Ledger, to place: String) throws {
    if let hash = Self.finalHash(of: place),
      try !ledger.closes().contains(where: { $0.hash == hash })
    {
      throw OutputError(
        .cannotCreate,
        "\(place) has the final sheets of a close that \(path) does not have, so it is left alone: name another folder with --out"
      )
    }
    let folder = try OutputFolder(replacing: place, issuing: close.quarter.description)
    do {
      try folder.makeFolder("sheets")
      try ledger.readIssuedFiles(of: close.number) { name, pieces in
        let file = try OutputFile(creating: folder.files + "/" + name)
        try pieces { try file.append($0) }
        _ = try file.finish()
      }
      try folder.complete()
      try folder.publish()
    } catch {
      folder.discard()
      throw error
    }
  }

  /// The time of a decision or a close, in UTC. It is recorded, and decides nothing.
  static var now: String {
    var time = time(nil)
    var parts = tm()
    gmtime_r(&time, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
      + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
  }
}
