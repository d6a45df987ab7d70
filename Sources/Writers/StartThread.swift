internal import Foundation

/// Runs `body` on a new thread.
///
/// - Throws: ``OutputError`` where the system gives no further thread: who waited for it would wait for ever.
package func startThread(_ body: @escaping @Sendable () -> Void) throws {
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
  pthread_detach(thread!)
}

private final class ThreadWork: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func run(_ work: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  Unmanaged<ThreadWork>.fromOpaque(work).takeRetainedValue().body()
  return nil
}
