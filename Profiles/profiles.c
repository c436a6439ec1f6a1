// The built-in profiles, embedded byte for byte (C23 #embed). A new profile needs its lines here, in both places; a test
// compares this table with the folder.
#include "profiles.h"

static const unsigned char default_yaml[] = {
#embed "default.yaml"
};

static const unsigned char asd_ism_yaml[] = {
#embed "asd-ism.yaml"
};

static const unsigned char bsi_tr_02102_2_yaml[] = {
#embed "bsi-tr-02102-2.yaml"
};

static const unsigned char bsi_tr_02102_2_2026_yaml[] = {
#embed "bsi-tr-02102-2-2026.yaml"
};

static const unsigned char bsi_tr_03108_yaml[] = {
#embed "bsi-tr-03108.yaml"
};

static const unsigned char cisa_bod_18_01_yaml[] = {
#embed "cisa-bod-18-01.yaml"
};

static const unsigned char internet_nl_mail_yaml[] = {
#embed "internet-nl-mail.yaml"
};

static const unsigned char mozilla_intermediate_yaml[] = {
#embed "mozilla-intermediate.yaml"
};

static const unsigned char mozilla_modern_yaml[] = {
#embed "mozilla-modern.yaml"
};

static const unsigned char ncsc_nl_2_1_yaml[] = {
#embed "ncsc-nl-2.1.yaml"
};

static const unsigned char ncsc_nl_2025_05_yaml[] = {
#embed "ncsc-nl-2025-05.yaml"
};

static const unsigned char nist_sp_800_177_yaml[] = {
#embed "nist-sp-800-177.yaml"
};

static const unsigned char rfc_strict_yaml[] = {
#embed "rfc-strict.yaml"
};

static const unsigned char uk_mail_check_yaml[] = {
#embed "uk-mail-check.yaml"
};

static const embedded_profile table[] = {
    {"default", default_yaml, sizeof default_yaml},
    {"asd-ism", asd_ism_yaml, sizeof asd_ism_yaml},
    {"bsi-tr-02102-2", bsi_tr_02102_2_yaml, sizeof bsi_tr_02102_2_yaml},
    {"bsi-tr-02102-2-2026", bsi_tr_02102_2_2026_yaml, sizeof bsi_tr_02102_2_2026_yaml},
    {"bsi-tr-03108", bsi_tr_03108_yaml, sizeof bsi_tr_03108_yaml},
    {"cisa-bod-18-01", cisa_bod_18_01_yaml, sizeof cisa_bod_18_01_yaml},
    {"internet-nl-mail", internet_nl_mail_yaml, sizeof internet_nl_mail_yaml},
    {"mozilla-intermediate", mozilla_intermediate_yaml, sizeof mozilla_intermediate_yaml},
    {"mozilla-modern", mozilla_modern_yaml, sizeof mozilla_modern_yaml},
    {"ncsc-nl-2.1", ncsc_nl_2_1_yaml, sizeof ncsc_nl_2_1_yaml},
    {"ncsc-nl-2025-05", ncsc_nl_2025_05_yaml, sizeof ncsc_nl_2025_05_yaml},
    {"nist-sp-800-177", nist_sp_800_177_yaml, sizeof nist_sp_800_177_yaml},
    {"rfc-strict", rfc_strict_yaml, sizeof rfc_strict_yaml},
    {"uk-mail-check", uk_mail_check_yaml, sizeof uk_mail_check_yaml},
};

size_t embedded_profile_count(void) { return sizeof table / sizeof table[0]; }

embedded_profile embedded_profile_at(size_t index) { return table[index]; }
