internal import Vocabulary

/// The records of rows that stand one behind the other in a file.
struct RecordList: ~Copyable {
  var records: GrowingRecordRows
  /// What is kept of their rows.
  var text: GrowingText
  /// IDs, and names of cases, that stand otherwise in the file.
  var rewrittenIDs: [[UInt8]] = []
  /// For conferences: the case that each row names.
  var cases: [CaseReference] = []
  var warnings = RowWarnings()

  init(expecting count: Int = 64, text byteCount: Int = 64) {
    records = GrowingRecordRows(expecting: count)
    text = GrowingText(expecting: byteCount)
  }

  /// Adds the records of the rows that come next.
  ///
  /// - Parameters:
  ///   - lines: how many come before them.
  ///   - share: of the file, these rows with it.
  mutating func append(_ next: borrowing RecordList, lines: Int, share: FileShare) {
    let (rewritten, textBefore) = (rewrittenIDs.count, text.count)
    records.append(
      contentsOf: next.records, linesBefore: lines, textBefore: textBefore,
      rewrittenBefore: rewritten, share: share)
    text.append(contentsOf: next.text, share: share)
    cases += rewritten == 0 ? next.cases : next.cases.map { $0.moved(byRewritten: rewritten) }
    rewrittenIDs += next.rewrittenIDs
    warnings.append(next.warnings, lines: lines)
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
  ///   - share: of the file, the stretch with it.
  func append(to all: inout RecordList, lines: Int, share: FileShare) {
    all.append(reader.pointee.list, lines: lines, share: share)
  }
}

private struct StretchReader: ~Copyable {
  private(set) var list: RecordList
  private(set) var decoder: RecordDecoder
  private let isConference: Bool
  private let fieldCount: Int
  private let keepsRows: Bool
  /// A stretch mostly has fewer.
  private static let rowsExpected = 4096

  init(_ activity: Activity, _ header: TableHeader, _ context: RecordContext) {
    decoder = RecordDecoder(activity: activity, header: header, context: context)
    isConference = activity == .conference
    fieldCount = header.fieldCount
    keepsRows = context.keepsRows
    // Of all its rows a stretch keeps itself, as much as it is and the row that it ends in.
    list = RecordList(
      expecting: Self.rowsExpected, text: keepsRows ? TableReader.stretchCount * 9 / 8 : 1 << 16)
  }

  mutating func add(
    _ scanner: CSVScanner, _ row: ScannedRow, _ text: UnsafeBufferPointer<UInt8>
  ) {
    var record = decoder.decode(scanner, row, text)
    if scanner.fields.count != fieldCount, record.reason != .malformedRow {
      list.warnings.uneven.add(line: row.line)
    }
    keep(&record, row, text)
    list.records.append(record)
  }

  /// Keeps of a row what may be asked for: all of it where what it says is to be told, else its ID, and the case that
  /// it names.
  @inline(__always)
  private mutating func keep(
    _ record: inout ServiceRecord, _ row: ScannedRow, _ text: UnsafeBufferPointer<UInt8>
  ) {
    let start = list.text.count
    let isWhole = keepsRows || record.reason.isOfReading || record.physician < 0
    record.setRowStart(start)
    if isWhole {
      list.text.append(UnsafeBufferPointer(rebasing: text[row.start..<row.next]))
    } else {
      record.flags.insert(.rowGone)
    }
    if let id = decoder.rewrittenID {
      record.setID(offset: list.rewrittenIDs.count, length: id.count)
      record.flags.insert(.rewrittenID)
      if id.withUnsafeBufferPointer(isShortenedNumber) {
        list.warnings.shortened.add(line: record.line)
      }
      list.rewrittenIDs.append(id)
    } else {
      let start = row.start + record.idOffset
      let id = UnsafeBufferPointer(rebasing: text[start..<start + record.idLength])
      if isShortenedNumber(id) { list.warnings.shortened.add(line: record.line) }
      if !isWhole {
        list.text.append(id)
        record.setID(offset: 0, length: record.idLength)
      }
    }
    guard isConference else { return }
    switch decoder.caseValue {
    case nil: list.cases.append(.none)
    case .inPlace(let from, let end):
      var offset = from - row.start
      if !isWhole {
        offset = list.text.count - start
        list.text.append(UnsafeBufferPointer(rebasing: text[from..<end]))
      }
      list.cases.append(CaseReference(offset: offset, count: end - from))
    case .rewritten(let bytes):
      list.cases.append(CaseReference(rewritten: list.rewrittenIDs.count))
      list.rewrittenIDs.append(bytes)
    }
  }
}
