/// Records that a table of exceptions or notices has one behind the other, some hundred at a time.
///
/// They lie as their files have them, with others between, so each is somewhere else in memory. Gathered in one go,
/// without a reference count between them, the processor waits for many of them at once.
public final class RecordChunk {
  /// A record, the number of its table, the bytes of its ID, which live until the next are gathered, and whom it names.
  public struct Found {
    public var record: ServiceRecord
    public var table: Int
    public var id: UnsafeBufferPointer<UInt8>
    public var person: Person?
  }

  /// A physician on the day of a record: a number of the caller's, and his ID.
  public struct Person {
    public var place: Int
    public var id: UnsafeBufferPointer<UInt8>

    public init(place: Int, id: UnsafeBufferPointer<UInt8>) { (self.place, self.id) = (place, id) }
  }

  private static let countMax = 512
  /// An ID that is longer stays where it is.
  private static let idMax = 32

  private let all: RecordTables
  private let records = UnsafeMutablePointer<ServiceRecord>.allocate(capacity: countMax)
  private let tables = UnsafeMutablePointer<Int32>.allocate(capacity: countMax)
  private let ids = UnsafeMutablePointer<UInt8>.allocate(capacity: countMax * idMax)
  private let persons = UnsafeMutablePointer<Person?>.allocate(capacity: countMax)
  private let personIDs = UnsafeMutablePointer<UInt8>.allocate(capacity: countMax * idMax)
  private let person: (ServiceRecord) -> Person?
  private var chunk = 0..<0

  /// - Parameter person: whom a record names, if anybody; his ID lives as long as this.
  public init(_ all: RecordTables, person: @escaping (ServiceRecord) -> Person?) {
    (self.all, self.person) = (all, person)
  }

  deinit {
    records.deallocate()
    tables.deallocate()
    ids.deallocate()
    persons.deallocate()
    personIDs.deallocate()
  }

  /// Calls `body` with the record of a row.
  ///
  /// - Parameters:
  ///   - count: of the rows.
  ///   - record: whose each is; those of nobody are not asked for.
  @inline(__always)
  public func with<Result>(
    _ row: Int, of count: Int, record: (Int) -> Int32?, body: (Found) throws -> Result
  ) rethrows -> Result {
    if !chunk.contains(row) {
      let start = row / Self.countMax * Self.countMax
      chunk = start..<min(start + Self.countMax, count)
      gather(record)
    }
    let place = row - chunk.lowerBound
    let (found, table) = (records[place], Int(tables[place]))
    if isElsewhere(found) {
      return try all.tables[table].withID(of: found) {
        try body(Found(record: found, table: table, id: $0, person: persons[place]))
      }
    }
    let id = UnsafeBufferPointer(
      start: UnsafePointer(ids + place * Self.idMax), count: found.idLength)
    return try body(Found(record: found, table: table, id: id, person: persons[place]))
  }

  /// Whether its ID is not gathered.
  private func isElsewhere(_ record: ServiceRecord) -> Bool {
    record.flags.contains(.rewrittenID) || record.idLength > Self.idMax
  }

  @inline(__always)
  private func gather(_ record: (Int) -> Int32?) {
    let start = chunk.lowerBound
    all.places.withUnsafeBufferPointer { tablePlaces in
      for place in 0..<chunk.count {
        // Where there is none, its place is not looked at.
        guard let index = record(start + place) else {
          (tables + place).initialize(to: -1)
          continue
        }
        let (table, row) = all.locate(index)
        (tables + place).initialize(to: Int32(truncatingIfNeeded: table))
        (records + place).initialize(to: tablePlaces[table].record(row).pointee)
      }
      for place in 0..<chunk.count where tables[place] >= 0 {
        (persons + place).initialize(to: person(records[place]))
      }
      for place in 0..<chunk.count where tables[place] >= 0 {
        gatherID(ofPersonAt: place)
        let record = records[place]
        guard !isElsewhere(record) else { continue }
        let text = UnsafeRawBufferPointer(tablePlaces[Int(tables[place])].text)
        copyID(from: text, record.rowStart + record.idOffset, record.idLength, to: place)
      }
    }
  }

  @inline(__always)
  private func gatherID(ofPersonAt place: Int) {
    guard let id = persons[place]?.id, id.count <= Self.idMax, let source = id.baseAddress else {
      return
    }
    let target = personIDs + place * Self.idMax
    target.update(from: source, count: id.count)
    persons[place]?.id = UnsafeBufferPointer(start: target, count: id.count)
  }

  /// As one piece, longer than most IDs, wherever the text has as much: so the processor waits for
  /// the next ones meanwhile.
  @inline(__always)
  private func copyID(from text: UnsafeRawBufferPointer, _ start: Int, _ count: Int, to place: Int)
  {
    let target = UnsafeMutableRawPointer(ids + place * Self.idMax)
    if start + Self.idMax <= text.count {
      target.storeBytes(
        of: text.loadUnaligned(fromByteOffset: start, as: SIMD32<UInt8>.self),
        as: SIMD32<UInt8>.self)
    } else if let base = text.baseAddress {
      target.copyMemory(from: base + start, byteCount: count)
    }
  }
}
