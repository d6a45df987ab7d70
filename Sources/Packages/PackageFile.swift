internal import CMinizip

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A file that the zip library reads, through calls whose every error is kept.
///
/// The library's own files are C streams, whose errors can be lost between two calls; and it would follow links.
final class PackageFile {
  /// The first error, as `errno` has it; 0 where there was none.
  private(set) var failure: Int32 = 0
  private(set) var isOpen = true
  private let descriptor: Int32
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 64)
  /// Where the file's next byte is, for the library.
  private var position: Int64 = 0
  /// The place of the buffer in the file, and how many of its bytes are there.
  private var bufferPosition: Int64 = 0
  private var bufferCount = 0

  init(_ path: String) throws(PackageError) {
    descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw PackageError(path, "opening it", reason: Self.words(for: errno))
    }
  }

  deinit {
    if isOpen { _ = Self.close(descriptor) }
    buffer.deallocate()
  }

  /// The reason of the first error.
  var reason: String? { failure == 0 ? nil : Self.words(for: failure) }

  /// Nil, with a reason, where the system does not say.
  var size: Int64? {
    var status = stat()
    let isKnown = fstat(descriptor, &status) == 0
    if !isKnown { fail() }
    return isKnown ? Int64(status.st_size) : nil
  }

  func closeFile() -> Bool {
    guard isOpen else { return failure == 0 }
    isOpen = false
    if Self.close(descriptor) != 0 { fail() }
    return failure == 0
  }

  static func close(_ descriptor: Int32) -> Int32 {
    #if canImport(Glibc)
      Glibc.close(descriptor)
    #elseif canImport(Musl)
      Musl.close(descriptor)
    #else
      Darwin.close(descriptor)
    #endif
  }

  static func words(for code: Int32) -> String { String(cString: strerror(code)) }

  private func fail() { if failure == 0 { failure = errno } }

  // MARK: What the library asks for

  private func read(_ output: UnsafeMutableRawBufferPointer) -> Int {
    var count = 0
    while count < output.count {
      let offset = position - bufferPosition
      if offset >= 0, offset < Int64(bufferCount) {
        let step = min(output.count - count, bufferCount - Int(offset))
        UnsafeMutableRawBufferPointer(rebasing: output[count...]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: buffer[Int(offset)..<Int(offset) + step]))
        count += step
        position += Int64(step)
        continue
      }
      let got = pread(descriptor, buffer.baseAddress, buffer.count, off_t(position))
      if got < 0, errno == EINTR { continue }
      if got < 0 { fail() }
      guard got > 0 else { break }
      bufferPosition = position
      bufferCount = got
    }
    return count
  }

  /// Reads from a place on, without the buffer; the library's place stays as it is.
  ///
  /// - Returns: how many bytes; fewer than asked for at the file's end, or after an error.
  func read(_ output: UnsafeMutableRawBufferPointer, at place: Int64) -> Int {
    var count = 0
    while count < output.count {
      let got = pread(
        descriptor, output.baseAddress.map { $0 + count }, output.count - count,
        off_t(place) + off_t(count))
      if got < 0, errno == EINTR { continue }
      if got < 0 { fail() }
      guard got > 0 else { break }
      count += got
    }
    return count
  }

  /// Bytes at some place; the library's place stays as it is.
  func bytes(at place: Int64, count: Int) -> [UInt8] {
    let kept = position
    position = place
    defer { position = kept }
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = read(UnsafeMutableRawBufferPointer(buffer))
    }
  }

  private func seek(_ offset: Int64, _ origin: Int32) -> Bool {
    switch origin {
    case ZLIB_FILEFUNC_SEEK_SET: position = offset
    case ZLIB_FILEFUNC_SEEK_CUR: position += offset
    default:
      guard let size else { return false }
      position = size + offset
    }
    return position >= 0
  }

  /// The functions that the library calls; the file must live as long as the library uses them.
  func functions() -> zlib_filefunc64_def {
    var functions = zlib_filefunc64_def()
    functions.opaque = Unmanaged.passUnretained(self).toOpaque()
    functions.zopen64_file = { file, _, _ in file }
    functions.zread_file = { _, file, output, count in
      let output = UnsafeMutableRawBufferPointer(start: output, count: Int(count))
      return PackageFile.at(file).map { UInt($0.read(output)) } ?? 0
    }
    functions.ztell64_file = { _, file in
      PackageFile.at(file).map { UInt64($0.position) } ?? .max
    }
    functions.zseek64_file = { _, file, offset, origin in
      guard let file = PackageFile.at(file) else { return -1 }
      return file.seek(Int64(bitPattern: UInt64(offset)), origin) ? 0 : -1
    }
    functions.zclose_file = { _, file in
      PackageFile.at(file).map { $0.closeFile() ? 0 : -1 } ?? -1
    }
    functions.zerror_file = { _, file in PackageFile.at(file)?.failure ?? -1 }
    return functions
  }

  private static func at(_ pointer: UnsafeMutableRawPointer?) -> PackageFile? {
    pointer.map { Unmanaged<PackageFile>.fromOpaque($0).takeUnretainedValue() }
  }
}
