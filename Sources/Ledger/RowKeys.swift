internal import Vocabulary

/// Rows with the keys by which what is paid is found: a row that has no line's key is neither paid nor nearly so.
struct RowKeys {
  struct Row: Sendable {
    var key: UInt32
    var index: Int32
  }

  private(set) var rows: [Row]
  private let records: RecordTables

  /// Those of the rows that are undecided, and of those that are not completed: that may take back what was paid.
  init(_ records: RecordTables, _ workers: Workers) {
    self.records = records
    let pieces = records.pieces()
    rows = workers.map(pieces.count) { number in
      let (piece, table) = (pieces[number], records.tables[pieces[number].table])
      var rows: [Row] = []
      rows.reserveCapacity(piece.rows.count)
      for row in piece.rows where [.undecided, .notCompleted].contains(table.records[row].reason) {
        let key = table.withID(of: table.records[row]) { SimilarityKey.key(of: $0, table.activity) }
        rows.append(Row(key: key, index: piece.first + Int32(row - piece.rows.lowerBound)))
      }
      return rows
    }.flatMap(\.self)
  }

  /// Lets the lines through that may have the key of a row.
  var filter: KeyFilter { KeyFilter(rows.lazy.map(\.key), number: 0) }

  /// Leaves of rows and of lines that ``filter`` has let through those that have a key in common; besides, by chance,
  /// one in some hundreds.
  mutating func meet(_ lines: inout [SimilarityKeys.Line]) {
    // Most lines are of no row, and most rows of no line: what one filter takes for another key, the next need not.
    for number in stride(from: 1, to: KeyFilter.count, by: 2) {
      let ofLines = KeyFilter(lines.lazy.map(\.key), number: number)
      rows.removeAll { !ofLines.mayContain($0.key) }
      let ofRows = KeyFilter(rows.lazy.map(\.key), number: number + 1)
      lines.removeAll { !ofRows.mayContain($0.key) }
    }
  }
  /// The rows by ``RowsByKey/key(ofID:)``: of IDs that are nearly the same there may be many.
  func byID(_ workers: Workers) -> RowsByKey {
    let rowCount = 1 << 15
    return RowsByKey(
      workers.map((rows.count + rowCount - 1) / rowCount) { piece in
        rows[piece * rowCount..<min((piece + 1) * rowCount, rows.count)].map { row in
          Row(key: records.withID(of: row.index, RowsByKey.key), index: row.index)
        }
      }.flatMap(\.self))
  }
}

/// Rows by their keys. To find those of a key takes O(1).
struct RowsByKey: Sendable {
  private let rows: [RowKeys.Row]
  /// Where the rows begin whose keys have the same upper bits, and one more.
  private let starts: [Int32]
  private let shift: UInt32

  /// - Parameter rows: those of one key keep their order.
  init(_ rows: [RowKeys.Row]) {
    var bits: UInt32 = 1
    while bits < 31, 1 << bits < rows.count { bits += 1 }
    let shift = 32 - bits
    var starts = [Int32](repeating: 0, count: 1 << Int(bits) + 1)
    for row in rows { starts[Int(row.key >> shift) + 1] += 1 }
    for place in starts.indices.dropFirst() { starts[place] += starts[place - 1] }
    var next = starts
    self.rows = Array(unsafeUninitializedCapacity: rows.count) { sorted, count in
      for row in rows {
        let place = Int(row.key >> shift)
        sorted.initializeElement(at: Int(next[place]), to: row)
        next[place] += 1
      }
      count = rows.count
    }
    (self.starts, self.shift) = (starts, shift)
  }

  /// Where the rows of a key are, among others.
  @inline(__always)
  func places(of key: UInt32) -> Range<Int32> {
    let place = Int(key >> shift)
    return starts[place]..<starts[place + 1]
  }

  /// Of the bytes of an ID.
  static func key(ofID id: UnsafeBufferPointer<UInt8>) -> UInt32 {
    UInt32(truncatingIfNeeded: hashOf(id))
  }

  @inline(__always)
  func forEach(at places: Range<Int32>, of key: UInt32, _ body: (_ index: Int32) -> Void) {
    for place in places where rows[Int(place)].key == key { body(rows[Int(place)].index) }
  }
}
