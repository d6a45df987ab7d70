import Ingest
import Vocabulary
import Writers

/// The files of cases and conferences.
struct RecordFiles: Sendable {
  private let files: [(activity: Activity, file: Workspace.File)]
  private let plan: CompensationPlan
  private let threads: Int
  /// Of more bytes a file is large: all threads read it.
  private static let largeCount = 1 << 20

  init(_ workspace: Workspace, _ plan: CompensationPlan, threads: Int) {
    files =
      (workspace.files[.cases] ?? []).map { (.case, $0) }
      + (workspace.files[.conferences] ?? []).map { (.conference, $0) }
    (self.plan, self.threads) = (plan, threads)
  }

  private func reader(_ number: Int, _ stream: FileStream) -> RecordReader {
    RecordReader(
      stream, file: files[number].file.name, activity: files[number].activity, plan: plan)
  }

  /// Begins to read the text of the first file, where it is large, as long as the roster is being read.
  func beginFirst(asLongAs isEarly: () -> Bool) throws -> RecordReader? {
    guard threads > 1, let first = files.first else { return nil }
    let stream = try FileStream(first.file.path)
    guard stream.expectedCount >= Self.largeCount else { return nil }
    let reader = reader(0, stream)
    reader.readAhead(asLongAs: isEarly)
    return reader
  }

  /// Large files are read one after the other, each by all threads; small ones beside each other.
  ///
  /// - Parameter first: that has begun to read the first file.
  func read(first: RecordReader?, _ context: RecordContext) throws
    -> [Result<ReadRecords, UnusableInput>]
  {
    @Sendable func read(
      _ reader: RecordReader, by workers: Workers
    ) throws -> Result<ReadRecords, UnusableInput> {
      do {
        return .success(try reader.read(context, workers: workers))
      } catch let unusable as UnusableInput {
        return .failure(unusable)
      }
    }
    var results = try concurrently(files.count, threads: threads) { number in
      guard number > 0 || first == nil else { return nil as Result<ReadRecords, UnusableInput>? }
      let stream = try FileStream(files[number].file.path)
      guard stream.expectedCount < Self.largeCount else { return nil }
      return try read(reader(number, stream), by: .one)
    }
    for number in files.indices where results[number] == nil {
      let begun = number == 0 ? first : nil
      let reader = try begun ?? reader(number, FileStream(files[number].file.path))
      results[number] = try read(reader, by: .threads(threads))
    }
    return results.compactMap(\.self)
  }
}
