/// Whether a part of the template is whole.
///
/// The library that makes the template reports success for packages whose parts a full disk cut
/// short or left holes in. Each part is small, so all of it is looked at: elements must be closed
/// in order, and a `count` must be the number of children, as it is wherever the library has one.
struct TemplateCheck {
  private var open: [(name: ArraySlice<UInt8>, children: Int, count: Int?)] = []
  private let bytes: [UInt8]

  static func isWhole(_ bytes: [UInt8]) -> Bool {
    var check = TemplateCheck(bytes: bytes)
    return check.run()
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func run() -> Bool {
    guard var index = bytes.range(of: "?>")?.upperBound, bytes.starts(with: "<?xml ".utf8) else {
      return false
    }
    var hasRoot = false
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "<") else {
        guard bytes[index] >= 0x20 || bytes[index] == 0x0A else { return false }
        index += 1
        continue
      }
      guard let end = bytes[index...].firstIndex(of: UInt8(ascii: ">")) else { return false }
      if open.isEmpty, hasRoot { return false }
      hasRoot = true
      guard take(bytes[index + 1..<end]) else { return false }
      index = end + 1
    }
    return hasRoot && open.isEmpty
  }

  /// - Parameter tag: What stands between `<` and `>`.
  private mutating func take(_ tag: ArraySlice<UInt8>) -> Bool {
    guard let first = tag.first, !tag.contains(UInt8(ascii: "<")) else { return false }
    if first == UInt8(ascii: "/") {
      guard let element = open.popLast(), tag.dropFirst() == element.name else { return false }
      return element.count.map { $0 == element.children } ?? true
    }
    let name = tag.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "/") }
    guard tag.lazy.filter({ $0 == UInt8(ascii: "\"") }).count % 2 == 0 else { return false }
    if !open.isEmpty { open[open.count - 1].children += 1 }
    if tag.last != UInt8(ascii: "/") { open.append((name, 0, Self.count(in: tag))) }
    return true
  }

  private static func count(in tag: ArraySlice<UInt8>) -> Int? {
    let tag = Array(tag)
    guard let start = tag.range(of: " count=\"")?.upperBound else { return nil }
    return Int(String(decoding: tag[start...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self))
  }
}
