package import Vocabulary

/// Why the first of a run's exceptions are not paid, in words: a table, its sheet and the statement of what is held
/// ask for it, and else a row of the inputs is read again each time.
package struct ExceptionDetails: Sendable {
  /// Of more it is made each time, and of 512 that have more bytes than this: some 28 MB are kept, 64 at the most.
  private static let countMax = 1 << 18
  private static let pieceCount = 512
  private static let pieceBytesMax = 128 * 1024

  /// Texts one behind the other, and where each ends.
  private struct Piece: Sendable {
    var bytes: [UInt8] = []
    var ends: [Int32] = []
  }

  private let pieces: [Piece]
  private let result: QuarterResult
  /// Where those of each table are: ascending by row, but where a file is read twice.
  private var places: [Range<Int>]

  package init(_ lines: RecordLines, _ workers: Workers) {
    result = lines.result
    places = Array(repeating: 0..<0, count: result.records.tables.count)
    let exceptions = result.exceptions.prefix(Self.countMax)
    for (place, index) in exceptions.enumerated() {
      let table = result.records.locate(index).table
      let first = places[table].isEmpty ? place : places[table].lowerBound
      places[table] = first..<place + 1
    }
    pieces = workers.map((exceptions.count + Self.pieceCount - 1) / Self.pieceCount) { number in
      var piece = Piece()
      let detail = lines.details()
      for index in exceptions.dropFirst(number * Self.pieceCount).prefix(Self.pieceCount) {
        piece.bytes += detail(index).utf8
        piece.ends.append(Int32(piece.bytes.count))
      }
      return piece.bytes.count <= Self.pieceBytesMax ? piece : Piece()
    }
  }

  /// The place of a record among all exceptions; nil where its text is not kept.
  func place(of index: Int32) -> Int? {
    let own = result.exceptions[places[result.records.locate(index).table]]
    let place = own.partitioningIndex { $0 >= index }
    return place < own.endIndex && own[place] == index ? place : nil
  }

  /// Calls `body` with the text of an exception, by its place among all.
  ///
  /// - Returns: nil where it is not kept.
  func with<Result>(
    _ place: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result? {
    let (number, offset) = place.quotientAndRemainder(dividingBy: Self.pieceCount)
    guard number < pieces.count, offset < pieces[number].ends.count else { return nil }
    return pieces[number].bytes.withUnsafeBufferPointer { bytes in
      let ends = pieces[number].ends
      let start = offset == 0 ? 0 : Int(ends[offset - 1])
      return body(UnsafeBufferPointer(rebasing: bytes[start..<Int(ends[offset])]))
    }
  }
}
