internal import Vocabulary

/// What the words of a column mean, by their bytes: the same few stand in a million rows.
///
/// The last few are in the structure itself: of a table on the heap the references would be counted at each look.
struct RecentWords {
  /// A longer word is only in the table.
  static let lengthMax = 32
  static let count = 8

  /// As large as one place among several: no padding behind it.
  private struct Word {
    var bytes = Bytes(0, 0, 0, 0)
    var length = -1
    var meaning: Int32 = 0
    var padding: Int32 = 0
  }

  private typealias Bytes = (UInt64, UInt64, UInt64, UInt64)
  private typealias Four = (Word, Word, Word, Word)
  private var words: (Four, Four) = (
    (Word(), Word(), Word(), Word()), (Word(), Word(), Word(), Word())
  )
  /// Whose place the next one takes.
  private var oldest = 0
  private var all = ByteTable()

  /// - Parameter find: says what a word means that has not been asked for before.
  @inline(__always)
  mutating func meaning(
    of word: UnsafeBufferPointer<UInt8>, else find: (UnsafeBufferPointer<UInt8>) -> Int32
  ) -> Int32 {
    guard word.count <= Self.lengthMax else { return remembered(word, find) }
    let bytes = Self.bytes(of: word)
    let known = withUnsafeMutableBytes(of: &words) { memory in
      memory.assumingMemoryBound(to: Word.self)
        .first { $0.length == word.count && $0.bytes == bytes }?.meaning
    }
    if let known { return known }
    let meaning = remembered(word, find)
    let place = oldest
    withUnsafeMutableBytes(of: &words) { memory in
      memory.assumingMemoryBound(to: Word.self)[place] = Word(
        bytes: bytes, length: word.count, meaning: meaning)
    }
    oldest = (oldest + 1) % Self.count
    return meaning
  }

  private mutating func remembered(
    _ word: UnsafeBufferPointer<UInt8>, _ find: (UnsafeBufferPointer<UInt8>) -> Int32
  ) -> Int32 {
    if let known = all.value(word) { return known }
    let meaning = find(word)
    all.set(word, to: meaning)
    return meaning
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
