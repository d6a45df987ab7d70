internal import Reports

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The XML of the runs that a ``CellRow`` keeps, as it was read and found right: what stands for the same run in a
/// later row must be the same, but for the row's number.
struct VerifiedRuns: ~Copyable {
  /// Bytes that are compared in one step.
  private typealias Step = SIMD2<UInt64>

  private var kept: KeptRuns
  /// By place and step of its bytes: ones where they count, zeros where a row's number stands and behind the end.
  private let masks: UnsafeMutablePointer<Step>
  private static let stepCount = KeptRuns.countMax / MemoryLayout<Step>.size

  init(places: Int) {
    kept = KeptRuns(places: places)
    masks = .allocate(capacity: places * Self.stepCount)
  }

  deinit { masks.deallocate() }

  /// Keeps a run. One that is too long is new in each row.
  mutating func keep(
    _ read: UnsafeBufferPointer<UInt8>, of run: CellRun, numbers: borrowing RunNumbers,
    _ number: RowNumber
  ) {
    guard kept.keep(read, of: run, numbers: numbers) else { return }
    let mask = UnsafeMutableRawPointer(masks + run.place * Self.stepCount)
    memset(mask, 0xFF, read.count)
    memset(mask + read.count, 0, min(MemoryLayout<Step>.size, KeptRuns.countMax - read.count))
    for cell in 0..<numbers.count { memset(mask + numbers[cell], 0, number.count) }
  }

  /// Steps over a run that was kept, where it is what comes next.
  @inline(__always)
  func take(_ run: CellRun, _ number: RowNumber, from cursor: inout XMLCursor) -> Bool {
    let wanted = kept.bytes(of: run)
    guard cursor.count >= wanted.count else { return false }
    var numbers: UInt64 = 0
    for cell in 0..<run.count {
      numbers |= number.difference(from: cursor.step(at: kept.number(ofCell: cell, of: run)))
    }
    let (base, mask) = (UnsafeRawPointer(wanted.baseAddress!), masks + run.place * Self.stepCount)
    let size = MemoryLayout<Step>.size
    var difference = Step.zero
    for step in 0..<(wanted.count &+ size &- 1) / size {
      let next: Step = cursor.step(at: step &* size)
      difference |=
        (base.loadUnaligned(fromByteOffset: step &* size, as: Step.self) ^ next) & mask[step]
    }
    guard numbers == 0, difference == .zero else { return false }
    cursor.skip(wanted.count)
    return true
  }

  /// Which cell of a run is the first that is not what comes next.
  func cellOfDifference(_ run: CellRun, _ number: RowNumber, from cursor: XMLCursor) -> Int {
    var wanted = Array(kept.bytes(of: run))
    for cell in 0..<run.count {
      let place = kept.number(ofCell: cell, of: run)
      wanted.replaceSubrange(place..<place + number.count, with: "\(number.value)".utf8)
    }
    let same = cursor.countOfSame(as: wanted)
    return (0..<run.count).last { cell in
      let tag = wanted[..<kept.number(ofCell: cell, of: run)].lastIndex(of: UInt8(ascii: "<"))
      return tag ?? 0 <= same
    } ?? 0
  }
}
