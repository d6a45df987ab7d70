internal import Vocabulary

/// Conferences of one physician that overlap: a person cannot be in two at a time.
enum OverlapNotice {
  private struct Span {
    var start: Int64
    var seconds: Int32
    var record: Int32

    var end: Int64 { start + Int64(seconds) }
  }

  /// For each conference that overlaps others one of them. O(n log n), however many overlap.
  static func overlaps(of result: QuarterResult) -> [Int32: Int32] {
    var (spans, ends) = spans(of: result)
    var flagged: [Int32: Int32] = [:]
    var first = 0
    for end in ends {
      spans[first..<end].sort { ($0.start, $0.record) < ($1.start, $1.record) }
      // Those of which each begins before all before it are over.
      while first < end {
        var (next, latest) = (first + 1, spans[first].end)
        while next < end, spans[next].start < latest {
          latest = max(latest, spans[next].end)
          next += 1
        }
        if next - first > 1 { flag(spans[first..<next], result.records, &flagged) }
        first = next
      }
    }
    return flagged
  }

  /// Flags the spans that overlap one of another record, the earlier one first.
  ///
  /// - Parameter spans: by their start.
  private static func flag(
    _ spans: ArraySlice<Span>, _ records: RecordTables, _ flagged: inout [Int32: Int32]
  ) {
    func flag(_ span: Span, _ other: Span) {
      flagged[span.record] = flagged[span.record] ?? other.record
    }
    // What began before and ends last, and of the other records what ends last.
    var (longest, other) = (spans.first!, Span?.none)
    for span in spans.dropFirst() {
      let isOfLongest = records.areSame(span.record, longest.record)
      if let before = isOfLongest ? other : longest, before.end > span.start { flag(span, before) }
      if span.end > longest.end {
        if !isOfLongest { other = longest }
        longest = span
      } else if !isOfLongest, span.end > other?.end ?? .min {
        other = span
      }
    }
    // What begins next, and is of another record.
    var next: Span?
    for (span, behind) in zip(spans, spans.dropFirst()).reversed() {
      if !records.areSame(span.record, behind.record) { next = behind }
      if let next, next.start < span.end { flag(span, next) }
    }
  }

  /// The spans of physician after physician, and where those of each end.
  private static func spans(of result: QuarterResult) -> (spans: [Span], ends: [Int]) {
    let segments = segments(of: result)
    var ends = Array(repeating: 0, count: result.roster.physicians.count)
    forEachConference(of: result.records) { record, index in
      ends[Int(record.physician)] += 1 + (segments[index]?.count ?? 0)
    }
    var sum = 0
    for index in ends.indices { (ends[index], sum) = (sum, sum + ends[index]) }
    // Of no elements it would write to the empty array that all threads share.
    guard sum > 0 else { return ([], ends) }
    let spans = [Span](unsafeUninitializedCapacity: sum) { buffer, initializedCount in
      ends.withUnsafeMutableBufferPointer { ends in
        forEachConference(of: result.records) { record, index in
          func add(_ start: Int64, _ seconds: Int32) {
            let span = Span(start: start, seconds: seconds, record: index)
            buffer.initializeElement(at: ends[Int(record.physician)], to: span)
            ends[Int(record.physician)] += 1
          }
          // A merged conference is there only while its segments are.
          var rest = record.seconds
          for row in segments[index] ?? [] {
            let segment = result.records[row]
            add(segment.instant, segment.seconds)
            rest -= segment.seconds
          }
          add(record.instant, rest)
        }
      }
      initializedCount = sum
    }
    return (spans, ends)
  }

  private static func forEachConference(
    of records: RecordTables, _ body: (ServiceRecord, Int32) -> Void
  ) {
    for (number, table) in records.tables.enumerated() where table.activity == .conference {
      let first = records.index(table: number, row: 0)
      for (row, record) in table.records.enumerated()
      where record.flags.contains(.timed) && record.physician >= 0 && record.isPaidOrHeld {
        body(record, first + Int32(row))
      }
    }
  }

  /// The other segments of each merged conference, by the row that carries it.
  private static func segments(of result: QuarterResult) -> [Int32: [Int32]] {
    var segments: [Int32: [Int32]] = [:]
    for (row, carrier) in result.counterparts where result.records[row].reason == .mergedSegment {
      segments[carrier, default: []].append(row)
    }
    return segments
  }
}
