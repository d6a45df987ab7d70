internal import CMinizip

/// Reads a package: its list of parts, and their bytes, checked against their sums.
///
/// Not for use from two threads at a time.
package final class PackageReader {
  package struct Part: Equatable, Sendable {
    package let name: String
    package let compressedSize: Int
    package let size: Int
    package let crc: UInt32
    let isDeflated: Bool
    let directoryPosition: UInt64
    let index: UInt64
  }

  package let path: String
  /// In the order of the package's directory.
  package private(set) var parts: [Part] = []
  /// Of the whole file.
  package let fileSize: Int64
  private let file: PackageFile
  private let zip: unzFile
  private let inflater = Inflater()

  /// - Throws: ``PackageError`` for what is not a zip file, has the same part twice, or has parts
  ///   that are encrypted or compressed by other methods than deflate.
  package init(_ path: String) throws(PackageError) {
    self.path = path
    let file = try PackageFile(path)
    self.file = file
    var functions = file.functions()
    guard let size = file.size, let zip = unzOpen2_64(path, &functions) else {
      throw PackageError(path, "opening it", reason: file.reason ?? "it is not a zip file")
    }
    (fileSize, self.zip) = (size, zip)
    try list()
  }

  deinit { unzClose(zip) }

  package func part(named name: String) -> Part? { parts.first { $0.name == name } }

  /// A part's bytes, all at once.
  package func bytes(of part: Part) throws(PackageError) -> [UInt8] {
    let stream = try open(part)
    var failure: PackageError?
    // One more than there are: a part's end is only checked where there is room behind it.
    let bytes = [UInt8](unsafeUninitializedCapacity: part.size + 1) { buffer, count in
      let buffer = UnsafeMutableBufferPointer(rebasing: buffer[..<(part.size + 1)])
      do throws(PackageError) {
        while true {
          let rest = UnsafeMutableRawBufferPointer(
            UnsafeMutableBufferPointer(rebasing: buffer[count...]))
          let got = try stream.read(into: rest)
          if got == 0 { break }
          count += got
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Begins to read a part.
  ///
  /// - Parameter see: is given its bytes as they are in the file.
  package func open(
    _ part: Part, seeing see: ((UnsafeRawBufferPointer) -> Void)? = nil
  ) throws(PackageError) -> PartStream {
    var position = unz64_file_pos(
      pos_in_zip_directory: part.directoryPosition, num_of_file: part.index)
    var method: Int32 = 0
    try check(unzGoToFilePos64(zip, &position), "finding part \(part.name)")
    try check(unzOpenCurrentFile2(zip, &method, nil, 1), "opening part \(part.name)")
    let start = unzGetCurrentFileZStreamPos64(zip)
    try check(unzCloseCurrentFile(zip), "opening part \(part.name)")
    return PartStream(part, of: self, inflater, at: Int64(start), seeing: see)
  }

  /// Reads as many bytes of the file as there are from a place on, past the library, which copies them
  /// one by one.
  ///
  /// - Returns: how many; fewer only at the file's end.
  fileprivate func read(
    _ output: UnsafeMutableRawBufferPointer, at position: Int64, of part: Part
  ) throws(PackageError) -> Int {
    let count = file.read(output, at: position)
    if let reason = file.reason {
      throw PackageError(path, "reading part \(part.name)", reason: reason)
    }
    return count
  }

  /// Bytes of the file itself; fewer at its end.
  func bytes(at position: Int64, count: Int) throws(PackageError) -> [UInt8] {
    let bytes = file.bytes(at: position, count: count)
    if let reason = file.reason { throw PackageError(path, "reading it", reason: reason) }
    return bytes
  }

  private func list() throws(PackageError) {
    let operation = "reading its directory"
    var global = unz_global_info64()
    try check(unzGetGlobalInfo64(zip, &global), operation)
    var code = unzGoToFirstFile(zip)
    while code == UNZ_OK {
      parts.append(try current(operation))
      code = unzGoToNextFile(zip)
    }
    guard code == UNZ_END_OF_LIST_OF_FILE, global.number_entry == parts.count else {
      try fail(code, operation)
    }
    guard Set(parts.map(\.name)).count == parts.count else {
      throw PackageError(path, operation, reason: "it has a part twice")
    }
  }

  private func current(_ operation: String) throws(PackageError) -> Part {
    var info = unz_file_info64()
    var position = unz64_file_pos()
    let nameMax = 256
    var failure: Int32 = UNZ_OK
    let bytes = [CChar](unsafeUninitializedCapacity: nameMax + 1) { buffer, count in
      failure = unzGetCurrentFileInfo64(
        zip, &info, buffer.baseAddress, UInt(nameMax), nil, 0, nil, 0)
      count = min(Int(info.size_filename), nameMax)
    }
    try check(failure, operation)
    try check(unzGetFilePos64(zip, &position), operation)
    let name = String(validating: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard let name, info.size_filename <= nameMax else {
      throw PackageError(path, operation, reason: "a part's name cannot be read")
    }
    // Bit 0 is encryption, bit 3 sizes behind the data, bit 6 strong encryption.
    guard info.flag & 0b100_1001 == 0, info.compression_method == 0 || info.compression_method == 8
    else { throw PackageError(path, operation, reason: "part \(name) is of another kind") }
    // Deflate makes at most 1,032 bytes of one: anything else is a bomb or damage.
    guard info.compressed_size <= UInt64(fileSize),
      info.uncompressed_size / 1040 <= info.compressed_size
    else { throw PackageError(path, operation, reason: "the sizes of part \(name) are wrong") }
    return Part(
      name: name, compressedSize: Int(info.compressed_size), size: Int(info.uncompressed_size),
      crc: UInt32(truncatingIfNeeded: info.crc), isDeflated: info.compression_method == 8,
      directoryPosition: position.pos_in_zip_directory, index: position.num_of_file)
  }

  private func check(_ code: Int32, _ operation: String) throws(PackageError) {
    guard code == UNZ_OK, file.failure == 0 else { try fail(code, operation) }
  }

  private func fail(_ code: Int32, _ operation: String) throws(PackageError) -> Never {
    let reason = code == UNZ_BADZIPFILE ? "it is damaged" : "error \(code)"
    throw PackageError(path, operation, reason: file.reason ?? reason)
  }
}

/// A part that is being read.
package final class PartStream {
  private let part: PackageReader.Part
  private let reader: PackageReader
  private let inflater: Inflater
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 64)
  private let see: ((UnsafeRawBufferPointer) -> Void)?
  /// Where the part's bytes begin in the file.
  let start: Int64
  /// The next byte of the part in the file, and how many are left.
  private var position: Int64
  private var left: Int
  private var isAtEnd = false
  /// What was read so far.
  package private(set) var sum: PartSum

  init(
    _ part: PackageReader.Part, of reader: PackageReader, _ inflater: Inflater, at start: Int64,
    seeing see: ((UnsafeRawBufferPointer) -> Void)?
  ) {
    self.part = part
    self.start = start
    self.see = see
    (position, left) = (start, part.compressedSize)
    sum = PartSum(part.name)
    self.reader = reader
    self.inflater = inflater
    inflater.begin()
    inflater.feed(.init(start: nil, count: 0))
  }

  deinit { input.deallocate() }

  /// Reads the part's next bytes.
  ///
  /// - Parameter output: Has room for at least a byte.
  /// - Returns: How many; 0 at the part's end, and only when size and sum are right.
  /// - Throws: ``PackageError`` for a part that is damaged.
  package func read(into output: UnsafeMutableRawBufferPointer) throws(PackageError) -> Int {
    precondition(!output.isEmpty, "the end of a part is not the end of the room for it")
    guard !isAtEnd else { return 0 }
    let count = try part.isDeflated ? inflate(into: output) : readRaw(output)
    sum.add(.init(rebasing: output[..<count]))
    guard sum.size <= part.size else { throw error("it is longer than it says") }
    guard count == 0 else { return count }
    isAtEnd = true
    guard sum.size == part.size else { throw error("it is shorter than it says") }
    guard sum.crc.value == part.crc else { throw error("its check sum is wrong") }
    return 0
  }

  private func inflate(
    into output: UnsafeMutableRawBufferPointer
  ) throws(PackageError) -> Int {
    var (count, step) = try inflateWhatIsThere(into: output)
    while count == 0, step != .ended {
      let got = try readRaw(input)
      guard got > 0 else { throw error("it is cut short") }
      inflater.feed(.init(rebasing: input[..<got]))
      (count, step) = try inflateWhatIsThere(into: output)
    }
    guard count > 0 || (inflater.endsCleanly && left == 0) else {
      throw error("it has bytes behind its end")
    }
    return count
  }

  private func inflateWhatIsThere(
    into output: UnsafeMutableRawBufferPointer
  ) throws(PackageError) -> (count: Int, step: Inflater.Step) {
    guard let done = inflater.inflate(into: output) else { throw error("it is damaged") }
    return done
  }

  /// - Returns: The number of compressed bytes read, 0 at the part's end.
  private func readRaw(_ output: UnsafeMutableRawBufferPointer) throws(PackageError) -> Int {
    let wanted = UnsafeMutableRawBufferPointer(rebasing: output[..<min(left, output.count)])
    let count = try reader.read(wanted, at: position, of: part)
    see?(UnsafeRawBufferPointer(rebasing: wanted[..<count]))
    position += Int64(count)
    left -= count
    return count
  }

  private func error(_ reason: String) -> PackageError {
    PackageError(reader.path, "reading part \(part.name)", reason: reason)
  }
}
