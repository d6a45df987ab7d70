#include <sqlite3.h>

/// Swift calls no function that takes a varying number of arguments.
static inline int sqlite3_config_memory_statistics(int isOn) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, isOn);
}

/// Temporary files lie in this folder, from now on.
static inline void sqlite3_keep_temporary_files(const char *folder) {
  sqlite3_temp_directory = sqlite3_mprintf("%s", folder);
}
