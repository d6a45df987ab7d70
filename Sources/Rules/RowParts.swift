internal import Vocabulary

/// Rows by the hash of a key, in parts.
///
/// Rows whose keys are equal are in the same part, so that threads look through parts without each
/// other, and the hash table of a part fits in a core's cache. Eight bytes a row.
struct RowParts: Sendable {
  /// A row, and some bits of its key's hash.
  struct Entry: Sendable {
    let tag: UInt32
    let row: Int32

    init(_ hash: UInt64, row: Int32) { (tag, self.row) = (UInt32(truncatingIfNeeded: hash), row) }

    fileprivate static let none = Entry(0, row: -1)
  }

  /// The rows of a piece of the records, part by part.
  private struct Piece: Sendable {
    /// Of its first entry.
    var start: Int
    /// Where each part ends.
    var ends: [Int32]
  }

  /// All entries, in one block: many small ones would stay with the process once they are freed.
  private final class Entries: @unchecked Sendable {
    // Unchecked: each piece writes its own entries, and then nobody does.
    let base: UnsafeMutablePointer<Entry>
    init(count: Int) { base = .allocate(capacity: count) }
    deinit { base.deallocate() }
  }

  private let entries: Entries
  private let pieces: [Piece]
  let count: Int

  /// Rows for which a part's table stays in the cache.
  private static let partRowCount = 1 << 13
  private static let countMax = 1 << 10

  /// - Parameter hash: of a row's key; nil for rows that are left out.
  init(
    _ records: RecordTables, _ workers: Workers,
    hash: @Sendable (RecordTable, _ row: Int) -> UInt64?
  ) {
    var bits: UInt64 = 0
    while 1 << bits < Self.countMax, records.count >> bits > Self.partRowCount { bits += 1 }
    // A part is the highest bits of a hash, behind so many others.
    let (count, shift) = (1 << Int(bits), 64 - bits)
    self.count = count
    let ranges = records.pieces()
    let all = Entries(count: records.count)
    entries = all
    pieces = workers.map(ranges.count) { number in
      let range = ranges[number]
      let table = records.tables[range.table]
      var hashed: [(hash: UInt64, row: Int32)] = []
      hashed.reserveCapacity(range.rows.count)
      for row in range.rows {
        guard let hash = hash(table, row) else { continue }
        hashed.append((hash, range.first + Int32(row - range.rows.lowerBound)))
      }
      let start = Int(range.first)
      let ends = Self.sort(hashed, to: all.base + start, count: count) { Int($0 >> shift) }
      return Piece(start: start, ends: ends)
    }
  }

  /// Sorts rows by their part, in one pass that counts and one that places them.
  ///
  /// - Returns: where each part ends.
  private static func sort(
    _ hashed: [(hash: UInt64, row: Int32)], to entries: UnsafeMutablePointer<Entry>, count: Int,
    part: (UInt64) -> Int
  ) -> [Int32] {
    var places = Array(repeating: Int32(0), count: count)
    for item in hashed { places[part(item.hash)] += 1 }
    var sum: Int32 = 0
    for index in places.indices { (places[index], sum) = (sum, sum + places[index]) }
    for item in hashed {
      let number = part(item.hash)
      (entries + Int(places[number])).initialize(
        to: Entry(item.hash, row: item.row))
      places[number] += 1
    }
    // Each place has moved to its part's end.
    return places
  }

  /// Calls `body` with each row of a part, in their order.
  func forEach(in part: Int, _ body: (Entry) -> Void) {
    for piece in pieces {
      let start = part == 0 ? 0 : Int(piece.ends[part - 1])
      for index in start..<Int(piece.ends[part]) { body(entries.base[piece.start + index]) }
    }
  }

  /// Lends an empty table for the rows of a part.
  func withTable<Result>(for part: Int, _ body: (RowTable) -> Result) -> Result {
    let slots = UnsafeMutableBufferPointer<Entry>.allocate(capacity: slotCount(of: part))
    defer { slots.deallocate() }
    return body(RowTable(slots))
  }

  /// A power of two, twice the rows at the least.
  private func slotCount(of part: Int) -> Int {
    let rows = pieces.reduce(0) {
      $0 + Int($1.ends[part]) - (part == 0 ? 0 : Int($1.ends[part - 1]))
    }
    var size = 16
    while size < rows * 2 { size *= 2 }
    return size
  }
}

/// A hash table of rows: of several with equal keys the first. It lies in memory that somebody else lends.
struct RowTable {
  private let slots: UnsafeMutableBufferPointer<RowParts.Entry>

  /// An empty one.
  fileprivate init(_ slots: UnsafeMutableBufferPointer<RowParts.Entry>) {
    self.slots = slots
    slots.initialize(repeating: .none)
  }

  /// The row that was added with an equal key; else nil, and the row is added.
  ///
  /// - Parameter isEqual: whether the row's key is that of another row.
  func add(_ entry: RowParts.Entry, isEqual: (Int32) -> Bool) -> Int32? {
    let slot = slot(of: entry, isEqual)
    if slots[slot].row >= 0 { return slots[slot].row }
    slots[slot] = entry
    return nil
  }

  /// The row that was added with an equal key.
  func row(like entry: RowParts.Entry, isEqual: (Int32) -> Bool) -> Int32? {
    let row = slots[slot(of: entry, isEqual)].row
    return row < 0 ? nil : row
  }

  private func slot(of entry: RowParts.Entry, _ isEqual: (Int32) -> Bool) -> Int {
    let mask = slots.count - 1
    var slot = Int(entry.tag) & mask
    while slots[slot].row >= 0 {
      if slots[slot].tag == entry.tag, isEqual(slots[slot].row) { break }
      slot = (slot + 1) & mask
    }
    return slot
  }
}

/// Rows that stand together in some way, several in a group; groups by their first row.
struct RowGroups: Sequence, Sendable {
  /// A row, and before it the first one of its group.
  private let pairs: [UInt64]

  /// A row that is not the first of its group.
  struct Member: Sendable {
    var first: Int32
    var row: Int32
  }

  init(_ members: [[Member]]) {
    var pairs: [UInt64] = []
    pairs.reserveCapacity(members.reduce(0) { $0 + $1.count })
    for member in members.joined() {
      pairs.append(UInt64(UInt32(member.first)) << 32 | UInt64(UInt32(member.row)))
    }
    pairs.sort()
    self.pairs = pairs
  }

  func makeIterator() -> Iterator { Iterator(rest: pairs[...]) }

  /// Gives the rows of each group, in their order.
  struct Iterator: IteratorProtocol {
    fileprivate var rest: ArraySlice<UInt64>

    mutating func next() -> [Int32]? {
      guard let first = rest.first.map({ $0 >> 32 }) else { return nil }
      var rows = [Int32(first)]
      while let pair = rest.first, pair >> 32 == first {
        rows.append(Int32(truncatingIfNeeded: pair))
        rest.removeFirst()
      }
      return rows
    }
  }
}
