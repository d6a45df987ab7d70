#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// An output that can't be made or written: what was being done, to which file, and what to do.
package struct OutputError: Error, CustomStringConvertible {
  /// What the exit status says (SPEC 2).
  package enum Kind: Sendable {
    /// 73: the place is taken, or nothing may be made there.
    case cannotCreate
    /// 74: writing, syncing or reading back failed.
    case cannotWrite
  }

  package var kind: Kind
  package var description: String

  package init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// The last error of the system, as words.
  static func system(_ kind: Kind, _ doing: String, _ path: String) -> OutputError {
    OutputError(kind, "\(doing) \(path): \(String(cString: strerror(errno)))")
  }
}
