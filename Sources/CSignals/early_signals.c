// Until somebody asks to hear of signals there is nothing to save, and the process ends at once. From before the first line of Swift on:
// its runtime would answer SIGQUIT with a crash report, and go on.
#include "early_signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static void end(int number) {
    (void)number;
    _exit(early_signal_status);
}

__attribute__((constructor)) static void begin(void) {
    const int numbers[] = {SIGINT, SIGTERM, SIGQUIT, SIGHUP};
    for (size_t index = 0; index < sizeof numbers / sizeof *numbers; index++) {
        struct sigaction now;
        // Whoever started the process may want it ignored, as nohup does.
        if (sigaction(numbers[index], NULL, &now) != 0 || now.sa_handler == SIG_IGN) continue;
        struct sigaction ending = {.sa_handler = end};
        sigaction(numbers[index], &ending, NULL);
    }
}
