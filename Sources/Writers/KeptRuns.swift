internal import Reports

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What was made of the runs that a ``CellRow`` keeps: bytes for each cell, by the run's place. They are
/// copied instead of made again, and compared instead of read again.
struct KeptRuns: ~Copyable {
  /// Of a run's bytes, and of its cells; those with more are not kept.
  private static let countMax = 384
  private static let cellsMax = 4

  private let bytes: UnsafeMutablePointer<UInt8>
  /// Where the bytes of each cell end, within those of its run.
  private let ends: UnsafeMutablePointer<UInt16>

  /// - Parameter places: those of the row.
  init(places: Int) {
    bytes = .allocate(capacity: places * Self.countMax + ByteBuffer.stride)
    ends = .allocate(capacity: places * Self.cellsMax)
  }

  deinit {
    bytes.deallocate()
    ends.deallocate()
  }

  /// Keeps what was made of the next cell of a run.
  ///
  /// - Parameter cell: from 0.
  /// - Returns: false where it is too much to keep.
  mutating func keep(
    _ made: UnsafeBufferPointer<UInt8>, forCell cell: Int, of run: CellRun
  ) -> Bool {
    guard cell < Self.cellsMax else { return false }
    let start = start(ofCell: cell, of: run)
    guard start + made.count <= Self.countMax else { return false }
    if let source = made.baseAddress {
      memcpy(bytes + run.place * Self.countMax + start, source, made.count)
    }
    ends[run.place * Self.cellsMax + cell] = UInt16(start + made.count)
    return true
  }

  /// What was kept for a cell of a run. There are ``ByteBuffer/stride`` bytes to read behind its start.
  @inline(__always)
  func bytes(ofCell cell: Int, of run: CellRun) -> UnsafeBufferPointer<UInt8> {
    let start = start(ofCell: cell, of: run)
    return UnsafeBufferPointer(
      start: bytes + run.place * Self.countMax + start,
      count: Int(ends[run.place * Self.cellsMax + cell]) - start)
  }

  @inline(__always)
  private func start(ofCell cell: Int, of run: CellRun) -> Int {
    cell == 0 ? 0 : Int(ends[run.place * Self.cellsMax + cell - 1])
  }
}
