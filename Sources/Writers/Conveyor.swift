import Foundation

/// Bytes on their way from the thread that makes them to the one that takes them, in order.
///
/// A few pieces are on the way at most: who makes them waits where the other is behind, so memory is bounded.
final class Conveyor: @unchecked Sendable {
  // Unchecked: what both threads look at is looked at under `changed`. A piece is its maker's until it is counted as
  // made, and then its taker's until it is counted as free; `make` is the maker's alone.

  /// What the maker is told where nobody takes any more.
  struct Abandoned: Error {}

  static let pieceCount = 4
  static let pieceSize = 256 * 1024

  private let pieces = UnsafeMutableRawBufferPointer.allocate(
    byteCount: pieceCount * pieceSize, alignment: 64)
  private var make: ((Conveyor) throws -> Void)?

  private let changed = NSCondition()
  /// The bytes of the pieces that are made, by their number modulo ``pieceCount``.
  private var counts = [Int](repeating: 0, count: pieceCount)
  private var made = 0
  private var taken = 0
  /// How many are done with: all that were taken, but for the last.
  private var free = 0
  private var isAbandoned = false
  /// How the maker ended.
  private var end: Result<Void, any Error>?

  private init() {}

  deinit { pieces.deallocate() }

  /// Runs `make` on a thread of its own, which has ended when `body` returns.
  ///
  /// - Throws: what `body` throws; ``take()`` gives it what `make` throws.
  static func run<Value>(
    making make: (Conveyor) throws -> Void, taking body: (Conveyor) throws -> Value
  ) throws -> Value {
    try withoutActuallyEscaping(make) { make in
      let conveyor = Conveyor()
      conveyor.make = make
      try startThread { conveyor.runMaker() }
      defer { conveyor.abandon() }
      return try body(conveyor)
    }
  }

  /// The caller of ``run(making:taking:)`` waits for its end: what `make` has is not held any longer.
  private func runMaker() {
    let end = Result { () throws in try make?(self) ?? () }
    make = nil
    change { self.end = end }
  }

  private func change<Value>(_ body: () -> Value) -> Value {
    changed.lock()
    defer { changed.unlock() }
    let value = body()
    changed.broadcast()
    return value
  }

  /// Waits for something that the other thread changes.
  private func wait<Value>(_ body: () -> Value?) -> Value {
    changed.lock()
    defer { changed.unlock() }
    var value = body()
    while value == nil {
      changed.wait()
      value = body()
    }
    return value!
  }

  private func piece(_ number: Int) -> UnsafeMutableRawBufferPointer {
    let start = number % Self.pieceCount * Self.pieceSize
    return .init(rebasing: pieces[start..<start + Self.pieceSize])
  }

  // MARK: The maker's side

  /// Lets `write` fill the next piece, once there is one.
  ///
  /// - Parameter write: gives the number of bytes that it wrote.
  /// - Throws: ``Abandoned``; what `write` throws.
  func fill(_ write: (UnsafeMutableRawBufferPointer) throws -> Int) throws {
    let number: Int? = wait {
      isAbandoned ? .some(nil) : made - free < Self.pieceCount ? .some(made) : nil
    }
    guard let number else { throw Abandoned() }
    let count = try write(piece(number))
    guard count > 0 else { return }
    change {
      counts[number % Self.pieceCount] = count
      made += 1
    }
  }

  /// - Throws: ``Abandoned``.
  func give(_ bytes: UnsafeRawBufferPointer) throws {
    var start = 0
    while start < bytes.count {
      let end = min(start + Self.pieceSize, bytes.count)
      try fill { piece in
        piece.copyMemory(from: .init(rebasing: bytes[start..<end]))
        return end - start
      }
      start = end
    }
  }

  // MARK: The taker's side

  /// - Returns: the next piece, which stays until the one behind it is taken; nil at the end.
  /// - Throws: what the maker threw, once all is taken that it made before.
  func take() throws -> UnsafeRawBufferPointer? {
    change { free = taken }
    let next: (number: Int, count: Int)? = wait {
      if taken < made {
        taken += 1
        return .some((taken - 1, counts[(taken - 1) % Self.pieceCount]))
      }
      return end == nil ? nil : .some(nil)
    }
    guard let next else {
      try end?.get()
      return nil
    }
    return .init(rebasing: piece(next.number)[..<next.count])
  }

  /// Ends the maker, and waits for it.
  private func abandon() {
    change { isAbandoned = true }
    wait { end == nil ? nil : () }
  }
}

extension Conveyor {
  typealias Sink = (UnsafeRawBufferPointer) throws -> Void

  /// Gives `sink` on this thread what `make` gives on another.
  static func carry(from make: (_ sink: Sink) throws -> Void, to sink: Sink) throws {
    try run(
      making: { conveyor in try make { try conveyor.give($0) } },
      taking: { conveyor in while let piece = try conveyor.take() { try sink(piece) } })
  }
}
