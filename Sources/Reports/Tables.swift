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
    Table(headings: Self.summaryKeys, rowCount: result.departments.count) {
      [self] index, row in
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

  /// - Parameter details: their last column, as far as it is kept.
  package func exceptionsTable(_ details: ExceptionDetails? = nil) -> Table {
    let exceptions = result.exceptions
    return Table(headings: Self.exceptionKeys, rowCount: exceptions.count) { [self] in
      let chunk = chunk()
      return { [self] index, row in
        chunk.with(
          index, of: exceptions.count, record: { exceptions[$0] },
          body: { addException(exceptions[index], $0, to: &row) })
        addDetail(of: exceptions[index], at: index, of: details, to: &row)
      }
    }
  }

  /// Adds why a record is not paid: the words that are kept of it, else made.
  func addDetail(
    of index: Int32, at place: Int?, of details: ExceptionDetails?, to row: inout CellRow
  ) {
    if let place, details?.with(place, { row.text($0) }) != nil { return }
    row.text(detail(of: index))
  }

  package var noticesTable: Table {
    let notices = result.notices
    return Table(headings: Self.noticeKeys, rowCount: notices.count) { [self] in
      let chunk = chunk()
      return { [self] index, row in
        guard notices[index].record != nil else {
          return addNotice(notices[index], nil, to: &row)
        }
        chunk.with(
          index, of: notices.count, record: { notices[$0].record },
          body: { addNotice(notices[index], $0, to: &row) })
      }
    }
  }
}

extension SharedRows.Name {
  /// The headings of the table's file.
  package var headings: [String] {
    switch self {
    case .exceptions: RecordLines.exceptionKeys
    case .notices: RecordLines.noticeKeys
    }
  }
}
