// What a mail server answers to the commands of a client: RFC 5321.
#pragma once

#include "conversation.h"

// Does what the lines say that were received, as long as there is room for the replies.
void commands_do(struct conversation *conversation);
// Whether a line waits to be done.
bool commands_wait(const struct conversation *conversation);
