/// What became of a row: each row of cases and conferences has exactly one (SPEC 5).
public enum Disposition: String, CaseIterable, Sendable {
  case paid, held, excluded, rejected
}

/// Why a row has its disposition: the table of SPEC section 5, in its order.
public enum Reason: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  /// Read without fault, and not decided yet. No row of a result has it.
  case undecided = 0
  case malformedRow, missingValue, unknownProgram, activityNotOffered, notCompleted, badDate
  case badDuration, alreadyPaid, forfeited, duplicate, mergedSegment, conflictingRecords,
    laterQuarter
  case earlierQuarter, unknownPhysician, ambiguousPhysician, notCredentialed, standingUnknown
  case notPlanMember, notInGoodStanding, longConference, lateRecord, onHold
  case paid

  /// Whether it was found as the row was read, by rules 1 to 8: then the row has more to say than its reason.
  @inlinable public var isOfReading: Bool {
    rawValue > Self.undecided.rawValue && rawValue <= Self.badDuration.rawValue
  }

  @inlinable public var disposition: Disposition {
    switch self {
    case .paid: .paid
    case .malformedRow, .missingValue, .unknownProgram, .activityNotOffered, .badDate,
      .badDuration:
      .rejected
    case .notCompleted, .alreadyPaid, .forfeited, .duplicate, .mergedSegment, .laterQuarter,
      .earlierQuarter:
      .excluded
    case .conflictingRecords, .unknownPhysician, .ambiguousPhysician, .notCredentialed,
      .standingUnknown, .notPlanMember, .notInGoodStanding, .longConference, .lateRecord, .onHold,
      .undecided:
      .held
    }
  }

  /// The word in files: `not-in-good-standing`.
  public var code: String { Self.codes[Int(rawValue)] }

  private static let codes = allCases.map { hyphenated("\($0)") }
}

/// What flags a record, a file or a row for a person's eye and changes no money (SPEC 5).
public enum NoticeKind: UInt8, CaseIterable, Sendable {
  case lateResponse, lateReview, clockNotRead, nearBlockEdge, overlappingConferences
  case conferenceWithoutCase, dateMoved, alsoNotCompleted, similarRecord, changedAfterPaid
  case decodedAsWindows1252, patientColumnNotRead, fileNotRead, standingOfNobody

  /// The word in files: `late-response`.
  public var code: String { Self.codes[Int(rawValue)] }

  private static let codes = allCases.map {
    $0 == .decodedAsWindows1252 ? "decoded-as-windows-1252" : hyphenated("\($0)")
  }
}

/// `notPlanMember` → `not-plan-member`.
private func hyphenated(_ name: String) -> String {
  name.reduce(into: "") { text, letter in
    text += letter.isUppercase ? "-" + letter.lowercased() : String(letter)
  }
}

/// What is paid for: the two kinds of work (SPEC 1).
public enum Activity: UInt8, CaseIterable, Comparable, BitwiseCopyable, Sendable {
  case `case`, conference

  /// The word in files and in the plan: `case` or `conference`.
  public var code: String { self == .case ? "case" : "conference" }

  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}
