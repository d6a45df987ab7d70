internal import CISAL
internal import CMinizip

/// Compresses parts of packages (raw deflate, RFC 1951), one after the other.
///
/// The same pieces give the same bytes on every run. Whether they do on every machine is up to
/// the method: see ``Method-swift.enum``. Not for use from two threads at a time.
package final class Deflater {
  package enum Method: Sendable, CaseIterable {
    /// zlib, level 1. Plain C, whose output depends on its input alone: the same bytes on every
    /// processor that has this library.
    case portable
    /// ISA-L, level 1: four times as fast. Its hash is an instruction of the processor, so that
    /// x86-64 with SSE 4.2, x86-64 without, and arm64 give three different packages (each of them
    /// right); how the input was cut into pieces shows too.
    case fast
  }

  /// The method of all packages: the one place to choose.
  ///
  /// A run promises the same bytes whatever the machine.
  package static let method = Method.portable

  private let engine: any Engine

  /// - Throws: ``DeflateError`` if memory runs out.
  package init(_ method: Method = Deflater.method) throws(DeflateError) {
    switch method {
    case .portable: engine = try PortableEngine()
    case .fast: engine = FastEngine()
    }
  }

  /// Begins a part, whatever state the one before was left in.
  package func begin() throws(DeflateError) { try engine.begin() }

  /// Compresses the next piece of the part.
  ///
  /// - Parameters:
  ///   - last: Whether the part ends here.
  ///   - sink: Takes compressed bytes, which live until it returns.
  package func deflate(
    _ piece: UnsafeRawBufferPointer, last: Bool,
    to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    // C counts in 32 bits.
    var rest = piece
    while rest.count > Self.pieceMax {
      try engine.deflate(.init(rebasing: rest[..<Self.pieceMax]), last: false, to: sink)
      rest = .init(rebasing: rest[Self.pieceMax...])
    }
    try engine.deflate(rest, last: last, to: sink)
  }

  private static let pieceMax = 1 << 30
}

package struct DeflateError: Error, Equatable, CustomStringConvertible {
  package var code: Int
  package var description: String { "the compressor failed (\(code))" }
}

private protocol Engine: AnyObject {
  func begin() throws(DeflateError)
  func deflate(
    _ piece: UnsafeRawBufferPointer, last: Bool,
    to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws
}

private let outputCount = 64 * 1024

private final class PortableEngine: Engine {
  private let stream: UnsafeMutablePointer<z_stream>
  private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: outputCount, alignment: 64)

  init() throws(DeflateError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let code = zpay_raw_deflate_init(stream, 1)
    guard code == Z_OK else { throw DeflateError(code: Int(code)) }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
    output.deallocate()
  }

  func begin() throws(DeflateError) {
    let code = deflateReset(stream)
    guard code == Z_OK else { throw DeflateError(code: Int(code)) }
  }

  func deflate(
    _ piece: UnsafeRawBufferPointer, last: Bool,
    to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    // C does not write to its input.
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: piece.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(piece.count)
    while true {
      stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(outputCount)
      let code = CMinizip.deflate(stream, last ? Z_FINISH : Z_NO_FLUSH)
      // Z_BUF_ERROR only says that there was nothing to do.
      guard code == Z_OK || code == Z_STREAM_END || (code == Z_BUF_ERROR && !last) else {
        throw DeflateError(code: Int(code))
      }
      let count = outputCount - Int(stream.pointee.avail_out)
      if count > 0 { try sink(.init(rebasing: output[..<count])) }
      if last ? code == Z_STREAM_END : stream.pointee.avail_out > 0 { return }
    }
  }
}

private final class FastEngine: Engine {
  /// Some 80 KB: too large for the stack.
  private let stream: UnsafeMutablePointer<isal_zstream>
  private let levelBuffer: UnsafeMutablePointer<UInt8>
  private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: outputCount, alignment: 64)

  init() {
    stream = .allocate(capacity: 1)
    let count = Int(zpay_level1_buffer_size())
    levelBuffer = .allocate(capacity: count)
    // What the library leaves as it finds it must not be left to chance.
    UnsafeMutableRawPointer(stream).initializeMemory(
      as: UInt8.self, repeating: 0, count: MemoryLayout<isal_zstream>.size)
    levelBuffer.initialize(repeating: 0, count: count)
  }

  deinit {
    stream.deallocate()
    levelBuffer.deallocate()
    output.deallocate()
  }

  func begin() {
    isal_deflate_init(stream)
    stream.pointee.level = 1
    stream.pointee.level_buf = levelBuffer
    stream.pointee.level_buf_size = zpay_level1_buffer_size()
    stream.pointee.gzip_flag = UInt16(IGZIP_DEFLATE)
    stream.pointee.flush = UInt16(NO_FLUSH)
    stream.pointee.end_of_stream = 0
  }

  func deflate(
    _ piece: UnsafeRawBufferPointer, last: Bool,
    to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    // C does not write to its input.
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: piece.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(piece.count)
    stream.pointee.end_of_stream = last ? 1 : 0
    while true {
      stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(outputCount)
      let code = isal_deflate(stream)
      guard code == COMP_OK else { throw DeflateError(code: Int(code)) }
      let count = outputCount - Int(stream.pointee.avail_out)
      if count > 0 { try sink(.init(rebasing: output[..<count])) }
      let ended = stream.pointee.internal_state.state == ZSTATE_END
      if last ? ended : stream.pointee.avail_in == 0 && stream.pointee.avail_out > 0 { return }
      guard count > 0 || stream.pointee.avail_in > 0 else { throw DeflateError(code: 0) }
    }
  }
}

/// The check sum of zip files (ISO 3309), which is the same on every machine.
package struct CRC32: Equatable, Sendable {
  package private(set) var value: UInt32 = 0

  package init() {}

  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    value = crc32_gzip_refl(value, base.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
  }
}
