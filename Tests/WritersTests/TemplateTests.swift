import Foundation
import Packages
import Reports
import TestSupport
import Testing
import Writers

/// What the workbook library makes is read back, and used only where it is whole.
@Suite struct TemplateTests {
  private let folder: TestFolder
  private var path: String { folder.path + "/a.xlsx" }

  init() throws { folder = try TestFolder() }

  /// A workbook that could be a template: its first row has a cell of each style.
  private static let sheets: [Sheet] = [
    sheet(
      2, columns: CellStyle.allCases.count, name: "Samples & more", headingRow: 0, lastTableRow: 1
    ) { index, row in for style in CellStyle.allCases { row.count(index, style) } },
    sheet(1, name: "Other") { _, row in row.count(1) },
  ]

  private var layouts: [SheetLayout] { Self.sheets.map(\.layout) }

  @Test func aWorkbookIsATemplateForOthers() throws {
    try writeAndVerify(Self.sheets, to: path, scratch: folder.path)
    let template = try WorkbookTemplate(layouts: layouts, reading: path)
    let other = folder.path + "/b.xlsx"
    _ = try WorkbookWriter.write(Self.sheets, using: template, to: other)
    let (first, second) = (
      try Data(contentsOf: URL(fileURLWithPath: path)),
      try Data(contentsOf: URL(fileURLWithPath: other))
    )
    #expect(first == second)
  }

  struct Damage: CustomTestStringConvertible, Sendable {
    var part: String
    /// What stands there instead of which text; nil for the whole part.
    var old: String?
    var new: String?
    var reason: String
    var testDescription: String { "\(part) \(old ?? "") → \(new ?? "gone"): \(reason)" }
  }

  private static let sheet1 = "xl/worksheets/sheet1.xml"

  @Test(arguments: [
    Damage(part: "xl/styles.xml", reason: "it lacks parts"),
    Damage(part: "xl/workbook.xml", reason: "it lacks parts"),
    Damage(part: "xl/worksheets/sheet2.xml", reason: "it lacks parts"),
    Damage(part: "xl/styles.xml", new: "", reason: "xl/styles.xml is not whole"),
    Damage(
      part: "xl/styles.xml", old: "<?xml ", new: "<xml ", reason: "xl/styles.xml is not whole"),
    Damage(part: "xl/styles.xml", old: "?>", new: " >", reason: "xl/styles.xml is not whole"),
    Damage(
      part: "xl/styles.xml", old: "</styleSheet>", new: "", reason: "xl/styles.xml is not whole"),
    Damage(
      part: "xl/styles.xml", old: "</styleSheet>", new: "</styleSheet><a/>",
      reason: "xl/styles.xml is not whole"),
    Damage(
      part: "xl/styles.xml", old: "<fonts count=\"", new: "<fonts count=\"1",
      reason: "xl/styles.xml is not whole"),
    Damage(
      part: "xl/styles.xml", old: "<fonts count=\"", new: "<fonts count=",
      reason: "xl/styles.xml is not whole"),
    Damage(
      part: "xl/styles.xml", old: "<fonts ", new: "\0\0\0<fonts ",
      reason: "xl/styles.xml is not whole"),
    Damage(part: sheet1, old: "sheetData>", new: "rowData>", reason: "\(sheet1) has no rows"),
    Damage(
      part: sheet1, old: "<dimension ref=", new: "<dimension of=",
      reason: "\(sheet1) has no dimension"),
    Damage(
      part: sheet1, old: "<autoFilter ref=", new: "<autoFilter of=",
      reason: "\(sheet1) has no filters"),
    Damage(
      part: sheet1, old: "<autoFilter ref=\"A1:Z2\"", new: "<autoFilter ref=\"A1:Z\"",
      reason: "a range has no end"),
    Damage(
      part: sheet1, old: "<c r=\"A1\" s=", new: "<c r=\"A1\" t=", reason: "it lacks the style draft"
    ),
    Damage(
      part: "xl/workbook.xml", old: "_xlnm._FilterDatabase", new: "_xlnm.FilterDatabase",
      reason: "it lacks the filters of “Samples & more”"),
  ])
  func aTemplateThatIsNotWholeIsRefused(_ damage: Damage) throws {
    try writeAndVerify(Self.sheets, to: path, scratch: folder.path)
    let damaged = folder.path + "/damaged.xlsx"
    let changes = try repack(path, to: damaged) { name, text in
      guard name == damage.part else { return }
      guard let new = damage.new else {
        text = nil
        return
      }
      text = damage.old.map { text?.replacing($0, with: new) } ?? new
    }
    #expect(changes == 1)
    let error = #expect(throws: WorkbookError.self) {
      try WorkbookTemplate(layouts: self.layouts, reading: damaged)
    }
    #expect(
      error?.description == "template: it was not made as it should be: \(damage.reason)")
  }

  @Test func whatIsNoPackageIsNoTemplate() throws {
    try Data("no package".utf8).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: WorkbookError.self) {
      try WorkbookTemplate(layouts: self.layouts, reading: self.path)
    }
    #expect(error?.description == "template: \(path): opening it: it is not a zip file")
  }

  @Test func columnsStayInSightWithAHeadingAndWithout() throws {
    for (heading, pane) in [
      (0, "<pane xSplit=\"2\" ySplit=\"1\" "), (nil, "<pane xSplit=\"2\" top"),
    ] {
      let path = "\(folder.path)/\(heading ?? -1).xlsx"
      var sheet = sheet(1, columns: 4, headingRow: heading) { _, row in row.count(1) }
      sheet.layout.frozenColumns = 2
      try writeAndVerify([sheet], to: path, scratch: folder.path)
      let written = try text("xl/worksheets/sheet1.xml", of: path)
      #expect(written.contains(pane), "\(written.prefix(700))")
    }
  }
}
