#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A file that somebody has open, and what may happen to it meanwhile.
package struct OpenFile {
  private let descriptor: Int32

  /// - Parameter path: Of a file that is open once; nil where it is not.
  package init?(_ path: String) {
    var (wanted, found) = (stat(), stat())
    guard stat(path, &wanted) == 0,
      let descriptor = (0..<4096).first(where: {
        fstat($0, &found) == 0 && found.st_dev == wanted.st_dev && found.st_ino == wanted.st_ino
      })
    else { return nil }
    self.descriptor = descriptor
  }

  /// From now on there is no room for a byte more, and nothing can be read.
  package func fillDisk() -> Bool { become("/dev/full", O_WRONLY) }

  /// From now on it can't even be closed. Only in a program of its own: another may get its number.
  package func lose() -> Bool { close(descriptor) == 0 }

  /// From now on nothing can be read.
  package func loseDisk() -> Bool { become("/", O_RDONLY) }

  private func become(_ path: String, _ flags: Int32) -> Bool {
    let other = open(path, flags | O_CLOEXEC)
    defer { _ = close(other) }
    return other >= 0 && dup2(other, descriptor) == descriptor
  }
}
