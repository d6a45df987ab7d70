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

  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add($0) }
  }

  /// - Parameter text: UTF-8.
  mutating func add(_ text: UnsafeBufferPointer<UInt8>) {
    reserve(9 + text.count)
    bytes.withUnsafeMutableBytes { bytes in
      bytes[count] = UInt8(ascii: "T")
      bytes.storeBytes(
        of: Int64(text.count).littleEndian, toByteOffset: count + 1, as: Int64.self)
      if let base = text.baseAddress {
        (bytes.baseAddress! + count + 9).copyMemory(from: base, byteCount: text.count)
      }
    }
    count += 9 + text.count
  }

  mutating func add(_ number: Int64?) {
    reserve(9)
    bytes[count] = UInt8(ascii: number == nil ? "N" : "I")
    count += 1
    guard let number else { return }
    bytes.withUnsafeMutableBytes {
      $0.storeBytes(of: number.littleEndian, toByteOffset: count, as: Int64.self)
    }
    count += 8
  }

  /// Adds all that another row has.
  mutating func add(_ other: RowSeal) {
    reserve(other.count)
    bytes.withUnsafeMutableBytes { bytes in
      other.bytes.withUnsafeBytes {
        (bytes.baseAddress! + count).copyMemory(from: $0.baseAddress!, byteCount: other.count)
      }
    }
    count += other.count
  }

  private mutating func reserve(_ more: Int) {
    guard count + more > bytes.count else { return }
    bytes += Array(repeating: 0, count: max(more, bytes.count))
  }

  /// Empties it, and keeps its memory.
  mutating func clear() { count = 0 }

  typealias Digest = SHA256.Digest

  var digest: Digest {
    bytes.withUnsafeBytes { bytes in
      var hash = SHA256()
      hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
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
