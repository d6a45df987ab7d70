#include <errno.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#elif defined(__APPLE__)
#include <stdio.h>
#endif

/// Lets two folders, named by their whole paths, change places in one step, so that each name leads to one of them at any
/// time. -1 with errno where that is not done: EINVAL, ENOSYS or ENOTSUP where the system or the disk can't do it.
///
/// Swift has no name for the call, which takes a varying number of arguments or a feature macro.
static inline int folders_exchange(const char *one, const char *other) {
#if defined(__linux__) && defined(SYS_renameat2)
  return (int)syscall(SYS_renameat2, -1, one, -1, other, 2u /* RENAME_EXCHANGE */);
#elif defined(__APPLE__)
  return renamex_np(one, other, RENAME_SWAP);
#else
  (void)one, (void)other;
  errno = ENOSYS;
  return -1;
#endif
}
