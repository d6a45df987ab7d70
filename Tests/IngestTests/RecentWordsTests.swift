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
      func meaning(_ word: [UInt8], else meaning: Int32) -> Int32 {
        word.withUnsafeBufferPointer { words.meaning(of: $0) { _ in meaning } }
      }
      #expect(meaning(word, else: 7) == 7)
      #expect(meaning(other, else: 9) == 9)
      // Nobody is asked again.
      #expect(meaning(word, else: 1) == 7)
      #expect(meaning(other, else: 2) == 9)
    }
  }

  /// Of more words than have room each means what it did, and is asked for once.
  @Test func manyWordsMeanWhatTheyDo() {
    var words = RecentWords()
    var asked = 0
    for round in 0..<100 {
      for number in 0..<(round.isMultiple(of: 2) ? 20 : RecentWords.count) {
        let meaning = Array("word \(number)".utf8).withUnsafeBufferPointer {
          words.meaning(of: $0) { _ in
            asked += 1
            return Int32(number)
          }
        }
        #expect(meaning == number)
      }
    }
    #expect(asked == 20)
  }
}
