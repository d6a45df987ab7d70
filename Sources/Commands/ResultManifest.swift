import Foundation
import Vocabulary

/// What `manifest.json` says of a result.
struct ResultManifest {
  struct Input: Hashable {
    var file: String
    var table: String
    var sha256: String
  }

  let quarter: String
  let state: String
  /// The hash of the close that made it final; nil for a draft.
  let closeHash: String?
  let digest: String
  /// Rows by disposition, and those read.
  let rows: [String: Int]
  let inputs: [Input]
  /// SHA-256 by file.
  let outputs: [String: String]
  /// The values of the plan's keys, each as one text: lists of lists are compared so in every build.
  private let plan: [String: String]

  /// - Throws: ``Failure`` where these are no bytes of a manifest.
  init(_ bytes: [UInt8], of place: String) throws {
    guard
      let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
      (object["made_by"] as? String)?.hasPrefix("zpay ") == true,
      let quarter = object["quarter"] as? String, let digest = object["digest"] as? String,
      let sums = object["sums"] as? [String: Any], let rows = sums["rows"] as? [String: Int],
      let inputs = object["inputs"] as? [[String: Any]],
      let outputs = object["outputs"] as? [[String: Any]],
      let plan = (object["plan"] as? [String: Any])?.mapValues(Self.text)
    else {
      throw Failure(
        .unusableInput, "\(place) is no result of zpay run: its manifest.json can't be read")
    }
    self.quarter = quarter
    state = object["state"] as? String ?? "draft"
    closeHash = (object["close"] as? [String: Any])?["hash"] as? String
    self.digest = digest
    self.rows = rows
    self.plan = plan
    self.inputs = inputs.compactMap { input in
      guard let file = input["file"] as? String, let table = input["table"] as? String,
        let hash = input["sha256"] as? String
      else { return nil }
      return Input(file: file, table: table, sha256: hash)
    }
    var hashes: [String: String] = [:]
    for output in outputs {
      if let file = output["file"] as? String, let hash = output["sha256"] as? String {
        hashes[file] = hash
      }
    }
    self.outputs = hashes
  }

  private static func text(_ value: Any) -> String {
    // It was read as JSON, and can be written so.
    let data = try? JSONSerialization.data(
      withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed])
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  /// What went into the other result of the quarter, and differs: inputs by their names, keys of the plan; the ledger
  /// (its decisions, its last close) where neither says why the digest is another one, or zpay itself where there is no
  /// ledger.
  ///
  /// - Parameter directory: the workspace, where the other result looked for them.
  func inputChanges(to other: ResultManifest, in directory: String) -> [String] {
    var changes: [String] = []
    for input in inputs where !other.inputs.contains(input) {
      let what =
        if other.inputs.contains(where: { ($0.file, $0.table) == (input.file, input.table) }) {
          "has changed"
        } else if Workspace.hasFile(input.file, in: directory) {
          "was left out: it was not read this time"
        } else {
          "is no longer there"
        }
      changes.append("\(input.file) \(what)")
    }
    for input in other.inputs
    where !inputs.contains(where: { ($0.file, $0.table) == (input.file, input.table) }) {
      changes.append("\(input.file) is new")
    }
    let keys = Set(plan.keys).union(other.plan.keys).filter { plan[$0] != other.plan[$0] }
    changes += keys.sorted().map { "plan.yaml: \($0) has changed" }
    guard changes.isEmpty, digest != other.digest else { return changes }
    return [
      LedgerDesk(directory).hasLedger
        ? "the ledger has changed"
        : "nothing that went in has changed: another version of zpay reads or writes it otherwise"
    ]
  }
}
