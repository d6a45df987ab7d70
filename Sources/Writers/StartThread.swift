internal import Foundation

/// Runs `body` on a new thread.
///
/// - Throws: ``OutputError`` where the system gives no further thread: who waited for it would wait for ever.
package func startThread(_ body: @escaping @Sendable () -> Void) throws {
  let work = Unmanaged.passRetained(ThreadWork(body))
  #if canImport(Darwin)
    var thread: pthread_t?
    let code = pthread_create(&thread, nil, { runThread($0) }, work.toOpaque())
    guard code == 0, let thread else { throw noThread(code, work) }
  #else
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil, { $0.map { runThread($0) } ?? nil }, work.toOpaque())
    guard code == 0 else { throw noThread(code, work) }
  #endif
  pthread_detach(thread)
}

private final class ThreadWork: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func runThread(_ work: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  Unmanaged<ThreadWork>.fromOpaque(work).takeRetainedValue().body()
  return nil
}

private func noThread(_ code: Int32, _ work: Unmanaged<ThreadWork>) -> OutputError {
  work.release()
  errno = code
  return OutputError.system(.cannotWrite, "starting a thread", "of zpay")
}
