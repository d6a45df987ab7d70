#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A part that is compressed already, to be copied as it is.
package struct CompressedPart: Sendable {
  package let compressed: [UInt8]
  /// Of the part as it was before.
  let sum: PartSum

  package var name: String { sum.name }

  package init(name: String, bytes: [UInt8], with deflater: Deflater) throws {
    sum = PartSum(name, of: bytes)
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
/// By hand, for a library copies each byte by itself and sums it up once more, which took a fortieth of a run. What is
/// written is read back before it counts: minizip finds the parts, and ISA-L inflates them. A package that is not closed is
/// removed.
package final class PackageWriter {
  package let path: String
  private let file: PackageOutput
  private let deflater: Deflater
  private var directory: [UInt8] = []
  /// The parts that are written.
  package private(set) var parts: [PartSum] = []
  private var isComplete = false

  /// Creates the file, readable by its owner alone.
  ///
  /// - Throws: ``PackageError`` where there is a file of that name, or a link.
  package init(creating path: String, with deflater: Deflater) throws(PackageError) {
    self.path = path
    self.deflater = deflater
    file = try PackageOutput(creating: path)
  }

  deinit { if !isComplete { unlink(path) } }

  /// Copies a part that is compressed already.
  package func add(_ part: CompressedPart) throws(PackageError) {
    let start = try begin(part.name)
    let operation = "writing part \(part.name)"
    try file.append(part.compressed, operation)
    try end(part.sum, from: start, operation)
  }

  /// Compresses a part while `body` renders it.
  ///
  /// - Parameter body: Gives the part's bytes, piece after piece, to the closure it is given, and says what they are:
  ///   as it made them, for what comes between there and the file must be found when the package is read back.
  package func add(
    _ name: String, _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> PartSum
  ) throws {
    let start = try begin(name)
    let operation = "writing part \(name)"
    deflater.begin()
    var size = 0
    let sum = try body { piece in
      guard !piece.isEmpty else { return }
      size += piece.count
      // This is checked before the disk fills up.
      guard size <= PackageHeader.numberMax else { throw self.tooLarge(operation) }
      try self.deflate(piece, last: false, operation)
    }
    precondition(sum.name == name && sum.size == size, "a part is what was made of it")
    try deflate(.init(start: nil, count: 0), last: true, operation)
    try end(sum, from: start, operation)
  }

  /// Writes the directory, and closes the file.
  ///
  /// - Throws: ``PackageError`` if anything was not written; the file is gone then.
  package func close() throws(PackageError) {
    let operation = "closing it"
    precondition(parts.count < Int(UInt16.max), "the format counts so many parts")
    let start = file.count
    let end = PackageHeader.end(partCount: parts.count, directory: directory, at: start)
    try file.append(directory + end, operation)
    try file.close(operation)
    isComplete = true
  }

  /// Makes room for a part's header, which is known at its end.
  ///
  /// - Returns: where it is.
  private func begin(_ name: String) throws(PackageError) -> Int {
    precondition(name.utf8.count <= Int(UInt16.max), "the format counts so many bytes of a name")
    let start = file.count
    let room = [UInt8](repeating: 0, count: PackageHeader.localCount(name))
    try file.append(room, "beginning part \(name)")
    return start
  }

  private func deflate(
    _ piece: UnsafeRawBufferPointer, last: Bool, _ operation: String
  ) throws {
    try deflater.deflate(piece, last: last) { bytes in try self.file.append(bytes, operation) }
  }

  private func end(
    _ part: PartSum, from start: Int, _ operation: String
  ) throws(PackageError) {
    // What comes next begins where the file ends: a header, or the directory.
    guard max(part.size, file.count) <= PackageHeader.numberMax else { throw tooLarge(operation) }
    let compressedSize = file.count - start - PackageHeader.localCount(part.name)
    let header = PackageHeader(
      part.name, crc: part.crc.value, compressedSize: compressedSize, size: part.size)
    try file.replace(at: start, with: header.local, operation)
    // So a disk that is full is told with the part for which it has no room.
    try file.flush(operation)
    directory += header.central(at: start)
    parts.append(part)
  }

  private func tooLarge(_ operation: String) -> PackageError {
    PackageError(path, operation, reason: "it would be larger than 4 GiB")
  }
}
