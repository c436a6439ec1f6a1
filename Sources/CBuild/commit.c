// Package.swift defines MAILGRADE_COMMIT from the environment. Only this file is compiled again when the commit changes: its
// header stays as it is, so nothing else is.
#include "build.h"

const char *build_commit(void) {
#ifdef MAILGRADE_COMMIT
    return MAILGRADE_COMMIT;
#else
    return "";
#endif
}
