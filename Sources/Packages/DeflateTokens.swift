/// What a search found, and how often: for the codes by which it is written.
struct DeflateTokens: DeflateSink {
  /// A literal, or a repeat: its highest bit, the length from bit 16 on, and the distance less 1.
  private let tokens: UnsafeMutableBufferPointer<UInt32>
  private(set) var count = 0
  private var rowDistance = 1
  /// How often each symbol is there.
  let literalCounts = UnsafeMutablePointer<UInt32>.allocate(
    capacity: DeflateAlphabet.literalCount)
  let distanceCounts = UnsafeMutablePointer<UInt32>.allocate(
    capacity: DeflateAlphabet.distanceCount)
  private let lengthCodes = UnsafeMutablePointer<UInt8>.allocate(
    capacity: DeflateAlphabet.matchMax + 1)

  /// - Parameter capacity: the most tokens that there may be.
  init(capacity: Int) {
    tokens = .allocate(capacity: capacity)
    DeflateAlphabet.shared.lengthCodes.withUnsafeBufferPointer {
      lengthCodes.initialize(from: $0.baseAddress!, count: $0.count)
    }
    clear()
  }

  func deallocate() {
    tokens.deallocate()
    literalCounts.deallocate()
    distanceCounts.deallocate()
    lengthCodes.deallocate()
  }

  /// In their order.
  var all: Slice<UnsafeMutableBufferPointer<UInt32>> { tokens[..<count] }

  mutating func clear() {
    count = 0
    literalCounts.initialize(repeating: 0, count: DeflateAlphabet.literalCount)
    distanceCounts.initialize(repeating: 0, count: DeflateAlphabet.distanceCount)
    literalCounts[DeflateAlphabet.endOfBlock] = 1
  }

  @inline(__always)
  mutating func addLiteral(_ byte: UInt8) {
    append(UInt32(byte))
    literalCounts[Int(byte)] &+= 1
  }

  mutating func addLiterals(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
    for index in 0..<count { addLiteral(bytes[index]) }
  }

  @inline(__always)
  mutating func addRepeat(_ distance: Int, _ length: Int) {
    append(
      1 << 31 | UInt32(truncatingIfNeeded: length) << 16
        | UInt32(truncatingIfNeeded: distance &- 1))
    literalCounts[DeflateAlphabet.firstLength &+ Int(lengthCodes[length])] &+= 1
    distanceCounts[DeflateAlphabet.distanceCode(distance)] &+= 1
  }

  @inline(__always)
  private mutating func append(_ token: UInt32) {
    precondition(count < tokens.count, "a sample has no more tokens than bytes")
    tokens[count] = token
    count &+= 1
  }

  mutating func follow(_ distance: Int) { rowDistance = distance }

  @inline(__always)
  mutating func repeatRow(_ length: Int) { addRepeat(rowDistance, length) }

  @inline(__always)
  mutating func repeatRow(_ length: Int, after byte: UInt8) {
    addLiteral(byte)
    repeatRow(length)
  }
}
