internal import Reports
internal import Vocabulary

/// The XML around what stands in cells: the same for all workbooks of a template.
struct CellSnippets: Sendable {
  /// `<c r="C` for each column of the widest sheet.
  let columns: [Snippet]
  /// `" s="7" t="inlineStr"><is><t>` for each style, and the same for numbers, formulas, blanks.
  let texts: [Snippet]
  let numbers: [Snippet]
  let formulas: [Snippet]
  let blanks: [Snippet]

  /// - Parameter styleNumbers: by the raw values of ``CellStyle``.
  init(_ layouts: [SheetLayout], styleNumbers: [Int]) {
    let columnCount = layouts.map(\.columnCount).max() ?? 0
    columns = (0..<columnCount).map { Snippet("<c r=\"\(columnLetters($0))") }
    texts = styleNumbers.map { Snippet("\" s=\"\($0)\" t=\"inlineStr\"><is><t>") }
    numbers = styleNumbers.map { Snippet("\" s=\"\($0)\"><v>") }
    formulas = styleNumbers.map { Snippet("\" s=\"\($0)\"><f>") }
    blanks = styleNumbers.map { Snippet("\" s=\"\($0)\"/>") }
  }
}
