// The built-in profiles, embedded byte for byte (C23 #embed): a new profile needs its two lines here and a name in
// Package.swift; a test compares this table with the folder.
#include "profiles.h"

static const unsigned char default_yaml[] = {
#embed "default.yaml"
};

static const embedded_profile table[] = {
    {"default", default_yaml, sizeof default_yaml},
};

size_t embedded_profile_count(void) { return sizeof table / sizeof table[0]; }

embedded_profile embedded_profile_at(size_t index) { return table[index]; }
