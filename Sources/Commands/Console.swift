import Foundation

/// What the program says: what was asked for to standard output, what is told about it to standard
/// error.
enum Console {
  /// Prints text to standard output.
  ///
  /// - Throws: ``Failure`` where it could not all be written: a report that was not printed is not
  ///   status 0.
  static func print(_ text: String) throws {
    guard writeAll(text, to: STDOUT_FILENO) else {
      throw Failure(
        .ioFailed, "the report could not be printed: \(String(cString: strerror(errno)))")
    }
  }

  static func tell(_ text: String) { _ = writeAll(text + "\n", to: STDERR_FILENO) }

  /// Where a standard stream is closed, the next file that is opened would take its number, and what
  /// is printed would go into it: an unwritable one takes the place instead.
  static func occupyStandardDescriptors() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      _ = open("/dev/null", O_RDONLY)
    }
  }

  static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

  /// A line of progress that the next one replaces; an empty one clears it.
  static func showProgress(_ text: String) {
    if showsProgress { _ = writeAll("\r\u{1B}[K" + text, to: STDERR_FILENO) }
  }

  private static func writeAll(_ text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var start = 0
      while start < bytes.count {
        let count = write(descriptor, bytes.baseAddress! + start, bytes.count - start)
        if count < 0 {
          if errno == EINTR { continue }
          return false
        }
        start += count
      }
      return true
    }
  }
}

/// Why a command ends with another status than 0 (SPEC 2).
struct Failure: Error {
  enum Status: Int32 {
    /// The answer is no.
    case no = 1
    case wrongUsage = 64
    case unusableInput = 65
    case missingInput = 66
    case cannotCreate = 73
    case ioFailed = 74
  }

  var status: Status
  /// Empty where everything has been said.
  var message: String

  init(_ status: Status, _ message: String = "") {
    self.status = status
    self.message = message
  }
}
