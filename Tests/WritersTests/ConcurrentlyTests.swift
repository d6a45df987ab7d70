import Foundation
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

  /// A piece of work may have pieces of its own, and threads help there, too: two wait for each other here.
  @Test func threadsHelpInsideAPiece() throws {
    let sums = try concurrently(2, threads: 2) { piece in
      let isThere = NSCondition()
      nonisolated(unsafe) var count = 0
      return try concurrently(2, threads: 2) { inner in
        isThere.lock()
        defer { isThere.unlock() }
        count += 1
        isThere.broadcast()
        while count < 2, isThere.wait(until: Date(timeIntervalSinceNow: 60)) {}
        #expect(count == 2, "another thread helps")
        return piece * 10 + inner
      }
    }
    #expect(sums == [[0, 1], [10, 11]])
  }

  /// What the pieces use is the caller's, so that no thread may be left when it goes on.
  @Test func allThreadsAreDoneBeforeItGoesOn() throws {
    for _ in 0..<50 {
      let running = Atomic<Int>(0)
      onThreads(4) {
        running.add(1, ordering: .sequentiallyConsistent)
        usleep(200)
        running.subtract(1, ordering: .sequentiallyConsistent)
      }
      #expect(running.load(ordering: .sequentiallyConsistent) == 0)
    }
  }
}
