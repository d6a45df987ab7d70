import Foundation
import Ledger
import Writers

/// A close that is written while its files are made: what is paid and held goes into the ledger on
/// a thread of its own, in one transaction that ends when the files are there.
final class CloseInProgress: Sendable {
  private let desk: LedgerDesk
  private let issued = Handover<(sealed: SealedClose, files: [String])>()
  private let close = Handover<QuarterClose>()

  /// Begins to write what another thread seals.
  ///
  /// - Parameters:
  ///   - folder: in which the files will be.
  ///   - place: where they are to be put.
  /// - Throws: ``OutputError`` where the system gives no thread for it.
  init(_ prepared: PreparedClose, _ desk: LedgerDesk, in folder: String, place: String) throws {
    self.desk = desk
    let target = URL(fileURLWithPath: place).standardizedFileURL.path
    try startThread { [self] in
      close.give(
        Result {
          try Ledger.make(at: desk.path).write(
            prepared, closedAt: LedgerDesk.now, in: folder, target: target
          ) { try issued.wait() }
        })
    }
  }

  /// Closes with the files, which are there now.
  ///
  /// - Parameter files: their names, in order.
  /// - Throws: what kept the ledger from being written. After any error of the commit it is read
  ///   again: the close may be there.
  func finish(_ sealed: SealedClose, _ files: [String]) throws -> QuarterClose {
    issued.give(.success((sealed, files)))
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
    issued.give(.failure(CancellationError()))
    _ = try? close.wait()
  }
}
