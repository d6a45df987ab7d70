#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A block of bytes as literals and repeats: the search for what stands there already.
///
/// Made for the tables of worksheets: a row is one of the rows before it with other digits. So the distance to that row
/// is tried first, over the few digits that differ. Where another value stands, a hash of six bytes finds a row that
/// has it, too; else the value is written out, and behind it the row is followed that had the last such value in this
/// column, for it is near. Nearer rows have more digits of their number in common, and fewer bits for their distance.
struct DeflateTokens: ~Copyable {
  /// Bytes of a block; each is a token at the most.
  static let blockCount = 1024 * 1024
  private static let hashBits: UInt64 = 13
  private static let hashCount = 1 << 13
  /// Where the name of the next cell can be looked at, and no repeat is worth beginning behind it.
  private static let tail = 24
  /// So many bytes that differ are written out for a repeat of the row that is followed: digits, mostly.
  private static let literalsMax = 3
  /// What is left of a value is searched for a repeat where it has so many bytes.
  private static let valueMin = 8

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
  /// How far back the row is that is followed.
  private var rowDistance = 1
  /// For each column where a value ended last that was written out, counted as ``places`` are.
  private let valueEnds = UnsafeMutablePointer<UInt32>.allocate(capacity: 256)

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
    valueEnds.deallocate()
    lengthCodes.deallocate()
  }

  mutating func reset() {
    (start, end, count) = (0, 0, 0)
    rowDistance = 1
    gone = 0
    places.initialize(repeating: 1 << 31, count: Self.hashCount)
    valueEnds.initialize(repeating: 1 << 31, count: 256)
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
    var row = rowDistance
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
    func addRepeat(_ distance: Int, _ length: Int) {
      tokens[count] =
        1 << 31 | UInt32(truncatingIfNeeded: length) << 16
        | UInt32(truncatingIfNeeded: distance &- 1)
      literalCounts[DeflateAlphabet.firstLength &+ Int(lengthCodes[length])] &+= 1
      count &+= 1
      place &+= length
    }
    @inline(__always)
    func repeatRow() {
      let most = min(DeflateAlphabet.matchMax, end &- place)
      addRepeat(row, matchLength(at: place, row, most: most))
      rowRepeats &+= 1
    }
    @inline(__always)
    func countRowRepeats() {
      distanceCounts[DeflateAlphabet.distanceCode(row)] &+= rowRepeats
      rowRepeats = 0
    }
    /// Follows another row, where it is the same as far as the number of a row.
    @inline(__always)
    func follow(_ distance: Int) -> Bool {
      let most = min(DeflateAlphabet.matchMax, end &- place)
      let length = matchLength(at: place, distance, most: most)
      guard length == most || Self.isDigit(bytes[place &+ length]) else { return false }
      countRowRepeats()
      row = distance
      addRepeat(row, length)
      rowRepeats = 1
      return true
    }
    while place < last {
      let next = load(place)
      if row <= place {
        let literals = Self.bytesBeforeFourZeros(load(place &- row) ^ next)
        if literals <= Self.literalsMax {
          for _ in 0..<literals { addLiteral() }
          repeatRow()
          continue
        }
      }
      var found = repeated(at: place, next)
      if let found, follow(found) { continue }
      let valueEnd = nextTag(from: place &+ 1, to: last)
      while true {
        if let distance = found, valueEnd &- place >= 4 {
          let most = min(DeflateAlphabet.matchMax, valueEnd &- place)
          addRepeat(distance, matchLength(at: place, distance, most: most))
          distanceCounts[DeflateAlphabet.distanceCode(distance)] &+= 1
        } else {
          addLiteral()
        }
        guard place < valueEnd else { break }
        found = valueEnd &- place < Self.valueMin ? nil : repeated(at: place, load(place))
      }
      if place < last, let distance = lastEnd(ofValueAt: place) { _ = follow(distance) }
    }
    countRowRepeats()
    while place < end { addLiteral() }
    (self.count, rowDistance) = (count, row)
  }

  /// Where the next tag begins, or `end`.
  @inline(__always)
  private func nextTag(from start: Int, to end: Int) -> Int {
    var place = start
    while place < end {
      let difference = load(place) ^ 0x3C3C_3C3C_3C3C_3C3C
      let zeros = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
      if zeros != 0 { return min(place &+ zeros.trailingZeroBitCount >> 3, end) }
      place &+= 8
    }
    return end
  }

  /// How far back a value of the same column ended last, or another place like this one.
  ///
  /// - Parameter place: of the tag behind a value. With its cell's end, the next cell begins, whose name has the column:
  ///   `<c r="B`, `</v></c><c r="B` or `</t></is></c><c r="B`.
  @inline(__always)
  private func lastEnd(ofValueAt place: Int) -> Int? {
    let isEnd = bytes[place &+ 1] == UInt8(ascii: "/")
    let isText = bytes[place &+ 2] == UInt8(ascii: "t")
    let column = Int(bytes[place &+ (isEnd ? isText ? 19 : 14 : 6)])
    let own = gone &+ UInt32(truncatingIfNeeded: place)
    let distance = Int(own &- valueEnds[column])
    valueEnds[column] = own
    guard Self.isInReach(distance, of: place),
      UInt32(truncatingIfNeeded: load(place &- distance) ^ load(place)) == 0
    else { return nil }
    return distance
  }

  /// Whether bytes so far back are there, and a repeat may begin at them.
  @inline(__always)
  private static func isInReach(_ distance: Int, of place: Int) -> Bool {
    distance > 0 && distance <= min(place, DeflateAlphabet.distanceMax)
  }

  @inline(__always)
  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }

  /// How many bytes come before four that are zero: 0 to 3; more where there are others.
  @inline(__always)
  private static func bytesBeforeFourZeros(_ word: UInt64) -> Int {
    if UInt32(truncatingIfNeeded: word) == 0 { return 0 }
    if UInt32(truncatingIfNeeded: word >> 8) == 0 { return 1 }
    if UInt32(truncatingIfNeeded: word >> 16) == 0 { return 2 }
    if UInt32(truncatingIfNeeded: word >> 24) == 0 { return 3 }
    return 4
  }

  /// How far back the next six bytes stand already.
  @inline(__always)
  private func repeated(at place: Int, _ next: UInt64) -> Int? {
    let hash = Int((next << 16 &* 0x9E37_79B9_7F4A_7C15) >> (64 - Self.hashBits))
    let own = gone &+ UInt32(truncatingIfNeeded: place)
    let distance = Int(own &- places[hash])
    places[hash] = own
    guard Self.isInReach(distance, of: place),
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
