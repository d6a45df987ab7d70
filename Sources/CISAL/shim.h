#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

/* The sizes are macros made of other macros, which do not come into Swift. */
static inline unsigned zpay_level1_buffer_size(void) { return ISAL_DEF_LVL1_DEFAULT; }
