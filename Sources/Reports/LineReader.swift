internal import Vocabulary

/// Reads lines of a department, some hundred at a time.
///
/// Lines are sorted by physician, records lie as their files have them: each line is somewhere else in
/// memory. Gathered in one go, the processor waits for many of them at once.
final class LineReader {
  private let lines: RecordLines
  private let department: DepartmentResult
  private let references: [LineReference]
  private let isHeld: Bool
  private let departmentText: UnsafeMutableBufferPointer<UInt8>

  private static let chunkCount = 512
  private var chunk = 0..<0
  private var records: [ServiceRecord] = []
  private var tables: [Int] = []
  private var ids: [UInt8] = []
  private var idStarts: [Int] = []

  init(
    _ lines: RecordLines, _ department: DepartmentResult, _ references: [LineReference],
    held: Bool = false
  ) {
    self.lines = lines
    self.department = department
    self.references = references
    isHeld = held
    departmentText = .allocate(capacity: department.name.utf8.count)
    _ = departmentText.initialize(from: department.name.utf8)
  }

  deinit { departmentText.deallocate() }

  func fill(_ index: Int, _ row: inout CellRow) {
    if !chunk.contains(index) { gather(index / Self.chunkCount * Self.chunkCount) }
    let place = index - chunk.lowerBound
    guard references[index].record != nil else {
      return lines.addLine(
        lines.result.paymentLine(references[index], of: department), to: &row)
    }
    ids.withUnsafeBufferPointer { ids in
      lines.addLine(
        records[place], ofTable: tables[place],
        id: UnsafeBufferPointer(rebasing: ids[idStarts[place]..<idStarts[place + 1]]),
        department: UnsafeBufferPointer(departmentText), held: isHeld, to: &row)
    }
  }

  private func gather(_ start: Int) {
    chunk = start..<min(start + Self.chunkCount, references.count)
    records.removeAll(keepingCapacity: true)
    tables.removeAll(keepingCapacity: true)
    ids.removeAll(keepingCapacity: true)
    idStarts.removeAll(keepingCapacity: true)
    let all = lines.result.records
    for reference in references[chunk] {
      // A payment taken back has no record here; its place stays empty.
      let (table, row) = reference.record.map(all.locate) ?? (0, -1)
      tables.append(table)
      records.append(row < 0 ? ServiceRecord(rowStart: 0, line: 0) : all.tables[table].records[row])
    }
    for (place, record) in records.enumerated() {
      idStarts.append(ids.count)
      guard references[chunk.lowerBound + place].record != nil else { continue }
      all.tables[tables[place]].withID(of: record) { ids.append(contentsOf: $0) }
    }
    idStarts.append(ids.count)
  }
}
