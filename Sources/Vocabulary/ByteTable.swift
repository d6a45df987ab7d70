/// A hash table from byte strings to numbers, for the hot path: looking up makes no heap object.
public struct ByteTable: Sendable {
  /// A key: its first and last eight bytes, which are all of one that has no more than sixteen.
  ///
  /// As small as it can be: of tens of thousands, most are then in the processor's own memory.
  private struct Entry {
    var (first, last): (UInt64, UInt64)
    var count: Int32
    var value: Int32
  }

  private var slots: [Int32]
  private var entries: [Entry] = []
  /// Where the bytes of each entry's key are in ``keys``.
  private var starts: [Int] = []
  private var keys: [UInt8] = []

  /// - Parameter count: of the keys that are to be added, about.
  public init(expecting count: Int = 0) {
    var slotCount = 64
    while slotCount < 2 * count { slotCount *= 2 }
    slots = Array(repeating: -1, count: slotCount)
    entries.reserveCapacity(count)
    starts.reserveCapacity(count)
  }

  public var isEmpty: Bool { entries.isEmpty }

  /// The value of a key, or nil. O(key's length).
  public func value(_ key: UnsafeBufferPointer<UInt8>) -> Int32? {
    let entry = slots[slot(of: key)]
    return entry < 0 ? nil : entries[Int(entry)].value
  }

  public func value(_ key: String) -> Int32? {
    var key = key
    return key.withUTF8 { value($0) }
  }

  /// Adds a key, or changes the value of the one there.
  ///
  /// - Precondition: keys are shorter than 2 GiB.
  public mutating func set(_ key: UnsafeBufferPointer<UInt8>, to value: Int32) {
    set(key) { _ in value }
  }

  /// Adds a key, or changes the value of the one there.
  ///
  /// - Parameter value: of the value so far; nil where the key is not there.
  /// - Returns: what the value is then.
  @discardableResult
  public mutating func set(
    _ key: UnsafeBufferPointer<UInt8>, to value: (_ last: Int32?) -> Int32
  ) -> Int32 {
    let slot = slot(of: key)
    guard slots[slot] < 0 else {
      let entry = Int(slots[slot])
      entries[entry].value = value(entries[entry].value)
      return entries[entry].value
    }
    let value = value(nil)
    slots[slot] = Int32(entries.count)
    entries.append(
      Entry(
        first: firstWord(key), last: lastWord(key), count: Int32(key.count), value: value))
    starts.append(keys.count)
    keys.append(contentsOf: key)
    if entries.count * 2 > slots.count { grow() }
    return value
  }

  public mutating func set(_ key: String, to value: Int32) {
    var key = key
    key.withUTF8 { set($0, to: value) }
  }

  /// The slot that has a key, or the free one where it would be.
  private func slot(of key: UnsafeBufferPointer<UInt8>) -> Int {
    let (first, last) = (firstWord(key), lastWord(key))
    var slot = firstSlot(of: key)
    while slots[slot] >= 0 {
      let index = Int(slots[slot])
      let entry = entries[index]
      // What has no more than sixteen bytes is its two words: no third place in memory is waited for.
      if entry.first == first, entry.last == last, Int(entry.count) == key.count,
        key.count <= 16 || withKey(of: index, { areEqual(key, $0) })
      {
        break
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private func firstSlot(of key: UnsafeBufferPointer<UInt8>) -> Int {
    Int(truncatingIfNeeded: hashOf(key)) & (slots.count - 1)
  }

  private func withKey<Result>(
    of index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    let start = starts[index]
    return keys.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[start..<start + Int(entries[index].count)]))
    }
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    // No key is there twice: each has the first slot that is free.
    for index in entries.indices {
      var slot = withKey(of: index, firstSlot)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(index)
    }
  }
}

/// The first eight bytes; 0 where there are fewer, for ``lastWord(_:)`` has them all.
private func firstWord(_ key: UnsafeBufferPointer<UInt8>) -> UInt64 {
  key.count < 8 ? 0 : word(UnsafeRawPointer(key.baseAddress!), at: 0)
}

private func lastWord(_ key: UnsafeBufferPointer<UInt8>) -> UInt64 {
  key.baseAddress.map { lastWord(UnsafeRawPointer($0), count: key.count) } ?? 0
}

/// A hash of bytes, eight at a time, the same on every machine. Not for secrets: files come from the office itself, and
/// a collision costs time, never a wrong answer.
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
  UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
}

/// The last eight bytes, or all where there are fewer: some may come twice, and none is left out.
@inlinable func lastWord(_ bytes: UnsafeRawPointer, count: Int) -> UInt64 {
  if count >= 8 { return word(bytes, at: count - 8) }
  if count >= 4 {
    let (first, last) = (
      UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)),
      UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
    )
    return UInt64(first) << 32 | UInt64(last)
  }
  guard count > 0 else { return 0 }
  func byte(_ offset: Int) -> UInt64 { UInt64(bytes.load(fromByteOffset: offset, as: UInt8.self)) }
  return byte(0) << 16 | byte(count / 2) << 8 | byte(count - 1)
}
