/// What IDs that are the same but for case, signs and zeros at the start have in common (SPEC 5, `similar-record`):
/// letters and digits in lower case, without zeros at the start.
public enum SimilarityKey {
  /// The same for IDs that ``areEqual(_:_:)`` calls so, as long as the program runs. O(ID's length).
  public static func hash(of id: UnsafeBufferPointer<UInt8>, seed: UInt64) -> UInt64 {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: id.count) { key in
      let (key, isASCII) = lettersAndDigits(of: id, in: key)
      if isASCII { return hashOf(key, seed: seed) }
      // What is left may be the key of an ID in ASCII.
      let text = textOfAnyScript(id)
      return text.utf8.allSatisfy { $0 < 0x80 }
        ? hashOf(key, seed: seed)
        : UInt64(bitPattern: Int64(text.hashValue)) &* 0x9E37_79B9_7F4A_7C15
    }
  }

  /// The same for IDs of an activity that ``areEqual(_:_:)`` calls so, in every build and on every machine: the ledger
  /// keeps it, and finds by it what is paid. Whoever changes what it gives has all keys of a ledger made anew.
  ///
  /// Over the letters and digits of ASCII alone, which are most: what counts as a letter of other scripts is for
  /// ``areEqual(_:_:)`` to say. O(ID's length).
  public static func key(of id: UnsafeBufferPointer<UInt8>, _ activity: Activity) -> UInt32 {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: id.count) { key in
      let hash = hashOf(
        lettersAndDigits(of: id, in: key).key, seed: UInt64(activity.rawValue))
      return UInt32(truncatingIfNeeded: hash)
    }
  }

  public static func areEqual(
    _ lhs: UnsafeBufferPointer<UInt8>, _ rhs: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: lhs.count) { left in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: rhs.count) { right in
        let (one, other) = (
          lettersAndDigits(of: lhs, in: left), lettersAndDigits(of: rhs, in: right)
        )
        return one.isASCII && other.isASCII
          ? Vocabulary.areEqual(one.key, other.key) : text(of: lhs) == text(of: rhs)
      }
    }
  }

  /// Those of ASCII, and whether there are no others.
  private static func lettersAndDigits(
    of id: UnsafeBufferPointer<UInt8>, in key: UnsafeMutableBufferPointer<UInt8>
  ) -> (key: UnsafeBufferPointer<UInt8>, isASCII: Bool) {
    var (count, bits) = (0, UInt8(0))
    for byte in id {
      let lower = byte | 0x20
      bits |= byte
      if lower &- UInt8(ascii: "a") < 26 {
        key[count] = lower
      } else if byte &- UInt8(ascii: "0") < 10, count > 0 || byte != UInt8(ascii: "0") {
        key[count] = byte
      } else {
        continue
      }
      count += 1
    }
    return (UnsafeBufferPointer(rebasing: key[..<count]), bits < 0x80)
  }

  /// Letters and digits of every script: the same for IDs that ``areEqual(_:_:)`` calls so.
  public static func text(of id: UnsafeBufferPointer<UInt8>) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: id.count) { key in
      let (key, isASCII) = lettersAndDigits(of: id, in: key)
      return isASCII ? String(decoding: key, as: UTF8.self) : textOfAnyScript(id)
    }
  }

  private static func textOfAnyScript(_ id: UnsafeBufferPointer<UInt8>) -> String {
    var key = String.UnicodeScalarView()
    for scalar in String(decoding: id, as: UTF8.self).unicodeScalars {
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
        .decimalNumber, .letterNumber, .otherNumber:
        key.append(scalar)
      default: continue
      }
    }
    return String(String(key).lowercased().drop { $0 == "0" })
  }
}
