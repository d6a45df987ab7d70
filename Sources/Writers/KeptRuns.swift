internal import Reports

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What was made of the runs that a ``CellRow`` keeps: bytes, by the run's place. They are copied
/// instead of made again, and compared instead of read again.
///
/// In a sheet each cell has the number of its row among its bytes: where, is kept too, so that it
/// can be put in anew. Numbers of more digits need other bytes: the row forgets its runs there.
struct KeptRuns: ~Copyable {
  /// Of a run's bytes; one with more is not kept.
  static let countMax = 640

  private let bytes: UnsafeMutablePointer<UInt8>
  /// By place: how many bytes there are, then where the number of each cell's row begins.
  private let marks: UnsafeMutablePointer<UInt16>
  private static let marksCount = 1 + CellRun.countMax

  /// - Parameter places: those of the row.
  init(places: Int) {
    bytes = .allocate(capacity: places * Self.countMax + ByteBuffer.stride)
    marks = .allocate(capacity: places * Self.marksCount)
  }

  deinit {
    bytes.deallocate()
    marks.deallocate()
  }

  /// Keeps what was made of a run.
  ///
  /// - Parameter numbers: where the number of the row begins in each cell; none in a table.
  /// - Returns: false where it is too much to keep.
  mutating func keep(
    _ made: UnsafeBufferPointer<UInt8>, of run: CellRun, numbers: borrowing RunNumbers
  ) -> Bool {
    guard made.count <= Self.countMax else { return false }
    if let source = made.baseAddress {
      memcpy(bytes + run.place * Self.countMax, source, made.count)
    }
    let marks = marks + run.place * Self.marksCount
    marks[0] = UInt16(made.count)
    for cell in 0..<numbers.count { marks[1 + cell] = UInt16(truncatingIfNeeded: numbers[cell]) }
    return true
  }

  /// What was kept of a run. There are ``ByteBuffer/stride`` bytes to read behind its start.
  @inline(__always)
  func bytes(of run: CellRun) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(
      start: bytes + run.place * Self.countMax, count: Int(marks[run.place * Self.marksCount]))
  }

  /// Where the number of the row begins in a cell of a run, from the run's start.
  @inline(__always)
  func number(ofCell cell: Int, of run: CellRun) -> Int {
    Int(marks[run.place * Self.marksCount + 1 + cell])
  }
}

/// Where the number of the row begins in each cell of a run that is being made.
struct RunNumbers {
  private var places = SIMD8<Int32>(repeating: 0)
  private(set) var count = 0

  mutating func append(_ place: Int) {
    places[count] = Int32(truncatingIfNeeded: place)
    count += 1
  }

  subscript(cell: Int) -> Int { Int(places[cell]) }
}
