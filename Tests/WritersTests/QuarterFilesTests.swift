import Foundation
import Reports
import Synchronization
import Templates
import TestSupport
import Testing
import Vocabulary
import Writers
import Yams

/// The files of a quarter, made in a folder.
@Suite struct QuarterFilesTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func write(_ result: QuarterResult) throws -> QuarterFiles.Made {
    let wording = try YAMLDecoder().decode(Wording.self, from: Templates.statement)
    let files = QuarterFiles(
      RecordLines(result, wording: wording), version: "1", threads: 1, progress: { _, _ in })
    return try files.write(to: try OutputFolder(replacing: folder.path + "/out"))
  }

  /// A table whose rows are not the same when they are looked at again: what was written is not what was to be
  /// written, and nobody would see it but who reads the workbooks back.
  @Test func everyWorkbookIsReadBackBeforeItCounts() throws {
    var result = try Office(cases: "C1,GR,P1,2026-02-14,,,", "C2,GR,P9,soon,,,").decide()
    #expect(try write(result).files.map(\.file).contains("summary.xlsx"))
    let table = result.records.tables[0]
    result.records = RecordTables([
      RecordTable(
        activity: table.activity, file: table.file, text: table.text, records: table.records,
        rewrittenIDs: table.rewrittenIDs, cases: table.cases, reread: table.reread,
        writtenPhysician: { _ in "look \(Self.looks.add(1, ordering: .relaxed).newValue)" })
    ])
    let error = #expect(throws: WorkbookError.self) { try write(result) }
    #expect(error?.sheet == "Exceptions", "\(String(describing: error))")
  }

  private static let looks = Atomic<Int>(0)
}
