extension RandomAccessCollection {
  /// Where those elements begin for which a condition holds, in a collection in which they are all behind those for
  /// which it does not; the end where it holds for none. O(log n).
  @inlinable public func partitioningIndex(where isBehind: (Element) -> Bool) -> Index {
    var (low, count) = (startIndex, count)
    while count > 0 {
      let half = count / 2
      let middle = index(low, offsetBy: half)
      if isBehind(self[middle]) {
        count = half
      } else {
        low = index(after: middle)
        count -= half + 1
      }
    }
    return low
  }
}
