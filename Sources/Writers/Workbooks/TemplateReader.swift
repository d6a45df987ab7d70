internal import Packages
internal import Reports
internal import Vocabulary

/// Takes apart the package that the workbook library made.
struct TemplateReader {
  private let package: PackageReader
  private let layouts: [SheetLayout]

  init(_ path: String, _ layouts: [SheetLayout]) throws {
    package = try PackageReader(path)
    self.layouts = layouts
  }

  func read() throws -> (parts: [TemplatePart], styleNumbers: [Int]) {
    var parts: [TemplatePart] = []
    var styleNumbers: [Int] = []
    var sheetCount = 0
    var hasList = false
    for part in package.parts {
      let bytes = try package.bytes(of: part)
      guard TemplateCheck.isWhole(bytes) else { throw damaged("\(part.name) is not whole") }
      if part.name == "xl/workbook.xml" {
        parts.append(.workbook(name: part.name, try list(bytes)))
        hasList = true
      } else if let index = Self.sheetIndex(part.name), layouts.indices.contains(index) {
        if index == 0 { styleNumbers = try numbers(in: bytes) }
        parts.append(try sheet(part.name, index, bytes))
        sheetCount += 1
      } else {
        let fixed = try Deflater.lend {
          try CompressedPart(name: part.name, bytes: bytes, with: $0)
        }
        parts.append(.fixed(fixed))
      }
    }
    guard hasList, sheetCount == layouts.count, package.part(named: "xl/styles.xml") != nil else {
      throw damaged("it lacks parts")
    }
    return (parts, styleNumbers)
  }

  /// The library calls the sheets `sheet1.xml` and so on, in their order.
  private static func sheetIndex(_ name: String) -> Int? {
    guard name.hasPrefix("xl/worksheets/sheet"), name.hasSuffix(".xml") else { return nil }
    return Int(name.dropFirst("xl/worksheets/sheet".count).dropLast(".xml".count)).map { $0 - 1 }
  }

  private func numbers(in bytes: [UInt8]) throws -> [Int] {
    try CellStyle.allCases.map { style in
      let cell = cellName(0, Int(style.rawValue))
      guard let start = bytes.range(of: "<c r=\"\(cell)\" s=\"")?.upperBound,
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\"")),
        let number = Int(String(decoding: bytes[start..<end], as: UTF8.self))
      else { throw damaged("it lacks the style \(style)") }
      return number
    }
  }

  /// Opens gaps in the list of sheets where filters end.
  private func list(_ bytes: [UInt8]) throws -> PatchedText {
    var gaps: [(Range<Int>, PatchedText.Gap)] = []
    for (index, layout) in layouts.enumerated() where layout.hasFilters {
      let name = "<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"\(index)\""
      guard let start = bytes.range(of: name)?.upperBound,
        let end = bytes.range(of: "</definedName>", from: start)?.lowerBound
      else { throw damaged("it lacks the filters of “\(layout.name)”") }
      gaps.append((try number(before: end, in: bytes), .lastTableRow(sheet: index)))
    }
    return PatchedText(bytes, gaps: gaps)
  }

  /// Cuts a sheet where its rows are, and opens gaps where it says how many there are.
  private func sheet(_ name: String, _ index: Int, _ bytes: [UInt8]) throws -> TemplatePart {
    let rows: Range<Int>
    if let empty = bytes.range(of: "<sheetData/>") {
      rows = empty
    } else if let start = bytes.range(of: "<sheetData>"),
      let end = bytes.range(of: "</sheetData>", from: start.upperBound)
    {
      rows = start.lowerBound..<end.upperBound
    } else {
      throw damaged("\(name) has no rows")
    }
    let head = Array(bytes[..<rows.lowerBound])
    guard let dimension = head.range(of: "<dimension ref=\"")?.upperBound,
      let end = head[dimension...].firstIndex(of: UInt8(ascii: "\""))
    else { throw damaged("\(name) has no dimension") }
    let prefix = PatchedText(
      head + Array("<sheetData>".utf8), gaps: [(dimension..<end, .cells(sheet: index))])

    let tail = Array("</sheetData>".utf8) + Array(bytes[rows.upperBound...])
    var gaps: [(Range<Int>, PatchedText.Gap)] = []
    if layouts[index].hasFilters {
      guard let filter = tail.range(of: "<autoFilter ref=\"")?.upperBound,
        let end = tail[filter...].firstIndex(of: UInt8(ascii: "\""))
      else { throw damaged("\(name) has no filters") }
      gaps.append((try number(before: end, in: tail), .lastTableRow(sheet: index)))
    }
    return .sheet(
      name: name, index: index, prefix: prefix, suffix: PatchedText(tail, gaps: gaps))
  }

  /// The digits that end at `end`.
  private func number(before end: Int, in bytes: [UInt8]) throws -> Range<Int> {
    let digits = bytes[..<end].reversed().prefix { (0x30...0x39).contains($0) }.count
    guard digits > 0 else { throw damaged("a range has no end") }
    return end - digits..<end
  }

  private func damaged(_ reason: String) -> WorkbookError {
    WorkbookError(file: "template", reason: "it was not made as it should be: \(reason)")
  }
}

extension SheetLayout {
  var hasFilters: Bool { filters && headingRow != nil }
}
