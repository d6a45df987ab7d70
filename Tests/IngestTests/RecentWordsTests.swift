import Testing

@testable import Ingest

/// Words that are remembered by their bytes.
struct RecentWordsTests {
  /// Two words that differ in one byte, wherever it is, are two words: also those too long to be remembered.
  @Test(arguments: 0...40) func wordsThatAreAlikeAreOthers(length: Int) {
    let word = (0..<length).map { UInt8(ascii: "a") + UInt8($0 % 23) }
    let others = word.indices.map { place in
      var other = word
      other[place] ^= 0x20
      return other
    }
    for other in others + [word + [0], word + [UInt8(ascii: "a")]] {
      var words = RecentWords()
      func meaning(_ word: [UInt8], else meaning: UInt8) -> UInt8 {
        word.withUnsafeBufferPointer { words.meaning(of: $0) { _ in meaning } }
      }
      #expect(meaning(word, else: 7) == 7)
      #expect(meaning(other, else: 9) == 9)
      // What is remembered is not asked for again.
      #expect(meaning(word, else: 1) == (length <= RecentWords.lengthMax ? 7 : 1))
      #expect(meaning(other, else: 2) == (other.count <= RecentWords.lengthMax ? 9 : 2))
    }
  }

  /// Of more words than have room each means what it did, remembered or not.
  @Test func manyWordsMeanWhatTheyDo() {
    var words = RecentWords()
    var asked = 0
    for round in 0..<100 {
      for number in 0..<(round < 50 ? 20 : RecentWords.count) {
        let meaning = Array("word \(number)".utf8).withUnsafeBufferPointer {
          words.meaning(of: $0) { _ in
            asked += 1
            return UInt8(number)
          }
        }
        #expect(meaning == UInt8(number))
      }
    }
    // The last fifty rounds are about as many words as there is room for.
    #expect(asked <= 50 * 20 + RecentWords.count)
  }
}
