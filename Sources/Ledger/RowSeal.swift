internal import Crypto
internal import Vocabulary

/// The bytes of a row, for its hash: each value with its kind and length, so that no two rows have
/// the same.
struct RowSeal {
  private var bytes: [UInt8] = []

  /// What most rows fit in.
  private static let usualCount = 384

  init() { bytes.reserveCapacity(Self.usualCount) }

  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add($0) }
  }

  /// - Parameter text: UTF-8.
  mutating func add(_ text: UnsafeBufferPointer<UInt8>) {
    bytes.append(UInt8(ascii: "T"))
    append(Int64(text.count))
    bytes.append(contentsOf: text)
  }

  mutating func add(_ number: Int64?) {
    guard let number else { return bytes.append(UInt8(ascii: "N")) }
    bytes.append(UInt8(ascii: "I"))
    append(number)
  }

  private mutating func append(_ number: Int64) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Empties it, and keeps its memory.
  mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  typealias Digest = SHA256.Digest

  var digest: Digest { SHA256.hash(data: bytes) }
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
