import ArgumentParser
import Foundation
import Templates

/// `zpay init`: a workspace to start from.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a workspace: plan.yaml and empty input tables.",
    discussion: """
      Nothing that is there is overwritten.

        zpay init 2026      makes 2026/plan.yaml and 2026/inputs/*.csv
      """)

  @Argument(help: "The folder; it is made where it is not there.")
  var dir: String?

  @Option(
    name: [.customShort("C"), .customLong("directory")],
    help: ArgumentHelp("The workspace, where DIR is not given.", valueName: "dir"))
  var directory = "."

  func run() throws {
    let folder =
      dir.map { $0.hasPrefix("/") || directory == "." ? $0 : directory + "/" + $0 } ?? directory
    let files = Templates.workspace
    for file in files {
      var status = stat()
      if lstat(folder + "/" + file.path, &status) == 0 {
        throw Failure(
          .cannotCreate,
          "\(folder)/\(file.path) is there already: go on in that workspace, or name another folder; nothing was written"
        )
      }
    }
    var made: [String] = []
    do {
      try makeFolder(folder, &made)
      try makeFolder(folder + "/inputs", &made)
      for file in files { try write(file, in: folder, &made) }
    } catch {
      for path in made.reversed() { _ = remove(path) }
      throw error
    }
    try Console.print(
      """
      Made a workspace in \(folder == "." ? "this folder" : folder)
        1  put the exports into \(folder)/inputs, over the empty tables or beside them: \
      cases*.csv, conferences*.csv, physicians*.csv, standing*.csv
        2  zpay check -C \(folder)          says what is wrong with them
        3  zpay run 2026Q1 -C \(folder)     makes the quarter's draft sheets

      """)
  }

  private func makeFolder(_ path: String, _ made: inout [String]) throws {
    if mkdir(path, 0o700) == 0 {
      made.append(path)
    } else if errno != EEXIST {
      throw Failure(.cannotCreate, "\(path) can't be made: \(String(cString: strerror(errno)))")
    }
  }

  private func write(_ file: Templates.File, in folder: String, _ made: inout [String]) throws {
    let path = folder + "/" + file.path
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw Failure(.cannotCreate, "\(path) can't be made: \(String(cString: strerror(errno)))")
    }
    made.append(path)
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
    do {
      try handle.write(contentsOf: Data(file.bytes))
      try handle.synchronize()
      try handle.close()
    } catch {
      throw Failure(.ioFailed, "\(path) can't be written: is the disk full?")
    }
  }
}
