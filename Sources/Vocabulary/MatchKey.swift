/// The form in which headings, programs and words of status are compared (SPEC 3.1): without regard
/// to case, white space, `_`, `-`, `.`, `#`, `/` and parentheses.
public func matchKey(_ text: String) -> String {
  var text = text
  if let key = text.withUTF8(plainMatchKey) { return key }
  var key = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar {
    case "_", "-", ".", "#", "/", "(", ")": continue
    default: if !scalar.properties.isWhitespace { key.append(scalar) }
    }
  }
  return String(key).lowercased()
}

/// The same of ASCII, byte by byte: Unicode's tables take longer than the row that they are asked for.
private func plainMatchKey(_ text: UnsafeBufferPointer<UInt8>) -> String? {
  guard text.allSatisfy({ $0 < 0x80 }) else { return nil }
  return String(unsafeUninitializedCapacity: text.count) { key in
    var count = 0
    for byte in text {
      switch byte {
      case 0x09...0x0D, UInt8(ascii: " "), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "#"), UInt8(ascii: "/"), UInt8(ascii: "("), UInt8(ascii: ")"):
        continue
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): key[count] = byte | 0x20
      default: key[count] = byte
      }
      count += 1
    }
    return count
  }
}

/// The candidate nearest to what was typed, where it is near enough to be meant (did you mean).
public func nearest(_ typed: String, among candidates: some Sequence<String>) -> String? {
  let typed = Array(matchKey(typed))
  guard (1...64).contains(typed.count) else { return nil }
  let ranked = candidates.map { (name: $0, distance: editDistance(typed, Array(matchKey($0)))) }
  guard let best = ranked.min(by: { $0.distance < $1.distance }),
    best.distance <= max(1, typed.count / 3)
  else { return nil }
  return best.name
}

/// Insertions, deletions, substitutions and swaps of neighbours between two words.
private func editDistance(_ lhs: [Character], _ rhs: [Character]) -> Int {
  var rows = [Array(0...rhs.count)]
  for i in 0..<lhs.count {
    var row = [i + 1]
    for j in 0..<rhs.count {
      var cost = min(rows[i][j] + (lhs[i] == rhs[j] ? 0 : 1), row[j] + 1, rows[i][j + 1] + 1)
      if i > 0, j > 0, lhs[i] == rhs[j - 1], lhs[i - 1] == rhs[j] {
        cost = min(cost, rows[i - 1][j - 1] + 1)
      }
      row.append(cost)
    }
    rows.append(row)
  }
  return rows[lhs.count][rhs.count]
}
