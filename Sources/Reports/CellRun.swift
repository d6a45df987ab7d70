/// Cells beside each other that many rows of a table have in common.
public struct CellRun: Sendable {
  /// What the cells are made from; it decides every one of them, within a table.
  public struct Key: Equatable, Sendable {
    /// What kind of cells they are.
    public enum Kind: UInt32, Sendable {
      case none, heading, person, work, date, duration, pay, source
      case reason, department, file, notice, says
    }

    private var kind: Kind
    private var one: UInt32
    private var other: Int64

    public init(_ kind: Kind, _ one: Int32 = 0, _ other: Int64 = 0) {
      (self.kind, self.one, self.other) = (kind, UInt32(bitPattern: one), other)
    }

    static let none = Key(.none)

    /// Where a run with this key is kept, of a power of two of places; another one may have it before.
    @inline(__always)
    func place(of places: Int) -> Int {
      let mixed =
        (UInt64(kind.rawValue) << 32 | UInt64(one)) &* 0x9E37_79B9_7F4A_7C15
        ^ UInt64(bitPattern: other) &* 0xC2B2_AE3D_27D4_EB4F
      return Int(mixed >> 32 & UInt64(truncatingIfNeeded: places - 1))
    }
  }

  /// The most cells that a run has.
  public static let countMax = 7

  /// How many places to keep runs are worth their memory for a table: a power of two.
  public static func places(forRows rowCount: Int) -> Int {
    var places = 64
    while places < min(rowCount, 4096) { places *= 2 }
    return places
  }

  public var place: Int
  public var first: Int
  public var count: Int
  /// Whether its cells are there; else what was kept of it counts.
  public var isNew: Bool

  public var cells: Range<Int> { first..<first + count }
}
