#pragma once
#include <stddef.h>

/// One file compiled into the program.
typedef struct {
    const char *_Nonnull name;
    const unsigned char *_Nonnull bytes;
    size_t count;
} embedded_profile;

/// How many profiles are embedded.
size_t embedded_profile_count(void);
/// The profile at an index below the count.
embedded_profile embedded_profile_at(size_t index);
