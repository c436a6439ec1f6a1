// What epoll watches: each socket stands in a structure that begins with this.
#pragma once

#include <stdint.h>

struct source {
    // EVENTS as epoll says them. At most one call in a round.
    void (*happened)(struct source *source, uint32_t events);
};
