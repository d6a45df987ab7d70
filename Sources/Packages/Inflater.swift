internal import CISAL

/// Inflates one part of a package after the other, in bounded memory.
///
/// What comes out does not depend on the library, so the fastest one does it on every machine.
final class Inflater {
  enum Step { case needsInput, needsRoom, ended }

  private let state: UnsafeMutablePointer<inflate_state>

  init() {
    state = .allocate(capacity: 1)
    UnsafeMutableRawPointer(state).initializeMemory(
      as: UInt8.self, repeating: 0, count: MemoryLayout<inflate_state>.size)
  }

  deinit { state.deallocate() }

  func begin() {
    isal_inflate_init(state)
    state.pointee.crc_flag = UInt32(ISAL_DEFLATE)
  }

  /// Sets the next compressed bytes, which must live until all of them are used.
  func feed(_ input: UnsafeRawBufferPointer) {
    // C does not write to its input.
    state.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    state.pointee.avail_in = UInt32(input.count)
  }

  /// Whether nothing is left of the input but zeros that fill up its last byte.
  var endsCleanly: Bool {
    let left = state.pointee.read_in_length
    guard state.pointee.avail_in == 0, left >= 0, left < 8 else { return false }
    return state.pointee.read_in & (1 << UInt64(left) - 1) == 0
  }

  /// - Returns: How many bytes were written to `output`, and why there are not more; nil for a
  ///   stream that is damaged.
  func inflate(into output: UnsafeMutableRawBufferPointer) -> (count: Int, step: Step)? {
    state.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    state.pointee.avail_out = UInt32(output.count)
    guard isal_inflate(state) == ISAL_DECOMP_OK else { return nil }
    let count = output.count - Int(state.pointee.avail_out)
    if state.pointee.block_state == ISAL_BLOCK_FINISH { return (count, .ended) }
    return (count, state.pointee.avail_out == 0 ? .needsRoom : .needsInput)
  }
}
