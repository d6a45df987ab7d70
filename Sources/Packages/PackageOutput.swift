#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A new file that a package is written to, readable by its owner alone.
final class PackageOutput {
  let path: String
  /// Bytes so far.
  private(set) var count = 0
  private let descriptor: Int32
  /// What is not written yet.
  private var buffer: [UInt8] = []
  private static let bufferCount = 64 * 1024
  /// The first error, as `errno` has it: behind it nothing is written any more.
  private var failure: Int32?
  private var isOpen = true

  /// - Throws: ``PackageError`` where there is a file of that name, or a link.
  init(creating path: String) throws(PackageError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw PackageError(path, "creating it", reason: PackageFile.words(for: errno))
    }
    buffer.reserveCapacity(Self.bufferCount)
  }

  deinit { if isOpen { _ = PackageFile.close(descriptor) } }

  /// - Parameter operation: what is being done, for an error.
  /// - Throws: ``PackageError``, as all that follows; then nothing more can be written.
  func append(_ bytes: UnsafeRawBufferPointer, _ operation: String) throws(PackageError) {
    if let failure { throw error(operation, failure) }
    if buffer.count + bytes.count > Self.bufferCount { try flush(operation) }
    if bytes.count > Self.bufferCount {
      try put(bytes, at: count, operation)
    } else {
      buffer.append(contentsOf: bytes)
    }
    count += bytes.count
  }

  func append(_ bytes: [UInt8], _ operation: String) throws(PackageError) {
    try bytes.withUnsafeBufferPointer { bytes throws(PackageError) in
      try append(UnsafeRawBufferPointer(bytes), operation)
    }
  }

  /// Puts bytes in the place of others.
  ///
  /// - Precondition: those were appended in one call, so that they are all in the buffer or all in the file.
  func replace(at place: Int, with bytes: [UInt8], _ operation: String) throws(PackageError) {
    let start = place - (count - buffer.count)
    if start >= 0 {
      buffer.replaceSubrange(start..<start + bytes.count, with: bytes)
    } else {
      try put(bytes, at: place, operation)
    }
  }

  func close(_ operation: String) throws(PackageError) {
    try flush(operation)
    isOpen = false
    guard PackageFile.close(descriptor) == 0 else { throw error(operation, errno) }
  }

  /// Writes what is in the buffer.
  func flush(_ operation: String) throws(PackageError) {
    try put(buffer, at: count - buffer.count, operation)
    buffer.removeAll(keepingCapacity: true)
  }

  private func put(_ bytes: [UInt8], at place: Int, _ operation: String) throws(PackageError) {
    try bytes.withUnsafeBufferPointer { bytes throws(PackageError) in
      try put(UnsafeRawBufferPointer(bytes), at: place, operation)
    }
  }

  private func put(
    _ bytes: UnsafeRawBufferPointer, at place: Int, _ operation: String
  ) throws(PackageError) {
    precondition(isOpen, "a file is written before it is closed")
    var done = 0
    while done < bytes.count {
      let put = pwrite(
        descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done,
        off_t(place) + off_t(done))
      if put < 0, errno == EINTR { continue }
      // A disk that takes nothing, and says no word, will take nothing the next time.
      guard put > 0 else { throw error(operation, put < 0 ? errno : EIO) }
      done += put
    }
  }

  private func error(_ operation: String, _ code: Int32) -> PackageError {
    failure = code
    return PackageError(path, operation, reason: PackageFile.words(for: code))
  }
}
