#include <sqlite3.h>

/// Swift calls no function that takes a varying number of arguments.
static inline int sqlite3_config_memory_statistics(int isOn) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, isOn);
}
