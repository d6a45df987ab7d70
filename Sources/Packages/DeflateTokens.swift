#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A block of bytes as literals and repeats: the search for what stands there already.
///
/// Made for tables: a row is the row before with other digits. So the distance of the last long repeat
/// is tried first, over a digit or two that differ, and mostly it is right; then that of the one
/// before it. Only where rows change their length a hash of six bytes finds a new distance.
struct DeflateTokens: ~Copyable {
  /// Bytes of a block; each is a token at the most.
  static let blockCount = 1024 * 1024
  private static let hashBits: UInt64 = 13
  private static let hashCount = 1 << 13
  /// Where eight bytes can be loaded, and no repeat is worth beginning behind it.
  private static let tail = 12
  /// So many bytes that differ are written out for a repeat of the row before: digits, mostly.
  private static let literalsMax = 2
  /// A shorter repeat says nothing of how far rows are apart.
  private static let rowMatchMin = 16

  /// Eight bytes are loaded at a time, so some behind the last are looked at, and never count.
  private static let capacity = DeflateAlphabet.distanceMax + blockCount + 64

  /// The bytes behind the history, which are still to be searched.
  let bytes: UnsafeMutablePointer<UInt8>
  private(set) var start = 0
  private(set) var end = 0

  /// A literal, or a repeat: its highest bit, the length from bit 16 on, and the distance less 1.
  let tokens = UnsafeMutablePointer<UInt32>.allocate(capacity: blockCount)
  private(set) var count = 0
  /// How often each symbol stands in the block.
  let literalCounts = UnsafeMutablePointer<UInt32>.allocate(
    capacity: DeflateAlphabet.literalCount)
  let distanceCounts = UnsafeMutablePointer<UInt32>.allocate(
    capacity: DeflateAlphabet.distanceCount)

  /// For each hash where it was last, counted from the part's begin, modulo 2^32; else so far away that nothing
  /// repeats it.
  private let places = UnsafeMutablePointer<UInt32>.allocate(capacity: hashCount)
  private let lengthCodes = UnsafeMutablePointer<UInt8>.allocate(
    capacity: DeflateAlphabet.matchMax + 1)
  /// How many bytes of the part are gone from `bytes`, modulo 2^32.
  private var gone: UInt32 = 0
  /// How far back the last long repeat was, and the one before it with another distance.
  private var (rowDistance, otherDistance) = (1, 1)

  init() {
    // Zeros, and no page of them is made before it is needed: most parts are small.
    guard let zeros = calloc(Self.capacity, 1) else { preconditionFailure("there is no memory") }
    bytes = zeros.bindMemory(to: UInt8.self, capacity: Self.capacity)
    DeflateAlphabet.shared.lengthCodes.withUnsafeBufferPointer {
      lengthCodes.initialize(from: $0.baseAddress!, count: $0.count)
    }
    reset()
  }

  deinit {
    free(bytes)
    tokens.deallocate()
    literalCounts.deallocate()
    distanceCounts.deallocate()
    places.deallocate()
    lengthCodes.deallocate()
  }

  mutating func reset() {
    (start, end, count) = (0, 0, 0)
    (rowDistance, otherDistance) = (1, 1)
    gone = 0
    places.initialize(repeating: 1 << 31, count: Self.hashCount)
  }

  /// Takes as many bytes as there is room for, and gives the rest.
  mutating func take(_ piece: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let step = min(piece.count, start + Self.blockCount - end)
    guard step > 0, let source = piece.baseAddress else { return piece }
    UnsafeMutableRawPointer(bytes + end).copyMemory(from: source, byteCount: step)
    end += step
    return UnsafeRawBufferPointer(rebasing: piece[step...])
  }

  /// Forgets the block, but for what later ones may repeat.
  mutating func slide() {
    let kept = min(end, DeflateAlphabet.distanceMax)
    let shift = end - kept
    if shift > 0 {
      UnsafeMutableRawPointer(bytes).copyMemory(from: bytes + shift, byteCount: kept)
      gone &+= UInt32(truncatingIfNeeded: shift)
    }
    (start, end, count) = (kept, kept, 0)
  }

  /// Finds the block's literals and repeats. O(bytes).
  mutating func search() {
    literalCounts.initialize(repeating: 0, count: DeflateAlphabet.literalCount)
    distanceCounts.initialize(repeating: 0, count: DeflateAlphabet.distanceCount)
    literalCounts[DeflateAlphabet.endOfBlock] = 1
    var (place, count) = (start, 0)
    var (row, other) = (rowDistance, otherDistance)
    /// The repeats from that far back which are not counted yet.
    var rowRepeats: UInt32 = 0
    let (end, last) = (self.end, self.end - Self.tail)
    let (tokens, literalCounts) = (self.tokens, self.literalCounts)
    @inline(__always)
    func addLiteral() {
      let byte = bytes[place]
      tokens[count] = UInt32(byte)
      literalCounts[Int(byte)] &+= 1
      count &+= 1
      place &+= 1
    }
    @inline(__always)
    func countRowRepeats() {
      distanceCounts[DeflateAlphabet.distanceCode(row)] &+= rowRepeats
      rowRepeats = 0
    }
    @inline(__always)
    func addRepeat(_ distance: Int) -> Int {
      let length = matchLength(at: place, distance, most: min(258, end &- place))
      tokens[count] =
        1 << 31 | UInt32(truncatingIfNeeded: length) << 16
        | UInt32(truncatingIfNeeded: distance &- 1)
      literalCounts[DeflateAlphabet.firstLength &+ Int(lengthCodes[length])] &+= 1
      count &+= 1
      place &+= length
      return length
    }
    while place < last {
      let next = load(place)
      if row <= place {
        let difference = load(place &- row) ^ next
        let literals = Self.bytesBeforeFourZeros(difference)
        if literals <= Self.literalsMax {
          for _ in 0..<literals { addLiteral() }
          _ = addRepeat(row)
          rowRepeats &+= 1
          continue
        }
      }
      if other <= place, UInt32(truncatingIfNeeded: load(place &- other) ^ next) == 0 {
        countRowRepeats()
        (row, other) = (other, row)
        _ = addRepeat(row)
        rowRepeats = 1
        continue
      }
      guard let distance = repeated(at: place, next) else {
        addLiteral()
        continue
      }
      distanceCounts[DeflateAlphabet.distanceCode(distance)] &+= 1
      if addRepeat(distance) >= Self.rowMatchMin {
        countRowRepeats()
        (row, other) = (distance, row)
      }
    }
    countRowRepeats()
    while place < end { addLiteral() }
    (self.count, rowDistance, otherDistance) = (count, row, other)
  }

  /// How many bytes come before four that are zero: 0, 1 or 2; more where there are others.
  @inline(__always)
  private static func bytesBeforeFourZeros(_ word: UInt64) -> Int {
    if UInt32(truncatingIfNeeded: word) == 0 { return 0 }
    if UInt32(truncatingIfNeeded: word >> 8) == 0 { return 1 }
    if UInt32(truncatingIfNeeded: word >> 16) == 0 { return 2 }
    return 3
  }

  /// How far back the next six bytes stand already.
  @inline(__always)
  private func repeated(at place: Int, _ next: UInt64) -> Int? {
    let hash = Int((next << 16 &* 0x9E37_79B9_7F4A_7C15) >> (64 - Self.hashBits))
    let own = gone &+ UInt32(truncatingIfNeeded: place)
    let distance = Int(own &- places[hash])
    places[hash] = own
    guard distance > 0, distance <= min(place, DeflateAlphabet.distanceMax),
      (load(place &- distance) ^ next) << 16 == 0
    else { return nil }
    return distance
  }

  /// - Precondition: four bytes repeat.
  @inline(__always)
  private func matchLength(at place: Int, _ distance: Int, most: Int) -> Int {
    var length = 4
    while length < most {
      let difference = load(place &- distance &+ length) ^ load(place &+ length)
      if difference != 0 {
        length &+= difference.trailingZeroBitCount >> 3
        break
      }
      length &+= 8
    }
    return min(length, most)
  }

  @inline(__always)
  private func load(_ place: Int) -> UInt64 {
    UInt64(
      littleEndian: UnsafeRawPointer(bytes + place).loadUnaligned(as: UInt64.self))
  }
}
