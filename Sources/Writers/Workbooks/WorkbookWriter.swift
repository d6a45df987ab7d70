internal import Packages
package import Reports

/// A workbook that was written, and is still to be read back by ``WorkbookVerifier``.
package struct WrittenWorkbook: Sendable {
  /// What its parts must be, in their order.
  let parts: [PartSum]
  /// What compressing took.
  package let compressing: Duration
}

/// The files of tables that share their rows with a workbook's sheets.
package typealias SharedTables = [SharedRows.Name: SharedTableFile]

/// Writes workbooks.
package enum WorkbookWriter {
  /// Writes a new workbook, readable by its owner alone.
  ///
  /// The same sheets give the same bytes. Different workbooks may be written from different
  /// threads with one template.
  ///
  /// - Parameters:
  ///   - tables: CSV files that get the rows which sheets share with them; who calls has opened them, and finishes them.
  ///   - onTwoThreads: whether a second one renders, ahead of the caller's, which compresses.
  /// - Throws: ``WorkbookError`` naming sheet and cell for what a workbook cannot hold, and for a
  ///   file that exists or cannot be written, no workbook is left then; ``OutputError`` for a table's file.
  /// - Precondition: The sheets have the template's layouts, in order.
  package static func write(
    _ sheets: [Sheet], using template: WorkbookTemplate, to path: String,
    sharing tables: SharedTables = [:], onTwoThreads: Bool = false
  ) throws -> WrittenWorkbook {
    precondition(sheets.map(\.layout) == template.layouts, "a workbook has its template's sheets")
    for sheet in sheets { sheet.checkRows() }
    do {
      return try Deflater.lend { deflater in
        let before = deflater.time
        let parts = try write(
          sheets, using: template, to: path, tables, onTwoThreads, with: deflater)
        return WrittenWorkbook(parts: parts, compressing: deflater.time - before)
      }
    } catch let error as PackageError {
      throw WorkbookError(file: path, reason: "\(error.operation): \(error.reason)")
    }
  }

  private static func write(
    _ sheets: [Sheet], using template: WorkbookTemplate, to path: String, _ tables: SharedTables,
    _ onTwoThreads: Bool, with deflater: Deflater
  ) throws -> [PartSum] {
    let package = try PackageWriter(creating: path, with: deflater)
    let places = sheets.placesToKeepRuns
    var renderer = SheetRenderer(
      file: path, template: template, places: places,
      verifier: RowVerifier(
        file: path, columns: template.snippets.columns, styleNumbers: template.styleNumbers,
        places: places))
    for part in template.parts {
      switch part {
      case .fixed(let part): try package.add(part)
      case .workbook(let name, let text):
        try package.add(CompressedPart(name: name, bytes: text.bytes(for: sheets), with: deflater))
      case .sheet(let name, let index, let prefix, let suffix):
        try package.add(name) { sink in
          var sum = PartSum(name)
          /// Bytes count as they are made, before another thread or the compressor has them.
          func make(to sink: Conveyor.Sink) throws {
            let counted: Conveyor.Sink = { bytes in
              sum.add(bytes)
              try sink(bytes)
            }
            try prefix.bytes(for: sheets).withUnsafeBytes(counted)
            let sheet = sheets[index]
            try renderer.render(
              sheet, to: counted, sharedWith: sheet.shared.flatMap { tables[$0.table] })
            try suffix.bytes(for: sheets).withUnsafeBytes(counted)
          }
          if onTwoThreads {
            try Conveyor.carry(from: make, to: sink)
          } else {
            try make(to: sink)
          }
          return sum
        }
      }
    }
    try package.close()
    return package.parts
  }
}

extension [Sheet] {
  /// How many places to keep runs in their rows have, which all of a workbook's sheets share.
  var placesToKeepRuns: Int { CellRun.places(forRows: map(\.rowCount).max() ?? 0) }
}

extension Sheet {
  func checkRows() {
    precondition(rowCount >= 0, "a sheet's rows can be counted")
    guard let heading = layout.headingRow else { return }
    precondition(lastTableRow >= heading, "a table ends at or below its heading")
    precondition(lastTableRow < max(rowCount, heading + 1), "a table ends within its sheet")
  }
}
