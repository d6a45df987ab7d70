internal import Packages
internal import Reports
internal import Vocabulary

/// A part of the template's package, as each workbook takes it over.
enum TemplatePart: Sendable {
  /// The same in each workbook: compressed once, copied as it is.
  case fixed(CompressedPart)
  /// The list of sheets, which says where filters end.
  case workbook(name: String, PatchedText)
  /// A sheet, up to its rows and behind them.
  case sheet(name: String, index: Int, prefix: PatchedText, suffix: PatchedText)
}

/// A text with gaps, where it depends on a workbook's rows.
struct PatchedText: Sendable {
  enum Gap: Sendable {
    /// The cells of a sheet, such as `A1:C7`.
    case cells(sheet: Int)
    /// The number of the last row of the table of sheet `index`.
    case lastTableRow(sheet: Int)
  }

  private var pieces: [[UInt8]] = []
  private var gaps: [Gap] = []

  /// - Parameter gaps: What to cut out of the bytes; nothing twice.
  init(_ bytes: [UInt8], gaps: [(range: Range<Int>, gap: Gap)]) {
    var done = 0
    for (range, gap) in gaps.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      pieces.append(Array(bytes[done..<range.lowerBound]))
      self.gaps.append(gap)
      done = range.upperBound
    }
    pieces.append(Array(bytes[done...]))
  }

  func bytes(for sheets: [Sheet]) -> [UInt8] {
    var bytes = pieces[0]
    for (gap, piece) in zip(gaps, pieces.dropFirst()) {
      switch gap {
      case .cells(let index): bytes += Self.cells(of: sheets[index]).utf8
      case .lastTableRow(let index): bytes += String(sheets[index].lastTableRow + 1).utf8
      }
      bytes += piece
    }
    return bytes
  }

  private static func cells(of sheet: Sheet) -> String {
    let last = cellName(max(sheet.rowCount - 1, 0), sheet.layout.columnCount - 1)
    return last == "A1" ? last : "A1:\(last)"
  }
}

extension SheetLayout {
  /// How many columns a sheet has: those with a width, and one in any case.
  var columnCount: Int { max(columnWidths.count, 1) }
}

extension [UInt8] {
  /// Where `text` begins and ends, from `start` on.
  func range(of text: String, from start: Int = 0) -> Range<Int>? {
    let wanted = Array(text.utf8)
    guard let first = wanted.first, count >= wanted.count else { return nil }
    var index = start
    while index <= count - wanted.count {
      if self[index] == first, self[index..<index + wanted.count].elementsEqual(wanted) {
        return index..<index + wanted.count
      }
      index += 1
    }
    return nil
  }
}
