internal import Foundation

/// Compresses parts of packages (raw deflate, RFC 1951), one after the other.
///
/// Our own, for a run promises the same bytes whatever the machine, and workbooks are most of its
/// work: ISA-L is as fast, but its bytes depend on the processor; zlib's do not, and its fastest
/// level takes three times as long for the same size. What is written is read back by ISA-L before it
/// counts. The bytes depend on the part alone, not on how it was cut into pieces. Not for use from
/// two threads at a time.
package final class Deflater {
  private var tokens = DeflateTokens()
  private var writer = DeflateWriter()

  /// What compressing has taken so far.
  package private(set) var time = Duration.zero

  package init() {}

  /// Those that nobody uses, looked at under `lock`: ThreadSanitizer sees that one, and no Mutex.
  nonisolated(unsafe) private static var idle: [Deflater] = []
  private static let lock = NSLock()

  /// Lends one to `body`, new or used before: of a small workbook its memory would cost as much as all the rest.
  package static func lend<Result>(_ body: (Deflater) throws -> Result) rethrows -> Result {
    let lent = lock.withLock { idle.popLast() } ?? Deflater()
    defer { lock.withLock { idle.append(lent) } }
    return try body(lent)
  }

  /// Begins a part, whatever state the one before was left in.
  package func begin() {
    tokens.reset()
    writer.reset()
  }

  /// Compresses the next piece of the part.
  ///
  /// - Parameters:
  ///   - last: Whether the part ends here.
  ///   - sink: Takes compressed bytes, which live until it returns.
  package func deflate(
    _ piece: UnsafeRawBufferPointer, last: Bool,
    to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let start = ContinuousClock.now
    defer { time += start.duration(to: .now) }
    var rest = tokens.take(piece)
    while !rest.isEmpty {
      try write(last: false, to: sink)
      rest = tokens.take(rest)
    }
    if last { try write(last: true, to: sink) }
  }

  /// Writes the block that was taken.
  private func write(
    last: Bool, to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    tokens.search()
    writer.write(tokens, last: last)
    tokens.slide()
    try writer.empty(to: sink)
  }
}
