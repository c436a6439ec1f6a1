#pragma once

/// How jemalloc deals out memory, in its own words (jemalloc(3), TUNING): it reads this before anything else runs.
extern const char *malloc_conf;
