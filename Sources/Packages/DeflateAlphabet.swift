/// The symbols of deflate: how lengths and distances are written (RFC 1951, 3.2.5).
struct DeflateAlphabet: Sendable {
  static let literalCount = 286
  static let distanceCount = 30
  static let endOfBlock = 256
  static let firstLength = 257
  static let matchMax = 258
  static let distanceMax = 32_768

  /// By length, 0 ... 258: the symbol less ``firstLength``.
  let lengthCodes: [UInt8]
  /// By symbol less ``firstLength``: the shortest length, and the bits behind it.
  let lengthBases: [Int]
  let lengthExtras: [UInt32]
  /// By symbol: the shortest distance, and the bits behind it.
  let distanceBases: [Int]
  let distanceExtras: [UInt64]

  static let shared = DeflateAlphabet()

  private init() {
    lengthExtras = (0..<29).map { Self.extraBits(of: $0, symbolsABit: 4) }
    distanceExtras = (0..<30).map { UInt64(Self.extraBits(of: $0, symbolsABit: 2)) }
    var bases = Self.bases(from: 3, lengthExtras)
    // The longest has a symbol of its own.
    bases[28] = Self.matchMax
    lengthBases = bases
    distanceBases = Self.bases(from: 1, distanceExtras.map { UInt32($0) })
    lengthCodes = (0...Self.matchMax).map { length in
      UInt8(bases.lastIndex { $0 <= length } ?? 0)
    }
  }

  /// So many symbols have one bit more than those before them.
  private static func extraBits(of symbol: Int, symbolsABit: Int) -> UInt32 {
    if symbol == 28, symbolsABit == 4 { return 0 }
    return symbol < 2 * symbolsABit ? 0 : UInt32(symbol / symbolsABit - 1)
  }

  private static func bases(from first: Int, _ extras: [UInt32]) -> [Int] {
    var base = first
    return extras.map { extra in
      defer { base += 1 << Int(extra) }
      return base
    }
  }

  /// The symbol of a distance, 1 ... 32,768.
  @inline(__always)
  static func distanceCode(_ distance: Int) -> Int {
    guard distance > 4 else { return distance - 1 }
    let rest = distance - 1
    let bits = Int.bitWidth - 1 - rest.leadingZeroBitCount
    return 2 * bits + (rest &>> (bits &- 1)) & 1
  }
}
