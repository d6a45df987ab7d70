#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Asks the system for large pages, for memory in which millions of records are looked up in any order: with small
/// ones it would note a quarter of a million pages for ten million records, and the processor look them up.
/// Where there are none, nothing changes. For less memory it is not worth it: a virtual machine may have to wait for its
/// host until a large page is there.
///
/// - Parameter memory: nobody has written to it yet.
private func askForLargePages(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
  #if os(Linux)
    let (pageSize, enough) = (UInt(2 << 20), 128 << 20)
    guard byteCount >= enough else { return }
    let start = (UInt(bitPattern: memory) + pageSize - 1) & ~(pageSize - 1)
    let end = (UInt(bitPattern: memory) + UInt(byteCount)) & ~(pageSize - 1)
    _ = madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_HUGEPAGE)
  #endif
}

/// Memory for elements, from `allocate`.
public func allocated<Element: BitwiseCopyable>(_ capacity: Int) -> UnsafeMutablePointer<Element> {
  let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(capacity, 1))
  askForLargePages(memory, byteCount: capacity * MemoryLayout<Element>.stride)
  return memory
}

/// Memory with more room, and what stood in it. Where it is large, the system moves its pages, and copies nothing.
///
/// - Parameters:
///   - memory: from `allocate`, as the result is.
///   - count: of the elements that are kept.
public func grown<Element: BitwiseCopyable>(
  _ memory: UnsafeMutablePointer<Element>, keeping count: Int, to capacity: Int
) -> UnsafeMutablePointer<Element> {
  let stride = MemoryLayout<Element>.stride
  precondition(MemoryLayout<Element>.alignment <= 16, "`allocate` takes it from `malloc`")
  guard let larger = realloc(memory, capacity * stride) else {
    preconditionFailure("there is no memory")
  }
  askForLargePages(larger + count * stride, byteCount: (capacity - count) * stride)
  return larger.bindMemory(to: Element.self, capacity: capacity)
}
