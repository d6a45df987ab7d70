/// A package (a zip file of parts, such as a workbook) that cannot be read or written.
package struct PackageError: Error, Equatable, CustomStringConvertible {
  package var path: String
  /// What was being done, such as `reading part xl/workbook.xml`.
  package var operation: String
  package var reason: String

  package var description: String { "\(path): \(operation): \(reason)" }

  package init(_ path: String, _ operation: String, reason: String) {
    self.path = path
    self.operation = operation
    self.reason = reason
  }
}
