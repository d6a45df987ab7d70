import Foundation
import TestSupport
import Testing

/// What must hold of every value of a kind: tried on random ones, and where it fails, told of the smallest
/// that still fails.
///
/// `make test` tries a few hundred; `make soak ONLY=properties` 100,000 of each, by
/// `ZPAY_PROPERTY_CASES` and `ZPAY_PROPERTY_SEED`.
struct Property<Value> {
  let name: String
  let make: (inout SeededGenerator) -> Value
  /// Smaller values, the smallest first.
  let shrink: (Value) -> [Value]
  /// What is wrong; nil where it holds.
  let problem: (Value) throws -> String?

  func check(sourceLocation: SourceLocation = #_sourceLocation) {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["ZPAY_PROPERTY_CASES"].flatMap { Int($0) } ?? 300
    let seed = environment["ZPAY_PROPERTY_SEED"].flatMap { UInt64($0) } ?? 1
    for number in 0..<count {
      var random = SeededGenerator(seed: seed << 32 + UInt64(number))
      let value = make(&random)
      guard let first = told(value) else { continue }
      let (smallest, problem) = shrunk(value, first)
      Issue.record(
        "\(name), seed \(seed), case \(number): \(problem)\n\(smallest)",
        sourceLocation: sourceLocation)
      return
    }
    print("property: \(name): tried \(count), failed 0")
  }

  private func told(_ value: Value) -> String? {
    do { return try problem(value) } catch { return "it throws \(error)" }
  }

  /// Greedy: the first smaller value that fails too takes the place.
  private func shrunk(_ value: Value, _ problem: String) -> (Value, String) {
    var (value, problem) = (value, problem)
    for _ in 0..<1_000 {
      var smaller: (Value, String)?
      for candidate in shrink(value) {
        if let said = told(candidate) {
          smaller = (candidate, said)
          break
        }
      }
      guard let found = smaller else { break }
      (value, problem) = found
    }
    return (value, problem)
  }
}

/// Without each of its elements, and with each made smaller.
func smallerLists<Element>(_ list: [Element], _ shrink: (Element) -> [Element]) -> [[Element]] {
  var lists: [[Element]] = []
  if list.count > 3 {
    lists += [Array(list.prefix(list.count / 2)), Array(list.suffix(list.count / 2))]
  }
  for index in list.indices {
    var shorter = list
    shorter.remove(at: index)
    lists.append(shorter)
  }
  for index in list.indices {
    for element in shrink(list[index]) {
      var changed = list
      changed[index] = element
      lists.append(changed)
    }
  }
  return lists
}

/// Without each of its scalars.
func smallerTexts(_ text: String) -> [String] {
  smallerLists(Array(text.unicodeScalars)) { _ in [] }
    .map { String(String.UnicodeScalarView($0)) }
}
