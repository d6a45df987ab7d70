/// What people start from and may change without Swift, built into the program.
package enum Templates {
  /// A file of a new workspace: its path, and its bytes.
  package struct File: Sendable {
    package var path: String
    package var bytes: [UInt8]
  }

  /// The files that `zpay init` writes.
  package static var workspace: [File] {
    [
      File(path: "plan.yaml", bytes: PackageResources.plan_yaml),
      File(path: "inputs/cases.csv", bytes: PackageResources.cases_csv),
      File(path: "inputs/conferences.csv", bytes: PackageResources.conferences_csv),
      File(path: "inputs/physicians.csv", bytes: PackageResources.physicians_csv),
      File(path: "inputs/standing.csv", bytes: PackageResources.standing_csv),
    ]
  }

  /// The words, headings and widths of statements, as YAML.
  package static var statement: String {
    String(decoding: PackageResources.statement_yaml, as: UTF8.self)
  }
}
