#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A part's bytes as they go by, enough of them at a time for the longest cell.
///
/// Behind the last byte there are zeros, which XML never has: who looks at single bytes stops
/// there, and needs no bounds.
struct XMLWindow: ~Copyable {
  /// A text of 32,767 units, each written as `_xHHHH_`, with room for the cell around it.
  private static let lookahead = 256 * 1024
  private static let capacity = 4 * lookahead
  private static let zeros = 64

  /// Reads into the memory that it is given, and says how much; 0 at the end.
  typealias Reader = (UnsafeMutableRawBufferPointer) throws -> Int

  private let read: Reader
  private let base = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + zeros)
  private var position = 0
  private var end = 0
  private var isComplete = false
  /// How often more was read: what was in sight before has moved.
  private(set) var refills = 0

  init(_ read: @escaping Reader) {
    self.read = read
    memset(base, 0, Self.zeros)
  }

  deinit { base.deallocate() }

  /// Makes sure that the longest cell is in sight, or all that is left.
  @inline(__always)
  mutating func look() throws {
    if end - position < Self.lookahead, !isComplete { try fill() }
  }

  /// Whether all bytes have gone by.
  mutating func isAtEnd() throws -> Bool {
    try look()
    return position == end && isComplete
  }

  private mutating func fill() throws {
    memmove(base, base + position, end - position)
    end -= position
    position = 0
    while end < Self.capacity {
      let got = try read(.init(start: base + end, count: Self.capacity - end))
      if got == 0 {
        isComplete = true
        break
      }
      end += got
    }
    memset(base + end, 0, Self.zeros)
    refills += 1
  }

  // MARK: What is next

  var next: UInt8 {
    @inline(__always) get { base[position] }
  }

  /// The byte at some distance, which must be behind no zero.
  @inline(__always)
  func byte(at distance: Int) -> UInt8 { base[position + distance] }

  @inline(__always)
  mutating func skip(_ count: Int) { position += count }

  /// The place that comes next, until more is read.
  var mark: Int { position }

  /// What has gone by since a place, from which nothing more was read.
  func bytes(since mark: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: base + mark, count: position - mark)
  }

  /// How many bytes are the same as those that come next.
  func countOfSame(as bytes: UnsafeBufferPointer<UInt8>) -> Int {
    zip(bytes, UnsafeBufferPointer(start: base + position, count: end - position))
      .prefix { $0 == $1 }.count
  }

  @inline(__always)
  mutating func take(_ number: RowNumber) -> Bool {
    // Shorter than the zeros behind the end.
    let next = UInt64(
      littleEndian: UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self))
    guard (next ^ number.digits) << (64 - 8 * UInt64(number.count)) == 0 else { return false }
    position += number.count
    return true
  }

  @inline(__always)
  mutating func take(_ snippet: Snippet) -> Bool {
    // Shorter than the zeros behind the end.
    let isSame = withUnsafeBytes(of: snippet.bytes) {
      memcmp(base + position, $0.baseAddress!, snippet.count) == 0
    }
    if isSame { position += snippet.count }
    return isSame
  }

  /// Steps over bytes of one cell, where they are what comes next.
  @inline(__always)
  mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard end - position >= bytes.count, let wanted = bytes.baseAddress,
      memcmp(base + position, wanted, bytes.count) == 0
    else { return false }
    position += bytes.count
    return true
  }

  /// Steps over `text`, where it is what comes next. At most 64 bytes.
  @inline(__always)
  mutating func take(_ text: StaticString) -> Bool {
    guard memcmp(base + position, text.utf8Start, text.utf8CodeUnitCount) == 0 else {
      return false
    }
    position += text.utf8CodeUnitCount
    return true
  }

  /// Steps over `bytes`, of any number, where they are what comes next.
  mutating func take(_ bytes: [UInt8]) throws -> Bool {
    var index = 0
    while index < bytes.count {
      try look()
      let step = min(bytes.count - index, end - position)
      guard step > 0 else { return false }
      let isSame = bytes.withUnsafeBufferPointer { bytes in
        bytes.baseAddress.map { memcmp(base + position, $0 + index, step) == 0 } ?? true
      }
      guard isSame else { return false }
      position += step
      index += step
    }
    return true
  }

  /// Reads digits without a zero before them; nil where there are none, or more than 18.
  @inline(__always)
  mutating func takeDigits() -> Int64? {
    var value: Int64 = 0
    let start = position
    while true {
      let digit = base[position] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      value = value &* 10 &+ Int64(digit)
      position += 1
    }
    let length = position - start
    guard length > 0, length <= 18, length == 1 || base[start] != UInt8(ascii: "0") else {
      return nil
    }
    return value
  }
}
