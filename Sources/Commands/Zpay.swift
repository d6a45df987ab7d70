package import ArgumentParser
import Foundation
import Ingest
import Ledger
import Reports
import Vocabulary
import Writers

/// The command line: SPEC section 2.
package struct Zpay: ParsableCommand {
  package static let version = "0.1.0"

  package static let configuration = CommandConfiguration(
    commandName: "zpay",
    abstract:
      "Quarterly Z-payment statements for online second opinions, from CSV to signed-off workbooks.",
    discussion: """
      A workspace is a folder with plan.yaml and inputs/: cases*.csv, conferences*.csv, \
      physicians*.csv and standing*.csv.

        zpay init 2026                     make one
        zpay check -C 2026                 what is wrong with the inputs?
        zpay run 2026Q1 -C 2026            make the quarter's draft sheets
        zpay explain 2026Q1 C-1001 -C 2026 why is this record paid, or not?
        zpay close 2026Q1 --digest … --prepared-by … --approved-by …   what was reviewed is final

      Exit status: 0 done; 1 the answer is no; 64 wrong usage; 65 an input can't be used; 66 an input \
      is missing; 73 or 74 an output can't be made or written.
      """,
    version: "zpay \(version)",
    subcommands: [
      InitCommand.self, CheckCommand.self, RunCommand.self, VerifyCommand.self, ExplainCommand.self,
      CloseCommand.self, LedgerCommand.self, HoldCommand.self, ReleaseCommand.self,
      ForfeitCommand.self, ReverseCommand.self, ReissueCommand.self,
      ReconcileCommand.self, DiffCommand.self, JournalCommand.self,
    ])

  package init() {}

  /// Runs the program and ends it with the status that SPEC section 2 gives.
  package static func runAndExit() -> Never {
    signal(SIGPIPE, SIG_IGN)
    // A limit of the size of files is an error of the write that passes it, and not the end of the program.
    signal(SIGXFSZ, SIG_IGN)
    // What is made is its owner's alone, whatever the caller's mask leaves out or takes away.
    umask(0o077)
    Console.occupyStandardDescriptors()
    // Without /proc Linux gives not even the program's name: help and status 0 would look like success.
    guard !CommandLine.arguments.isEmpty else {
      end(Failure(.ioFailed, "the arguments can't be read: is /proc mounted?"))
    }
    if let problem = unknownCommand(CommandLine.arguments) { end(Failure(.wrongUsage, problem)) }
    // Most commands need them: a second thread reads them while the arguments are understood.
    Wording.prepare()
    var isRunning = false
    do {
      var command = try parseAsRoot()
      isRunning = true
      try command.run()
    } catch let failure as Failure {
      end(failure)
    } catch let unusable as UnusableInput {
      Console.showProgress("")
      for problem in unusable.problems { Console.tell(problem.description) }
      let count = unusable.problems.count
      end(
        Failure(
          .unusableInput, "\(count) \(count == 1 ? "problem" : "problems"); nothing was written"))
    } catch let error as OutputError {
      end(Failure(error.kind == .cannotCreate ? .cannotCreate : .ioFailed, error.description))
    } catch let error as WorkbookError {
      end(Failure(.ioFailed, error.description))
    } catch let error as LedgerError {
      switch error.kind {
      case .unusable: end(Failure(.unusableInput, error.description))
      case .unreadable: end(Failure(.missingInput, error.description))
      case .busy: end(Failure(.cannotCreate, error.description))
      case .refused: end(Failure(.no, error.description))
      case .failed: end(Failure(.ioFailed, error.description))
      }
    } catch {
      // What a command throws besides is the system's, and no answer; help is asked for in many ways.
      if isRunning, exitCode(for: error) == .failure {
        end(Failure(.ioFailed, error.localizedDescription))
      }
      endUnrun(error)
    }
    Foundation.exit(0)
  }

  /// What is wrong where the first argument is no command: else its options would be told to be unknown.
  private static func unknownCommand(_ arguments: [String]) -> String? {
    let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    guard let command = arguments.dropFirst().first, !command.hasPrefix("-"),
      !names.contains(command)
    else { return nil }
    let guess =
      QuarterName.problem(command) == nil
      ? "which command is it for, such as zpay run \(command)?"
      : nearest(command, among: names).map { "did you mean \($0)?" }
        ?? "zpay --help names them all"
    return "“\(shown(command))” is no command: \(guess)"
  }

  /// Help, the version, or what is wrong with the arguments. A help that could not be printed is not
  /// status 0 either.
  private static func endUnrun(_ error: any Error) -> Never {
    let (message, code) = (fullMessage(for: error), exitCode(for: error))
    guard code.isSuccess else { exit(withError: error) }
    do {
      try Console.print(message + "\n")
    } catch {
      end(error as? Failure ?? Failure(.ioFailed, "\(error)"))
    }
    Foundation.exit(0)
  }

  private static func end(_ failure: Failure) -> Never {
    Console.showProgress("")
    if !failure.message.isEmpty { Console.tell("zpay: " + failure.message) }
    Foundation.exit(failure.status.rawValue)
  }
}

/// Something large that nobody frees: the process ends, and its memory is taken back all at once, sooner than piece by
/// piece.
func keptToTheEnd<Object: AnyObject>(_ object: Object) -> Object {
  Unmanaged.passRetained(object).takeUnretainedValue()
}
