internal import Foundation

/// Runs `body` on a new thread.
///
/// - Throws: ``OutputError`` where the system gives no further thread: who waited for it would wait for ever.
package func startThread(_ body: @escaping @Sendable () -> Void) throws {
  pthread_detach(try makeThread(body))
}

/// Runs `body` on the caller's thread and, at the same time, on new ones; returns when all are done.
///
/// Where the system gives fewer threads, those that there are run it. `body` may do the same: each call has threads
/// of its own, and never waits for those of another one.
///
/// - Parameter count: of threads, the caller's among them.
package func onThreads(_ count: Int, _ body: @Sendable () -> Void) {
  withoutActuallyEscaping(body) { body in
    let others = (1..<max(count, 1)).compactMap { _ in try? makeThread(body) }
    body()
    for other in others { pthread_join(other, nil) }
  }
}

private func makeThread(_ body: @escaping @Sendable () -> Void) throws -> pthread_t {
  let work = Unmanaged.passRetained(ThreadWork(body))
  #if canImport(Darwin)
    var thread: pthread_t?
    let code = pthread_create(&thread, nil, { run($0) }, work.toOpaque())
  #else
    var thread: pthread_t? = pthread_t()
    let code = pthread_create(&thread!, nil, { run($0!) }, work.toOpaque())
  #endif
  if code != 0 { work.release() }
  errno = code
  guard code == 0 else { throw OutputError.system(.cannotWrite, "starting", "a thread") }
  return thread!
}

private final class ThreadWork: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func run(_ work: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  Unmanaged<ThreadWork>.fromOpaque(work).takeRetainedValue().body()
  return nil
}
