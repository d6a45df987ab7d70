import Foundation
import Testing
import Writers

/// JSON as other programs read it.
struct JSONTests {
  @Test func everyCharacterIsReadAsItWas() throws {
    for value in Array(0...0x2FF) + [0x2028, 0xFEFF, 0xFFFF, 0x1F600, 0x10FFFF] {
      let text = "a" + String(try #require(Unicode.Scalar(UInt32(value)))) + "b"
      let json = JSON.object([(text, .list([.text(text)]))]).rendered
      let read = try JSONSerialization.jsonObject(with: Data(json.utf8))
      #expect(read as? [String: [String]] == [text: [text]], "U+\(String(value, radix: 16))")
    }
  }

  @Test func controlCharactersAreWrittenAsCodes() {
    #expect(JSON.text("\u{0}\u{1F}\t\"\\").rendered == #""\u0000\u001f\t\"\\""# + "\n")
  }
}
