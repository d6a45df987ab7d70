internal import Vocabulary

/// The records of rows that stand one behind the other in a file.
struct RecordList: ~Copyable {
  var records: GrowingRecordRows
  /// IDs, and names of cases, that stand otherwise in the file.
  var rewrittenIDs: [[UInt8]] = []
  /// For conferences: the case that each row names.
  var cases: [CaseReference] = []
  var uneven = UnevenRows()

  init(expecting count: Int = 64) { records = GrowingRecordRows(expecting: count) }

  /// Adds the records of the rows that come next.
  ///
  /// - Parameters:
  ///   - lines: how many come before them.
  ///   - size: of the file, about.
  mutating func append(_ next: borrowing RecordList, lines: Int, of size: Int) {
    let rewritten = rewrittenIDs.count
    records.append(
      contentsOf: next.records, linesBefore: lines, rewrittenBefore: rewritten, of: size)
    cases += rewritten == 0 ? next.cases : next.cases.map { $0.moved(byRewritten: rewritten) }
    rewrittenIDs += next.rewrittenIDs
    uneven.append(next.uneven, lines: lines)
  }
}

/// The rows of a stretch of a file, read into a list of their own.
final class RecordStretch: @unchecked Sendable {
  // Unchecked: one thread adds all rows, and then another one takes the list.
  /// In memory of its own: each access to a variable of an object is checked at run time, and a row makes several.
  private let reader = UnsafeMutablePointer<StretchReader>.allocate(capacity: 1)

  init(_ activity: Activity, _ header: TableHeader, _ context: RecordContext) {
    reader.initialize(to: StretchReader(activity, header, context))
  }

  deinit {
    reader.deinitialize(count: 1)
    reader.deallocate()
  }

  /// With the words that it has met so far.
  var decoder: RecordDecoder { reader.pointee.decoder }

  func add(_ scanner: CSVScanner, _ row: ScannedRow, _ text: UnsafeBufferPointer<UInt8>) {
    reader.pointee.add(scanner, row, text)
  }

  /// Adds the rows behind those of a list.
  ///
  /// - Parameters:
  ///   - lines: how many come before the stretch.
  ///   - size: of the file, about.
  func append(to all: inout RecordList, lines: Int, of size: Int) {
    all.append(reader.pointee.list, lines: lines, of: size)
  }
}

private struct StretchReader: ~Copyable {
  private(set) var list = RecordList(expecting: rowsExpected)
  private(set) var decoder: RecordDecoder
  private let isConference: Bool
  private let fieldCount: Int
  /// A stretch mostly has fewer.
  private static let rowsExpected = 4096

  init(_ activity: Activity, _ header: TableHeader, _ context: RecordContext) {
    decoder = RecordDecoder(activity: activity, header: header, context: context)
    isConference = activity == .conference
    fieldCount = header.fieldCount
  }

  mutating func add(
    _ scanner: CSVScanner, _ row: ScannedRow, _ text: UnsafeBufferPointer<UInt8>
  ) {
    var record = decoder.decode(scanner, row, text)
    if scanner.fields.count != fieldCount, record.reason != .malformedRow {
      list.uneven.add(line: row.line)
    }
    if let id = decoder.rewrittenID {
      record.setID(offset: list.rewrittenIDs.count, length: id.count)
      record.flags.insert(.rewrittenID)
      list.rewrittenIDs.append(id)
    }
    if isConference { addCase(of: row) }
    list.records.append(record)
  }

  private mutating func addCase(of row: ScannedRow) {
    switch decoder.caseValue {
    case nil: list.cases.append(.none)
    case .inPlace(let start, let end):
      list.cases.append(CaseReference(offset: start - row.start, count: end - start))
    case .rewritten(let bytes):
      list.cases.append(CaseReference(rewritten: list.rewrittenIDs.count))
      list.rewrittenIDs.append(bytes)
    }
  }
}
