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
    bytes.append(UInt8(ascii: "T"))
    appendDigits(of: UInt64(text.utf8.count))
    bytes.append(UInt8(ascii: ":"))
    bytes.append(contentsOf: text.utf8)
  }

  mutating func add(_ number: Int64?) {
    guard let number else { return bytes.append(UInt8(ascii: "N")) }
    bytes.append(UInt8(ascii: "I"))
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    appendDigits(of: number.magnitude)
    bytes.append(UInt8(ascii: ";"))
  }

  private mutating func appendDigits(of number: UInt64) {
    var power: UInt64 = 1
    while number / power >= 10 { power *= 10 }
    while power > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(number / power % 10))
      power /= 10
    }
  }

  var digest: SHA256.Digest { SHA256.hash(data: bytes) }
}

/// The hash of a table's rows, in their order; and each row's own checksum.
struct SectionSeal {
  private var hash = SHA256()

  /// - Returns: the row's checksum: the first eight bytes of its SHA-256.
  @discardableResult mutating func add(_ row: RowSeal) -> Int64 { add(row.digest) }

  @discardableResult mutating func add(_ digest: SHA256.Digest) -> Int64 {
    digest.withUnsafeBytes { bytes in
      hash.update(bufferPointer: bytes)
      return Int64(bitPattern: bytes.loadUnaligned(as: UInt64.self).bigEndian)
    }
  }

  var text: String { hexadecimal(hash.finalize()) }
}

func sha256(_ text: String) -> String { hexadecimal(SHA256.hash(data: Array(text.utf8))) }

extension PaymentLine {
  /// - Parameters:
  ///   - number: the ledger's number of the line.
  ///   - entry: its place among the lines of its record, from 1.
  func seal(number: Int64, sheetLine: Int64, entry: Int64) -> RowSeal {
    var row = RowSeal()
    row.add(number)
    for text in [
      department, sheet, physicianID, employeeID, employeeRecord, physician, record.program,
      record.activity.code, record.id, sourceFile,
    ] { row.add(text) }
    for value in [
      sheetLine, Int64(day), seconds, blocks, rateCents, amountCents, Int64(sourceLine), reverses,
      entry,
    ] { row.add(value) }
    return row
  }
}

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
