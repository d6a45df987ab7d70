package import Vocabulary

/// The tables of a run, as CSV has them (SPEC 6).
extension RecordLines {
  package func statementTable(_ department: DepartmentResult) -> Table {
    Table(headings: Self.lineKeys, rowCount: department.lines.count) {
      LineReader(self, department, department.lines).fill
    }
  }

  package static let summaryKeys = [
    "quarter", "department", "sheet", "physicians", "cases", "conferences", "blocks", "payable",
    "held_records", "held",
  ]

  package var summaryTable: Table {
    Table(headings: Self.summaryKeys, rowCount: result.departments.count) { index, row in
      let department = result.departments[index]
      row.text(result.quarter.description)
      row.text(department.name)
      row.text(department.sheet)
      row.count(department.physicians)
      row.count(department.cases)
      row.count(department.conferences)
      row.count(Int(department.blocks))
      row.money(cents: department.payable.cents)
      row.count(department.held.count)
      row.money(cents: department.heldAtMost.cents)
    }
  }

  package var exceptionsTable: Table {
    Table(headings: Self.exceptionKeys, rowCount: result.exceptions.count) { index, row in
      addException(result.exceptions[index], to: &row)
    }
  }

  package var noticesTable: Table {
    Table(headings: Self.noticeKeys, rowCount: result.notices.count) { index, row in
      addNotice(result.notices[index], to: &row)
    }
  }
}
