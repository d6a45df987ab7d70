internal import CMinizip

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A part that is compressed already, to be copied as it is.
package struct CompressedPart: Sendable {
  package let name: String
  package let compressed: [UInt8]
  /// Of the part as it was before.
  package let size: Int
  package let crc: CRC32
  package let sum: PartSum

  package init(name: String, bytes: [UInt8], with deflater: Deflater) throws {
    self.name = name
    size = bytes.count
    var (crc, sum) = (CRC32(), PartSum(name))
    bytes.withUnsafeBytes {
      crc.add($0)
      sum.add($0)
    }
    (self.crc, self.sum) = (crc, sum)
    var output: [UInt8] = []
    deflater.begin()
    try bytes.withUnsafeBytes { bytes in
      try deflater.deflate(bytes, last: true) { output.append(contentsOf: $0) }
    }
    compressed = output
  }
}

/// Writes a package, part after part.
///
/// Nothing of the machine goes into it: times are 1980-01-01, and neither owner nor mode is
/// kept. A package that is not closed is removed.
package final class PackageWriter {
  package let path: String
  private let file: PackageFile
  private let deflater: Deflater
  private var zip: zipFile?
  /// The part that is being streamed.
  private var name: String?
  private var size = 0
  private var crc = CRC32()
  private var isComplete = false

  /// Creates the file, readable by its owner alone.
  ///
  /// - Throws: ``PackageError`` where there is a file of that name, or a link.
  package init(creating path: String, with deflater: Deflater) throws(PackageError) {
    self.path = path
    self.deflater = deflater
    let file = try PackageFile(path, .create)
    self.file = file
    var functions = file.functions()
    // Nothing is written yet.
    zip = try PackageError.made(
      zipOpen2_64(path, APPEND_STATUS_CREATE, nil, &functions), path, "creating it")
  }

  deinit {
    if let zip { zipClose(zip, nil) }
    if !isComplete { unlink(path) }
  }

  /// Copies a part that is compressed already.
  package func add(_ part: CompressedPart) throws(PackageError) {
    let operation = "writing part \(part.name)"
    try open(part.name)
    try part.compressed.withUnsafeBufferPointer { bytes throws(PackageError) in
      try write(UnsafeRawBufferPointer(bytes), operation)
    }
    try close(size: part.size, part.crc, operation)
  }

  /// Compresses a part while `body` renders it.
  ///
  /// - Parameter body: Gives the part's bytes, piece after piece, to the closure it is given.
  package func add(
    _ name: String, _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    let operation = "writing part \(name)"
    try open(name)
    deflater.begin()
    var size = 0
    var crc = CRC32()
    try body { piece in
      guard !piece.isEmpty else { return }
      size += piece.count
      // The classic format's sizes have 32 bits; this is checked before the disk fills up.
      guard size <= Self.sizeMax else { throw self.error(operation, Self.tooLarge) }
      crc.add(piece)
      try self.deflate(piece, last: false, operation)
    }
    try deflate(.init(start: nil, count: 0), last: true, operation)
    try close(size: size, crc, operation)
  }

  /// Writes the directory, and closes the file.
  ///
  /// - Throws: ``PackageError`` if anything was not written; the file is gone then.
  package func close() throws(PackageError) {
    let operation = "closing it"
    guard let zip else { preconditionFailure("a package is closed once") }
    self.zip = nil
    let code = zipClose(zip, nil)
    guard code == ZIP_OK, file.failure == 0 else { throw error(operation, "error \(code)") }
    isComplete = true
  }

  private static let sizeMax = 0xFFFF_FFFE
  private static let tooLarge = "it would be larger than 4 GiB"

  /// 1980-01-01, the first day that the format knows.
  private static let firstDay: UInt = 1 << 5 | 1

  private func open(_ name: String) throws(PackageError) {
    var info = zip_fileinfo()
    info.dosDate = Self.firstDay << 16
    let code = zipOpenNewFileInZip2_64(
      zip, name, &info, nil, 0, nil, 0, nil, Z_DEFLATED, Z_DEFAULT_COMPRESSION, 1, 0)
    guard code == ZIP_OK else { throw error("beginning part \(name)", "error \(code)") }
  }

  private func deflate(
    _ piece: UnsafeRawBufferPointer, last: Bool, _ operation: String
  ) throws {
    try deflater.deflate(piece, last: last) { bytes in try self.write(bytes, operation) }
  }

  private func write(
    _ bytes: UnsafeRawBufferPointer, _ operation: String
  ) throws(PackageError) {
    let code = zipWriteInFileInZip(zip, bytes.baseAddress, UInt32(bytes.count))
    guard code == ZIP_OK, file.failure == 0 else { throw error(operation, "error \(code)") }
  }

  private func close(size: Int, _ crc: CRC32, _ operation: String) throws(PackageError) {
    guard size <= Self.sizeMax else { throw error(operation, Self.tooLarge) }
    let code = zipCloseFileInZipRaw64(zip, ZPOS64_T(size), UInt(crc.value))
    guard code == ZIP_OK, file.failure == 0 else { throw error(operation, "error \(code)") }
  }

  private func error(_ operation: String, _ reason: String) -> PackageError {
    PackageError(path, operation, reason: file.reason ?? reason)
  }
}
