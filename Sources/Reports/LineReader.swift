internal import Vocabulary

/// Reads lines of a department, some hundred at a time.
///
/// Lines are sorted by physician, records lie as their files have them: each line is somewhere else in
/// memory. Gathered in one go, without a reference count between them, the processor waits for many of
/// them at once.
final class LineReader {
  private let lines: RecordLines
  private let department: DepartmentResult
  private let references: [LineReference]
  private let isHeld: Bool
  private let departmentText: UnsafeMutableBufferPointer<UInt8>
  /// Where the records and the text of each table lie. Nothing of a decided quarter moves any more, and
  /// `lines` keeps it.
  private let sources: [Source]

  private static let chunkCount = 512
  /// An ID that is longer stays where it is.
  private static let idMax = 32
  private var chunk = 0..<0
  private let records = UnsafeMutablePointer<ServiceRecord>.allocate(capacity: chunkCount)
  private let tables = UnsafeMutablePointer<Int32>.allocate(capacity: chunkCount)
  private let ids = UnsafeMutablePointer<UInt8>.allocate(capacity: chunkCount * idMax)

  private struct Source {
    var records: UnsafePointer<ServiceRecord>
    var text: UnsafeRawBufferPointer
  }

  init(
    _ lines: RecordLines, _ department: DepartmentResult, _ references: [LineReference],
    held: Bool = false
  ) {
    self.lines = lines
    self.department = department
    self.references = references
    isHeld = held
    sources = lines.result.records.tables.map { table in
      Source(records: table.records.address, text: UnsafeRawBufferPointer(table.text.bytes))
    }
    departmentText = .allocate(capacity: department.name.utf8.count)
    _ = departmentText.initialize(from: department.name.utf8)
  }

  deinit {
    departmentText.deallocate()
    records.deallocate()
    tables.deallocate()
    ids.deallocate()
  }

  func fill(_ index: Int, _ row: inout CellRow) {
    if !chunk.contains(index) { gather(index / Self.chunkCount * Self.chunkCount) }
    let place = index - chunk.lowerBound
    guard references[index].record != nil else {
      return lines.addLine(
        lines.result.paymentLine(references[index], of: department), to: &row)
    }
    let (record, table) = (records[place], Int(tables[place]))
    func add(_ id: UnsafeBufferPointer<UInt8>) {
      lines.addLine(
        record, ofTable: table, id: id, department: UnsafeBufferPointer(departmentText),
        held: isHeld, to: &row)
    }
    if isElsewhere(record) {
      lines.result.records.tables[table].withID(of: record, add)
    } else {
      add(UnsafeBufferPointer(start: ids + place * Self.idMax, count: record.idLength))
    }
  }

  /// Whether its ID is not gathered.
  private func isElsewhere(_ record: ServiceRecord) -> Bool {
    record.flags.contains(.rewrittenID) || record.idLength > Self.idMax
  }

  private func gather(_ start: Int) {
    chunk = start..<min(start + Self.chunkCount, references.count)
    let all = lines.result.records
    sources.withUnsafeBufferPointer { sources in
      references.withUnsafeBufferPointer { references in
        for place in 0..<chunk.count {
          // A payment taken back has no record here; its place stays as it is.
          guard let index = references[start + place].record else { continue }
          let (table, row) = all.locate(index)
          tables[place] = Int32(truncatingIfNeeded: table)
          (records + place).initialize(to: sources[table].records[row])
        }
        for place in 0..<chunk.count where references[start + place].record != nil {
          let record = records[place]
          guard !isElsewhere(record) else { continue }
          let text = sources[Int(tables[place])].text
          copyID(from: text, record.rowStart + record.idOffset, record.idLength, to: place)
        }
      }
    }
  }

  /// As one piece, longer than most IDs, wherever the text has as much: so the processor waits for
  /// the next ones meanwhile.
  @inline(__always)
  private func copyID(from text: UnsafeRawBufferPointer, _ start: Int, _ count: Int, to place: Int)
  {
    let target = UnsafeMutableRawPointer(ids + place * Self.idMax)
    if start + Self.idMax <= text.count {
      target.storeBytes(
        of: text.loadUnaligned(fromByteOffset: start, as: SIMD32<UInt8>.self),
        as: SIMD32<UInt8>.self)
    } else {
      target.copyMemory(from: text.baseAddress! + start, byteCount: count)
    }
  }
}
