/// What a few words of a column mean, by their bytes: the same ones stand in a million rows.
///
/// All of it is in the structure itself: of a table on the heap the references would be counted at each look.
struct RecentWords {
  /// A longer word is not remembered.
  static let lengthMax = 32
  static let count = 8

  /// As large as one place among several: no padding behind it.
  private struct Word {
    var bytes = Bytes(0, 0, 0, 0)
    var length = -1
    var meaning = 0
  }

  private typealias Bytes = (UInt64, UInt64, UInt64, UInt64)

  private typealias Four = (Word, Word, Word, Word)
  private var words: (Four, Four) = (
    (Word(), Word(), Word(), Word()), (Word(), Word(), Word(), Word())
  )
  /// Whose place the next one takes.
  private var oldest = 0

  /// - Parameter find: says what a word means that is not remembered.
  @inline(__always)
  mutating func meaning(
    of word: UnsafeBufferPointer<UInt8>, else find: (UnsafeBufferPointer<UInt8>) -> UInt8
  ) -> UInt8 {
    guard word.count <= Self.lengthMax else { return find(word) }
    let bytes = Self.bytes(of: word)
    return withUnsafeMutableBytes(of: &words) { memory in
      let words = memory.assumingMemoryBound(to: Word.self)
      for known in words where known.length == word.count && known.bytes == bytes {
        return UInt8(known.meaning)
      }
      let meaning = find(word)
      words[oldest] = Word(bytes: bytes, length: word.count, meaning: Int(meaning))
      oldest = (oldest + 1) % Self.count
      return meaning
    }
  }

  /// Bytes from which, with how many there are, a word can be told: some may come twice, and none is left out.
  @inline(__always)
  private static func bytes(of word: UnsafeBufferPointer<UInt8>) -> Bytes {
    guard let base = UnsafeRawPointer(word.baseAddress) else { return (0, 0, 0, 0) }
    func eight(_ start: Int) -> UInt64 {
      base.loadUnaligned(fromByteOffset: start, as: UInt64.self)
    }
    func four(_ start: Int) -> UInt64 {
      UInt64(base.loadUnaligned(fromByteOffset: start, as: UInt32.self))
    }
    let count = word.count
    if count >= 16 { return (eight(0), eight(8), eight(count - 16), eight(count - 8)) }
    if count >= 8 { return (eight(0), eight(count - 8), 0, 0) }
    if count >= 4 { return (four(0), four(count - 4), 0, 0) }
    guard count > 0 else { return (0, 0, 0, 0) }
    return (UInt64(word[0]), UInt64(word[count / 2]), UInt64(word[count - 1]), 0)
  }
}
