import Foundation
import Ledger
import Writers

/// A close that is written while its files are made: what is paid and held goes into the ledger on
/// a thread of its own, and each file as soon as it is whole, in one transaction that ends when all are there.
final class CloseInProgress: Sendable {
  private let desk: LedgerDesk
  private let isFirst: Bool
  private let files = WholeFiles()
  private let close = Handover<QuarterClose>()

  /// Begins to write what another thread seals. The caller's thread, and those that it starts from now on, go behind
  /// the one that writes: its way is the longest.
  ///
  /// - Parameters:
  ///   - isFirst: whether there is no ledger yet.
  ///   - folder: in which the files will be.
  ///   - place: where they are to be put.
  /// - Throws: ``OutputError`` where the system gives no thread for it.
  init(
    _ prepared: PreparedClose, _ desk: LedgerDesk, isFirst: Bool, in folder: String, place: String
  ) throws {
    (self.desk, self.isFirst) = (desk, isFirst)
    let target = URL(fileURLWithPath: place).standardizedFileURL.path
    try startThread { [self] in
      close.give(
        Result {
          try Ledger.make(at: desk.path).write(
            prepared, closedAt: LedgerDesk.now, in: folder, target: target
          ) { try files.take($0) }
        })
    }
    goBehindOtherThreads()
  }

  /// Keeps a file that is whole now, from any thread.
  func keep(_ file: String) { files.add(file) }

  /// Closes with the files that were kept: all are there now.
  ///
  /// - Throws: what kept the ledger from being written. After any error of the commit it is read
  ///   again: the close may be there.
  func finish(_ sealed: SealedClose) throws -> QuarterClose {
    files.end(.success(sealed))
    do {
      return try close.wait()
    } catch {
      let found: QuarterClose?
      do {
        found = try desk.open()?.closes().first { $0.hash == sealed.close.hash }
      } catch {
        throw Failure(
          .ioFailed,
          "whether \(sealed.close.quarter) is closed can't be read now: zpay ledger says so once the disk is well (\(error))"
        )
      }
      guard let found else { throw error }
      return found
    }
  }

  /// Ends without a close: the ledger is as it was, and is not there where it was not.
  func abandon() {
    files.end(.failure(CancellationError()))
    _ = try? close.wait()
    if isFirst { Ledger.removeIfNothingIsKept(at: desk.path) }
  }
}

/// Files that are whole, on their way from the threads that make them to the one that takes them.
private final class WholeFiles: @unchecked Sendable {
  // Unchecked: what is on the way is looked at under `changed`.
  private let changed = NSCondition()
  private var names: [String] = []
  private var end: Result<SealedClose, any Error>?

  func add(_ name: String) { change { names.append(name) } }

  /// All files are there, or will not be. Does nothing where it has ended already.
  func end(_ sealed: Result<SealedClose, any Error>) { change { end = end ?? sealed } }

  private func change(_ body: () -> Void) {
    changed.lock()
    defer { changed.unlock() }
    body()
    changed.broadcast()
  }

  /// Gives each file to `keep`, until all are there.
  ///
  /// - Throws: what `keep` throws; why there will not be all of them, as soon as that is known.
  func take(_ keep: (String) throws -> Void) throws -> SealedClose {
    while true {
      let (name, end) = next()
      if case .failure(let error)? = end { throw error }
      if let name {
        try keep(name)
      } else if let end {
        return try end.get()
      }
    }
  }

  private func next() -> (name: String?, end: Result<SealedClose, any Error>?) {
    changed.lock()
    defer { changed.unlock() }
    while names.isEmpty, end == nil { changed.wait() }
    return (names.popLast(), end)
  }
}
