internal import Vocabulary

/// What a person should look at in the employee IDs of `payroll.csv` before it is uploaded: payroll knows people by
/// nothing else. The file has them as the roster has (SPEC 7).
struct EmployeeIDDoubts {
  /// The distinct IDs, in their order.
  private var ids: [String] = []
  /// By employee ID who has it, each once.
  private var people: [String: [(physicianID: String, name: String)]] = [:]
  /// An employee ID and a physician: who has several jobs has several rows.
  private var seen: Set<[String]> = []

  /// IDs of a kind that are named; the others are counted.
  private static let shownMax = 3

  mutating func add(_ id: String, physicianID: String, physician: String) {
    guard seen.insert([id, physicianID]).inserted else { return }
    if people[id] == nil { ids.append(id) }
    people[id, default: []].append((physicianID, physician))
  }

  /// Each kind of doubt as one sentence without a full stop.
  var sentences: [String] {
    var sentences: [String] = []
    func say(_ one: String, _ several: String, _ found: [String], _ asks: String = "") {
      guard !found.isEmpty else { return }
      sentences.append((found.count == 1 ? one : several) + ": " + named(found) + asks)
    }
    let shared = ids.filter { (people[$0]?.count ?? 0) > 1 }
    say(
      "one employee ID of several physicians",
      "\(grouped(shared.count)) employee IDs of several physicians each", shared)
    let scientific = ids.filter(Self.isScientific)
    say(
      "an employee ID in scientific notation, as a spreadsheet writes a number",
      "\(grouped(scientific.count)) employee IDs in scientific notation, as a spreadsheet writes numbers",
      scientific)
    let (usual, others) = Self.ofOtherLength(ids.filter { !Self.isScientific($0) })
    say(
      "an employee ID that is not of \(usual) characters, as the others are",
      "\(grouped(others.count)) employee IDs that are not of \(usual) characters, as the others are",
      others, others.allSatisfy { $0.count < usual } ? ": were zeros lost?" : "")
    return sentences
  }

  private func named(_ ids: [String]) -> String {
    let first = ids.prefix(Self.shownMax).map { id in
      let people = (people[id] ?? []).prefix(Self.shownMax).map { "\($0.name), \($0.physicianID)" }
      let more = (self.people[id]?.count ?? 0) - people.count
      return
        "\(shown(id)) (\(people.map(shown).joined(separator: "; "))\(more > 0 ? "; and \(grouped(more)) more" : ""))"
    }
    let more = ids.count - first.count
    return first.joined(separator: ", ") + (more > 0 ? ", and \(grouped(more)) more" : "")
  }

  /// `4.17E+05`
  private static func isScientific(_ id: String) -> Bool {
    var id = id
    return id.withUTF8(isShortenedNumber)
  }

  /// The length that nearly all have, and the IDs of another one. Where IDs are filled up with zeros, all of them have
  /// one length: fewer digits are doubtful then, however many have them.
  private static func ofOtherLength(_ ids: [String]) -> (usual: Int, others: [String]) {
    let counts = Dictionary(grouping: ids, by: \.count).mapValues(\.count)
    guard let usual = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key else {
      return (0, [])
    }
    let others = ids.filter { $0.count != usual }
    let areFew = others.count * 4 <= ids.count
    let haveLostZeros =
      others.allSatisfy { $0.count < usual }
      && ids.contains { $0.count == usual && $0.hasPrefix("0") }
    return (usual, areFew || haveLostZeros ? others : [])
  }
}
