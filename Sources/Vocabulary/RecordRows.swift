/// The records of a table, in memory of their own.
///
/// Copies refer to the same records. Several threads may read and decide them at once, as long as
/// each changes only rows of its own.
public struct RecordRows: RandomAccessCollection, @unchecked Sendable {
  // Unchecked: who changes rows on several threads gives each of them its own.
  private final class Memory {
    let base: UnsafeMutablePointer<ServiceRecord>
    init(_ base: UnsafeMutablePointer<ServiceRecord>) { self.base = base }
    deinit { base.deallocate() }
  }

  private let owner: Memory
  @usableFromInline let base: UnsafeMutablePointer<ServiceRecord>
  public let count: Int

  /// Takes over memory that was allocated for records, of which the first `count` are there.
  public init(owning memory: UnsafeMutablePointer<ServiceRecord>, count: Int) {
    owner = Memory(memory)
    (base, self.count) = (memory, count)
  }

  public init(_ records: some Collection<ServiceRecord>) {
    let base = UnsafeMutablePointer<ServiceRecord>.allocate(capacity: Swift.max(1, records.count))
    _ = UnsafeMutableBufferPointer(start: base, count: records.count).initialize(from: records)
    self.init(owning: base, count: records.count)
  }

  /// Where they lie, as long as this or a copy is there.
  var memory: UnsafeMutableBufferPointer<ServiceRecord> { .init(start: base, count: count) }

  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { count }

  @inlinable public subscript(row: Int) -> ServiceRecord {
    get {
      precondition(row >= 0 && row < count, "a row is in its table")
      return base[row]
    }
    nonmutating _modify {
      precondition(row >= 0 && row < count, "a row is in its table")
      yield &base[row]
    }
  }
}

/// Records of a table that is being read, in memory that their ``RecordRows`` take over.
public struct GrowingRecordRows: ~Copyable {
  private var base: UnsafeMutablePointer<ServiceRecord>
  private var capacity: Int
  private(set) public var count = 0
  private static let believedCount = 2_000_000

  /// - Parameter count: of the rows that are to be added, about: they are not moved then.
  public init(expecting count: Int = 64) {
    capacity = max(count, 1)
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  @inline(__always)
  public mutating func append(_ record: ServiceRecord) {
    if count == capacity { grow(to: 2 * capacity) }
    (base + count).initialize(to: record)
    count += 1
  }

  /// Adds the rows of a stretch that was read by itself.
  ///
  /// Memory is taken for all rows of the file at once, as many as those so far lead to expect: what
  /// is not touched costs nothing, and copying does.
  ///
  /// - Parameters:
  ///   - linesBefore: lines of the file before the stretch.
  ///   - textBefore: bytes of the table's text before those of the stretch.
  ///   - rewrittenBefore: rewritten IDs of the table before the stretch.
  ///   - share: of the file, the stretch with it.
  public mutating func append(
    contentsOf stretch: borrowing GrowingRecordRows, linesBefore: Int, textBefore: Int,
    rewrittenBefore: Int, share: FileShare
  ) {
    guard stretch.count > 0 else { return }
    let needed = count + stretch.count
    if needed > capacity {
      // A few rows say nothing of how long the others are.
      let all = needed < 64 ? needed : share.all(needed, believed: Self.believedCount)
      grow(to: max(needed, capacity * 3 / 2, all))
    }
    for index in 0..<stretch.count {
      var record = stretch.base[index]
      record.move(
        linesBefore: linesBefore, textBefore: textBefore, rewrittenBefore: rewrittenBefore)
      (base + count + index).initialize(to: record)
    }
    count = needed
  }

  /// Gives the records away; none are left here.
  public mutating func finish() -> RecordRows {
    defer { (base, capacity, count) = (.allocate(capacity: 1), 1, 0) }
    return RecordRows(owning: base, count: count)
  }

  private mutating func grow(to capacity: Int) {
    (base, self.capacity) = (grown(base, keeping: count, to: capacity), capacity)
  }
}

/// How much of a file has been read.
public struct FileShare: Sendable {
  private let share: Double

  /// - Parameters:
  ///   - read: bytes.
  ///   - count: of the file's bytes, about.
  public init(read: Int, of count: Int) {
    share = Double(max(read, 1)) / Double(max(count, read, 1))
  }

  /// How many of something the whole file has, as this share lets expect.
  ///
  /// A file may say anything of its size: it is believed up to so many, and then up to 64 times what was read.
  func all(_ count: Int, believed: Int) -> Int {
    let believed = max(Double(believed), 64 * Double(count))
    return Int(min(1.05 * Double(count) / share, believed))
  }
}
