internal import Vocabulary

/// Fills rows with the lines of a department.
final class LineReader {
  private let lines: RecordLines
  private let department: DepartmentResult
  private let statement: StatementLines
  private let isHeld: Bool
  private let departmentText: UnsafeMutableBufferPointer<UInt8>

  init(
    _ lines: RecordLines, _ department: DepartmentResult, _ statement: StatementLines,
    held: Bool = false
  ) {
    self.lines = lines
    self.department = department
    self.statement = statement
    isHeld = held
    departmentText = .allocate(capacity: department.name.utf8.count)
    _ = departmentText.initialize(from: department.name.utf8)
  }

  deinit { departmentText.deallocate() }

  func fill(_ index: Int, _ row: inout CellRow) {
    let line = statement[index]
    guard line.reversal == nil else {
      return lines.addLine(lines.result.paymentLine(line, of: department), to: &row)
    }
    lines.addLine(
      index, of: statement, department: UnsafeBufferPointer(departmentText), held: isHeld, to: &row)
  }
}
