// The built-in profiles, embedded byte for byte (C23 #embed): a new profile needs its two lines here and a name in
// Package.swift; a test compares this table with the folder.
#include "profiles.h"

static const unsigned char default_yaml[] = {
#embed "default.yaml"
};

static const unsigned char cisa_bod_18_01_yaml[] = {
#embed "cisa-bod-18-01.yaml"
};

static const unsigned char rfc_strict_yaml[] = {
#embed "rfc-strict.yaml"
};

static const unsigned char uk_mail_check_yaml[] = {
#embed "uk-mail-check.yaml"
};

static const embedded_profile table[] = {
    {"default", default_yaml, sizeof default_yaml},
    {"cisa-bod-18-01", cisa_bod_18_01_yaml, sizeof cisa_bod_18_01_yaml},
    {"rfc-strict", rfc_strict_yaml, sizeof rfc_strict_yaml},
    {"uk-mail-check", uk_mail_check_yaml, sizeof uk_mail_check_yaml},
};

size_t embedded_profile_count(void) { return sizeof table / sizeof table[0]; }

embedded_profile embedded_profile_at(size_t index) { return table[index]; }
