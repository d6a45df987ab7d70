package import Vocabulary

/// A table that was read, what is to be told of its file, and a line for the manifest.
package struct ReadRecords: Sendable {
  package var table: RecordTable
  package var input: InputFile
  package var notices: [Notice]
  /// What is no problem of the file, and may be one of its values.
  package var warnings: [Diagnostic]
}

/// Reads a file of cases or conferences.
package final class RecordReader: @unchecked Sendable {
  // Unchecked: one thread begins to read, and then another one reads on.
  private let file: String
  private let activity: Activity
  private let kind: TableKind
  private let plan: CompensationPlan
  private let expectedCount: Int
  private var table: TableReader

  /// - Parameter file: the path as messages and reports show it.
  package init(
    _ stream: any ByteStream, file: String, activity: Activity, plan: CompensationPlan
  ) {
    (self.file, self.activity, self.plan) = (file, activity, plan)
    kind = activity == .case ? .cases : .conferences
    expectedCount = stream.expectedCount
    table = TableReader(stream, file: file, kind: kind, planned: plan.headings[kind] ?? [:])
  }

  /// Reads the file in one go: what the two steps of it do.
  package static func read(
    _ stream: any ByteStream, file: String, activity: Activity, context: RecordContext,
    workers: Workers = .one
  ) throws -> ReadRecords {
    try RecordReader(stream, file: file, activity: activity, plan: context.plan)
      .read(context, workers: workers)
  }

  /// Begins to read the file's text, while what its rows are read with is still being read. Any problem is told later,
  /// by ``read(_:workers:)``.
  ///
  /// - Parameter isEarly: whether rows can't be read yet; asked after each piece.
  package func readAhead(asLongAs isEarly: () -> Bool) { table.readAhead(asLongAs: isEarly) }

  /// Reads the rows. Once.
  ///
  /// - Throws: ``UnusableInput`` for a problem of the whole file, and what the stream throws. A row
  ///   that can't be read is rejected, and the others go on (SPEC 3.2).
  package func read(_ context: RecordContext, workers: Workers) throws -> ReadRecords {
    var list = RecordList()
    var decoder: RecordDecoder?
    let (activity, expectedCount) = (activity, expectedCount)
    try table.readStretches(on: workers) {
      list = RecordList()
    } begin: { header in
      RecordStretch(activity, header, context)
    } add: { stretch, scanner, row, text in
      stretch.add(scanner, row, text)
    } join: { stretch, lines, end in
      stretch.append(to: &list, lines: lines, share: FileShare(read: end, of: expectedCount))
      decoder = stretch.decoder
    }
    let (encoding, byteCount, rowCount) = (table.encoding, table.byteCount, table.rowCount)
    let (delimiter, header) = (table.delimiter, table.header)
    let (text, sha256) = (list.text.finish(), table.sha256)
    let rereader = RowRereader(
      activity: activity, file: file, text: text, delimiter: delimiter, header: header!,
      plan: plan,
      decoder: decoder ?? RecordDecoder(activity: activity, header: header!, context: context))
    return ReadRecords(
      table: RecordTable(
        activity: activity, file: file, text: text, records: list.records.finish(),
        rewrittenIDs: list.rewrittenIDs, cases: list.cases, reread: { rereader.reread($0) },
        problems: { rereader.problems() }, writtenPhysician: { rereader.physician(of: $0) }),
      input: InputFile(
        kind: kind, file: file, byteCount: byteCount, rowCount: rowCount,
        encoding: encoding.rawValue, sha256: sha256, header: header!),
      notices: fileNotices(file, encoding, header!),
      warnings: fileWarnings(file, table.headerLine, header!, list.warnings))
  }
}

/// What is to be told of a file, whatever its table.
func fileNotices(_ file: String, _ encoding: TextEncoding, _ header: TableHeader) -> [Notice] {
  var notices: [Notice] = []
  if encoding == .windows1252 {
    notices.append(
      Notice(
        .decodedAsWindows1252, file: file,
        detail: "the file is not UTF-8; look whether names with accents are right"))
  }
  for field in header.patientFields {
    notices.append(
      Notice(
        .patientColumnNotRead, file: file,
        detail: "column \(columnLetters(field)) is patient data by its heading, and was not read"))
  }
  return notices
}

extension InputFile {
  init(
    kind: TableKind, file: String, byteCount: Int, rowCount: Int, encoding: String, sha256: String,
    header: TableHeader
  ) {
    self.init(
      kind: kind, file: file, byteCount: byteCount, rowCount: rowCount, encoding: encoding,
      sha256: sha256, unreadColumns: header.unreadFields.map(columnLetters),
      hasStatus: header.hasStatus)
  }
}

/// What may be wrong with a file that can be read.
func fileWarnings(
  _ file: String, _ headerLine: Int, _ header: TableHeader, _ rows: RowWarnings
) -> [Diagnostic] {
  // The field, not its text, as in ``HeaderProblem``.
  header.misnamedFields.map { field, heading in
    Diagnostic(
      .warning, code: "header.misnamed", at: SourceLocation(file: file, line: headerLine),
      "column \(columnLetters(field)) is not read: its heading is no “\(heading)”, but nearly one",
      remedy: "write “\(heading)” if you mean it; what is not read counts as blank")
  } + rows.diagnostics(file: file)
}

/// Reads a row of a finished table again, for reports, messages and `explain`.
private struct RowRereader: Sendable {
  let activity: Activity
  let file: String
  let text: SourceText
  let delimiter: UInt8
  let header: TableHeader
  let plan: CompensationPlan
  /// One that has read the file, and knows its words.
  let decoder: RecordDecoder

  func reread(_ record: ServiceRecord) -> WrittenRecord {
    let scanner = scan(record)
    func named(_ name: String) -> String {
      value(header.definitions.firstIndex { $0.name == name }, scanner)
    }
    var written = WrittenRecord()
    if record.reason.isOfReading {
      var decoder = decoder
      written.problem = fault(of: record, scanner, &decoder)
      // The values of a malformed row may stand in the wrong columns (SPEC 6).
      if record.reason == .malformedRow { return written }
    }
    written.id = value(0, scanner)
    written.program = value(1, scanner)
    written.physician = value(Self.physicianColumn, scanner)
    written.serviceTime = value(3, scanner)
    written.endTime = named("ended_at")
    written.length = named("duration_minutes")
    written.status = named("status")
    written.offered = named("offered_at")
    written.accepted = named("accepted_at")
    if activity == .conference { written.caseID = named("case_id") }
    written.columns = header.definitions.indices.filter { header.fields[$0] >= 0 }
      .map { (header.definitions[$0].name, value($0, scanner)) }
    return written
  }

  /// What is wrong with rows, and nothing else: reports ask for it of many, so what it takes is made once.
  func problems() -> (ServiceRecord) -> Diagnostic? {
    var (scanner, decoder) = (CSVScanner(delimiter: delimiter), decoder)
    return { record in
      scan(record, by: &scanner)
      return fault(of: record, scanner, &decoder)
    }
  }

  /// The physician as written; empty in a malformed row.
  func physician(of record: ServiceRecord) -> String {
    record.reason == .malformedRow ? "" : value(Self.physicianColumn, scan(record))
  }

  private static let physicianColumn = 2

  private func scan(_ record: ServiceRecord) -> CSVScanner {
    var scanner = CSVScanner(delimiter: delimiter)
    scan(record, by: &scanner)
    return scanner
  }

  private func scan(_ record: ServiceRecord, by scanner: inout CSVScanner) {
    precondition(!record.flags.contains(.rowGone), "a row that is read again was kept")
    _ = scanner.scanRow(text.bytes, from: record.rowStart, isComplete: true)
  }

  private func value(_ column: Int?, _ scanner: CSVScanner) -> String {
    guard let column else { return "" }
    let field = header.fields[column]
    guard field >= 0, field < scanner.fields.count else { return "" }
    return FieldValue(scanner.fields[field], in: text.bytes).string(in: text.bytes)
  }

  private func fault(
    of record: ServiceRecord, _ scanner: CSVScanner, _ decoder: inout RecordDecoder
  ) -> Diagnostic? {
    let row = ScannedRow(start: record.rowStart, next: record.rowStart, line: record.line)
    let reason = decoder.decode(scanner, row, text.bytes).reason
    return decoder.fault?.diagnostic(
      code: "record." + reason.code, row: row, file: file, header: header, plan: plan,
      columnStart: { field in
        guard field < scanner.fields.count else { return 1 }
        let before = text.bytes[record.rowStart..<scanner.fields[field].outerStart]
        return before.count { $0 & 0xC0 != 0x80 } + 1
      }, value: { value($0, scanner) })
  }
}
