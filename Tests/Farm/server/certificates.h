// The farm's certificate authority: a root and an intermediate that are made at the start, and certificates of mail
// servers that are made when the first client wants one.
#pragma once

#include <openssl/ssl.h>

#include "world.h"

// Makes the authority, and writes its root to FILE (PEM).
void certificates_make(const char *file);
// Makes a handshake use what the server at ADDRESS has for the name that the client gave, if it gave one; false if it fails.
bool certificates_use(SSL *tls, address_t address, enum server server, const char *name);
