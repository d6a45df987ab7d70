/// Code lengths and codes of an alphabet, by how often each symbol is used (RFC 1951, 3.2.2).
struct HuffmanCode {
  /// Bits of each symbol's code; 0 where the symbol is not used.
  private(set) var lengths: [UInt8]
  /// Each symbol's code, the bits in the order in which they are written.
  private(set) var codes: [UInt16]

  /// - Parameters:
  ///   - counts: how often each symbol is used. O(n log n).
  ///   - lengthMax: the longest code that there may be, 15 at the most.
  init(counts: [UInt32], lengthMax: Int) {
    lengths = Self.lengths(of: counts, lengthMax: lengthMax)
    codes = Self.codes(of: lengths)
  }

  init(lengths: [UInt8]) {
    self.lengths = lengths
    codes = Self.codes(of: lengths)
  }

  private static func lengths(of counts: [UInt32], lengthMax: Int) -> [UInt8] {
    var lengths = [UInt8](repeating: 0, count: counts.count)
    // As one number each, they sort without a call a comparison.
    let symbols = counts.indices.filter { counts[$0] > 0 }
      .map { UInt64(counts[$0]) << 16 | UInt64($0) }.sorted().map { Int($0 & 0xFFFF) }
    guard symbols.count > 1 else {
      // A code of one symbol still has a bit.
      if let only = symbols.first { lengths[only] = 1 }
      return lengths
    }
    var ofDepth = leavesByDepth(symbols.map { counts[$0] })
    limit(&ofDepth, to: lengthMax)
    // The rarest symbols get the longest codes.
    var next = symbols.startIndex
    for depth in stride(from: lengthMax, through: 1, by: -1) {
      for _ in 0..<ofDepth[depth] {
        lengths[symbols[next]] = UInt8(depth)
        next += 1
      }
    }
    return lengths
  }

  /// How many leaves of the Huffman tree are at each depth, from the counts in ascending order.
  private static func leavesByDepth(_ counts: [UInt32]) -> [Int] {
    let leaves = counts.count
    var weights = counts.map(UInt64.init)
    var parents = [Int](repeating: 0, count: 2 * leaves - 1)
    var (leaf, node) = (0, leaves)
    func lightest(_ weights: [UInt64]) -> Int {
      if leaf < leaves, node == weights.count || weights[leaf] <= weights[node] {
        leaf += 1
        return leaf - 1
      }
      node += 1
      return node - 1
    }
    while weights.count < 2 * leaves - 1 {
      let one = lightest(weights)
      let other = lightest(weights)
      parents[one] = weights.count
      parents[other] = weights.count
      weights.append(weights[one] + weights[other])
    }
    var depths = [Int](repeating: 0, count: 2 * leaves - 1)
    var ofDepth = [Int](repeating: 0, count: max(leaves, 16) + 1)
    for index in stride(from: 2 * leaves - 3, through: 0, by: -1) {
      depths[index] = depths[parents[index]] + 1
      if index < leaves { ofDepth[depths[index]] += 1 }
    }
    return ofDepth
  }

  /// Brings leaves that are too deep up, and others down in their place, so that the code stays
  /// complete.
  private static func limit(_ ofDepth: inout [Int], to lengthMax: Int) {
    guard ofDepth.count > lengthMax + 1 else { return }
    for depth in (lengthMax + 1)..<ofDepth.count {
      ofDepth[lengthMax] += ofDepth[depth]
      ofDepth[depth] = 0
    }
    var room = (1...lengthMax).reduce(0) { $0 + ofDepth[$1] << (lengthMax - $1) }
    while room > 1 << lengthMax {
      // One leaf at the bottom goes, and one above becomes two.
      ofDepth[lengthMax] -= 1
      let depth = (1..<lengthMax).last { ofDepth[$0] > 0 }!
      ofDepth[depth] -= 1
      ofDepth[depth + 1] += 2
      room -= 1
    }
  }

  private static func codes(of lengths: [UInt8]) -> [UInt16] {
    var counts = [UInt16](repeating: 0, count: 16)
    for length in lengths where length > 0 { counts[Int(length)] += 1 }
    var next = [UInt16](repeating: 0, count: 16)
    for length in 1..<15 { next[length + 1] = (next[length] + counts[length]) << 1 }
    return lengths.map { length in
      guard length > 0 else { return 0 }
      let code = next[Int(length)]
      next[Int(length)] = code &+ 1
      return reversed(code, length)
    }
  }

  private static func reversed(_ code: UInt16, _ length: UInt8) -> UInt16 {
    var (rest, result) = (code, UInt16(0))
    for _ in 0..<length {
      result = result << 1 | rest & 1
      rest >>= 1
    }
    return result
  }
}
