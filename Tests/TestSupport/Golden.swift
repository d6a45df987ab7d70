package import Foundation

/// Compares text with a golden file, `Golden/<name>` beside the test.
///
/// `make golden` (`RECORD_GOLDEN=1`) writes the files anew, and the test then fails all the same, so that a
/// recording run is never green. A missing golden is a failure.
package enum Golden {
  package struct Mismatch: Error, CustomStringConvertible {
    package let description: String
  }

  /// - Throws: ``Mismatch`` with the first line that differs.
  package static func check(
    _ actual: Data, against name: String, testFile: String = #filePath
  ) throws {
    let file = URL(fileURLWithPath: testFile).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name)")
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      try actual.write(to: file)
      throw Mismatch(description: "\(name) was recorded: read the difference before you commit it")
    }
    guard let expected = try? Data(contentsOf: file) else {
      throw Mismatch(description: "\(file.path): no such file: run “make golden” and read it")
    }
    guard expected != actual else { return }
    let (want, got) = (lines(of: expected), lines(of: actual))
    let index = zip(want, got).prefix { $0 == $1 }.count
    throw Mismatch(
      description: """
        Golden/\(name):\(index + 1): want \(index < want.count ? want[index].debugDescription : "the end"), \
        got \(index < got.count ? got[index].debugDescription : "the end")
        """)
  }

  /// Splits at LF only, so that a CR is part of its line and shows.
  private static func lines(of data: Data) -> [String] {
    data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }
}
