internal import Foundation

/// Compresses parts of packages (raw deflate, RFC 1951), one after the other.
///
/// Our own, for a run promises the same bytes whatever the machine, and workbooks are most of its
/// work: ISA-L is as fast, but its bytes depend on the processor; zlib's do not, and its fastest
/// level takes some ten times as long, for files that are a quarter larger. What is written is read back by ISA-L before it
/// counts. The bytes depend on the part alone, not on how it was cut into pieces. Not for use from
/// two threads at a time.
package final class Deflater {
  /// So many bytes of a block are searched before there are codes for it. What follows is written with them as it is
  /// found: rows are like those before them. That makes files a fortieth larger, and takes three quarters of the time.
  private static let sampleCount = 64 * 1024
  /// So many stretches are a block: 4 MiB.
  static let blockStretches = 16

  private var search = DeflateSearch()
  private var tokens = DeflateTokens(capacity: sampleCount + DeflateSearch.beyondMax)
  private var writer = DeflateWriter()

  /// Of the block that was begun last: how many stretches it still has room for, and whether it is the part's last.
  private var (stretchesLeft, isLastBlock) = (0, false)

  /// What compressing has taken so far.
  package private(set) var time = Duration.zero

  package init() {}

  deinit {
    tokens.deallocate()
    writer.deallocate()
  }

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
    search.reset()
    writer.reset()
    stretchesLeft = 0
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
    var rest = search.take(piece)
    while !rest.isEmpty {
      try write(last: false, to: sink)
      rest = search.take(rest)
    }
    if last { try write(last: true, to: sink) }
  }

  /// Writes the stretch that was taken.
  private func write(
    last: Bool, to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    if stretchesLeft == 0 { beginBlock(last: last) }
    search.search(.max, to: &writer)
    search.slide()
    stretchesLeft -= 1
    if last || stretchesLeft == 0 { writer.endBlock() }
    if last { endPart() }
    if last || writer.hasEnough { try writer.empty(to: sink) }
  }

  /// Searches a sample for the codes of a block, and writes it with them.
  private func beginBlock(last: Bool) {
    tokens.clear()
    search.search(Self.sampleCount, to: &tokens)
    writer.beginBlock(with: tokens, isAll: last && search.isAtEnd, isLast: last)
    (stretchesLeft, isLastBlock) = (Self.blockStretches, last)
  }

  /// Whether a block is the last one stands at its beginning: where nobody knew, an empty one follows.
  private func endPart() {
    if !isLastBlock {
      tokens.clear()
      writer.beginBlock(with: tokens, isAll: true, isLast: true)
      writer.endBlock()
    }
    writer.fillByte()
  }
}
