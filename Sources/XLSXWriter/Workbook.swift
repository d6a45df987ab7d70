internal import CXLSXWriter

/// An .xlsx file that is being written.
///
/// A thin layer over the C library that cannot be misused:
///
/// - It is noncopyable, and ``close()`` consumes it, so the C workbook is freed exactly once
///   and never used after that. The C library frees it even where closing fails.
/// - A ``Worksheet`` is only ever borrowed inside a closure, so none outlives its workbook.
/// - Every error code is checked. None is a trap, and none is dropped.
///
/// A workbook that goes away without ``close()`` writes no file.
package struct Workbook: ~Copyable {
  private let workbook: UnsafeMutablePointer<lxw_workbook>

  /// Starts a workbook without worksheets.
  ///
  /// - Parameters:
  ///   - path: Where ``close()`` writes the file.
  ///   - temporaryFolder: Where the library keeps its temporary files. People's data must not
  ///     go to the system's folder, and one disk has one story about being full.
  ///   - created: The creation time to put into the file, in seconds since 1970-01-01 UTC.
  ///     With the same cells and the same time, the file has the same bytes.
  /// - Throws: ``XLSXError`` if memory runs out.
  /// - Precondition: `created` is positive: the C library takes 0 for “now”.
  package init(path: String, temporaryFolder: String, created: Int) throws(XLSXError) {
    precondition(created > 0, "the creation time 0 would mean now")
    try XLSXError.check(path, for: "creating a workbook")
    try XLSXError.check(temporaryFolder, for: "creating a workbook")
    let made = temporaryFolder.withCString { folder in
      var options = lxw_workbook_options()
      options.constant_memory = 1
      options.tmpdir = UnsafeMutablePointer(mutating: folder)  // Copied by the library.
      return workbook_new_opt(path, &options)
    }
    let workbook = try XLSXError.made(made, "creating a workbook")
    var properties = lxw_doc_properties()
    properties.created = time_t(created)
    let code = workbook_set_properties(workbook, &properties)
    if code != LXW_NO_ERROR { lxw_workbook_free(workbook) }  // No `self` yet, so no deinit would.
    try XLSXError.check(code, "setting properties")
    self.workbook = workbook
  }

  deinit { lxw_workbook_free(workbook) }

  /// Adds a format, for cells of this workbook only.
  package mutating func addFormat(_ format: Format) throws(XLSXError) -> FormatID {
    let made = try XLSXError.made(workbook_add_format(workbook), "adding a format")
    try format.apply(to: made)
    return FormatID(format: made, workbook: workbook)
  }

  /// Adds a worksheet and fills it.
  ///
  /// - Throws: ``XLSXError`` for a name that is empty, over 31 UTF-16 units, already used, or
  ///   one that Excel refuses; and whatever `fill` throws.
  package mutating func addWorksheet(
    named name: String, _ fill: (borrowing Worksheet) throws(XLSXError) -> Void
  ) throws(XLSXError) {
    let operation = "adding a worksheet “\(name)”"
    try Self.check(name, operation)
    try XLSXError.check(workbook_validate_sheet_name(workbook, name), operation)
    let worksheet = try XLSXError.made(workbook_add_worksheet(workbook, name), operation)
    try fill(Worksheet(worksheet, of: workbook, name: name))
  }

  /// Writes the file.
  ///
  /// The C library may say success for a file that a full disk cut short: read it again.
  ///
  /// - Throws: ``XLSXError`` if the file cannot be written; what is then at the path is
  ///   undefined.
  package consuming func close() throws(XLSXError) {
    let operation = "writing \(String(cString: workbook.pointee.filename))"
    let code = workbook_close(workbook)  // Frees the workbook, on every path.
    discard self
    try XLSXError.check(code, operation)
  }

  /// What the C library accepts and Excel does not: it reads before an empty name, takes
  /// control characters, counts code points, and does not know the reserved name.
  private static func check(_ name: String, _ operation: String) throws(XLSXError) {
    guard !name.isEmpty else { throw XLSXError(operation, reason: "the name is empty") }
    guard name.utf16.count <= 31 else {
      throw XLSXError(operation, reason: "the name is longer than 31 UTF-16 units")
    }
    guard !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value & 0xFFFE == 0xFFFE })
    else { throw XLSXError(operation, reason: "the name has a control character") }
    guard name.lowercased() != "history" else {
      throw XLSXError(operation, reason: "Excel keeps this name for itself")
    }
  }
}
