internal import Crypto
internal import Vocabulary

/// The bytes of a row, for its hash: each value with its kind and length, so that no two rows have
/// the same.
struct RowSeal {
  /// What stands behind the first ``count`` has no meaning.
  private var bytes: [UInt8]
  private var count = 0

  /// What most rows fit in.
  private static let usualCount = 384

  init() { bytes = Array(repeating: 0, count: Self.usualCount) }

  /// Writes values one behind the other.
  struct Place {
    fileprivate var base: UnsafeMutableRawPointer

    private mutating func write(_ number: Int64) {
      base.storeBytes(of: number.littleEndian, as: Int64.self)
      base += numberCount - 1
    }

    private mutating func write(kind: UInt8) {
      base.storeBytes(of: kind, as: UInt8.self)
      base += 1
    }

    mutating func add(_ number: Int64) {
      write(kind: UInt8(ascii: "I"))
      write(number)
    }

    mutating func add(_ number: Int64?) {
      guard let number else { return write(kind: UInt8(ascii: "N")) }
      add(number)
    }

    /// - Parameter text: UTF-8.
    mutating func add(_ text: UnsafeBufferPointer<UInt8>) {
      write(kind: UInt8(ascii: "T"))
      write(Int64(text.count))
      add(UnsafeRawBufferPointer(text))
    }

    /// Adds all that another row has.
    mutating func add(_ row: borrowing RowSeal) {
      row.withBytes { add($0) }
    }

    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
      guard let source = bytes.baseAddress else { return }
      base.copyMemory(from: source, byteCount: bytes.count)
      base += bytes.count
    }
  }

  /// How many bytes a number takes at the most, and a text besides its own.
  static let numberCount = 9

  /// Adds what `body` writes, at most `most` bytes.
  mutating func add(atMost most: Int, _ body: (inout Place) -> Void) {
    if count + most > bytes.count {
      bytes += Array(repeating: 0, count: max(most, bytes.count))
    }
    count = bytes.withUnsafeMutableBytes { bytes in
      var place = Place(base: bytes.baseAddress! + count)
      body(&place)
      let end = place.base - bytes.baseAddress!
      precondition(end <= count + most, "no more is written than was said")
      return end
    }
  }

  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { text in add(atMost: Self.numberCount + text.count) { $0.add(text) } }
  }

  mutating func add(_ number: Int64?) { add(atMost: Self.numberCount) { $0.add(number) } }

  /// Of all that was added.
  var byteCount: Int { count }

  func hasBytes(of other: RowSeal) -> Bool {
    withBytes { bytes in other.withBytes { bytes.elementsEqual($0) } }
  }

  private func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    bytes.withUnsafeBytes { body(.init(rebasing: $0[..<count])) }
  }

  /// Empties it, and keeps its memory.
  mutating func clear() { count = 0 }

  typealias Digest = SHA256.Digest

  var digest: Digest {
    withBytes { bytes in
      var hash = SHA256()
      hash.update(bufferPointer: bytes)
      return hash.finalize()
    }
  }
}

/// The hash of a table's rows, in their order.
struct SectionSeal {
  private var hash = SHA256()

  /// - Returns: the row's checksum.
  @discardableResult mutating func add(_ row: RowSeal) -> Int64 {
    let digest = row.digest
    digest.withUnsafeBytes { hash.update(bufferPointer: $0) }
    return checksum(digest)
  }

  /// Adds the hashes of rows, one behind the other.
  mutating func add(_ digests: [UInt8]) { hash.update(data: digests) }

  var text: String { hexadecimal(hash.finalize()) }
}

/// Of one row, to say which it is that was changed: the first eight bytes of its SHA-256.
func checksum(_ digest: RowSeal.Digest) -> Int64 {
  digest.withUnsafeBytes { Int64(bitPattern: $0.loadUnaligned(as: UInt64.self).bigEndian) }
}

func sha256(_ text: String) -> String { hexadecimal(SHA256.hash(data: Array(text.utf8))) }

extension HeldRecord {
  func seal(number: Int64, columns: String) -> RowSeal {
    var row = RowSeal()
    row.add(number)
    for text in [
      record.program, record.activity.code, record.id, department, physicianID, writtenPhysician,
      writtenCase, reason, sourceFile, columns,
    ] { row.add(text) }
    for value in [
      instant, Int64(day), Int64(seconds), Int64(flags), amountCents, Int64(sourceLine),
    ] { row.add(value) }
    return row
  }
}

extension Decision {
  func seal(number: Int64, lineID: Int64?) -> RowSeal {
    var row = RowSeal()
    row.add(number)
    for text in [
      quarter.description, kind.rawValue, record.program, record.activity.code, record.id, reason,
      by, at,
    ] { row.add(text) }
    row.add(paysAgain ? 1 : 0)
    row.add(lineID)
    return row
  }
}

extension InputFile {
  func seal() -> RowSeal {
    var row = RowSeal()
    for text in [kind.rawValue, file, encoding, sha256] { row.add(text) }
    row.add(Int64(rowCount))
    row.add(Int64(byteCount))
    return row
  }
}
