internal import Packages
package import Reports

/// Writes workbooks.
package enum WorkbookWriter {
  /// Writes a new workbook, readable by its owner alone.
  ///
  /// The same sheets give the same bytes. Different workbooks may be written from different
  /// threads with one template.
  ///
  /// - Parameter onTwoThreads: whether a second one renders, ahead of the caller's, which compresses.
  /// - Throws: ``WorkbookError`` naming sheet and cell for what a workbook cannot hold, and for a
  ///   file that exists or cannot be written. No file is left then.
  /// - Precondition: The sheets have the template's layouts, in order.
  /// - Returns: what compressing took.
  @discardableResult package static func write(
    _ sheets: [Sheet], using template: WorkbookTemplate, to path: String,
    onTwoThreads: Bool = false
  ) throws -> Duration {
    precondition(sheets.map(\.layout) == template.layouts, "a workbook has its template's sheets")
    for sheet in sheets { sheet.checkRows() }
    do {
      return try Deflater.lend { deflater in
        let before = deflater.time
        try write(sheets, using: template, to: path, onTwoThreads, with: deflater)
        return deflater.time - before
      }
    } catch let error as PackageError {
      throw WorkbookError(file: path, reason: "\(error.operation): \(error.reason)")
    }
  }

  private static func write(
    _ sheets: [Sheet], using template: WorkbookTemplate, to path: String, _ onTwoThreads: Bool,
    with deflater: Deflater
  ) throws {
    let package = try PackageWriter(creating: path, with: deflater)
    var renderer = SheetRenderer(
      file: path, template: template, rowCount: sheets.map(\.rowCount).max() ?? 0)
    for part in template.parts {
      switch part {
      case .fixed(let part, _): try package.add(part)
      case .workbook(let name, let text):
        try package.add(name) { sink in try text.bytes(for: sheets).withUnsafeBytes(sink) }
      case .sheet(let name, let index, let prefix, let suffix):
        try package.add(name) { sink in
          try prefix.bytes(for: sheets).withUnsafeBytes(sink)
          if onTwoThreads {
            try Conveyor.carry(from: { try renderer.render(sheets[index], to: $0) }, to: sink)
          } else {
            try renderer.render(sheets[index], to: sink)
          }
          try suffix.bytes(for: sheets).withUnsafeBytes(sink)
        }
      }
    }
    try package.close()
  }
}

extension Sheet {
  func checkRows() {
    precondition(rowCount >= 0, "a sheet's rows can be counted")
    guard let heading = layout.headingRow else { return }
    precondition(lastTableRow >= heading, "a table ends at or below its heading")
    precondition(lastTableRow < max(rowCount, heading + 1), "a table ends within its sheet")
  }
}
