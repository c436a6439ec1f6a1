// The DNS of the made-up world, as a resolver in front of it would answer: RFC 1035. What concerns the signed root above
// it is passed on to the name server that has that.
#pragma once

#include <netinet/in.h>

// Says where the root is served.
void dns_make(struct sockaddr_in root);
// Sockets of TYPE (SOCK_DGRAM or SOCK_STREAM) at an address.
int dns_listen(struct sockaddr_in address, int type);
// Answers everything that waits on the UDP socket.
void dns_datagrams(int socket);
// Answers on a TCP connection that waits, until the client closes it or a second goes by without a question. Resolvers
// come by TCP only for answers that are too long for UDP, and the farm has none.
void dns_stream(int listener);
