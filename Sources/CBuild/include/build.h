#pragma once

/// The commit that the program was built from, in short; empty where the build did not say.
const char *_Nonnull build_commit(void);
