#!/usr/bin/env python3
"""sanitizers.py [thread address]: the tests under ThreadSanitizer and under AddressSanitizer, and the parallel rules twenty times.

First a race that is planted (two threads that add to one number) must be found: a sanitizer that sees nothing proves nothing.
"""
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RACE = """
import Foundation
nonisolated(unsafe) var sum = 0
DispatchQueue.concurrentPerform(iterations: 4) { _ in
  // Else one thread may have done all before another one begins.
  Thread.sleep(forTimeInterval: 0.05)
  for _ in 0..<20_000 { sum += 1 }
}
print(sum)
"""
OVERRUN = """
let place = UnsafeMutablePointer<Int>.allocate(capacity: 4)
place[CommandLine.argc > 9 ? 0 : 4] = 1
print(place[0])
"""


def control(kind, text):
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "main.swift")
        with open(source, "w") as file:
            file.write(text)
        program = os.path.join(folder, "planted")
        if subprocess.run(["swiftc", "-sanitize=" + kind, source, "-o", program], stderr=subprocess.DEVNULL).returncode:
            return None
        return subprocess.run([program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0


def main():
    kinds, failed, ran = sys.argv[1:] or ["thread", "address"], 0, 0
    environment = dict(os.environ, ASAN_OPTIONS="detect_leaks=0", SWIFT_BACKTRACE="enable=no", ZPAY_SANITIZED="1")
    for kind in kinds:
        found = control(kind, RACE if kind == "thread" else OVERRUN)
        if found is None:
            print(f"NOT RUN: {kind}: the compiler has no such sanitizer here")
            continue
        folder = os.path.join(ROOT, ".build-tsan" if kind == "thread" else ".build-asan")
        build = subprocess.run(["swift", "build", "--build-tests", "--sanitize", kind, "--scratch-path", folder], cwd=ROOT,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if build.returncode:
            print(f"NOT RUN: {kind}: " + build.stdout[-500:])
            continue
        ran += 1
        rounds = [[]] + [["--filter", "WorkersTests"]] * (20 if kind == "thread" else 0)
        bad = 0 if found else 1
        if not found:
            print(f"{kind}: what was planted is not found")
        for more in rounds:
            done = subprocess.run(["swift", "test", "--skip-build", "--sanitize", kind, "--scratch-path", folder, *more], cwd=ROOT,
                                  env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
            if done.returncode or "WARNING: ThreadSanitizer" in done.stdout or "ERROR: AddressSanitizer" in done.stdout:
                bad += 1
                print("\n".join(x for x in done.stdout.splitlines() if "Sanitizer" in x or "✘" in x or "SUMMARY" in x)[-3000:])
        print(f"{kind}: tried {len(rounds) + 1}, failed {bad}", flush=True)
        failed += bad
    sys.exit(1 if failed else 0 if ran else 2)


if __name__ == "__main__":
    main()
