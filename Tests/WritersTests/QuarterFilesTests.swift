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

  /// While the summary's rows are made, a byte of its file changes that was on the disk before.
  @Test func everyWorkbookIsReadBackBeforeItCounts() throws {
    var result = try Office(cases: "C1,GR,P1,2026-02-14,,,", "C2,GR,P9,soon,,,").decide()
    #expect(try write(result).files.map(\.file).contains("summary.xlsx"))
    let (table, path) = (result.records.tables[0], folder.path)
    result.records = RecordTables([
      RecordTable(
        activity: table.activity, file: table.file, text: table.text, records: table.records,
        rewrittenIDs: table.rewrittenIDs, cases: table.cases, reread: table.reread,
        writtenPhysician: { _ in
          damageFirstPart(of: "summary.xlsx", below: path)
          return "P9"
        })
    ])
    let error = #expect(throws: WorkbookError.self) { try write(result) }
    #expect(error?.file.hasSuffix("/summary.xlsx") == true, "\(String(describing: error))")
    #expect(error?.reason.hasPrefix("reading part [Content_Types].xml: ") == true)
  }
}
