internal import Reports
internal import Vocabulary

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A few bytes that are copied as one: shorter than a call to copy the exact number of them.
struct Snippet {
  static let countMax = 32

  private(set) var bytes = SIMD32<UInt8>(repeating: 0)
  private(set) var count = 0

  init(_ text: String) {
    precondition(text.utf8.count <= Self.countMax, "a snippet is short")
    for byte in text.utf8 {
      bytes[count] = byte
      count += 1
    }
  }
}

/// Rendered bytes on their way into a part or a file.
///
/// Most of it does not look whether there is room: the renderer empties the buffer when it is full,
/// and there is always room for one more row behind that, or it is made.
struct ByteBuffer: ~Copyable {
  /// Emptied when there is as much as this.
  static let full = 128 * 1024
  /// A text of 32,767 units, at most 7 bytes for each of its bytes, and a cell around it.
  static let roomForACell = 7 * 3 * CellLimits.textMax + 1024

  static let stride = 32

  private var base = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * full + roomForACell)
  private var capacity = 2 * full + roomForACell
  private(set) var count = 0

  deinit { base.deallocate() }

  var isFull: Bool { count >= Self.full }

  /// What was appended since there were `start` bytes. Lives until the buffer is emptied.
  func bytes(from start: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: base + start, count: count - start)
  }

  /// Hands over the bytes, and forgets them.
  mutating func empty(to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    try sink(UnsafeRawBufferPointer(start: base, count: count))
    count = 0
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    base[count] = byte
    count += 1
  }

  @inline(__always)
  mutating func append(_ bytes: UInt64) {
    UnsafeMutableRawPointer(base + count).storeBytes(of: bytes, as: UInt64.self)
    count += 8
  }

  @inline(__always)
  mutating func append(_ snippet: borrowing Snippet) {
    UnsafeMutableRawPointer(base + count).storeBytes(of: snippet.bytes, as: SIMD32<UInt8>.self)
    count += snippet.count
  }

  @inline(__always)
  mutating func append(_ number: RowNumber) {
    UnsafeMutableRawPointer(base + count).storeBytes(
      of: number.digits.littleEndian, as: UInt64.self)
    count += number.count
  }

  /// Copies what was kept of a run, with the number of this row in each cell.
  @inline(__always)
  mutating func append(_ run: CellRun, from kept: borrowing KeptRuns, _ number: RowNumber) {
    let (bytes, start) = (kept.bytes(of: run), base + count)
    append(strided: bytes)
    for cell in 0..<run.count {
      let place = kept.number(ofCell: cell, of: run)
      // What is behind the number is taken from where it was kept: what was just copied can't be loaded so soon.
      UnsafeMutableRawPointer(start + place).storeBytes(
        of: number.replacing(load(bytes, at: place)), as: UInt64.self)
    }
  }

  /// Eight bytes, of which some may be behind the last one (``stride``).
  @inline(__always)
  private func load(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> UInt64 {
    UnsafeRawPointer(bytes.baseAddress! + place).loadUnaligned(as: UInt64.self)
  }

  @inline(__always)
  mutating func append(_ text: StaticString) {
    memcpy(base + count, text.utf8Start, text.utf8CodeUnitCount)
    count += text.utf8CodeUnitCount
  }

  /// Copies bytes, of which there are no more than a cell has room for.
  @inline(__always)
  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    if let source = bytes.baseAddress { memcpy(base + count, source, bytes.count) }
    count += bytes.count
  }

  /// Copies bytes behind which ``stride`` more can be read: in steps, which is shorter than a call.
  @inline(__always)
  mutating func append(strided bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress else { return }
    var index = 0
    repeat {
      let step = UnsafeRawPointer(source + index).loadUnaligned(as: SIMD32<UInt8>.self)
      UnsafeMutableRawPointer(base + count + index).storeBytes(of: step, as: SIMD32<UInt8>.self)
      index += Self.stride
    } while index < bytes.count
    count += bytes.count
  }

  /// Writes zeros behind the last byte, which don't count.
  @inline(__always)
  func endWithZeros() {
    UnsafeMutableRawPointer(base + count).storeBytes(
      of: SIMD64<UInt8>.zero, as: SIMD64<UInt8>.self)
  }

  /// Makes room for the longest cell.
  @inline(__always)
  mutating func makeRoomForACell() {
    if capacity - count < Self.roomForACell { grow(by: Self.roomForACell) }
  }

  /// Makes room for more bytes, and behind them for what is shorter than a cell.
  @inline(__always)
  mutating func makeRoom(for more: Int) {
    if capacity - count < more + Self.roomBehind { grow(by: more) }
  }

  private static let roomBehind = 32 * 1024

  private mutating func grow(by more: Int) {
    capacity = 2 * capacity + more
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.update(from: base, count: count)
    base.deallocate()
    base = larger
  }

  /// Forgets all.
  mutating func clear() { count = 0 }

  /// Takes back the last byte.
  @inline(__always)
  mutating func removeLast() { count -= 1 }

  mutating func append(_ number: Int64) {
    if number < 0 { append(UInt8(ascii: "-")) }
    append(magnitude: number.magnitude)
  }

  @inline(__always)
  mutating func append(magnitude: UInt64) {
    var rest = magnitude
    var length = 1
    var bound: UInt64 = 10
    while length < 20, rest >= bound {
      length += 1
      // Past 19 digits the bound would not fit, and is not asked for.
      bound = length < 20 ? bound &* 10 : .max
    }
    var index = count + length
    count = index
    repeat {
      index -= 1
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      base[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
      rest = quotient
    } while rest > 0
  }

  /// An amount in dollars, without zeros at its end: `1500`, `550.1`, `-0.05`.
  mutating func append(cents: Int64) {
    if cents < 0 { append(UInt8(ascii: "-")) }
    let (dollars, rest) = cents.magnitude.quotientAndRemainder(dividingBy: 100)
    append(magnitude: dollars)
    guard rest > 0 else { return }
    append(UInt8(ascii: "."))
    append(UInt8(ascii: "0") + UInt8(rest / 10))
    if rest % 10 > 0 { append(UInt8(ascii: "0") + UInt8(rest % 10)) }
  }

  /// An amount in dollars with both decimals: `1500.00`, `-0.05`.
  mutating func append(decimalCents cents: Int64) {
    if cents < 0 { append(UInt8(ascii: "-")) }
    let (dollars, rest) = cents.magnitude.quotientAndRemainder(dividingBy: 100)
    append(magnitude: dollars)
    append(UInt8(ascii: "."))
    append(UInt8(ascii: "0") + UInt8(rest / 10))
    append(UInt8(ascii: "0") + UInt8(rest % 10))
  }

  /// A date, such as `2026-02-14`.
  mutating func append(date day: Int32) {
    CivilDate(day: day).write(to: base + count)
    count += 10
  }

  /// A length, such as `0:40:01`; with a minus before it where it is below zero.
  mutating func append(clock seconds: Int64) {
    for byte in clockText(seconds: seconds).utf8 { append(byte) }
  }

  /// The shortest digits that are read back as the same number.
  mutating func append(_ number: Double) {
    for byte in number.description.utf8 { append(byte) }
  }
}
