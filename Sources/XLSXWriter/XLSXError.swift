internal import CXLSXWriter

/// An error that the workbook library reported.
package struct XLSXError: Error, Equatable, CustomStringConvertible {
  /// What was being done, such as `adding a worksheet “Detail”`.
  package var operation: String
  /// The library's own words for its error code.
  package var reason: String

  package var description: String { "\(operation): \(reason)" }

  package init(_ operation: String, reason: String) {
    self.operation = operation
    self.reason = reason
  }

  /// Throws unless `code` is success.
  ///
  /// The operation is only spelled out for an error.
  static func check(
    _ code: lxw_error, _ operation: @autoclosure () -> String
  ) throws(XLSXError) {
    guard code != LXW_NO_ERROR else { return }
    throw XLSXError(operation(), reason: String(cString: lxw_strerror(code)))
  }

  /// What the library made: where it has no memory for it, it gives null.
  package static func made<Made>(
    _ pointer: UnsafeMutablePointer<Made>?, _ operation: @autoclosure () -> String
  ) throws(XLSXError) -> UnsafeMutablePointer<Made> {
    guard let pointer else { throw XLSXError(operation(), reason: "out of memory") }
    return pointer
  }

  /// C takes a NUL for the end of a text, and what is behind it would be lost without a word.
  static func check(_ text: String, for operation: @autoclosure () -> String) throws(XLSXError) {
    guard text.utf8.contains(0) else { return }
    throw XLSXError(operation(), reason: "the text has a NUL character")
  }
}
