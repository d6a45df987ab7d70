/// The records of a table, in memory of their own.
///
/// Copies refer to the same records. Several threads may read and decide them at once, as long as
/// each changes only rows of its own.
package struct RecordRows: RandomAccessCollection, @unchecked Sendable {
  // Unchecked: who changes rows on several threads gives each of them its own.
  private final class Memory {
    let base: UnsafeMutablePointer<ServiceRecord>
    init(_ base: UnsafeMutablePointer<ServiceRecord>) { self.base = base }
    deinit { base.deallocate() }
  }

  private let memory: Memory
  @usableFromInline let base: UnsafeMutablePointer<ServiceRecord>
  package let count: Int

  /// Takes over memory that was allocated for records, of which the first `count` are there.
  package init(owning memory: UnsafeMutablePointer<ServiceRecord>, count: Int) {
    self.memory = Memory(memory)
    (base, self.count) = (memory, count)
  }

  package init(_ records: some Collection<ServiceRecord>) {
    let base = UnsafeMutablePointer<ServiceRecord>.allocate(capacity: Swift.max(1, records.count))
    _ = UnsafeMutableBufferPointer(start: base, count: records.count).initialize(from: records)
    self.init(owning: base, count: records.count)
  }

  /// Where the first one lies, as long as this or a copy is there.
  @inlinable package var address: UnsafePointer<ServiceRecord> { UnsafePointer(base) }

  @inlinable package var startIndex: Int { 0 }
  @inlinable package var endIndex: Int { count }

  @inlinable package subscript(row: Int) -> ServiceRecord {
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
package struct GrowingRecordRows: ~Copyable {
  private var base: UnsafeMutablePointer<ServiceRecord>
  private var capacity: Int
  private(set) package var count = 0

  package init() {
    capacity = 64
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  /// Memory is taken for all rows at once, as many as those so far lead to expect: what is not
  /// touched costs nothing, and copying does.
  ///
  /// - Parameters:
  ///   - position: where the row ends in its file.
  ///   - size: of the file, about.
  @inline(__always)
  package mutating func append(_ record: ServiceRecord, afterReading position: Int, of size: Int) {
    if count == capacity {
      let expected = Double(count) * Double(size) / Double(max(position, 1))
      grow(to: max(2 * capacity, Int(1.05 * expected)))
    }
    (base + count).initialize(to: record)
    count += 1
  }

  package mutating func removeAll() { count = 0 }

  /// Gives the records away; none are left here.
  package mutating func finish() -> RecordRows {
    defer { (base, capacity, count) = (.allocate(capacity: 1), 1, 0) }
    return RecordRows(owning: base, count: count)
  }

  private mutating func grow(to capacity: Int) {
    let larger = UnsafeMutablePointer<ServiceRecord>.allocate(capacity: capacity)
    larger.moveInitialize(from: base, count: count)
    base.deallocate()
    (base, self.capacity) = (larger, capacity)
  }
}
