import Crypto
import Foundation
import Ingest
import Vocabulary

/// A regular file as a stream of bytes.
final class FileStream: ByteStream {
  let expectedCount: Int
  private let descriptor: Int32
  private let path: String

  /// - Throws: ``Failure`` (66) where the file is missing, is none, or can't be read.
  init(_ path: String) throws {
    self.path = path
    // Opening a FIFO must not wait for its other end.
    descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.unreadable(path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw Failure(
        .missingInput,
        "\(path) is \(isFolder ? "a folder" : "no plain file"): put a file of that name in its place, or name another"
      )
    }
    expectedCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    while filled < buffer.count {
      let count = Foundation.read(descriptor, buffer.baseAddress! + filled, buffer.count - filled)
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.unreadable(path)
      }
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  func rewind() throws {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw Self.unreadable(path) }
  }

  /// The whole of a small file.
  static func bytes(of path: String, countMax: Int) throws -> [UInt8] {
    let stream = try FileStream(path)
    var bytes = [UInt8](repeating: 0, count: min(stream.expectedCount, countMax) + 1)
    let count = try bytes.withUnsafeMutableBytes { try stream.read(into: $0) }
    return Array(bytes[..<count])
  }

  /// Of the bytes that are still to be read.
  func sha256() throws -> String {
    var hash = SHA256()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = try buffer.withUnsafeMutableBytes(read)
      if count == 0 { return hexadecimal(hash.finalize()) }
      buffer.withUnsafeBytes { hash.update(bufferPointer: .init(rebasing: $0[..<count])) }
    }
  }

  private static func unreadable(_ path: String) -> Failure {
    let why = String(cString: strerror(errno))
    return Failure(.missingInput, "\(path) can't be read: \(why)")
  }
}
