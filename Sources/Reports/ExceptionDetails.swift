package import Vocabulary

/// Why the first of a run's exceptions are not paid, in words: a table and two readings of a sheet ask for it, and
/// else a row of the inputs is read again each time.
package struct ExceptionDetails: Sendable {
  /// Of more it is made each time: some 7 MB are kept at the most.
  private static let countMax = 1 << 16
  private static let pieceCount = 512

  /// Texts one behind the other, and where each ends.
  private struct Piece: Sendable {
    var bytes: [UInt8] = []
    var ends: [Int32] = []
  }

  private let pieces: [Piece]

  package init(_ lines: RecordLines, _ workers: Workers) {
    let exceptions = lines.result.exceptions.prefix(Self.countMax)
    pieces = workers.map((exceptions.count + Self.pieceCount - 1) / Self.pieceCount) { number in
      var piece = Piece()
      for index in exceptions.dropFirst(number * Self.pieceCount).prefix(Self.pieceCount) {
        piece.bytes += lines.detail(of: index).utf8
        piece.ends.append(Int32(piece.bytes.count))
      }
      return piece
    }
  }

  /// Calls `body` with the text of an exception, by its place among all.
  ///
  /// - Returns: nil where it is not kept.
  func with<Result>(
    _ place: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result? {
    let (number, offset) = place.quotientAndRemainder(dividingBy: Self.pieceCount)
    guard number < pieces.count else { return nil }
    return pieces[number].bytes.withUnsafeBufferPointer { bytes in
      let ends = pieces[number].ends
      let start = offset == 0 ? 0 : Int(ends[offset - 1])
      return body(UnsafeBufferPointer(rebasing: bytes[start..<Int(ends[offset])]))
    }
  }
}
