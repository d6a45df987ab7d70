/// A hash table from byte strings to numbers, for the hot path: looking up makes no heap object.
public struct ByteTable: Sendable {
  private var slots: [Int32] = Array(repeating: -1, count: 64)
  private var entries: [(start: Int, count: Int, hash: UInt64, value: Int32)] = []
  private var keys: [UInt8] = []

  public init() {}

  public var isEmpty: Bool { entries.isEmpty }

  /// The value of a key, or nil. O(key's length).
  public func value(_ key: UnsafeBufferPointer<UInt8>) -> Int32? {
    keys.withUnsafeBufferPointer { keys in
      let hash = hashOf(key)
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] >= 0 {
        let entry = entries[Int(slots[slot])]
        if entry.hash == hash,
          areEqual(
            key, UnsafeBufferPointer(rebasing: keys[entry.start..<entry.start + entry.count]))
        {
          return entry.value
        }
        slot = (slot + 1) & (slots.count - 1)
      }
      return nil
    }
  }

  public func value(_ key: String) -> Int32? {
    var key = key
    return key.withUTF8 { value($0) }
  }

  /// Adds a key, or changes the value of the one there.
  public mutating func set(_ key: UnsafeBufferPointer<UInt8>, to value: Int32) {
    let hash = hashOf(key)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let entry = entries[Int(slots[slot])]
      let isSame = keys.withUnsafeBufferPointer {
        entry.hash == hash
          && areEqual(
            key, UnsafeBufferPointer(rebasing: $0[entry.start..<entry.start + entry.count]))
      }
      if isSame {
        entries[Int(slots[slot])].value = value
        return
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(entries.count)
    entries.append((keys.count, key.count, hash, value))
    keys.append(contentsOf: key)
    if entries.count * 2 > slots.count { grow() }
  }

  public mutating func set(_ key: String, to value: Int32) {
    var key = key
    key.withUTF8 { set($0, to: value) }
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    for (index, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.hash) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(index)
    }
  }
}

/// A hash of bytes, eight at a time. Not for secrets: files come from the office itself, and a
/// collision costs time, never a wrong answer.
@inlinable public func hashOf(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt64 = 0) -> UInt64 {
  var hash = (UInt64(truncatingIfNeeded: bytes.count) ^ seed) &* 0x9E37_79B9_7F4A_7C15
  guard let base = UnsafeRawPointer(bytes.baseAddress) else { return hash ^ (hash >> 29) }
  var index = 0
  while index + 8 < bytes.count {
    hash = (hash ^ word(base, at: index)) &* 0xFF51_AFD7_ED55_8CCD
    hash ^= hash >> 32
    index += 8
  }
  hash = (hash ^ lastWord(base, count: bytes.count)) &* 0xFF51_AFD7_ED55_8CCD
  hash ^= hash >> 32
  return hash ^ (hash >> 29)
}

@inlinable public func areEqual(
  _ lhs: UnsafeBufferPointer<UInt8>, _ rhs: UnsafeBufferPointer<UInt8>
) -> Bool {
  guard lhs.count == rhs.count else { return false }
  guard let left = UnsafeRawPointer(lhs.baseAddress), let right = UnsafeRawPointer(rhs.baseAddress)
  else { return true }
  var index = 0
  while index + 8 < lhs.count {
    if word(left, at: index) != word(right, at: index) { return false }
    index += 8
  }
  return lastWord(left, count: lhs.count) == lastWord(right, count: lhs.count)
}

@inlinable func word(_ bytes: UnsafeRawPointer, at offset: Int) -> UInt64 {
  bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
}

/// The last eight bytes, or all where there are fewer: some may come twice, and none is left out.
@inlinable func lastWord(_ bytes: UnsafeRawPointer, count: Int) -> UInt64 {
  if count >= 8 { return word(bytes, at: count - 8) }
  if count >= 4 {
    let (first, last) = (
      bytes.loadUnaligned(as: UInt32.self),
      bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
    )
    return UInt64(first) << 32 | UInt64(last)
  }
  guard count > 0 else { return 0 }
  func byte(_ offset: Int) -> UInt64 { UInt64(bytes.load(fromByteOffset: offset, as: UInt8.self)) }
  return byte(0) << 16 | byte(count / 2) << 8 | byte(count - 1)
}
