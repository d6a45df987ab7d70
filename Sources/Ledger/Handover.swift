internal import Foundation

/// A result that one thread gives, once, and others wait for.
package final class Handover<Value: Sendable>: @unchecked Sendable {
  // Unchecked: the result is looked at under `given`.
  private let given = NSCondition()
  private var result: Result<Value, any Error>?

  package init() {}

  /// Does nothing where there is a result already.
  package func give(_ value: Result<Value, any Error>) {
    given.lock()
    defer { given.unlock() }
    result = result ?? value
    given.broadcast()
  }

  package func wait() throws -> Value {
    given.lock()
    defer { given.unlock() }
    while true {
      if let result { return try result.get() }
      given.wait()
    }
  }
}
