/// Writes literals and repeats as bits, each block with codes of its own (RFC 1951, 3.2.7).
struct DeflateWriter: DeflateSink {
  /// What is not enough to hand over yet, and a stretch of literals at 12 bits each with the codes of its block.
  private static let capacity = 2 * (DeflateSearch.stretchCount + enough)
  /// So many bytes are worth handing over.
  private static let enough = 64 * 1024
  /// The order in which the lengths of the codes for code lengths stand.
  private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  private let output = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
  private var count = 0
  /// Bits that fill no byte yet, from the lowest on.
  private var bits: UInt64 = 0
  private var bitCount: UInt64 = 0
  /// Those of the distance of the row that is repeated.
  private var (rowBits, rowBitCount) = (UInt64(0), UInt64(0))

  /// A symbol's bits in 0 ..< 24, and how many they are from 24 on.
  private let literals = UnsafeMutablePointer<UInt32>.allocate(
    capacity: DeflateAlphabet.literalCount)
  private let lengths = UnsafeMutablePointer<UInt32>.allocate(
    capacity: DeflateAlphabet.matchMax + 1)
  private let distances = UnsafeMutablePointer<UInt32>.allocate(
    capacity: DeflateAlphabet.distanceCount)
  private let distanceBases = UnsafeMutablePointer<UInt64>.allocate(
    capacity: DeflateAlphabet.distanceCount)
  private let distanceExtras = UnsafeMutablePointer<UInt64>.allocate(
    capacity: DeflateAlphabet.distanceCount)

  init() {
    for symbol in 0..<DeflateAlphabet.distanceCount {
      distanceBases[symbol] = UInt64(DeflateAlphabet.shared.distanceBases[symbol])
      distanceExtras[symbol] = DeflateAlphabet.shared.distanceExtras[symbol]
    }
  }

  func deallocate() {
    output.deallocate()
    literals.deallocate()
    lengths.deallocate()
    distances.deallocate()
    distanceBases.deallocate()
    distanceExtras.deallocate()
  }

  mutating func reset() { (count, bits, bitCount) = (0, 0, 0) }

  /// Begins a block with its codes and its first tokens.
  ///
  /// - Parameters:
  ///   - tokens: by which the codes are made.
  ///   - isAll: whether the block has no others. Else each symbol gets a code, for it may come yet.
  ///   - isLast: whether no block follows.
  mutating func beginBlock(with tokens: DeflateTokens, isAll: Bool, isLast: Bool) {
    put(isLast ? 1 : 0, 1)
    let (literalCode, distanceCode): (HuffmanCode, HuffmanCode)
    if isAll, tokens.count < Self.ownCodesMin {
      put(1, 2)
      (literalCode, distanceCode) = (Self.fixedLiterals, Self.fixedDistances)
    } else {
      put(2, 2)
      (literalCode, distanceCode) = Self.ownCodes(of: tokens, andOthers: !isAll)
      writeCodes(literalCode, distanceCode)
    }
    prepare(literalCode, distanceCode)
    write(tokens)
  }

  mutating func endBlock() {
    let symbol = literals[DeflateAlphabet.endOfBlock]
    put(UInt64(symbol & 0xFF_FFFF), UInt64(symbol >> 24))
  }

  /// Fills the last byte up with zeros.
  mutating func fillByte() { if bitCount > 0 { put(0, 8 - bitCount) } }

  var hasEnough: Bool { count >= Self.enough }

  /// Hands over the whole bytes, and forgets them.
  mutating func empty(to sink: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    defer { count = 0 }
    if count > 0 { try sink(UnsafeRawBufferPointer(start: output, count: count)) }
  }

  // MARK: The codes

  /// Shorter than the 15 bits that a code may have: so a literal and the repeat behind it fit into a word, and a
  /// reader finds each code in the first of its tables. For longer ones ISA-L makes more tables, which takes longer than
  /// the hundredth that files get smaller by them.
  private static let literalBitsMax = 12
  private static let distanceBitsMax = 10
  /// A block of fewer tokens is not worth codes of its own.
  private static let ownCodesMin = 256
  /// RFC 1951, 3.2.6.
  private static let fixedLiterals = HuffmanCode(
    lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
  private static let fixedDistances = HuffmanCode(lengths: Array(repeating: 5, count: 30))

  /// - Parameter others: whether tokens follow that are not counted: a symbol that is not among eight times as many as there
  ///   are is expected once.
  private static func ownCodes(
    of tokens: DeflateTokens, andOthers others: Bool
  ) -> (literals: HuffmanCode, distances: HuffmanCode) {
    func counts(_ counts: UnsafeMutablePointer<UInt32>, _ count: Int) -> [UInt32] {
      UnsafeBufferPointer(start: counts, count: count).map { others ? 8 * $0 + 1 : $0 }
    }
    var distances = counts(tokens.distanceCounts, DeflateAlphabet.distanceCount)
    // There is one at the least, used or not.
    if !distances.contains(where: { $0 > 0 }) { distances[0] = 1 }
    return (
      HuffmanCode(
        counts: counts(tokens.literalCounts, DeflateAlphabet.literalCount),
        lengthMax: literalBitsMax),
      HuffmanCode(counts: distances, lengthMax: distanceBitsMax)
    )
  }

  private mutating func writeCodes(_ literals: HuffmanCode, _ distances: HuffmanCode) {
    let literalCount = literals.lengths.lastIndex { $0 > 0 }! + 1
    let distanceCount = distances.lengths.lastIndex { $0 > 0 }! + 1
    let runs = Self.runs(
      of: Array(literals.lengths[..<literalCount]) + distances.lengths[..<distanceCount])
    var counts = [UInt32](repeating: 0, count: Self.order.count)
    for run in runs { counts[run.symbol] += 1 }
    let code = HuffmanCode(counts: counts, lengthMax: 7)
    let shown = max(4, Self.order.lastIndex { code.lengths[$0] > 0 }! + 1)
    put(UInt64(literalCount - 257), 5)
    put(UInt64(distanceCount - 1), 5)
    put(UInt64(shown - 4), 4)
    for symbol in Self.order[..<shown] { put(UInt64(code.lengths[symbol]), 3) }
    for run in runs {
      put(UInt64(code.codes[run.symbol]), UInt64(code.lengths[run.symbol]))
      put(run.extra, run.extraCount)
    }
  }

  /// Code lengths with their repeats: 16 is the last one again, 17 and 18 are zeros.
  private static func runs(
    of lengths: [UInt8]
  ) -> [(symbol: Int, extra: UInt64, extraCount: UInt64)] {
    var runs: [(symbol: Int, extra: UInt64, extraCount: UInt64)] = []
    var index = 0
    while index < lengths.count {
      let value = lengths[index]
      var rest = lengths[index...].prefix { $0 == value }.count
      index += rest
      if value > 0 {
        runs.append((Int(value), 0, 0))
        rest -= 1
      }
      while rest >= 3 {
        let step = min(rest, value > 0 ? 6 : rest > 10 ? 138 : 10)
        if value > 0 {
          runs.append((16, UInt64(step - 3), 2))
        } else {
          runs.append(rest > 10 ? (18, UInt64(step - 11), 7) : (17, UInt64(step - 3), 3))
        }
        rest -= step
      }
      for _ in 0..<rest { runs.append((Int(value), 0, 0)) }
    }
    return runs
  }

  /// Each literal, length and distance with all its bits.
  private func prepare(_ literalCode: HuffmanCode, _ distanceCode: HuffmanCode) {
    for symbol in 0..<DeflateAlphabet.literalCount {
      literals[symbol] =
        UInt32(literalCode.codes[symbol]) | UInt32(literalCode.lengths[symbol]) << 24
    }
    let alphabet = DeflateAlphabet.shared
    for length in 3...DeflateAlphabet.matchMax {
      let code = Int(alphabet.lengthCodes[length])
      let symbol = DeflateAlphabet.firstLength + code
      let count = UInt32(literalCode.lengths[symbol])
      let extra = UInt32(length - alphabet.lengthBases[code])
      lengths[length] =
        UInt32(literalCode.codes[symbol]) | extra << count
        | (count + alphabet.lengthExtras[code]) << 24
    }
    for symbol in 0..<DeflateAlphabet.distanceCount {
      distances[symbol] =
        UInt32(distanceCode.codes[symbol]) | UInt32(distanceCode.lengths[symbol]) << 24
    }
  }

  // MARK: Bits

  private mutating func write(_ tokens: DeflateTokens) {
    for token in tokens.all {
      if token >> 31 == 0 {
        addLiteral(UInt8(truncatingIfNeeded: token))
      } else {
        addRepeat(Int(token & 0x7FFF) &+ 1, Int(token >> 16 & 0x1FF))
      }
    }
  }

  @inline(__always)
  mutating func addLiteral(_ byte: UInt8) {
    let literal = literals[Int(byte)]
    bits |= UInt64(literal & 0xFF_FFFF) &<< bitCount
    bitCount &+= UInt64(literal >> 24)
    store()
  }

  @inline(__always)
  mutating func addLiterals(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
    var index = 0
    // Seven bits that were left, and twelve of each: there is room for four.
    while index < count {
      let end = min(index &+ 4, count)
      while index < end {
        let literal = literals[Int(bytes[index])]
        bits |= UInt64(literal & 0xFF_FFFF) &<< bitCount
        bitCount &+= UInt64(literal >> 24)
        index &+= 1
      }
      store()
    }
  }

  @inline(__always)
  mutating func addRepeat(_ distance: Int, _ length: Int) {
    add(0, bits(ofDistance: distance), length)
  }

  @inline(__always)
  mutating func follow(_ distance: Int) {
    (rowBits, rowBitCount) = bits(ofDistance: distance)
  }

  @inline(__always)
  mutating func repeatRow(_ length: Int) { add(0, (rowBits, rowBitCount), length) }

  @inline(__always)
  mutating func repeatRow(_ length: Int, after byte: UInt8) {
    add(literals[Int(byte)], (rowBits, rowBitCount), length)
  }

  /// - Parameter literal: with its bits; none at all is possible.
  @inline(__always)
  private mutating func add(
    _ literal: UInt32, _ distance: (bits: UInt64, count: UInt64), _ length: Int
  ) {
    let length = lengths[length]
    let (literalCount, lengthCount) = (UInt64(literal >> 24), UInt64(length >> 24))
    // Seven bits that were left, 12 of a literal, 17 of a length and 23 of a distance: there is room for them.
    let tail = UInt64(length & 0xFF_FFFF) | distance.bits &<< lengthCount
    bits |= (UInt64(literal & 0xFF_FFFF) | tail &<< literalCount) &<< bitCount
    bitCount &+= literalCount &+ lengthCount &+ distance.count
    store()
  }

  /// Leaves seven bits at the most.
  @inline(__always)
  private mutating func store() {
    UnsafeMutableRawPointer(output + count).storeBytes(of: bits.littleEndian, as: UInt64.self)
    count &+= Int(truncatingIfNeeded: bitCount &>> 3)
    bits &>>= bitCount & ~7
    bitCount &= 7
  }

  @inline(__always)
  private func bits(ofDistance distance: Int) -> (bits: UInt64, count: UInt64) {
    let symbol = DeflateAlphabet.distanceCode(distance)
    let (code, count) = (distances[symbol] & 0xFFFF, UInt64(distances[symbol] >> 24))
    return (
      UInt64(code) | (UInt64(distance) &- distanceBases[symbol]) &<< count,
      count &+ distanceExtras[symbol]
    )
  }

  private mutating func put(_ value: UInt64, _ count: UInt64) {
    bits |= value << bitCount
    bitCount += count
    while bitCount >= 8 {
      output[self.count] = UInt8(truncatingIfNeeded: bits)
      self.count += 1
      bits >>= 8
      bitCount -= 8
    }
  }
}
