/// Bytes that no compression makes fewer: the same in each run.
package func noise(count: Int) -> [UInt8] {
  var generator = SeededGenerator(seed: 1)
  return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
}
