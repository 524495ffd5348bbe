/* A client of raw bytes, for tests of the server and for bench. */
#ifndef SAMDRIFT_HTTP_TEST_CLIENT_H
#define SAMDRIFT_HTTP_TEST_CLIENT_H

#include "base/base.h"

/* A connection to the port of this machine, which sends at once (TCP_NODELAY), or -1. */
int dial(int port);
/* Sends it all; false when the connection breaks. */
bool put(int fd, const char *p, size_t n);
/* Reads until the server closes. False when it does not within some seconds. */
bool get_all(int fd, struct buf *out);
/* Of the first reply in the text; 0 when it begins with none. */
int status_of(const char *text);

#endif
