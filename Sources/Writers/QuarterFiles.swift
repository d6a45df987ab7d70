package import Reports
import Synchronization
package import Vocabulary

/// Writes all files of a quarter: the statements' CSV, then workbooks, each read back, with the tables that are sheets of
/// theirs, then the manifest
/// (SPEC 6). Who calls puts the folder in place, or discards it.
package struct QuarterFiles {
  /// payroll.csv, or why there is none.
  package enum Payroll: Sendable {
    /// - Parameter doubts: what a person should look at in its employee IDs, a sentence each.
    case file(rowCount: Int, total: Money, doubts: [String])
    case absent(PayrollTable.Absence)
  }

  /// What was made, for the account of the run.
  package struct Made: Sendable {
    package var digest: String
    package var payroll: Payroll
    /// Every file, in the order of their names, the manifest last.
    package var files: [(file: String, written: WrittenFile)]
    package var times: StageTimes
  }

  /// A close that makes the files final.
  package struct Closing: Sendable {
    let mark: CloseMark
    let wait: @Sendable () -> Void

    /// - Parameter wait: waits for what a thread of the close does while workbooks are made. Of several threads one calls
    ///   it first, so that no more want the cores than there are.
    package init(_ mark: CloseMark, wait: @escaping @Sendable () -> Void) {
      (self.mark, self.wait) = (mark, wait)
    }
  }

  private let lines: RecordLines
  private let version: String
  private let threads: Int
  private let progress: @Sendable (_ done: Int, _ all: Int) -> Void
  private let whole: @Sendable (_ file: String) -> Void

  /// - Parameters:
  ///   - progress: is told of each finished statement, from any thread.
  ///   - whole: is told of each file that is whole, from any thread.
  package init(
    _ lines: RecordLines, version: String, threads: Int,
    progress: @escaping @Sendable (_ done: Int, _ all: Int) -> Void,
    whole: @escaping @Sendable (_ file: String) -> Void = { _ in }
  ) {
    self.lines = lines
    self.version = version
    self.threads = threads
    self.progress = progress
    self.whole = whole
  }

  private var result: QuarterResult { lines.result }

  /// - Parameter close: gives for the digest the close that makes these files final; nil for a draft. Called as soon as
  ///   the digest is known, before any workbook is made.
  /// - Throws: ``OutputError``, ``WorkbookError``, what `close` throws; nothing is then left
  ///   behind.
  package func write(
    to folder: OutputFolder, close: (_ digest: String) throws -> Closing? = { _ in nil }
  ) throws -> Made {
    try folder.makeFolder("sheets")
    var times = StageTimes()
    let statements = try writeStatementTables(folder).map { output, time in
      times[.tables] += time
      return output
    }
    let digest = Manifest.digest(
      result,
      statements: zip(result.departments, statements).map { ($0.name, $1.written.sha256) })
    let closing = try close(digest)
    let provenance = Provenance(digest: digest, version: version, close: closing?.mark)
    var outputs = statements
    for (made, time) in try writeWorkbooks(folder, provenance, closing) {
      outputs += made
      times.add(time)
    }
    outputs.append(try write(lines.summaryTable, "summary.csv", folder.files))
    let payroll: Payroll
    switch PayrollTable.make(lines) {
    case .success(let upload):
      outputs.append(try write(upload.table, "payroll.csv", folder.files))
      payroll = .file(
        rowCount: upload.table.rowCount, total: upload.total, doubts: upload.doubts)
    case .failure(let absence): payroll = .absent(absence)
    }
    outputs.sort { $0.file < $1.file }
    let manifest = Manifest.json(result, provenance, outputs: outputs)
    let file = try OutputFile(creating: folder.files + "/manifest.json")
    try file.append(manifest.rendered.utf8)
    outputs.append(Manifest.Output(file: "manifest.json", written: try file.finish()))
    whole("manifest.json")
    return Made(
      digest: digest, payroll: payroll, files: outputs.map { ($0.file, $0.written) },
      times: times)
  }

  /// Departments by the work that they are, the most first: so that no thread begins it last. Why a record is held is put
  /// into words, which takes as long as some lines.
  private var bySize: [Int] {
    let counts = result.departments.map { $0.lines.count + 4 * $0.held.count }
    return counts.indices.sorted { (counts[$1], $0) < (counts[$0], $1) }
  }

  private static func rowCount(_ department: DepartmentResult) -> Int {
    department.lines.count + department.held.count
  }

  /// Whether so many rows are so much of the work that the other threads would wait for the one that makes them.
  private func areMost(_ count: Int, of all: Int) -> Bool {
    threads > 1 && count >= Self.rowsOnTwoThreads && count * threads > all * 5 / 4
  }

  /// Of all departments.
  private var statementRows: Int { result.departments.reduce(0) { $0 + Self.rowCount($1) } }
  private var summaryRows: Int { result.exceptions.count + result.notices.count }

  /// Of fewer rows nobody waits for long.
  private static let rowsOnTwoThreads = 5_000

  private func writeStatementTables(
    _ folder: OutputFolder
  ) throws -> [(Manifest.Output, Duration)] {
    let (order, files, all) = (bySize, folder.files, statementRows)
    let written = try concurrently(order.count, threads: threads) { place in
      let (department, start) = (result.departments[order[place]], ContinuousClock.now)
      let output = try write(
        lines.statementTable(department), "sheets/\(department.sheet).csv", files,
        onTwoThreads: areMost(Self.rowCount(department), of: all))
      return (output, start.duration(to: .now))
    }
    return zip(order, written).sorted { $0.0 < $1.0 }.map(\.1)
  }

  private func write(
    _ table: Table, _ file: String, _ files: String, onTwoThreads: Bool = false
  ) throws -> Manifest.Output {
    let path = files + "/" + file
    let written = try CSVWriter.write(
      table, to: path, byteOrderMark: result.plan.csvHasByteOrderMark, onTwoThreads: onTwoThreads)
    tellWhole(file, at: path)
    return Manifest.Output(file: file, written: written)
  }

  private func tellWhole(_ file: String, at path: String) {
    whole(file)
    beginSync(path)
  }

  /// One template a layout: statements differ in it only where one has a second `Detail`.
  private func writeWorkbooks(
    _ folder: OutputFolder, _ provenance: Provenance, _ closing: Closing?
  ) throws -> [([Manifest.Output], StageTimes)] {
    let details = ExceptionDetails(lines, .threads(threads))
    let statements = StatementSheets(lines, provenance: provenance, details: details)
    let (order, all) = (bySize, statementRows + summaryRows)
    let books = try concurrently(order.count + 1, threads: threads) { place in
      guard place > 0 else {
        let summary = SummarySheets(lines, provenance: provenance, details: details)
        return Book(
          "summary.xlsx", summary.sheets, tables: SharedRows.Name.allCases,
          onTwoThreads: areMost(summaryRows, of: all))
      }
      let department = result.departments[order[place - 1]]
      return Book(
        "sheets/\(department.sheet).xlsx", statements.sheets(for: department),
        onTwoThreads: areMost(Self.rowCount(department), of: all))
    }
    let templates = try templates(of: books.map(\.layouts), scratch: folder.scratch)
    let (done, files) = (Counter(), folder.files)
    return try concurrently(books.count + 1, threads: threads) { place in
      guard place > 0 else {
        if threads > 1 { closing?.wait() }
        return ([], StageTimes())
      }
      let made = try write(books[place - 1], using: templates[place - 1], files)
      progress(done.next(), books.count)
      return made
    }
  }

  /// A workbook, and the tables whose rows are its rows.
  private func write(
    _ book: Book, using template: WorkbookTemplate, _ files: String
  ) throws -> ([Manifest.Output], StageTimes) {
    let (sheets, path) = (book.take(), files + "/" + book.file)
    var tables: SharedTables = [:]
    for table in book.tables {
      tables[table] = try SharedTableFile(
        table, with: sheets, to: files + "/" + Self.file(of: table),
        byteOrderMark: result.plan.csvHasByteOrderMark)
    }
    var times = StageTimes()
    let workbook = try times.measure(.render) {
      try WorkbookWriter.write(
        sheets, using: template, to: path, sharing: tables, onTwoThreads: book.onTwoThreads)
    }
    times[.compress] = workbook.compressing
    times[.render] -= workbook.compressing
    var outputs: [Manifest.Output] = []
    for (table, shared) in tables {
      let file = Self.file(of: table)
      outputs.append(Manifest.Output(file: file, written: try shared.finish()))
      tellWhole(file, at: files + "/" + file)
    }
    let written = try times.measure(.verify) { try WorkbookVerifier.verify(path, workbook) }
    tellWhole(book.file, at: path)
    outputs.append(Manifest.Output(file: book.file, written: written))
    return (outputs, times)
  }

  private static func file(of table: SharedRows.Name) -> String { "\(table.rawValue).csv" }

  /// A template for each workbook; those of the same layouts share one.
  private func templates(
    of books: [[SheetLayout]], scratch: String
  ) throws -> [WorkbookTemplate] {
    var places: [[SheetLayout]: Int] = [:]
    var different: [[SheetLayout]] = []
    let own = books.map { layouts in
      if let place = places[layouts] { return place }
      places[layouts] = different.count
      different.append(layouts)
      return different.count - 1
    }
    let made = try concurrently(different.count, threads: threads) { [different] in
      try WorkbookTemplate(layouts: different[$0], scratch: scratch)
    }
    return own.map { made[$0] }
  }
}

/// A workbook that is to be made. What its sheets hold is let go with it, by the thread that makes it.
private final class Book: Sendable {
  let file: String
  let layouts: [SheetLayout]
  /// That share their rows with it.
  let tables: [SharedRows.Name]
  let onTwoThreads: Bool
  private let sheets: Mutex<[Sheet]>

  init(_ file: String, _ sheets: [Sheet], tables: [SharedRows.Name] = [], onTwoThreads: Bool) {
    (self.file, self.tables, self.onTwoThreads) = (file, tables, onTwoThreads)
    layouts = sheets.map(\.layout)
    self.sheets = Mutex(sheets)
  }

  /// The sheets. Once.
  func take() -> [Sheet] {
    sheets.withLock { sheets in
      defer { sheets = [] }
      return sheets
    }
  }
}

/// Counts finished pieces from several threads.
private final class Counter: Sendable {
  private let count = Atomic<Int>(0)

  func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
