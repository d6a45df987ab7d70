#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A place in the XML of a row, from which it is read.
///
/// Behind the last byte there are zeros, which XML never has: who looks at single bytes stops
/// there, and needs no bounds.
struct XMLCursor {
  /// So many zeros are behind the last byte at the least.
  static let zeros = 64

  private var place: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>

  /// - Precondition: there are ``zeros`` behind the bytes.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    place = bytes.baseAddress!
    end = place + bytes.count
  }

  var isAtEnd: Bool { place == end }

  /// Of the bytes that are left.
  var count: Int { end - place }

  var next: UInt8 {
    @inline(__always) get { place.pointee }
  }

  /// The byte at some distance, which must be behind no zero.
  @inline(__always)
  func byte(at distance: Int) -> UInt8 { place[distance] }

  @inline(__always)
  mutating func skip(_ count: Int) { place += count }

  // MARK: What has gone by

  func distance(to other: Self) -> Int { other.place - place }

  func bytes(to other: Self) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: place, count: distance(to: other))
  }

  // MARK: What is next

  /// What begins at some distance, at most at the end.
  @inline(__always)
  func step<Step: BitwiseCopyable>(at distance: Int, as step: Step.Type = Step.self) -> Step {
    // Shorter than the zeros behind the end.
    UnsafeRawPointer(place + distance).loadUnaligned(as: step)
  }

  /// How many bytes are the same as those that come next.
  func countOfSame(as bytes: [UInt8]) -> Int {
    zip(bytes, UnsafeBufferPointer(start: place, count: count)).prefix { $0 == $1 }.count
  }

  @inline(__always)
  mutating func take(_ number: RowNumber) -> Bool {
    let isNext = number.difference(from: step(at: 0)) == 0
    if isNext { place += number.count }
    return isNext
  }

  @inline(__always)
  mutating func take(_ snippet: Snippet) -> Bool {
    // Shorter than the zeros behind the end. Most are no longer than a word, which needs no call.
    let isSame = withUnsafeBytes(of: snippet.bytes) { bytes in
      if snippet.count <= 8 {
        let next: UInt64 = step(at: 0)
        let difference = UInt64(littleEndian: next ^ bytes.loadUnaligned(as: UInt64.self))
        return difference << (64 - 8 * UInt64(snippet.count)) == 0
      }
      return memcmp(place, bytes.baseAddress!, snippet.count) == 0
    }
    if isSame { place += snippet.count }
    return isSame
  }

  /// Steps over `text`, where it is what comes next. At most ``zeros`` bytes.
  @inline(__always)
  mutating func take(_ text: StaticString) -> Bool {
    guard memcmp(place, text.utf8Start, text.utf8CodeUnitCount) == 0 else { return false }
    place += text.utf8CodeUnitCount
    return true
  }

  /// Reads digits without a zero before them; nil where there are none, or more than 18.
  @inline(__always)
  mutating func takeDigits() -> Int64? {
    var value: Int64 = 0
    let start = place
    while true {
      let digit = next &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      value = value &* 10 &+ Int64(digit)
      place += 1
    }
    let length = place - start
    guard length > 0, length <= 18, length == 1 || start.pointee != UInt8(ascii: "0") else {
      return nil
    }
    return value
  }
}
