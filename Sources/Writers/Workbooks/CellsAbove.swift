internal import Reports

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The cells of the row above, each with its XML behind the row's number: in a table most cells say
/// what stands above them, so their XML is copied instead of made, and compared instead of read.
struct CellsAbove: ~Copyable {
  private struct Place {
    /// Its text, if it has one, is kept beside.
    var cell = Cell(.blank, .text)
    var count: Int32 = 0
    var textCount: Int32 = 0
  }

  /// Longer XML, and longer texts, are made anew.
  private static let countMax = 128

  private let places: UnsafeMutablePointer<Place>
  private let xml: UnsafeMutablePointer<UInt8>
  private let texts: UnsafeMutablePointer<UInt8>
  private let columnCount: Int

  init(columnCount: Int) {
    self.columnCount = columnCount
    places = .allocate(capacity: columnCount)
    xml = .allocate(capacity: columnCount * Self.countMax)
    texts = .allocate(capacity: columnCount * Self.countMax)
    forget()
  }

  deinit {
    places.deallocate()
    xml.deallocate()
    texts.deallocate()
  }

  func forget() { places.initialize(repeating: Place(), count: columnCount) }

  /// The XML of the cell above, where this one says the same.
  @inline(__always)
  func xml(
    ofSame cell: Cell, of row: borrowing CellRow, at column: Int
  ) -> UnsafeBufferPointer<UInt8>? {
    let place = places[column]
    guard place.count > 0, isSame(cell, of: row, as: place, at: column) else { return nil }
    return UnsafeBufferPointer(start: xml + column * Self.countMax, count: Int(place.count))
  }

  @inline(__always)
  private func isSame(
    _ cell: Cell, of row: borrowing CellRow, as place: Place, at column: Int
  ) -> Bool {
    guard cell.style == place.cell.style else { return false }
    switch (cell.value, place.cell.value) {
    case (.text(let start, let count), .text):
      return count == place.textCount
        && memcmp(
          row.bytes.baseAddress! + Int(start), texts + column * Self.countMax, Int(count)) == 0
    case (.count(let one), .count(let other)): return one == other
    case (.money(let one), .money(let other)): return one == other
    case (.date(let one), .date(let other)): return one == other
    case (.duration(let one), .duration(let other)): return one == other
    case (.blank, .blank): return true
    default: return false
    }
  }

  /// Keeps a cell with its XML.
  func note(
    _ cell: Cell, of row: borrowing CellRow, at column: Int, _ made: UnsafeBufferPointer<UInt8>
  ) {
    let text = row.text(of: cell)
    guard made.count <= Self.countMax, text.count <= Self.countMax, !cell.value.isFormula else {
      places[column].count = 0
      return
    }
    memcpy(xml + column * Self.countMax, made.baseAddress!, made.count)
    if let source = text.baseAddress { memcpy(texts + column * Self.countMax, source, text.count) }
    places[column] = Place(
      cell: cell, count: Int32(truncatingIfNeeded: made.count),
      textCount: Int32(truncatingIfNeeded: text.count))
  }
}

extension CellValue {
  fileprivate var isFormula: Bool {
    switch self {
    case .countFormula, .moneyFormula: true
    default: false
    }
  }
}
