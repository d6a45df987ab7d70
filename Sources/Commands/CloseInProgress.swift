import Foundation
import Ledger
import Writers

/// A close that is written while its files are made: what is paid and held goes into the ledger on
/// a thread of its own, in one transaction that ends when the files are there.
final class CloseInProgress: Sendable {
  let prepared: PreparedClose
  private let desk: LedgerDesk
  private let files = Handover<[String]>()
  private let close = Handover<QuarterClose>()

  /// Begins to write.
  ///
  /// - Parameters:
  ///   - folder: in which the files will be.
  ///   - place: where they are to be put.
  /// - Throws: ``OutputError`` where the system gives no thread for it.
  init(_ prepared: PreparedClose, _ desk: LedgerDesk, in folder: String, place: String) throws {
    (self.prepared, self.desk) = (prepared, desk)
    let target = URL(fileURLWithPath: place).standardizedFileURL.path
    try startThread { [self] in
      close.give(
        Result {
          try Ledger.make(at: desk.path).write(
            prepared, closedAt: LedgerDesk.now, in: folder, target: target
          ) { try files.wait() }
        })
    }
  }

  /// Closes with the files, which are there now.
  ///
  /// - Parameter names: in their order.
  /// - Throws: what kept the ledger from being written. After any error of the commit it is read
  ///   again: the close may be there.
  func finish(_ names: [String]) throws -> QuarterClose {
    files.give(.success(names))
    do {
      return try close.wait()
    } catch {
      let found: QuarterClose?
      do {
        found = try desk.open()?.closes().first { $0.hash == prepared.close.hash }
      } catch {
        throw Failure(
          .ioFailed,
          "whether \(prepared.close.quarter) is closed can't be read now: zpay ledger says so once the disk is well (\(error))"
        )
      }
      guard let found else { throw error }
      return found
    }
  }

  /// Ends without a close: the ledger is as it was. Does nothing after ``finish(_:)``.
  func abandon() {
    files.give(.failure(CancellationError()))
    _ = try? close.wait()
  }
}

/// A result that one thread gives, once, and another waits for.
private final class Handover<Value: Sendable>: @unchecked Sendable {
  // Unchecked: the result is looked at under `given`.
  private let given = NSCondition()
  private var result: Result<Value, any Error>?

  func give(_ value: Result<Value, any Error>) {
    given.lock()
    defer { given.unlock() }
    result = result ?? value
    given.broadcast()
  }

  func wait() throws -> Value {
    given.lock()
    defer { given.unlock() }
    while true {
      if let result { return try result.get() }
      given.wait()
    }
  }
}
