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
// Takes the TCP connections that wait, and has EVENTS (epoll) watch them.
void dns_accept(int listener, int events);
