internal import Vocabulary

/// Fills rows with the lines of a department.
final class LineReader {
  private let lines: RecordLines
  private let department: DepartmentResult
  private let references: [LineReference]
  private let isHeld: Bool
  private let departmentText: UnsafeMutableBufferPointer<UInt8>
  private let chunk: RecordChunk

  init(
    _ lines: RecordLines, _ department: DepartmentResult, _ references: [LineReference],
    held: Bool = false
  ) {
    self.lines = lines
    self.department = department
    self.references = references
    isHeld = held
    chunk = RecordChunk(lines.result.records)
    departmentText = .allocate(capacity: department.name.utf8.count)
    _ = departmentText.initialize(from: department.name.utf8)
  }

  deinit { departmentText.deallocate() }

  func fill(_ index: Int, _ row: inout CellRow) {
    guard references[index].record != nil else {
      return lines.addLine(
        lines.result.paymentLine(references[index], of: department), to: &row)
    }
    chunk.with(
      index, of: references.count, record: { references[$0].record },
      body: { found in
        lines.addLine(
          found, department: UnsafeBufferPointer(departmentText), held: isHeld, to: &row)
      })
  }
}
