internal import Crypto
internal import Vocabulary

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A file that is written once: new, private (0600), hashed on the way. Its folder syncs it.
package final class OutputFile {
  private let descriptor: Int32
  private let path: String
  private var buffer: [UInt8] = []
  private var hash = SHA256()
  private var byteCount = 0
  private var isOpen = true

  private static let bufferCount = 1 << 16

  /// - Throws: ``OutputError`` where the file is there already, or can't be made. No link is
  ///   followed.
  package init(creating path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw OutputError.system(.cannotWrite, "creating", path) }
    buffer.reserveCapacity(Self.bufferCount + 4096)
  }

  deinit { if isOpen { _ = close(descriptor) } }

  package func append(_ bytes: some Collection<UInt8>) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferCount { try flush() }
  }

  /// Bytes that come in large pieces are written as they are.
  package func append(_ bytes: UnsafeRawBufferPointer) throws {
    try flush()
    try put(bytes)
  }

  /// Writes what is left, and closes.
  package func finish() throws -> WrittenFile {
    try flush()
    isOpen = false
    guard close(descriptor) == 0 else { throw OutputError.system(.cannotWrite, "closing", path) }
    return WrittenFile(
      byteCount: byteCount, sha256: hexadecimal(hash.finalize()))
  }

  private func flush() throws {
    try buffer.withUnsafeBytes(put)
    buffer.removeAll(keepingCapacity: true)
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws {
    hash.update(bufferPointer: bytes)
    byteCount += bytes.count
    var start = 0
    while start < bytes.count {
      let count = write(descriptor, bytes.baseAddress! + start, bytes.count - start)
      if count < 0 {
        if errno == EINTR { continue }
        throw OutputError.system(.cannotWrite, "writing", path)
      }
      start += count
    }
  }
}

/// A file as it was written.
package struct WrittenFile: Sendable {
  package var byteCount: Int
  /// Lower-case hexadecimal.
  package var sha256: String
}

/// Begins to put a file's bytes on the disk, where the system knows how, while others are still made:
/// who syncs it later waits less.
func beginSync(_ path: String) {
  #if os(Linux)
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    // "Not needed soon" makes Linux write what is not written yet, without waiting for it.
    _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
    _ = close(descriptor)
  #endif
}

/// Syncs a file or a folder that lies there.
///
/// - Parameter link: whether the folder may be reached by a link, as `out` may lead to another disk.
func sync(_ path: String, throughLink link: Bool = false) throws {
  let descriptor = open(path, O_RDONLY | (link ? O_DIRECTORY : O_NOFOLLOW) | O_CLOEXEC)
  guard descriptor >= 0 else { throw OutputError.system(.cannotWrite, "syncing", path) }
  defer { _ = close(descriptor) }
  guard fsync(descriptor) == 0 else { throw OutputError.system(.cannotWrite, "syncing", path) }
}
