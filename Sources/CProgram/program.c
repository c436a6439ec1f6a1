// Between fork and exec only async-signal-safe calls are allowed, which a Swift closure cannot promise. So that part is C.
#define _GNU_SOURCE
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct program_failure failure(enum program_stage stage) {
    return (struct program_failure){.stage = stage, .number = errno};
}

// Everything is in the file before anybody reads it: whoever does not read it keeps nobody waiting, and gets nobody a SIGPIPE.
static int input_file(const struct program_request *request) {
    int file = memfd_create("facts", MFD_CLOEXEC);
    if (file < 0) return -1;
    const char *bytes = request->input;
    for (size_t written = 0; written < request->input_size;) {
        ssize_t count = write(file, bytes + written, request->input_size - written);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            close(file);
            return -1;
        }
        written += (size_t)count;
    }
    if (lseek(file, 0, SEEK_SET) != 0) {
        close(file);
        return -1;
    }
    return file;
}

static int limit(int resource, uint64_t value) {
    struct rlimit before;
    if (getrlimit((__rlimit_resource_t)resource, &before) != 0) return -1;
    // What is limited more strictly stays so.
    rlim_t lowest = value < before.rlim_max ? (rlim_t)value : before.rlim_max;
    struct rlimit after = {.rlim_cur = lowest, .rlim_max = lowest};
    return setrlimit((__rlimit_resource_t)resource, &after);
}

static int limits(const struct program_request *request) {
    return limit(RLIMIT_AS, request->memory) || limit(RLIMIT_FSIZE, request->file_size) || limit(RLIMIT_CORE, 0) ||
           limit(RLIMIT_CPU, request->seconds) || limit(RLIMIT_NOFILE, 256);
}

static _Noreturn void give_up(int report, enum program_stage stage) {
    struct program_failure told = failure(stage);
    ssize_t ignored = write(report, &told, sizeof told);
    (void)ignored;
    _exit(127);
}

static _Noreturn void become(const struct program_request *request, const int standard[3], int report) {
    // A handler of ours must not run in the child, and an ignored signal would stay ignored.
    struct sigaction usual = {.sa_handler = SIG_DFL};
    for (int signal = 1; signal < NSIG; signal++) sigaction(signal, &usual, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);

    setsid();
    umask(077);
    // Out of the way first: each may have one of the three numbers itself.
    int safe[3];
    report = fcntl(report, F_DUPFD_CLOEXEC, 16);
    for (int index = 0; index < 3; index++) safe[index] = fcntl(standard[index], F_DUPFD_CLOEXEC, 16);
    for (int index = 0; index < 3; index++) {
        if (dup2(safe[index], index) < 0) give_up(report, program_stage_prepare);
    }
    if (close_range(3, UINT_MAX, CLOSE_RANGE_CLOEXEC) != 0) give_up(report, program_stage_limits);
    if (chdir(request->folder) != 0) give_up(report, program_stage_folder);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) give_up(report, program_stage_limits);
    if (limits(request) != 0) give_up(report, program_stage_limits);
    alarm(request->seconds);
    // A file that was just written may still be open in another child that has not got to its own exec: that passes.
    for (int tries = 0; tries < 50; tries++) {
        execve(request->file, (char *const *)request->words, (char *const *)request->environment);
        if (errno != ETXTBSY) break;
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    give_up(report, program_stage_execute);
}

static void close_both(int pair[2]) {
    if (pair[0] >= 0) close(pair[0]);
    if (pair[1] >= 0) close(pair[1]);
}

struct program_failure program_start(const struct program_request *request, struct program_process *process) {
    int output[2] = {-1, -1}, errors[2] = {-1, -1}, report[2] = {-1, -1};
    int input = input_file(request);
    pid_t pid = -1;
    struct program_failure told = {.stage = program_stage_prepare};
    if (input >= 0 && pipe2(output, O_CLOEXEC) == 0 && pipe2(errors, O_CLOEXEC) == 0 && pipe2(report, O_CLOEXEC) == 0 &&
        fcntl(output[0], F_SETFL, O_NONBLOCK) == 0 && fcntl(errors[0], F_SETFL, O_NONBLOCK) == 0) {
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        pid = _Fork();
        if (pid == 0) become(request, (int[]){input, output[1], errors[1]}, report[1]);
        if (pid < 0) told = failure(program_stage_prepare);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    } else {
        told = failure(program_stage_prepare);
    }
    if (input >= 0) close(input);
    if (output[1] >= 0) close(output[1]);
    if (errors[1] >= 0) close(errors[1]);
    if (report[1] >= 0) close(report[1]);
    output[1] = errors[1] = report[1] = -1;
    if (pid > 0) {
        // The pipe closes without a word when the program runs.
        ssize_t count;
        do count = read(report[0], &told, sizeof told);
        while (count < 0 && errno == EINTR);
        if (count != sizeof told) told = (struct program_failure){.stage = program_stage_none};
    }
    if (report[0] >= 0) close(report[0]);
    if (told.stage == program_stage_none) {
        *process = (struct program_process){.pid = pid, .output = output[0], .errors = errors[0]};
        return told;
    }
    if (pid > 0) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
    }
    close_both(output);
    close_both(errors);
    return told;
}
