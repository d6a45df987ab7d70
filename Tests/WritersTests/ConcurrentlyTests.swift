import Synchronization
import Testing
import Writers

/// Pieces of work on several threads.
struct ConcurrentlyTests {
  private struct Failure: Error, Equatable { var piece: Int }

  @Test(arguments: [1, 2, 7], [0, 1, 2, 1_000])
  func resultsAreInTheirOrder(threads: Int, count: Int) throws {
    let results = try concurrently(count, threads: threads) { $0 * $0 }
    #expect(results == (0..<count).map { $0 * $0 })
  }

  /// Work that a failure makes useless is not begun: a full disk is told at once.
  @Test(arguments: [1, 2, 4]) func afterAFailureNothingMoreIsBegun(threads: Int) {
    let begun = Atomic<Int>(0)
    let error = #expect(throws: Failure.self) {
      try concurrently(100_000, threads: threads) { piece in
        begun.add(1, ordering: .relaxed)
        if piece % 10 == 3 { throw Failure(piece: piece) }
      }
    }
    #expect(error == Failure(piece: 3))
    #expect(begun.load(ordering: .relaxed) < 100_000)
  }
}
