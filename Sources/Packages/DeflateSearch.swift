#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Takes what a search finds, in its order.
protocol DeflateSink {
  mutating func addLiteral(_ byte: UInt8)
  mutating func addLiterals(_ bytes: UnsafePointer<UInt8>, _ count: Int)
  /// - Parameters:
  ///   - distance: how far back the bytes stand that are repeated: 1 ... 32,768.
  ///   - length: how many they are: 3 ... 258.
  mutating func addRepeat(_ distance: Int, _ length: Int)
  /// Says how far back the row is that is repeated from now on.
  mutating func follow(_ distance: Int)
  /// Adds a repeat of that row.
  mutating func repeatRow(_ length: Int)
  /// Adds a literal, and the repeat of that row behind it.
  mutating func repeatRow(_ length: Int, after byte: UInt8)
}

/// The search for what stands there already: a part's bytes as literals and repeats.
///
/// Made for the tables of worksheets: a row is one of the rows before it with other digits. So the distance to that row
/// is tried first, over the few digits that differ. Where another value stands, a hash of six bytes finds a row that
/// has it, too; else the value is written out, and behind it the row is followed that had the last such value in this
/// column, for it is near. Nearer rows have more digits of their number in common, and fewer bits for their distance.
struct DeflateSearch: ~Copyable {
  /// So many bytes are searched at a time: they stay in the processor's own memory.
  static let stretchCount = 256 * 1024
  private static let hashBits: UInt64 = 13
  private static let hashCount = 1 << 13
  /// Where the name of the next cell can be looked at, and no repeat is worth beginning behind it.
  private static let tail = 24
  /// So many bytes that differ are written out for a repeat of the row that is followed: digits, mostly.
  private static let literalsMax = 3
  /// So many bytes may be found behind those that were asked for: a repeat that begins before their end, and the tail.
  static let beyondMax = literalsMax + DeflateAlphabet.matchMax + tail
  /// What is left of a value is searched for a repeat where it has so many bytes.
  private static let valueMin = 8

  /// Eight bytes are loaded at a time, so some behind the last are looked at, and never count.
  private static let capacity = DeflateAlphabet.distanceMax + stretchCount + 64

  /// The stretch, behind what it may repeat.
  private let bytes: UnsafeMutablePointer<UInt8>
  private var start = 0
  private var end = 0
  /// Where the search is: from `start` to `end`.
  private var place = 0

  /// For each hash where it was last, counted from the part's begin, modulo 2^32; else so far away that nothing
  /// repeats it.
  private let places = UnsafeMutablePointer<UInt32>.allocate(capacity: hashCount)
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
    reset()
  }

  deinit {
    free(bytes)
    places.deallocate()
    valueEnds.deallocate()
  }

  mutating func reset() {
    (start, end, place) = (0, 0, 0)
    rowDistance = 1
    gone = 0
    places.initialize(repeating: 1 << 31, count: Self.hashCount)
    valueEnds.initialize(repeating: 1 << 31, count: 256)
  }

  /// Takes as many bytes as there is room for, and gives the rest.
  mutating func take(_ piece: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let step = min(piece.count, start + Self.stretchCount - end)
    guard step > 0, let source = piece.baseAddress else { return piece }
    UnsafeMutableRawPointer(bytes + end).copyMemory(from: source, byteCount: step)
    end += step
    return UnsafeRawBufferPointer(rebasing: piece[step...])
  }

  /// Forgets the stretch, but for what later ones may repeat.
  mutating func slide() {
    let kept = min(end, DeflateAlphabet.distanceMax)
    let shift = end - kept
    if shift > 0 {
      UnsafeMutableRawPointer(bytes).copyMemory(from: bytes + shift, byteCount: kept)
      gone &+= UInt32(truncatingIfNeeded: shift)
    }
    (start, end, place) = (kept, kept, kept)
  }

  /// Whether the stretch was searched to its end.
  var isAtEnd: Bool { place == end }

  /// Finds literals and repeats from where the search is. O(bytes).
  ///
  /// - Parameter count: so many bytes are searched, and at most ``beyondMax`` more; all that are left, if not that many are
  ///   there.
  mutating func search<Sink: DeflateSink>(_ count: Int, to target: inout Sink) {
    // A local one is kept in registers.
    var sink = target
    defer { target = sink }
    sink.follow(rowDistance)
    var place = self.place
    var row = rowDistance
    let (end, last) = (self.end, min(self.end - Self.tail, place &+ min(count, Self.stretchCount)))
    @inline(__always)
    func addLiteral(_ sink: inout Sink) {
      sink.addLiteral(bytes[place])
      place &+= 1
    }
    @inline(__always)
    func rowLength() -> Int {
      matchLength(at: place, row, most: min(DeflateAlphabet.matchMax, end &- place))
    }
    /// Follows another row, where it is the same as far as the number of a row.
    @inline(__always)
    func follow(_ distance: Int, _ sink: inout Sink) -> Bool {
      let most = min(DeflateAlphabet.matchMax, end &- place)
      let length = matchLength(at: place, distance, most: most)
      guard length == most || Self.isDigit(bytes[place &+ length]) else { return false }
      row = distance
      sink.follow(row)
      sink.repeatRow(length)
      place &+= length
      return true
    }
    // The first byte has none before it.
    if place == 0, place < end { addLiteral(&sink) }
    while place < last {
      let next = load(place)
      let literals = Self.bytesBeforeFourZeros(load(place &- row) ^ next)
      // It is mostly the last digit of the row's number.
      if literals == 1 {
        let byte = bytes[place]
        place &+= 1
        let length = rowLength()
        sink.repeatRow(length, after: byte)
        place &+= length
        continue
      }
      if literals <= Self.literalsMax {
        for _ in 0..<literals { addLiteral(&sink) }
        let length = rowLength()
        sink.repeatRow(length)
        place &+= length
        continue
      }
      var found = repeated(at: place, next)
      if let found, follow(found, &sink) { continue }
      let valueEnd = nextTag(from: place &+ 1, to: last)
      while true {
        if let distance = found, valueEnd &- place >= 4 {
          let most = min(DeflateAlphabet.matchMax, valueEnd &- place)
          let length = matchLength(at: place, distance, most: most)
          sink.addRepeat(distance, length)
          place &+= length
        } else {
          addLiteral(&sink)
        }
        if valueEnd &- place < Self.valueMin {
          sink.addLiterals(bytes + place, valueEnd &- place)
          place = valueEnd
          break
        }
        found = repeated(at: place, load(place))
      }
      if place < last, let distance = lastEnd(ofValueAt: place) { _ = follow(distance, &sink) }
    }
    if place >= end &- Self.tail {
      while place < end { addLiteral(&sink) }
    }
    (self.place, rowDistance) = (place, row)
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
      // Left from here: a minimum behind the loop would be waited for each time.
      if difference != 0 {
        length &+= difference.trailingZeroBitCount >> 3
        return _fastPath(length < most) ? length : most
      }
      length &+= 8
    }
    return most
  }

  @inline(__always)
  private func load(_ place: Int) -> UInt64 {
    UInt64(
      littleEndian: UnsafeRawPointer(bytes + place).loadUnaligned(as: UInt64.self))
  }
}
