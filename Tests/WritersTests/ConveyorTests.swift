import Foundation
import Packages
import Reports
import Synchronization
import Testing

@testable import Writers

/// Bytes that one thread makes and another takes.
@Suite struct ConveyorTests {
  struct Failure: Error, Equatable {
    var words: String
  }

  /// Pieces of every size, more than are on the way at once.
  private static let lengths =
    [0, 1, Conveyor.pieceSize - 1, Conveyor.pieceSize, 3, 0] + [
      Conveyor.pieceSize + 1, 5 * Conveyor.pieceSize + 7, 2,
    ]

  private static func bytes(_ length: Int, seed: Int) -> [UInt8] {
    (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8 &+ seed) }
  }

  private static let all = lengths.enumerated().flatMap { bytes($1, seed: $0) }

  private static func make(_ sink: Conveyor.Sink) throws {
    for (seed, length) in lengths.enumerated() {
      try bytes(length, seed: seed).withUnsafeBytes { try sink($0) }
    }
  }

  @Test func whatIsMadeArrivesInOrder() throws {
    var got: [UInt8] = []
    try Conveyor.carry(from: Self.make) { got += $0 }
    #expect(got == Self.all)
    try Conveyor.carry(from: { _ in }, to: { _ in Issue.record("nothing was made") })
  }

  @Test func whoTakesWaitsForWhatIsStillMade() throws {
    var got: [UInt8] = []
    try Conveyor.carry(
      from: { sink in
        for byte in UInt8(1)...3 {
          Thread.sleep(forTimeInterval: 0.05)
          try withUnsafeBytes(of: byte) { try sink($0) }
        }
      }, to: { got += $0 })
    #expect(got == [1, 2, 3])
  }

  /// So memory is bounded.
  @Test func theMakerWaitsForTheTaker() throws {
    let made = Atomic<Int>(0)
    try Conveyor.run(
      making: { conveyor in
        for _ in 0..<50 {
          try conveyor.fill { piece in
            piece[0] = 1
            made.add(1, ordering: .relaxed)
            return 1
          }
        }
      },
      taking: { conveyor in
        for taken in 0..<50 {
          _ = try #require(try conveyor.take())
          Thread.sleep(forTimeInterval: 0.001)
          let ahead = made.load(ordering: .relaxed) - taken
          #expect(ahead <= Conveyor.pieceCount)
        }
        #expect(try conveyor.take() == nil)
      })
  }

  /// After all that it made before.
  @Test func anErrorOfTheMakerArrives() throws {
    var got = 0
    #expect(throws: Failure(words: "made")) {
      try Conveyor.carry(
        from: { sink in
          try [UInt8](repeating: 1, count: 10).withUnsafeBytes { try sink($0) }
          throw Failure(words: "made")
        }, to: { got += $0.count })
    }
    #expect(got == 10)
  }

  /// Its own, and not that nobody took the rest; and the maker has ended.
  @Test func anErrorOfTheTakerEndsTheMaker() throws {
    let saw = Mutex<String>("")
    #expect(throws: Failure(words: "taken")) {
      try Conveyor.carry(
        from: { sink in
          do {
            while true { try [UInt8](repeating: 1, count: 10).withUnsafeBytes { try sink($0) } }
          } catch {
            saw.withLock { $0 = "\(error)" }
            // Whoever goes on hears it again.
            try [UInt8](repeating: 1, count: 10).withUnsafeBytes { try sink($0) }
          }
        }, to: { _ in throw Failure(words: "taken") })
    }
    #expect(saw.withLock { $0 } == "Abandoned()")
  }

  // MARK: - What is made by two threads

  private static func sheets(rowCount: Int) -> [Sheet] {
    [
      sheet(3, columns: 2) { index, row in
        row.text("first \(index)")
        row.count(index)
      },
      sheet(rowCount, columns: 4, name: "B") { index, row in
        row.run(.init(.person, 0, Int64(index / 10)), count: 1) { row in
          row.text("person \(index / 10)")
        }
        row.text("ID\(index)")
        row.date(day: Int32(20_000 + index % 90))
        row.money(cents: Int64(index) * 100)
      },
    ]
  }

  @Test(arguments: [0, 1, 40_000])
  func workbooksAreTheSameBytesOnOneThreadOrTwo(rowCount: Int) throws {
    let folder = try TestFolder()
    let sheets = Self.sheets(rowCount: rowCount)
    let template = try WorkbookTemplate(layouts: sheets.map(\.layout), scratch: folder.path)
    var files: [Data] = []
    for isTwo in [false, true] {
      let path = folder.path + "/\(isTwo).xlsx"
      let written = try WorkbookWriter.write(
        sheets, using: template, to: path, onTwoThreads: isTwo)
      try WorkbookVerifier.verify(path, written)
      #expect(try compareRows(of: path, with: sheets, template) == 4 * rowCount + 3 * 2)
      files.append(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
    #expect(files[0] == files[1])
  }

  @Test func tablesAreTheSameBytesOnOneThreadOrTwo() throws {
    let folder = try TestFolder()
    let table = Table(headings: ["a", "b"], rowCount: 60_000) { index, row in
      row.text("value \(index)")
      row.count(index)
    }
    let files = try [false, true].map { isTwo in
      let path = folder.path + "/\(isTwo).csv"
      let written = try CSVWriter.write(table, to: path, byteOrderMark: true, onTwoThreads: isTwo)
      #expect(written.sha256 == (try readFile(path)).sha256)
      return try Data(contentsOf: URL(fileURLWithPath: path))
    }
    #expect(files[0] == files[1] && files[0].count > 4 * Conveyor.pieceSize)
  }

  @Test func aCellThatDoesNotFitIsNamedAndNoFileIsLeft() throws {
    let folder = try TestFolder()
    let sheets = [
      sheet(30_000, name: "B") { index, row in
        row.count(index == 29_998 ? 1_000_000_000_000_000 : index)
      }
    ]
    let template = try WorkbookTemplate(layouts: sheets.map(\.layout), scratch: folder.path)
    let path = folder.path + "/a.xlsx"
    let said = [false, true].map { isTwo in
      do {
        _ = try WorkbookWriter.write(sheets, using: template, to: path, onTwoThreads: isTwo)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(said[0] == said[1] && said[0].contains("A29999"), "\(said)")
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
