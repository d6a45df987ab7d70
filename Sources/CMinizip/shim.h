#include <minizip/zip.h>
#include <minizip/unzip.h>
#include <zlib.h>

/* deflateInit2 is a macro. A negative window means no header and no trailer around the data. */
static inline int zpay_raw_deflate_init(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
}
