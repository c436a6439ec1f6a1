// The programs take their memory from jemalloc, which comes before the C library where both are linked; nothing calls it by name. Four
// arenas are enough for threads that hardly ever meet in one, and what a thread has given back, others get.
#include "malloc_settings.h"

const char *malloc_conf = "narenas:4";
