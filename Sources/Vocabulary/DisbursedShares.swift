/// What payroll paid to one employee in a quarter, split over the departments that directed it: in
/// their order up to what each directed; what is left over goes to the last, and without any to
/// none (SPEC 8).
public enum DisbursedShares {
  public static let never = "(never directed)"

  /// - Parameters:
  ///   - cents: one payment.
  ///   - directed: what the departments directed and is not yet disbursed, in order; brought up to
  ///     date.
  public static func split(
    cents: Int64, over directed: inout [(department: String, rest: Int64)]
  ) -> [(department: String, cents: Int64)] {
    var shares: [(department: String, cents: Int64)] = []
    var left = cents
    for index in directed.indices where left > 0 && directed[index].rest > 0 {
      let share = min(left, directed[index].rest)
      directed[index].rest -= share
      left -= share
      shares.append((directed[index].department, share))
    }
    guard left != 0 else { return shares }
    if let last = directed.indices.last {
      directed[last].rest -= left
      shares.append((directed[last].department, left))
    } else {
      shares.append((never, left))
    }
    return shares
  }
}
