import Reports

/// Rows as somebody has them who keeps runs, beside the same rows filled whole.
enum RunExpansion {
  private struct FullCell: Equatable {
    var cell: Cell
    var text: [UInt8]
  }

  /// - Returns: the first row that differs.
  static func difference(_ rowCount: Int, _ reader: RowReader) -> String? {
    var whole = CellRow()
    var keeping = CellRow(keepingRuns: 64)
    var kept: [Int: [FullCell]] = [:]
    let (fill, fillRuns) = (reader(), reader())
    for index in 0..<rowCount {
      whole.clear()
      keeping.clear()
      fill(index, &whole)
      fillRuns(index, &keeping)
      var cells = full(keeping)
      for run in keeping.runs {
        if run.isNew {
          kept[run.place] = Array(cells[run.cells])
        } else {
          cells.replaceSubrange(run.cells, with: kept[run.place] ?? [])
        }
      }
      if cells != full(whole) || keeping.height != whole.height { return "row \(index)" }
    }
    return nil
  }

  private static func full(_ row: borrowing CellRow) -> [FullCell] {
    row.cells.map { cell in
      var place = cell
      // Where in the row a text stands is nobody's business.
      if case .text = cell.value { place.value = .text(start: 0, count: 0) }
      return FullCell(cell: place, text: Array(row.text(of: cell)))
    }
  }
}
