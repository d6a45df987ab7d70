internal import Vocabulary

/// Flags for a person's eye; none changes money (SPEC 5).
enum Notices {
  static func all(
    of result: QuarterResult, _ context: RuleContext, fileNotices: [Notice]
  ) -> [Notice] {
    let others = fileNotices + SimilarRecordNotice.notices(of: result, context.workers)
    let order = NoticeOrder(result, others)
    let (own, few) = context.workers.both(
      { Self.own(of: result, order.files.tables, context) }, { order.sorted(others) })
    // Own notices are many, and stand in order already but where a file is read twice.
    var all = order.files.hasFileTwice ? order.sorted(own) : own
    order.merge(few, into: &all)
    return all
  }

  /// Notices that the records show by themselves, row by row, and in a row by kind.
  private static func own(
    of result: QuarterResult, _ tables: [Int], _ context: RuleContext
  ) -> [Notice] {
    let withoutCase = ConferencesWithoutCase.rows(of: result.records, context.workers)
    let overlapping = result.overlaps.keys.sorted()
    let pieces = result.records.pieces(of: tables)
    let found = context.workers.map(pieces.count) { number in
      let piece = pieces[number]
      let table = result.records.tables[piece.table]
      var withoutCase = RowsInOrder(withoutCase, from: piece.first)
      var overlapping = RowsInOrder(overlapping, from: piece.first)
      var notices: [Notice] = []
      for row in piece.rows where table.records[row].isPaidOrHeld {
        let index = piece.first + Int32(row - piece.rows.lowerBound)
        addOwn(
          of: table.records[row], table.activity, context,
          isWithoutCase: withoutCase.contains(index), overlaps: overlapping.contains(index)
        ) { notices.append(Notice($0, record: index)) }
      }
      return notices
    }
    // In one step to its size: there may be millions.
    var all: [Notice] = []
    all.reserveCapacity(found.reduce(0) { $0 + $1.count })
    for notices in found { all += notices }
    return all
  }

  /// By the codes of the kinds.
  private static func addOwn(
    of record: ServiceRecord, _ activity: Activity, _ context: RuleContext,
    isWithoutCase: Bool, overlaps: Bool, _ add: (NoticeKind) -> Void
  ) {
    let flags = record.flags
    if flags.contains(.alsoNotCompleted) { add(.alsoNotCompleted) }
    if flags.contains(.clockNotRead) { add(.clockNotRead) }
    if isWithoutCase { add(.conferenceWithoutCase) }
    if flags.contains(.dateMoved) { add(.dateMoved) }
    if flags.contains(.lateResponse) { add(.lateResponse) }
    if flags.contains(.lateReview) { add(.lateReview) }
    if activity == .conference,
      let block = context.rates.step(of: record, activity)?.secondsPerBlock
    {
      // Over the multiple below it: a length of just one block is a whole block over 0.
      let over = (Int64(record.seconds) - 1) % block + 1
      if over <= context.plan.nearBlockMinutes * 60 { add(.nearBlockEdge) }
    }
    if overlaps { add(.overlappingConferences) }
  }
}

/// Some rows, looked for in ascending order.
private struct RowsInOrder {
  private let rows: [Int32]
  private var next: Int

  /// - Parameters:
  ///   - rows: ascending.
  ///   - first: the first row that may be asked for.
  init(_ rows: [Int32], from first: Int32) {
    self.rows = rows
    next = rows.partitioningIndex { $0 >= first }
  }

  /// Whether a row is one of them.
  mutating func contains(_ row: Int32) -> Bool {
    while next < rows.count, rows[next] < row { next += 1 }
    return next < rows.count && rows[next] == row
  }
}

/// By file, line, kind and detail; what belongs to a whole file comes before its lines.
private struct NoticeOrder {
  let files: FileOrder
  private let result: QuarterResult
  private let records: RecordTables
  private let rankOfKind: [Int]

  init(_ result: QuarterResult, _ notices: [Notice]) {
    (self.result, records) = (result, result.records)
    files = FileOrder(result.records, and: notices.map(\.file))
    let codes = NoticeKind.allCases.map(\.code)
    rankOfKind = codes.map { code in codes.count { precedes($0, code) } }
  }

  /// The notices in their order. Where each stands is looked up once, not at each comparison.
  func sorted(_ notices: [Notice]) -> [Notice] {
    let places = notices.map(place)
    let order = notices.indices.sorted {
      places[$0] == places[$1]
        ? says(notices[$0], before: notices[$1]) : places[$0] < places[$1]
    }
    return order.map { notices[$0] }
  }

  private func isBefore(_ one: Notice, _ other: Notice) -> Bool {
    let (left, right) = (place(of: one), place(of: other))
    return left == right ? says(one, before: other) : left < right
  }

  /// Of two notices of one place.
  private func says(_ one: Notice, before other: Notice) -> Bool {
    result.detail(of: one) < result.detail(of: other)
  }

  private func place(of notice: Notice) -> (file: Int, line: Int, kind: Int) {
    let kind = rankOfKind[Int(notice.kind.rawValue)]
    guard let index = notice.record else {
      return (files.ranks[notice.file]!, notice.line ?? 0, kind)
    }
    let (table, row) = records.locate(index)
    return (files.rankOfTable[table], records.tables[table].records[row].line, kind)
  }

  /// Puts a few notices, in order, at their places among many; from the last on, so that each moves
  /// once.
  func merge(_ few: [Notice], into many: inout [Notice]) {
    var end = many.count
    many += few
    for (before, notice) in few.enumerated().reversed() {
      let start = many[..<end].partitioningIndex { !isBefore($0, notice) }
      for index in (start..<end).reversed() { many[index + before + 1] = many[index] }
      many[start + before] = notice
      end = start
    }
  }
}
