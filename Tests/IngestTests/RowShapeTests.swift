import Ingest
import TestSupport
import Testing
import Vocabulary

/// Rows and headings that are read, and behind which a value may be lost: each is told by its line.
struct RowShapeTests {
  struct Shape: Sendable {
    var because: String
    var text: String
    /// `code line message` of each warning.
    var warnings: [String] = []
  }

  static let uneven = "another number of fields than the headings"

  @Test(arguments: [
    Shape(
      because: "each has its fields",
      text: "case_id,program,physician_id,completed_at,status\nC1,GR,P1,2026-01-05,\n"),
    Shape(
      because:
        "a separator is lost behind what is required: the status is not read, and the case is paid",
      text:
        "case_id,program,physician_id,completed_at,note,status\nC1,GR,P1,2026-01-05,by mail declined\n",
      warnings: ["csv.unevenRow 2 the row has \(uneven)"]),
    Shape(
      because: "one is put in before an empty last field: the status stands under the note",
      text:
        "case_id,program,physician_id,completed_at,status,note\nC1,GR,P1,2026-01-05,,declined,\n",
      warnings: ["csv.unevenRow 2 the row has \(uneven)"]),
    Shape(
      because: "all are named, and rejected ones are not: they are exceptions",
      text:
        "case_id,program,physician_id,completed_at,status\nC1,GR,P1,2026-01-05\nC2,GR\nC3,GR,P1,2026-01-05\n",
      warnings: ["csv.unevenRow 2 2 rows have \(uneven): lines 2, 4"]),
    Shape(
      because: "a thousand rows are one warning",
      text: "case_id,program,physician_id,completed_at,status\n"
        + String(repeating: "C1,GR,P1,2026-01-05\n", count: 1_000),
      warnings: [
        "csv.unevenRow 2 1000 rows have \(uneven): lines "
          + (2...21).map(String.init).joined(separator: ", ") + ", …"
      ]),
    Shape(
      because: "a slip in the heading of the status: everybody would count as completed",
      text: "case_id,program,physician_id,completed_at,statuss\nC1,GR,P1,2026-01-05,declined\n",
      warnings: [
        "header.misnamed 1 column E is not read: its heading is no “status”, but nearly one"
      ]),
    Shape(
      because: "a spreadsheet's short form of a long number may be of several records",
      text: "case_id,program,physician_id,completed_at,status\n8.12E+10,GR,P1,2026-01-05,\n"
        + "\"8,1e+12\",GR,P1,2026-01-05,\n\"=\"\"9E+09\"\"\",GR,P1,2026-01-05,\n",
      warnings: [
        "id.shortened 2 3 IDs are numbers in scientific notation: a spreadsheet has shortened them: lines 2, 3, 4"
      ]),
    Shape(
      because: "an ID that is nearly such a number is an ID",
      text: "case_id,program,physician_id,completed_at,status\n"
        + ["E+10", "1E10", "A1E+10", "1E+1A", "1.2E+1", "1-E+10"].map {
          "\($0),GR,P1,2026-01-05,\n"
        }.joined()),
    Shape(
      because: "a column that is there is not looked for, and a heading that is like none is none",
      text:
        "status,statuss,topic,case_id,program,physician_id,completed_at\n,,,C1,GR,P1,2026-01-05\n"),
  ])
  func whatMayBeLostIsTold(shape: Shape) throws {
    let read = try RecordReaderTests.read(Array(shape.text.utf8))
    #expect(read.warnings.map(Self.told) == shape.warnings, "\(shape.because)")
    #expect(read.warnings.allSatisfy { $0.severity == .warning && !$0.remedy.isEmpty })
  }

  @Test func theRostersRowsToo() throws {
    var reader = RosterReader(plan: CompensationPlan())
    try reader.readPhysicians(
      MemoryStream(Array("physician_id,name,department,from\nP1,Ada,Neurology,2020-01-01,\n".utf8)),
      file: "p.csv")
    try reader.readStanding(
      MemoryStream(
        Array(
          "physician_id,status,from,note,effectiv_to\nP1,good,2020-01-01,by mail 2025-12-31\n".utf8)
      ),
      file: "s.csv")
    reader.finish()
    #expect(reader.problems.isEmpty)
    #expect(
      reader.warnings.map(Self.told) == [
        "csv.unevenRow 2 the row has \(Self.uneven)",
        "header.misnamed 1 column E is not read: its heading is no “effective_to”, but nearly one",
        "csv.unevenRow 2 the row has \(Self.uneven)",
      ])
  }

  private static func told(_ warning: Diagnostic) -> String {
    "\(warning.code) \(warning.location.line ?? 0) \(warning.message)"
  }
}
