internal import Foundation

/// The pieces in which the ledger keeps a file.
package enum FilePieces {
  /// Bytes of a piece, but for the last: so few that they are still near the processor when SQLite copies them, and
  /// memory stays flat.
  package static let byteCount = 1 << 18

  /// Gives `body` one piece after the other; one that is empty of an empty file.
  ///
  /// - Throws: ``LedgerError`` where the file can't be read; what `body` throws.
  static func forEach(
    in path: String, _ body: (_ piece: UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw unreadable(path) }
    defer { _ = close(descriptor) }
    try withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 64) { buffer in
      var count = try fill(buffer, from: descriptor, path)
      repeat {
        try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        count = count < buffer.count ? 0 : try fill(buffer, from: descriptor, path)
      } while count > 0
    }
  }

  /// - Returns: how many bytes there were; fewer than fit only where the file ends.
  private static func fill(
    _ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32, _ path: String
  ) throws -> Int {
    var count = 0
    while count < buffer.count {
      let got = read(descriptor, buffer.baseAddress! + count, buffer.count - count)
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw unreadable(path) }
      if got == 0 { break }
      count += got
    }
    return count
  }

  private static func unreadable(_ path: String) -> LedgerError {
    LedgerError(.failed, "\(path) can't be read back: \(String(cString: strerror(errno)))")
  }
}
