import TestSupport
import Testing
import Vocabulary

struct PriorPaymentsTests {
  /// Beside a dictionary, which says the same in many times the memory.
  @Test(arguments: [0, 1, 63, 64, 65, 128, 1_000], [0, 1, 2, 5, 100])
  func theyAreADictionaryOfRows(rowCount: Int, pieces: Int) {
    var random = SystemRandomNumberGenerator()
    var wanted: [Int32: PriorPayment] = [:]
    var found: [PriorPayments.Found] = []
    for piece in 0..<pieces {
      var own = PriorPayments.Found()
      for row in Int32(0)..<Int32(rowCount) where Int.random(in: 0..<3, using: &random) == 0 {
        let payment = PriorPayment(
          quarter: Quarter(year: 2020 + piece, number: 1 + Int(row) % 4),
          physicianID: "P\(row / 3)", day: row * 10, cents: Int64(row) << 32 - Int64(piece))
        own.append(payment, of: row)
        // Of a row that is found twice, the first counts.
        if wanted[row] == nil { wanted[row] = payment }
      }
      found.append(own)
    }
    let payments = PriorPayments(found, rowCount: rowCount)
    #expect(payments.byRow == wanted)
    #expect(payments.count == wanted.count)
    #expect(payments.isEmpty == wanted.isEmpty)
    for row in Int32(0)..<Int32(rowCount) + 70 {
      #expect(payments.contains(row) == (wanted[row] != nil))
      #expect(payments[row] == wanted[row])
    }
    for bounds in [(0, rowCount), (1, rowCount - 1), (63, 65), (64, 64), (62, 200)] {
      guard bounds.0 <= bounds.1 else { continue }
      let range = Int32(bounds.0)..<Int32(bounds.1)
      var rows: [Int32] = []
      payments.forEachRow(in: range) { rows.append($0) }
      #expect(rows == wanted.keys.filter(range.contains).sorted())
    }
  }
}
