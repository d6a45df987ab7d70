import Ingest
import Packages
import Rules
import TestSupport
import Vocabulary

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What libFuzzer feeds, and what must hold of it. `ZPAY_FUZZ` names one: see `fuzz.py`.
///
/// Each checks more than that nothing crashes: rows and cents are conserved, what is read is written as it
/// was read, a name is a safe one.
enum FuzzTarget: String {
  /// A file of cases or of conferences, as any bytes.
  case csv
  /// The roster's two tables.
  case roster
  /// Times, dates, lengths, money.
  case values
  /// plan.yaml.
  case plan
  /// Departments to file names.
  case names
  /// Own deflate, and a damaged package.
  case package

  static let chosen: FuzzTarget = {
    guard let name = getenv("ZPAY_FUZZ"), let target = FuzzTarget(rawValue: String(cString: name))
    else { fatalError("ZPAY_FUZZ names no target") }
    return target
  }()

  func run(_ bytes: [UInt8]) {
    switch self {
    case .csv: readRecords(bytes)
    case .roster: readRoster(bytes)
    case .values: readValues(bytes)
    case .plan: readPlan(bytes)
    case .names: nameSheets(bytes)
    case .package: packAndUnpack(bytes)
    }
  }

  // MARK: - Tables

  private static let office: RecordContext = {
    var roster = RosterReader(plan: CompensationPlan())
    try? roster.readPhysicians(
      MemoryStream(
        Array("physician_id,name,department,credentialed_from\nP1,Ada,Neurology,2020-01-01\n".utf8)),
      file: "p.csv")
    try? roster.readStanding(
      MemoryStream(Array("physician_id,status,effective_from\nP1,good,2020-01-01\n".utf8)),
      file: "s.csv")
    roster.finish()
    precondition(roster.problems.isEmpty && !roster.roster.physicians.isEmpty, "P1 is there")
    return RecordContext(
      plan: CompensationPlan(), roster: roster.roster, zone: .named("America/Los_Angeles"))
  }()

  private func readRecords(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let activity: Activity = first % 2 == 0 ? .case : .conference
    let text = Array(bytes.dropFirst())
    guard
      let read = try? RecordReader.read(
        MemoryStream(text), file: "f.csv", activity: activity, context: Self.office)
    else { return }
    check(read.table.records.count == read.input.rowCount, "each row is a record")
    check(read.input.byteCount == text.count, "each byte is read")
    var line = 0
    for (row, record) in read.table.records.enumerated() {
      check(record.line > line, "lines ascend")
      line = record.line
      let again = read.table.reread(record)
      check(
        record.reason == .undecided || again.problem != nil || record.reason == .notCompleted,
        "a row that is rejected says why")
      if record.reason == .undecided {
        check(again.id == read.table.id(of: record) && !again.id.isEmpty, "an ID is the text's")
      }
      if activity == .conference { read.table.withCase(ofRow: row) { _ = $0.count } }
    }
    guard
      let result = try? QuarterRules.decide(
        Quarter(year: 2026, number: 1), plan: CompensationPlan(), roster: Self.office.roster,
        records: RecordTables([read.table]), inputs: [read.input], fileNotices: read.notices)
    else { return }
    let decided = Disposition.allCases.reduce(0) { $0 + result.rowCount($1) }
    check(decided == read.input.rowCount, "each row is decided once")
    let cents = result.departments.reduce(0) { $0 + $1.payable.cents }
    check(cents == result.payable.cents, "cents are those of the departments")
  }

  private func readRoster(_ bytes: [UInt8]) {
    let halves = bytes.split(separator: 0x1E, maxSplits: 1, omittingEmptySubsequences: false)
    var reader = RosterReader(plan: CompensationPlan())
    try? reader.readPhysicians(MemoryStream(Array(halves[0])), file: "physicians.csv")
    if halves.count > 1 {
      try? reader.readStanding(MemoryStream(Array(halves[1])), file: "standing.csv")
    }
    reader.finish()
    for physician in reader.roster.physicians {
      check(!physician.id.isEmpty, "a physician has an ID")
      for (one, other) in zip(physician.appointments, physician.appointments.dropFirst()) {
        check(one.start < other.start, "appointments ascend")
      }
    }
  }

  // MARK: - Values

  private func readValues(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { text in
      if let time = CivilTime(text) {
        let (year, month, day) = time.date.components
        check(
          CivilDate(year: year, month: month, dayOfMonth: day) == time.date, "a date is one that is"
        )
        check(
          CivilTime(time.date.description)?.date == time.date, "a date is written as it is read")
        check((time.secondOfDay ?? 0) < 86_400, "a time is within its day")
      }
      // A million hours, written H:MM:SS.
      if let seconds = readLength(text) {
        check(abs(seconds) < 3_600_003_600, "a length is bounded")
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    if let money = Money(dollars: text) {
      check(Money(dollars: money.description) == money, "an amount is written as it is read")
      check(text.utf8.allSatisfy { $0 < 0x80 }, "an amount has no other characters")
    }
    if let quarter = Quarter(text, fiscalYearStarts: 7) {
      check(Quarter(quarter.description, fiscalYearStarts: 7) == quarter, "a quarter has one name")
    }
  }

  private func readPlan(_ bytes: [UInt8]) {
    guard
      let plan = try? PlanReader.read(bytes, file: "plan.yaml", isKnownZone: { $0.contains("/") })
    else { return }
    check(!plan.programs.isEmpty, "a plan has a program")
    let schedule = PaySchedule(plan)
    for activity in Activity.allCases {
      for program in plan.programs.indices {
        var record = ServiceRecord(rowStart: 0, line: 1)
        (record.program, record.seconds) = (UInt8(program), 3_600)
        for day: Int32 in [-20_000, 0, 18_262, 20_500, 40_000] {
          record.day = day
          let step = schedule.step(of: record, activity)
          let rate = plan.rate(for: activity, program: program, on: CivilDate(day: day))
          check(step?.rateCents == rate?.amount.cents, "the schedule is the plan's")
          check(
            step.flatMap { $0.cents(seconds: 3_600) }
              == rate.flatMap { try? $0.pay(seconds: 3_600).cents }, "and so is the pay")
        }
      }
    }
  }

  private func nameSheets(_ bytes: [UInt8]) {
    let departments = bytes.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    let names = sheetNames(of: departments)
    check(names.count == departments.count && Set(names).count == names.count, "each has its own")
    for name in names {
      check(!name.isEmpty && name.utf8.count <= 60, "a name is not too long")
      check(
        name.utf8.allSatisfy {
          (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-")
        }, "a name is safe")
      check(!["con", "prn", "aux", "nul", "com1", "lpt1"].contains(name), "Windows takes it")
    }
  }

  // MARK: - Packages

  private func packAndUnpack(_ bytes: [UInt8]) {
    let path = "/dev/shm/zpay-fuzz-\(getpid()).zip"
    unlink(path)
    defer { unlink(path) }
    do {
      let writer = try PackageWriter(creating: path, with: Deflater())
      try writer.add("part") { sink in
        try bytes.withUnsafeBytes(sink)
        return PartSum("part", of: bytes)
      }
      try writer.close()
      let reader = try PackageReader(path)
      try check(reader.bytes(of: reader.parts[0]) == bytes, "what is packed is unpacked")
    } catch { fatalError("\(error)") }
    // One byte of the file is another one: it is refused, or the part is the same.
    guard bytes.count >= 2, let file = fopen(path, "r+") else { return }
    fseek(file, 0, SEEK_END)
    fseek(file, (Int(bytes[0]) << 8 | Int(bytes[1])) % ftell(file), SEEK_SET)
    let place = ftell(file)
    let byte = fgetc(file)
    fseek(file, place, SEEK_SET)
    fputc(byte ^ Int32(1 << (bytes[0] & 7)), file)
    fclose(file)
    guard let reader = try? PackageReader(path), let part = reader.part(named: "part"),
      let read = try? reader.bytes(of: part)
    else { return }
    check(read == bytes, "damage does not pass as another text")
  }
}

private func check(_ isTrue: @autoclosure () throws -> Bool, _ what: String) rethrows {
  if try !isTrue() { fatalError(what) }
}

@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOne(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FuzzTarget.chosen.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

@_cdecl("Fuzz_main")
func fuzzMain(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?)
  -> CInt
{
  var (count, arguments) = (count, arguments)
  return withUnsafeMutablePointer(to: &arguments) { runDriver(&count, $0, fuzzOne) }
}
