import Testing
import Vocabulary

struct PartitioningIndexTests {
  /// In collections of every small size, wherever what is looked for begins.
  @Test(arguments: 0...9) func whatIsBehindBeginsThere(count: Int) {
    let numbers = Array(0..<count)
    for start in 0...count {
      #expect(numbers.partitioningIndex { $0 >= start } == start)
      #expect(numbers[start...].partitioningIndex { $0 >= start } == start, "a slice's own index")
      #expect(numbers[start...].partitioningIndex { _ in false } == count)
    }
  }
}
