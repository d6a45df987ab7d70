import Vocabulary
import Writers

extension Workers {
  /// Several threads, each of which takes the next piece when it is done with one.
  static func threads(_ count: Int) -> Workers {
    // No piece can fail, and so the whole cannot.
    count <= 1
      ? .one : Workers { pieces, body in _ = try? concurrently(pieces, threads: count, body) }
  }
}
