internal import Synchronization

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

  /// One that nobody uses.
  private struct Idle: @unchecked Sendable {
    // Unchecked: it goes from one borrower to the next.
    let deflater: Deflater
  }

  private static let idle = Mutex<[Idle]>([])

  /// Lends one to `body`, new or used before: of a small workbook its memory would cost as much as all the rest.
  package static func lend<Result>(_ body: (Deflater) throws -> Result) rethrows -> Result {
    let lent = idle.withLock { $0.popLast() } ?? Idle(deflater: Deflater())
    defer { idle.withLock { $0.append(lent) } }
    return try body(lent.deflater)
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
