internal import CFolders
import Foundation

/// A folder that is made beside its place, in private, and put there whole or not at all (SPEC 6).
///
/// While it is made everything lies in `.<name>.zpay-…` beside the target, temporary files
/// included. Whoever finds such a folder that no living process holds may throw it away, and the
/// next run does.
package final class OutputFolder {
  /// Where the files are made.
  package let files: String
  /// For temporary files: gone before the folder is put in place.
  package let scratch: String
  private let target: String
  private let issuedQuarter: String?
  private let parent: String
  private let name: String
  private let workplace: String
  private let lock: Int32
  /// Folders above the target that were not there before, the outermost first.
  private let madeParents: [String]
  private var isDone = false

  /// - Throws: ``OutputError`` where the target is a folder that `run` did not make, a link, or
  ///   something else, or where nothing can be made beside it.
  /// - Parameter issuing: the quarter whose final sheets are put there; nil for drafts, which never
  ///   replace final sheets.
  package init(replacing target: String, issuing quarter: String? = nil) throws {
    // As it was given: what resolves a path would follow its links.
    var path = target
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    if !path.hasPrefix("/") { path = FileManager.default.currentDirectoryPath + "/" + path }
    guard ![".", "..", "/"].contains((path as NSString).lastPathComponent) else {
      throw OutputError(
        .cannotCreate, "\(target) can't be replaced: name a folder to make with --out")
    }
    self.target = path
    issuedQuarter = quarter
    name = (path as NSString).lastPathComponent
    parent = (path as NSString).deletingLastPathComponent
    try Self.checkReplaceable(path, issuing: quarter)
    let random = String(UInt64.random(in: .min ... .max), radix: 36)
    workplace = "\(parent)/.\(name).zpay-\(random)"
    madeParents = try Self.makeParents(parent)
    do {
      Self.discardLeftovers(in: parent, of: name)
      guard mkdir(workplace, 0o700) == 0 else {
        let why = String(cString: strerror(errno))
        throw OutputError(
          .cannotCreate, "\(target) can't be made: \(why); name another folder with --out")
      }
      lock = open(workplace, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
        throw OutputError.system(.cannotCreate, "locking", workplace)
      }
      files = workplace + "/files"
      scratch = workplace + "/scratch"
      try Self.makeFolder(files)
      try Self.makeFolder(scratch)
    } catch {
      try? FileManager.default.removeItem(atPath: workplace)
      for folder in madeParents.reversed() { _ = rmdir(folder) }
      throw error
    }
  }

  deinit { discard() }

  package func makeFolder(_ name: String) throws { try Self.makeFolder(files + "/" + name) }

  /// Syncs all that was written, files and then folders. All that may fail has been done then, but
  /// for the change of names.
  package func complete() throws {
    let entries: [String]
    do {
      entries = try FileManager.default.subpathsOfDirectory(atPath: files)
    } catch {
      throw OutputError(.cannotWrite, "listing \(files): \(error.localizedDescription)")
    }
    for entry in entries.sorted().reversed() { try sync(files + "/" + entry) }
    try sync(files)
  }

  /// Puts the folder in its place, replacing an older run's whole.
  package func publish() throws {
    try Self.checkReplaceable(target, issuing: issuedQuarter)
    if rename(files, target) != 0 {
      guard errno == ENOTEMPTY || errno == EEXIST else {
        throw OutputError.system(.cannotCreate, "putting in place", target)
      }
      try replaceOlder()
    }
    try sync(parent, throughLink: true)
    isDone = true
    discardWorkplace()
  }

  /// Changes places with the older run's folder, so that one of the two is always there; where the system or the disk
  /// can't do that, there is none for a moment.
  private func replaceOlder() throws {
    guard folders_exchange(files, target) == 0 else {
      guard [EINVAL, ENOSYS, ENOTSUP].contains(errno),
        Self.exchange(files, with: target, aside: workplace + "/replaced")
      else { throw OutputError.system(.cannotCreate, "putting in place", target) }
      return
    }
    do {
      try Self.checkReplaceable(files, called: target, issuing: issuedQuarter)
    } catch {
      // What came into it since it was looked at is somebody's.
      _ = folders_exchange(files, target)
      throw error
    }
  }

  /// Puts one of the files alone in the place; what is there already stays.
  func publish(file: String) throws {
    guard link(files + "/" + file, target) == 0 else {
      throw OutputError.system(.cannotCreate, "putting in place", target)
    }
    try sync(parent, throughLink: true)
    isDone = true
    discardWorkplace()
  }

  /// Takes everything away again, as if nothing had been made.
  package func discard() {
    guard !isDone else { return }
    isDone = true
    discardWorkplace()
    for folder in madeParents.reversed() { _ = rmdir(folder) }
  }

  private func discardWorkplace() {
    try? FileManager.default.removeItem(atPath: workplace)
    _ = close(lock)
  }

  /// Moves the old folder aside and the new one in; back again where that fails.
  ///
  /// - Returns: false, with `errno`, where the old one is still in its place.
  package static func exchange(_ new: String, with old: String, aside: String) -> Bool {
    guard rename(old, aside) == 0 else { return false }
    if rename(new, old) == 0 { return true }
    let failure = errno
    _ = rename(aside, old)
    errno = failure
    return false
  }

  // MARK: - What may be replaced

  private struct OldManifest: Decodable {
    struct Output: Decodable { var file: String }
    var madeBy: String
    var state: String?
    var quarter: String?
    var outputs: [Output]

    enum CodingKeys: String, CodingKey {
      case madeBy = "made_by"
      case state, quarter, outputs
    }
  }

  /// - Parameter target: the folder's place, where it lies elsewhere by now.
  private static func checkReplaceable(
    _ folder: String, called target: String? = nil, issuing quarter: String?
  ) throws {
    let target = target ?? folder
    var status = stat()
    guard lstat(folder, &status) == 0 else {
      if errno == ENOENT { return }
      throw OutputError.system(.cannotCreate, "looking for", target)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw OutputError(
        .cannotCreate,
        "\(target) is there and is no folder of zpay's: move it away, or name another place with --out"
      )
    }
    let entries = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? ["?"]
    if entries.isEmpty { return }
    guard let data = FileManager.default.contents(atPath: folder + "/manifest.json"),
      let manifest = try? JSONDecoder().decode(OldManifest.self, from: data),
      manifest.madeBy.hasPrefix("zpay ")
    else {
      throw OutputError(
        .cannotCreate,
        "\(target) was not made by zpay run, so it is left alone: name another folder with --out")
    }
    if manifest.state == "final", quarter == nil || quarter != manifest.quarter {
      throw OutputError(
        .cannotCreate,
        "\(target) has the final sheets of \(manifest.quarter ?? "a closed quarter"), so it is left alone: name another folder with --out"
      )
    }
    let known = Set(manifest.outputs.map(\.file) + ["manifest.json", "sheets"])
    if let foreign = entries.sorted().first(where: { !known.contains($0) && !isDroppedBySystem($0) }
    ) {
      throw OutputError(
        .cannotCreate,
        "\(target)/\(foreign) was not made by zpay run and would be lost: move it elsewhere, then run again"
      )
    }
  }

  /// What spreadsheets and desktops leave behind without being asked.
  private static func isDroppedBySystem(_ path: String) -> Bool {
    let name = (path as NSString).lastPathComponent
    return [".DS_Store", "Thumbs.db", "desktop.ini"].contains(name) || name.hasPrefix("~$")
      || name.hasPrefix(".~lock.")
  }

  // MARK: - Folders

  private static func makeFolder(_ path: String) throws {
    guard mkdir(path, 0o700) == 0 else {
      throw OutputError.system(.cannotCreate, "making the folder", path)
    }
  }

  private static func makeParents(_ path: String) throws -> [String] {
    var missing: [String] = []
    var folder = path
    while !FileManager.default.fileExists(atPath: folder), folder != "/" {
      missing.insert(folder, at: 0)
      folder = (folder as NSString).deletingLastPathComponent
    }
    for (index, folder) in missing.enumerated() {
      do {
        try makeFolder(folder)
      } catch {
        for made in missing[..<index].reversed() { _ = rmdir(made) }
        throw error
      }
    }
    return missing
  }

  /// Throws away what a run that was killed left beside a folder.
  package static func discardLeftovers(beside target: String) {
    let path = URL(fileURLWithPath: target).standardizedFileURL.path as NSString
    discardLeftovers(in: path.deletingLastPathComponent, of: path.lastPathComponent)
  }

  /// Throws away what a run that was killed left behind.
  private static func discardLeftovers(in parent: String, of name: String) {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    for entry in entries where entry.hasPrefix(".\(name).zpay-") {
      let path = parent + "/" + entry
      let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
        rescueReplaced(path + "/replaced", to: parent + "/" + name)
        try? FileManager.default.removeItem(atPath: path)
      }
      _ = close(descriptor)
    }
  }

  /// A run that was killed between moving the old folder aside and the new one in.
  private static func rescueReplaced(_ aside: String, to target: String) {
    var status = stat()
    if lstat(target, &status) != 0, errno == ENOENT { _ = rename(aside, target) }
  }
}
