import Ingest
import Testing
import Vocabulary

/// Tables that decide money for everybody: any row that can't be read is a problem of the file.
struct RosterReaderTests {
  static func read(
    physicians: [String] = ["P1,Ada,Neurology,2020-01-01,"], standing: [String] = []
  ) throws -> RosterReader {
    func stream(_ rows: [String]) -> MemoryStream {
      MemoryStream(Array(rows.map { $0 + "\n" }.joined().utf8))
    }
    var reader = RosterReader(plan: CompensationPlan())
    try reader.readPhysicians(
      stream(
        ["physician_id,name,department,credentialed_from,credentialed_to,npi,email,employee_id"]
          + physicians),
      file: "p.csv")
    try reader.readStanding(
      stream(["physician_id,status,effective_from,effective_to"] + standing), file: "s.csv")
    reader.finish()
    return reader
  }

  /// Each spelling has a statement of its own, and somebody may get none of them.
  @Test func departmentsThatAreNearlyOneAreTold() throws {
    let reader = try Self.read(physicians: [
      "P1,Ada,Surgery,2020-01-01,,,,", "P2,Ben,surgery,2020-01-01,,,,",
      "P3,Cy,Surgery,2020-01-01,,,,",
      "P4,Di,Neurology,2020-01-01,,,,", "P5,Ed,surgery,2020-01-01,,,,",
      "P6,Flo,Sur-gery,2020-01-01,,,,",
    ])
    #expect(
      reader.warnings.map { "\($0.code) \($0.location.line ?? 0) \($0.message)" } == [
        "roster.departmentTwice 3 the department “surgery” is nearly “Surgery” of p.csv line 2, and another one: each has its own statement",
        "roster.departmentTwice 7 the department “Sur-gery” is nearly “Surgery” of p.csv line 2, and another one: each has its own statement",
      ])
  }

  static func problems(
    physicians: [String] = ["P1,Ada,Neurology,2020-01-01,"], standing: [String] = []
  ) throws -> [String] {
    try read(physicians: physicians, standing: standing).problems.map {
      "\($0.code) \($0.location.file):\($0.location.line ?? 0)"
    }
  }

  @Test(
    arguments: [
      (
        ["P1,Ada,Neurology,2020-01-01,", "P1,Ada,Neurology,2021-01-01,"],
        ["roster.overlap p.csv:3"], "an open span overlaps what follows"
      ),
      (
        ["P1,Ada,Neurology,2020-01-01,", "P1,Ada,Surgery,2020-01-01,"],
        ["roster.overlap p.csv:3"], "two that begin on one day"
      ),
      (
        ["P1,Ada,Neurology,2020-01-01,2021-01-01", "P1,Ada,Surgery,2021-01-01,"],
        ["roster.overlap p.csv:3"], "both ends belong to the span"
      ),
      (
        ["P1,Ada,Neurology,2020-01-01,2020-12-31", "P1,Ada,Surgery,2021-01-01,"], [],
        "the day after is free"
      ),
      (["P1,Ada,Neurology,2020-01-02,2020-01-01"], ["row.span p.csv:2"], "an end before its start"),
      (["P1,Ada,Neurology,2020-01-01,2020-01-01"], [], "a single day"),
      (
        ["P1,Ada,Neurology,1/1/2020 0:00,2020-12-31T00:00:00"], [],
        "midnight behind a date, as Excel writes it"
      ),
      (["P1,Ada,Neurology,2020-01-01 00:01,"], ["row.date p.csv:2"], "another time is no date"),
      (["P1,Ada,Neurology,2020-01-01T00:00Z,"], ["row.date p.csv:2"], "an offset is none either"),
      (
        [",Ada,,,"], ["row.missing p.csv:2", "row.missing p.csv:2", "row.missing p.csv:2"],
        "every blank is named"
      ),
      (
        ["P1,Ada,(unassigned),2020-01-01,"], ["roster.department p.csv:2"],
        "held records without a physician stand there"
      ),
      (
        ["P\"1,Ada,Neurology,2020-01-01,", "P2,Ada"],
        ["row.malformed p.csv:2", "row.malformed p.csv:3"], "a malformed row is no row to skip"
      ),
      (
        ["P\u{200B}1,Ada,Neurology,2020-01-01,", "P2,Bo,Surgery,2020-01-01,,N\u{200B}2,,"],
        ["row.malformed p.csv:2", "row.malformed p.csv:3"],
        "an ID has no character that nobody sees"
      ),
      ([], ["roster.empty p.csv:0"], "a roster without a row"),
    ] as [([String], [String], String)])
  func physicians(rows: [String], problems: [String], because: String) throws {
    let got = try Self.problems(physicians: rows)
    #expect(got == problems, "\(because)")
  }

  /// A cell is named as the spreadsheet names it: lines in quotes count once, empty rows too.
  @Test func aProblemNamesTheCell() throws {
    let rows = ["P1,\"Ada\nExample\",Neurology,2020-01-01,", "", "P2,Bo,Surgery,soon,"]
    let told = try Self.read(physicians: rows).problems.map(\.description).joined()
    #expect(told.contains("p.csv:5"), "\(told)")
    #expect(told.contains("cell D4"), "\(told)")
  }

  @Test(
    arguments: [
      (["P1,perhaps,2020-01-01,"], ["standing.word s.csv:2"], "a word that is no standing"),
      (
        ["P1,good,2020-01-01,", "P1,no,2020-01-01,"], ["standing.contradiction s.csv:3"],
        "the same start and another standing"
      ),
      (["P1,good,2020-01-01,", "P1,YES,2020-01-01,2020-02-01"], [], "two words for the same"),
      (["P1,good,2020-01-01,", "P1,no,2020-01-02,"], [], "the later start holds"),
      (["P1,good,,"], ["row.missing s.csv:2"], "no start"),
      (["P1,no,2026-02-01,2026-01-31"], ["row.span s.csv:2"], "an end before its start"),
    ] as [([String], [String], String)])
  func standing(rows: [String], problems: [String], because: String) throws {
    let got = try Self.problems(standing: rows)
    #expect(got == problems, "\(because)")
  }

  /// What a row that can't be read hides is not told; what the others contradict is, in the same run.
  @Test func whatContradictsIsToldBesideWhatCannotBeRead() throws {
    let problems = try Self.problems(
      physicians: [
        "P1,Ada,Neurology,2020-01-01,", "P1,Ada,Surgery,2021-01-01,", "P2,Bo,Surgery,soon,",
      ],
      standing: ["P1,good,2020-01-01,", "P1,no,2020-01-01,", "P2,good,2020-01-01,", "P1,perhaps,,"])
    #expect(
      problems == [
        "row.date p.csv:4", "standing.word s.csv:5", "row.missing s.csv:5",
        "roster.overlap p.csv:3",
        "standing.contradiction s.csv:3",
      ])
    // That the only row can't be read is enough; a heading alone is told beside what standing says.
    #expect(try Self.problems(physicians: ["P2,Bo,Surgery,soon,"]) == ["row.date p.csv:2"])
    #expect(
      try Self.problems(physicians: [], standing: ["P1,perhaps,2020-01-01,"])
        == ["standing.word s.csv:2", "roster.empty p.csv:0"])
    // Who can't be read may be whom a row of standing means: it contradicts nobody else's.
    #expect(
      try Self.problems(
        physicians: ["1001,Ada,Neurology,soon,", "2002,Bo,Surgery,2020-01-01,,,,1001"],
        standing: ["1001,good,2020-01-01,", "2002,not good,2020-01-01,"]) == ["row.date p.csv:2"])
  }

  @Test(arguments: [
    ("good", Standing.good), ("In Good Standing", .good), ("yes", .good), ("Y", .good),
    ("TRUE", .good),
    ("not good", .notGood), ("Not_in-Good Standing", .notGood), ("no", .notGood), ("n", .notGood),
    ("False", .notGood),
    ("not a member", .notPlanMember), ("Non-Member", .notPlanMember),
  ])
  func everyWordOfStanding(word: String, standing: Standing) throws {
    let roster = try Self.read(standing: ["P1,\(word),2020-01-01,"]).roster
    #expect(roster.physicians[0].standings.map(\.standing) == [standing])
  }

  @Test func standingIsMatchedLikeARecordsPhysician() throws {
    let physicians = [
      "P1,Ada,Neurology,2020-01-01,,N1,ada@x.org,E1", "P2,Bo,Surgery,2020-01-01,,N2,bo@x.org,N1",
    ]
    let own = try Self.read(
      physicians: physicians, standing: ["ADA@x.org,good,2020-01-01,", "N2,no,2020-01-01,"])
    #expect(own.problems.isEmpty)
    #expect(own.roster.physicians.map { $0.standings.map(\.standing) } == [[.good], [.notGood]])
    let ambiguous = try Self.read(physicians: physicians, standing: ["N1,good,2020-01-01,"])
    #expect(ambiguous.problems.map(\.code) == ["standing.ambiguous"])
    // The roster's own physician_id goes before what it also is of another.
    let both = try Self.read(
      physicians: physicians + ["N1,Cy,Urology,2020-01-01,"], standing: ["N1,good,2020-01-01,"])
    #expect(both.problems.isEmpty)
    #expect(both.roster.physicians[2].standings.count == 1)
    let nobody = try Self.read(standing: ["P9,good,2020-01-01,"])
    #expect(nobody.notices.map(\.kind.code) == ["standing-of-nobody"])
  }

  /// By each of its names (SPEC 3.2), and by the plan's alone where it gives one.
  @Test(arguments: [
    ("from,to,department,Home Dept", [String]?.none, "Lab"),
    ("credentialed from,credentialed to,dept,Home Dept", nil, "Lab"),
    ("from,to,department,Home Dept", ["Home Dept"], "Neurology"),
  ])
  func theRostersHeadingsHaveOtherNames(headings: String, planned: [String]?, department: String)
    throws
  {
    var plan = CompensationPlan()
    if let planned { plan.headings = [.physicians: ["department": planned]] }
    var reader = RosterReader(plan: plan)
    try reader.readPhysicians(
      MemoryStream(
        Array(
          "physician_id,name,\(headings)\nP1,Ada,2020-01-01,2026-02-13,Lab,Neurology\n".utf8)),
      file: "p.csv")
    reader.finish()
    let appointment = try #require(reader.roster.physicians.first?.appointments.first)
    #expect(appointment.through?.description == "2026-02-13")
    #expect(appointment.department == department)
  }

  /// Columns are counted as an editor counts them: in characters.
  @Test func aProblemNamesItsColumn() throws {
    let told = try Self.read(physicians: ["P1,Åda,Neurology,soon,"]).problems.first
    #expect(told?.location.column == 18)
  }

  @Test func everyColumnOfAPhysicianIsRead() throws {
    var reader = RosterReader(plan: CompensationPlan())
    try reader.readPhysicians(
      MemoryStream(
        Array(
          ("physician_id,name,department,credentialed_from,credentialed_to,npi,email,employee_id,employee_record\n"
            + "P1,Ada,Neurology,2020-01-01,2021-12-31,N1,a@x.org,0042,1\n").utf8)), file: "p.csv")
    reader.finish()
    let appointment = try #require(reader.roster.physicians.first?.appointments.first)
    #expect(
      [
        appointment.name, appointment.department, appointment.employeeID,
        appointment.employeeRecord, appointment.start.description, appointment.through?.description,
      ] == ["Ada", "Neurology", "0042", "1", "2020-01-01", "2021-12-31"])
    for text in ["P1", "N1", "A@x.org", "0042"] {
      #expect(reader.roster.physician(identifiedBy: text) == 0, "\(text)")
    }
  }

  /// Rows are read piece by piece, and the first byte that is no UTF-8 comes late: the rows before it
  /// are not there twice.
  @Test func aRosterThatTurnsOutToBeOfAnotherEncodingIsReadFromItsStart() throws {
    var reader = RosterReader(plan: CompensationPlan())
    try reader.readPhysicians(
      Self.windowsPieces(
        "physician_id,name,department,from\nP1,Ada,Neurology,2020-01-01\nP2,Zo\u{E9},Surgery,2020-01-01\n"
      ), file: "p.csv")
    try reader.readStanding(
      Self.windowsPieces(
        "physician_id,status,from,note\nP1,good,2020-01-01,\nP2,no,2020-01-01,fianc\u{E9}\n"),
      file: "s.csv")
    reader.finish()
    #expect(reader.problems.isEmpty)
    let physicians = reader.roster.physicians
    #expect(physicians.map { $0.appointments.map(\.name) } == [["Ada"], ["Zoé"]])
    #expect(physicians.map { $0.standings.map(\.standing) } == [[.good], [.notGood]])
  }

  @Test func anUnevenRowAboveTheByteThatChangesTheEncodingIsToldOnce() throws {
    var reader = RosterReader(plan: CompensationPlan())
    try reader.readPhysicians(
      Self.windowsPieces(
        "physician_id,name,department,from\nP1,Ada,Neurology,2020-01-01,\nP2,Zo\u{E9},Surgery,2020-01-01\n"
      ), file: "p.csv")
    #expect(
      reader.warnings.map { "\($0.location.line ?? 0) \($0.message)" }
        == ["2 the row has another number of fields than the headings"])
  }

  @Test func aProblemAboveTheByteThatChangesTheEncodingIsToldOnce() throws {
    var reader = RosterReader(plan: CompensationPlan())
    try reader.readPhysicians(
      Self.windowsPieces(
        "physician_id,name,department,from\nP1,,Neurology,2020-01-01\nP2,Zo\u{E9},Surgery,2020-01-01\n"
      ), file: "p.csv")
    #expect(reader.problems.map(\.code) == ["row.missing"])
  }

  private static func windowsPieces(_ text: String) -> PieceStream {
    PieceStream(text.unicodeScalars.map { UInt8($0.value) }, count: 8)
  }

  @Test func aFileThatIsNoTableIsAProblemAmongTheOthers() throws {
    var reader = RosterReader(plan: CompensationPlan())
    try reader.readPhysicians(MemoryStream([]), file: "p.csv")
    try reader.readStanding(MemoryStream(Array("physician_id\n".utf8)), file: "s.csv")
    reader.finish()
    #expect(reader.problems.map(\.code) == ["file.empty", "header.missing", "header.missing"])
  }

  /// Files are read beside each other, each by a reader of its own, and give what one reader gives of them all.
  @Test func aRosterInTwoFilesIsTheRosterInOneReader() throws {
    let physicians = [
      "physician_id,name,department,from\nP1,Ada,Neurology,2020-01-01\n",
      // A heading nearly right, a patient's column, and a row with a field too many.
      "physician_id,name,department,from,employe_id,patient\nP2,Zo\u{E9},Surgery,2020-01-01,1,,\n",
    ]
    let standing = [
      "physician_id,status,from\nP1,good,2020-01-01\n",
      "physician_id,status,from\nP2,no,2020-01-01\nP9,good,2020-01-01\n",
    ]
    func read(_ reader: inout RosterReader, _ number: Int) throws {
      let text = (physicians + standing)[number]
      let stream = MemoryStream(text.unicodeScalars.map { UInt8($0.value) })
      if number < physicians.count {
        try reader.readPhysicians(stream, file: "p\(number).csv")
      } else {
        try reader.readStanding(stream, file: "s\(number).csv")
      }
    }
    var (one, joined) = (
      RosterReader(plan: CompensationPlan()), RosterReader(plan: CompensationPlan())
    )
    for number in 0..<4 {
      try read(&one, number)
      var own = RosterReader(plan: CompensationPlan())
      try read(&own, number)
      joined.append(own)
    }
    one.finish()
    joined.finish()
    #expect(
      joined.roster.physicians.map { $0.standings.map(\.standing) } == [[.good], [.notGood]])
    #expect(joined.inputs.map(\.file) == ["p0.csv", "p1.csv", "s2.csv", "s3.csv"])
    #expect(joined.inputs.map(\.sha256) == one.inputs.map(\.sha256))
    #expect(
      joined.roster.physicians.map(\.appointments) == one.roster.physicians.map(\.appointments))
    #expect(joined.warnings.map(\.description) == one.warnings.map(\.description))
    #expect(joined.warnings.count == 2)
    #expect(
      joined.notices.map(\.kind)
        == [.decodedAsWindows1252, .patientColumnNotRead, .standingOfNobody])
    #expect(joined.notices.map(\.detail) == one.notices.map(\.detail))
  }

  @Test func aProblemOfOneOfTheFilesIsAProblemOfTheRoster() throws {
    var (reader, other) = (
      RosterReader(plan: CompensationPlan()), RosterReader(plan: CompensationPlan())
    )
    try reader.readPhysicians(
      MemoryStream(
        Array("physician_id,name,department,from\nP1,Ada,Neurology,2020-01-01\n".utf8)),
      file: "p.csv")
    try other.readStanding(
      MemoryStream(Array("physician_id,status,from\nP1,perhaps,2020-01-01\n".utf8)), file: "s.csv")
    reader.append(other)
    reader.finish()
    #expect(reader.problems.map(\.code) == ["standing.word"])
  }
}
