// Addresses without a mail server: those that refuse connections, and those that never answer. One socket serves all of
// 127.0.0.0/8, so the kernel is told to keep what is sent to them from it.
#pragma once

// Makes nobody answer at the dead addresses of a socket that is going to listen.
void closed_bury(int listener);
// Makes the kernel refuse connections to a PORT of the addresses that refuse. Where it does not let us, which it says, the
// farm accepts such connections and resets them at once.
void closed_refuse(unsigned port);
