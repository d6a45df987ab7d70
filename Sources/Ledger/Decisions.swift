internal import GRDB
package import Vocabulary

/// A decision, as the ledger has it.
package struct StoredDecision: Sendable {
  package var number: Int64
  package var decision: Decision
  /// For a reversal: the line that it takes back.
  package var lineID: Int64?

  private init(number: Int64, decision: Decision, lineID: Int64?) {
    (self.number, self.decision, self.lineID) = (number, decision, lineID)
  }

  init(_ row: Row) throws {
    self = try row.made(into: "decision", numbered: "number") {
      guard let kind = DecisionKind(rawValue: try row.value("kind")),
        let activity = Activity(code: try row.value("activity")),
        let quarter = Quarter(try row.value("quarter"), fiscalYearStarts: 1),
        [0, 1].contains(try row.value("paysAgain") as Int64)
      else { return nil }
      return StoredDecision(
        number: try row.value("number"),
        decision: try Decision(
          kind: kind,
          record: RecordIdentity(
            program: row.value("program"), activity: activity, id: row.value("recordID")),
          quarter: quarter, reason: row.value("reason"), by: row.value("decidedBy"),
          at: row.value("decidedAt"), paysAgain: row.value("paysAgain")),
        lineID: try row.value("lineID"))
    }
  }
}

extension Ledger {
  /// Every decision on a record, in its order; all of them where no ID is given.
  package func decisions(onID id: String? = nil) throws -> [StoredDecision] {
    try read { db in
      return try Row.fetchAll(
        db, sql: "SELECT * FROM decision WHERE ?1 IS NULL OR recordID = ?1 ORDER BY number",
        arguments: [id]
      ).map(StoredDecision.init)
    }
  }

  /// The decisions that the close of a quarter seals: its own, and those of quarters before the first close, which no
  /// close would seal.
  static func decisionRows(_ db: Database, of quarter: Quarter) throws -> [StoredDecision] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM decision WHERE quarter <= ?1 AND quarter > coalesce(
          (SELECT max(quarter) FROM quarterClose WHERE quarter < ?1), '')
        ORDER BY number
        """, arguments: [quarter.description]
    ).map(StoredDecision.init)
  }

  /// Writes decisions, all of them or none.
  ///
  /// - Throws: ``LedgerError/Kind/refused`` for a closed quarter, and for the reversal of what is
  ///   not paid or is being reversed already.
  package func write(_ decisions: [Decision]) throws {
    try write { db in
      for decision in decisions {
        var lineID: Int64?
        if decision.kind == .reverse {
          lineID = try Self.paidLine(db, decision.record)
          guard let lineID else {
            throw LedgerError(
              .refused,
              "\(shown(decision.record.id)) is not paid in the ledger: there is nothing to take back"
            )
          }
          let isPending = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM decision WHERE kind = 'reverse' AND lineID = ?)",
            arguments: [lineID])
          if isPending == true {
            throw LedgerError(
              .refused,
              "the payment of \(shown(decision.record.id)) is being taken back already, in the next close"
            )
          }
        }
        try db.execute(
          sql: """
            INSERT INTO decision (quarter, kind, program, activity, recordID, reason, decidedBy,
              decidedAt, paysAgain, lineID) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            decision.quarter.description, decision.kind.rawValue, decision.record.program,
            decision.record.activity.code, decision.record.id, decision.reason, decision.by,
            decision.at, decision.paysAgain, lineID,
          ])
      }
    }
  }

  static func paidLine(_ db: Database, _ record: RecordIdentity) throws -> Int64? {
    try Int64.fetchOne(
      db, sql: "SELECT lineID FROM paidLine WHERE recordID = ? AND program = ? AND activity = ?",
      arguments: [record.id, record.program, record.activity.code])
  }

  /// The records with an ID that are paid, net of reversals.
  package func paidRecords(withID id: String) throws -> [RecordIdentity] {
    try read { db in
      return try Row.fetchAll(
        db,
        sql: "SELECT program, activity FROM paidLine WHERE recordID = ? ORDER BY program, activity",
        arguments: [id]
      ).compactMap { row in
        try Activity(code: row.value("activity")).map {
          RecordIdentity(program: try row.value("program"), activity: $0, id: id)
        }
      }
    }
  }

  /// The plans with which quarters were closed, each once, as JSON.
  package func closedPlans() throws -> [String] {
    try read { db in
      return try Row.fetchAll(db, sql: "SELECT DISTINCT planText FROM quarterClose")
        .map { try $0.value("planText") }
    }
  }

  /// What the ledger knows of the records of a program. O(lines).
  package func knownRecords(ofProgram program: String) throws -> KnownRecords {
    try read { db in
      func records(_ sql: String) throws -> Set<RecordIdentity> {
        let rows = try Row.fetchAll(db, sql: sql, arguments: [program])
        return Set(
          try rows.compactMap { row in
            try Activity(code: row.value("activity")).map {
              RecordIdentity(program: program, activity: $0, id: try row.value("recordID"))
            }
          })
      }
      return KnownRecords(
        paid: try records(
          """
          SELECT recordID, activity FROM paidLine WHERE program = ?
            AND lineID NOT IN (SELECT lineID FROM decision WHERE kind = 'reverse')
          """),
        unpaid: try records(
          """
          WITH known AS (
            SELECT recordID, activity, quarter FROM heldRecord
              JOIN quarterClose ON number = closeNumber WHERE program = ?1
            UNION SELECT recordID, activity, quarter FROM decision
              WHERE program = ?1 AND kind <> 'reverse')
          SELECT DISTINCT recordID, activity FROM known WHERE quarter > coalesce((
            SELECT max(paid.quarter) FROM statementLine line
              JOIN quarterClose paid ON paid.number = line.closeNumber
            WHERE line.recordID = known.recordID AND line.activity = known.activity
              AND line.program = ?1 AND line.reverses IS NULL), '')
          """))
    }
  }
}

/// Records of a program that a ledger knows.
package struct KnownRecords: Sendable {
  /// Net of reversals, those of the next close among them.
  package var paid: Set<RecordIdentity>
  /// Held by a close, or decided on, and not paid since.
  package var unpaid: Set<RecordIdentity>

  package func contains(_ record: RecordIdentity) -> Bool {
    paid.contains(record) || unpaid.contains(record)
  }
}

extension Activity {
  package init?(code: String) {
    guard let activity = Activity.allCases.first(where: { $0.code == code }) else { return nil }
    self = activity
  }
}
