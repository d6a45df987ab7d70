import Synchronization
package import Vocabulary

/// Does `count` pieces of work on several threads, and gives their results in order.
///
/// Pieces are begun in the order of their numbers; after an error no further one is begun.
///
/// - Throws: the error of the piece with the lowest number that failed.
package func concurrently<Result: Sendable>(
  _ count: Int, threads: Int, _ body: @Sendable (Int) throws -> Result
) throws -> [Result] {
  if threads <= 1 || count <= 1 { return try (0..<count).map(body) }
  let next = Atomic<Int>(0)
  let failed = Atomic<Bool>(false)
  let results = Mutex<[Swift.Result<Result, any Error>?]>(Array(repeating: nil, count: count))
  onThreads(min(threads, count)) {
    while !failed.load(ordering: .relaxed) {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      let result = Swift.Result { try body(index) }
      if case .failure = result { failed.store(true, ordering: .relaxed) }
      results.withLock { $0[index] = result }
    }
  }
  let all = results.withLock { $0 }
  for case .failure(let error)? in all { throw error }
  return try all.compactMap { try $0?.get() }
}

extension Workers {
  /// Several threads, each of which takes the next piece when it is done with one.
  package static func threads(_ count: Int) -> Workers {
    // No piece can fail, and so the whole cannot.
    count <= 1
      ? .one : Workers { pieces, body in _ = try? concurrently(pieces, threads: count, body) }
  }
}
