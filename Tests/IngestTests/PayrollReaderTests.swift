import Ingest
import Testing
import Vocabulary

/// What payroll paid, as its reports have it (SPEC 8).
struct PayrollReaderTests {
  static func read(_ text: String) throws -> [PayrollPayment] {
    try PayrollReader.read(MemoryStream(Array(text.utf8)), file: "paid.csv").payments
  }

  /// `code line` of each problem.
  static func problems(_ bytes: [UInt8]) -> [String] {
    do {
      _ = try PayrollReader.read(MemoryStream(bytes), file: "paid.csv")
      return []
    } catch let unusable as UnusableInput {
      return unusable.problems.map {
        "\($0.code)" + ($0.location.line.map { " \($0)" } ?? "")
      }
    } catch { return ["\(error)"] }
  }

  @Test(
    arguments: [
      ("1500", 1_500_00), ("1500.5", 1_500_50), ("$1,500.00", 1_500_00),
      ("1,234,567.89", 1_234_567_89),
      ("(500.00)", -500_00), ("($500.00)", -500_00), ("-500", -500_00), ("-$1,500.00", -1_500_00),
      ("0", 0), ("12,34.00", nil), ("1234,567.00", nil), ("1,5000", nil), (",500", nil),
      ("1500.005", nil),
      ("1.500,00", nil),
      ("500-", nil), ("USD 500", nil), ("1e3", nil), ("(500", nil), ("--5", nil), ("", nil),
      ("５００", nil),
      ("92233720368547758.08", nil),
    ] as [(String, Int64?)])
  func anAmountIsReadAsReportsWriteIt(text: String, cents: Int64?) throws {
    let file = "Empl ID\tAmount\tPay Date\n0042\t\(text)\t4/15/2026\n"
    guard let cents else {
      #expect(Self.problems(Array(file.utf8)) == ["payroll.badAmount 2"])
      return
    }
    let payments = try Self.read(file)
    #expect(payments.map(\.amount.cents) == [cents])
  }

  @Test func aDateIsADateAndAPeriodIsAsItIsWritten() throws {
    let payments = try Self.read(
      "\u{FEFF}\n,,\nPay Period;Gross;Employee Number\n4/15/2026;1;0042\n2026 BW 08;\"2\";\"00,43\"\n;;\n"
    )
    #expect(payments.map(\.period) == ["2026-04-15", "2026 BW 08"])
    #expect(payments.map(\.employeeID) == ["0042", "00,43"])
    #expect(payments.map(\.line) == [4, 5])
  }

  @Test(arguments: [
    ("employee_id,amount\n1,2\n", ["payroll.columns 1"], "no date"),
    ("x\n", ["payroll.columns 1"], "nothing of it"),
    (
      "employee_id,amount,date\n,5,2026-04-15\n1,x,2026-04-15\n1,5,\n1,5\n2,6,2026-04-15\n",
      [
        "payroll.employeeMissing 2", "payroll.badAmount 3", "payroll.periodMissing 4",
        "payroll.periodMissing 5",
      ], "all problems in one run"
    ),
    ("employee_id,amount,date\n1,5\",2026-04-15\n", ["csv.unusable 2"], "a misplaced quote"),
    (
      "employee_id,amount,date\n\"1,5,2026-04-15\n", ["csv.unclosedQuote 2"], "a quote that is open"
    ),
    (
      "employee_id,amount,date\n\"1\n\",5,\"2026-04-15\n", ["csv.unclosedQuote 3"],
      "the line where it opens"
    ),
    (
      "employee_id,amount,date\n1,5\",2026-04-15\n2,x,\"2026\"-04-15\n1,6,\"2026-04-15\n",
      ["csv.unusable 2", "csv.unusable 3", "csv.unclosedQuote 4"], "all misplaced quotes in one run"
    ),
    (
      "employee_id,amount,date\n1,5," + String(repeating: "x", count: 1 << 20) + "\n",
      ["csv.rowTooLong 2"], "a row that is too long, and has no quote"
    ),
    (
      "employee_id,amount,date\n\"1\n\",5,2026-04-15\n1,x,2026-04-15\n", ["payroll.badAmount 4"],
      "a line end in quotes counts"
    ),
    ("", ["csv.unusable"], "nothing"), ("\n,\n", ["csv.unusable"], "nothing in any line"),
    ("employee_id,amount,date\n1,5\0,2026-04-15\n", ["file.encoding 2"], "a NUL"),
    (
      "employee_id,amount,date\n1,1,000.00,2026-04-15\n2,5,2026-04-15,,\n3,5,2026-04-15,x\n",
      ["csv.unusable 2", "csv.unusable 4"], "values beyond the headings: $1,000.00 is not $1"
    ),
    (
      "employee_id,amount,date,note\n1,1,000.00,2026-04-15\n2,500,2026-04-15,000.00\n",
      ["payroll.splitAmount 2"], "an amount that its comma has split, and a heading for the rest"
    ),
    (
      "employee_id,date,amount,\n1,2026-04-15,1,000\n2,2026-04-15,500,x\n",
      ["payroll.splitAmount 2"], "without cents, before a column without a heading"
    ),
    (
      "employee_id,date,amount,hours\n1,2026-04-15,500,120.00\n2,2026-04-15,1,050.00\n",
      ["payroll.splitAmount 3"], "hours are hours, and 050.00 is the rest of an amount"
    ),
    (
      "employee_id,amount,date\n1,1,000\n2,1500,001\n", ["payroll.splitAmount 2"],
      "in place of the date; behind 1500 it is a period"
    ),
    (
      "employee_id,amount,date\n1,1000000000.00,x\n2,1000000000.01,x\n3,-92233720368547758.07,x\n",
      ["payroll.amountTooLarge 3", "payroll.amountTooLarge 4"], "an account number is no amount"
    ),
    (
      "employee_id,amount,date\nTotal,500,x\nGrand Total,500,x\n",
      ["payroll.total 2", "payroll.total 3"], "totals"
    ),
    ("employee_id,amount,AMOUNT,date\n1,5,6,x\n", ["csv.unusable 1"], "two amounts"),
    ("\nempl id,emplid,amount,date\n1,2,5,x\n", ["csv.unusable 2"], "two employees"),
    ("sep=§\nemployee_id,amount,date\n1,5,x\n", ["csv.separator 1"], "what cannot separate"),
  ])
  func aFileThatCannotBeUsedSaysWhere(text: String, problems: [String], because: String) {
    #expect(Self.problems(Array(text.utf8)) == problems, "\(because)")
  }

  /// As the inputs are read: `sep=` is obeyed, and what keeps a spreadsheet from a formula is no part of a value. Of
  /// several dates the first in the reader's order counts.
  @Test func aFileIsReadAsTheInputsAre() throws {
    let payments = try Self.read(
      "sep=|\r\nEmpl ID|Amount|Pay Period End Date|Earnings End Date\r\n'-10|1,000.00|04302026|03312026\r\n"
    )
    #expect(payments.map(\.employeeID) == ["-10"])
    #expect(payments.map(\.amount.cents) == [1_000_00])
    #expect(payments.map(\.period) == ["04302026"])
    #expect(payments.map(\.line) == [3])
    // The name and the code beside them are none; the second date is there where the first is not.
    let named = try Self.read(
      "Employee,Empl ID,Check Date,Earnings,Amount,Pay Period\nAda,0042,,HZZ,500,2026 BW 08\n")
    #expect(named.map(\.employeeID) == ["0042"] && named.map(\.amount.cents) == [500_00])
    #expect(named.map(\.period) == ["2026 BW 08"])
  }

  /// A list whose columns were moved is the same list.
  @Test(arguments: [
    "Empl ID,Amount,Pay Date,Pay Period\n0042,500,2026-04-15,2026 BW 08\n",
    "Pay Period,Empl ID,Amount,Pay Date\n2026 BW 08,0042,500,2026-04-15\n",
    "Pay Period,Pay Date,Amount,Empl ID\n2026 BW 08,4/15/2026,$500.00,0042\n",
  ])
  func ofADateAndAPeriodTheDateCountsWhereverItStands(text: String) throws {
    let payments = try Self.read(text)
    #expect(payments.map(\.period) == ["2026-04-15"])
  }
}
