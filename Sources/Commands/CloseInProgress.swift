import Foundation
import Ledger
import Writers

/// A close that is written while its files are made: what is paid and held goes into the ledger on
/// a thread of its own, and each file as soon as it is whole, in one transaction that ends when all are there.
final class CloseInProgress: Sendable {
  private let prepared: PreparedClose
  private let desk: LedgerDesk
  private let whole: WholeFiles
  private let tables = Handover<Void>()
  private let close = Handover<QuarterClose>()

  /// Begins to write what another thread seals.
  ///
  /// - Parameters:
  ///   - whole: the files, while they become whole.
  ///   - folder: in which they are.
  ///   - place: where they are to be put.
  /// - Throws: ``OutputError`` where the system gives no thread for it.
  init(
    _ prepared: PreparedClose, _ whole: WholeFiles, _ desk: LedgerDesk, in folder: String,
    place: String
  ) throws {
    (self.prepared, self.desk, self.whole) = (prepared, desk, whole)
    let target = URL(fileURLWithPath: place).standardizedFileURL.path
    try startThread { [self] in
      let closed = Result {
        try Ledger.make(at: desk.path).write(
          prepared, closedAt: LedgerDesk.now, in: folder, target: target,
          early: { try whole.takeThoseThere($0) },
          issued: { keep in
            tables.give(.success(()))
            return try whole.take(keep)
          })
      }
      tables.give(closed.map { _ in })
      close.give(closed)
    }
  }

  /// Waits until what is paid and held is written, or can't be: from then on the ledger waits for files.
  func waitForTables() { try? tables.wait() }

  /// Closes with the files, which are all whole now.
  ///
  /// - Parameter files: all that were made.
  /// - Throws: what kept the ledger from being written. After any error of the commit it is read
  ///   again: the close may be there.
  func finish(_ sealed: SealedClose, _ files: [IssuedFile]) throws -> QuarterClose {
    whole.end(.success((sealed, files)))
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

  /// Ends without a close: the ledger is as it was. Does nothing after ``finish(_:_:)``.
  func abandon() {
    whole.end(.failure(CancellationError()))
    _ = try? close.wait()
  }
}

/// Files that are whole, on their way from the threads that make them to the one that keeps them.
final class WholeFiles: @unchecked Sendable {
  // Unchecked: what is on the way is looked at under `changed`.
  typealias All = (sealed: SealedClose, files: [IssuedFile])

  private let changed = NSCondition()
  private var names: [String] = []
  private var end: Result<All, any Error>?

  func add(_ name: String) { change { names.append(name) } }

  /// All files are there, or will not be. Does nothing where it has ended already.
  func end(_ all: Result<All, any Error>) { change { end = end ?? all } }

  private func change(_ body: () -> Void) {
    changed.lock()
    defer { changed.unlock() }
    body()
    changed.broadcast()
  }

  /// Gives each file that is whole already to `keep`.
  func takeThoseThere(_ keep: (String) throws -> Void) rethrows {
    changed.lock()
    let there = names
    names = []
    changed.unlock()
    for name in there { try keep(name) }
  }

  /// Gives each file to `keep`, until all are there.
  ///
  /// - Throws: what `keep` throws; why there will not be all of them, as soon as that is known.
  func take(_ keep: (String) throws -> Void) throws -> All {
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

  private func next() -> (name: String?, end: Result<All, any Error>?) {
    changed.lock()
    defer { changed.unlock() }
    while names.isEmpty, end == nil { changed.wait() }
    return (names.popLast(), end)
  }
}
