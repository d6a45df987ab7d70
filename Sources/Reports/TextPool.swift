/// Texts that stand in many cells, as UTF-8 bytes: a cell takes them with one copy, and without a
/// look at a string.
final class TextPool: @unchecked Sendable {
  // Unchecked: nobody writes to the bytes once they are there.
  /// Where a text is. 8 bytes: those of tens of thousands of people are to lie near.
  struct Text: Sendable {
    private static let countBits: UInt64 = 24
    private let place: UInt64

    /// - Precondition: it has less than 16 MiB, as whatever stands in a row.
    fileprivate init(start: Int, count: Int) {
      precondition(count < 1 << Self.countBits, "a text stands in a row")
      place = UInt64(start) << Self.countBits | UInt64(count)
    }

    fileprivate var start: Int { Int(truncatingIfNeeded: place >> Self.countBits) }
    fileprivate var count: Int { Int(place & (1 << Self.countBits - 1)) }
  }

  private let bytes: UnsafeMutableBufferPointer<UInt8>

  private init(_ bytes: [UInt8]) {
    self.bytes = .allocate(capacity: bytes.count)
    _ = self.bytes.initialize(fromContentsOf: bytes)
  }

  deinit { bytes.deallocate() }

  subscript(text: Text) -> UnsafeBufferPointer<UInt8> {
    @inline(__always) get {
      UnsafeBufferPointer(
        start: UnsafePointer(bytes.baseAddress.map { $0 + text.start }), count: text.count)
    }
  }

  /// Collects texts for a pool.
  struct Builder {
    private var bytes: [UInt8] = []

    mutating func add(_ text: String) -> Text {
      let start = bytes.count
      bytes += text.utf8
      return Text(start: start, count: bytes.count - start)
    }

    func finish() -> TextPool { TextPool(bytes) }
  }
}
