internal import Foundation
internal import GRDB
package import Vocabulary

/// What some close held, and that neither a later one has paid nor anybody forfeited since: the rows of the latest
/// close that held it.
struct OpenHolds: Sendable {
  /// A row, the first close that held its record, and a hash of the record's ID.
  struct Held: Sendable {
    var row: StoredHold
    var since: Quarter
    var idHash: UInt64

    var record: RecordIdentity { row.held.record }
  }

  /// Records by their IDs, from one on and before another.
  struct Piece: Sendable {
    var (from, to): (DatabaseValue, DatabaseValue)

    /// No ID is empty, and each is before every blob.
    static let first = "".databaseValue
    static let last = Data([0xFF]).databaseValue
    static let all = Piece(from: first, to: last)

    var arguments: StatementArguments { ["from": from, "to": to] }
  }

  /// All records that some close held, in pieces of about so many rows.
  static func pieces(_ db: Database, rowCount: Int) throws -> [Piece] {
    let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM heldRecord") ?? 0
    let borders = try stride(from: rowCount, to: count, by: rowCount).compactMap {
      try DatabaseValue.fetchOne(
        db, sql: "SELECT recordID FROM heldRecord ORDER BY recordID LIMIT 1 OFFSET ?",
        arguments: [$0])
    }
    return zip([Piece.first] + borders, borders + [Piece.last]).map(Piece.init)
  }

  /// The rows of a ``Piece`` in the order of their numbers, each with the first close that held its record, as `since`.
  /// Which they are stands in the index; so each page of them is read once. (An order within is kept where it has a limit.)
  static let sql = """
    WITH latest AS (
      SELECT program, activity, recordID, min(closeNumber) AS first, max(closeNumber) AS last
      FROM heldRecord WHERE recordID >= :from AND recordID < :to
      GROUP BY recordID, program, activity),
    paid AS MATERIALIZED (
      SELECT latest.*, coalesce((
        SELECT max(closeNumber) FROM paymentLine l
        WHERE l.recordID = latest.recordID AND l.reverses IS NULL AND l.kindID = (
          SELECT kindID FROM recordKind k
          WHERE k.program = latest.program AND k.activity = latest.activity)
      ), 0) AS paidBy FROM latest),
    open AS (
      SELECT h.heldID, CASE paidBy WHEN 0 THEN first ELSE (
        SELECT min(f.closeNumber) FROM heldRecord f
        WHERE f.recordID = paid.recordID AND f.program = paid.program
          AND f.activity = paid.activity AND f.closeNumber > paidBy) END AS since
      FROM paid CROSS JOIN heldRecord h
        ON h.recordID = paid.recordID AND h.program = paid.program AND h.activity = paid.activity
          AND h.closeNumber = last
      WHERE last > paidBy ORDER BY h.heldID LIMIT -1)
    SELECT h.*, since FROM open CROSS JOIN heldRecord h ON h.heldID = open.heldID
    """

  private(set) var rows: [Held] = []

  init() {}

  /// - Parameter forfeited: records that are no longer held, by an earlier decision. In the quarter of the decision
  ///   the record is shown once more, as forfeited.
  init(
    _ db: Database, _ piece: Piece, _ closes: [QuarterClose],
    except forfeited: Set<RecordIdentity>
  ) throws {
    let found = try Row.fetchCursor(
      db, sql: "SELECT \(StoredHold.columns), heldID, since FROM (\(Self.sql))",
      arguments: piece.arguments)
    while let row = try found.next() {
      let stored = try StoredHold(row)
      guard !forfeited.contains(stored.held.record) else { continue }
      rows.append(
        Held(
          row: stored, since: try closes.quarter(ofNumber: row.value("since")),
          idHash: stored.held.record.idHash))
    }
  }

  /// Adds those of another piece: it has none of these records.
  mutating func append(_ other: OpenHolds) { rows += other.rows }
}

extension RecordIdentity {
  /// Of the ID's bytes alone, as of a row's.
  var idHash: UInt64 {
    var id = id
    return id.withUTF8 { hashOf($0) }
  }
}

/// A row of a held record that is neither paid nor forfeited; of a record that several rows contradict, each is one.
package struct OpenHold: Sendable {
  package var record: RecordIdentity
  /// The first quarter whose close held it.
  package var since: Quarter
  /// Quarters that have closed with it, the first included.
  package var age: Int
  package var department: String
  package var reason: String
  package var cents: Int64
}

extension Ledger {
  /// Open holds, the oldest first.
  package func openHolds() throws -> [OpenHold] {
    let closes = try closes()
    guard let last = closes.last else { return [] }
    let forfeited = Set(
      try decisions().filter { $0.decision.kind == .forfeit }.map(\.decision.record))
    return try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT \(StoredHold.columns), heldID, since FROM (\(OpenHolds.sql))
          ORDER BY since, min(heldID) OVER (PARTITION BY recordID, program, activity), heldID
          """, arguments: OpenHolds.Piece.all.arguments
      ).compactMap { row in
        let held = try HeldRecord(row)
        guard !forfeited.contains(held.record) else { return nil }
        let since: Int64 = try row.value("since")
        return OpenHold(
          record: held.record, since: try closes.quarter(ofNumber: since),
          age: Int(last.number - since) + 1, department: held.department, reason: held.reason,
          cents: held.amountCents)
      }
    }
  }

  /// Decisions that no close has sealed yet.
  package func pendingDecisions() throws -> [StoredDecision] {
    let last = try closes().last?.quarter
    return try decisions().filter { stored in last.map { stored.decision.quarter > $0 } ?? true }
  }
}
