#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// What to start, and within which limits. The file is looked for in the folder, and nowhere else.
struct program_request {
    /// The working directory.
    const char *_Nonnull folder;
    /// The file, relative to the folder.
    const char *_Nonnull file;
    /// The words of the command, then null.
    char *_Nullable const *_Nonnull words;
    /// The whole environment, `NAME=value`, then null.
    char *_Nullable const *_Nonnull environment;
    /// What is to be read on standard input.
    const void *_Nullable input;
    size_t input_size;
    /// Bytes of address space.
    uint64_t memory;
    /// Bytes of any file it writes.
    uint64_t file_size;
    /// Seconds of the processor, and after which an alarm goes off; a backstop for when nobody is left to watch.
    unsigned seconds;
};

/// What was started.
struct program_process {
    pid_t pid;
    /// Where its standard output and its standard error can be read; neither blocks.
    int output;
    int errors;
};

/// Where starting failed.
enum program_stage {
    program_stage_none = 0,
    /// Before there was a process: no descriptors, no memory, too many processes.
    program_stage_prepare,
    /// The folder cannot be entered.
    program_stage_folder,
    /// A limit cannot be set, or descriptors cannot be closed.
    program_stage_limits,
    /// The file cannot be executed.
    program_stage_execute,
};

/// What went wrong.
struct program_failure {
    enum program_stage stage;
    /// The system's number of the error.
    int number;
};

/// Starts a program in a session of its own, with nothing inherited but the three standard descriptors, signals at their defaults and
/// no way to gain privileges. Returns `stage` none where it runs.
struct program_failure program_start(
    const struct program_request *_Nonnull request, struct program_process *_Nonnull process);
