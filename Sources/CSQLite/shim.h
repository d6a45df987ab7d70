#include <sqlite3.h>

/// Swift calls no function that takes a varying number of arguments.
static inline int sqlite3_config_memory_statistics(int isOn) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, isOn);
}

/// Temporary files lie in this folder, from now on.
static inline void sqlite3_keep_temporary_files(const char *folder) {
  sqlite3_temp_directory = sqlite3_mprintf("%s", folder);
}

/// Puts on the disk what a transaction has written into the database's file so far, so that its commit has less to
/// wait for. It is the connection's own file: opened a second time, and closed, it would lose the connection's locks.
static inline int sqlite3_sync_file(sqlite3 *connection) {
  sqlite3_file *file = 0;
  int code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (code != SQLITE_OK || !file || !file->pMethods) return code;
  return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
}
