/// Who does pieces of work: the caller's thread alone, or several where ``Commands`` has them.
///
/// Pure stages take it as a value, so that they need no library of threads. What they give does not
/// depend on how many there are.
public struct Workers: Sendable {
  public typealias Perform = @Sendable (_ count: Int, _ body: @Sendable (Int) -> Void) -> Void

  private let perform: Perform

  /// - Parameter perform: calls `body` once with each number below `count`, and returns when all
  ///   are done.
  public init(_ perform: @escaping Perform) { self.perform = perform }

  /// The caller's thread alone.
  public static let one = Workers { count, body in
    for number in 0..<count { body(number) }
  }

  public func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) { perform(count, body) }

  /// The results of the pieces, in order.
  public func map<Result: Sendable>(
    _ count: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    // Of no elements it would write to the empty array that all threads share.
    guard count > 0 else { return [] }
    return Array(unsafeUninitializedCapacity: count) { buffer, initializedCount in
      // Each piece writes its own place.
      nonisolated(unsafe) let places = buffer
      perform(count) { places.initializeElement(at: $0, to: body($0)) }
      initializedCount = count
    }
  }

  /// Two results that need nothing of each other.
  public func both<One: Sendable, Other: Sendable>(
    _ one: @Sendable () -> One, _ other: @Sendable () -> Other
  ) -> (One, Other) {
    let results = map(2) { number -> (One?, Other?) in
      number == 0 ? (one(), nil) : (nil, other())
    }
    // Each piece has its own.
    return (results[0].0!, results[1].1!)
  }
}
