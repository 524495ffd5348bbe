/*
 * clamd – asks ClamAV's daemon whether a file carries a virus, by INSTREAM of its protocol (clamd(8)).
 *
 * One question is one connection: nothing is kept, and the daemon sees the bytes, not the file. An answer is given
 * half a minute.
 */
#ifndef SAMDRIFT_INSPECT_CLAMD_H
#define SAMDRIFT_INSPECT_CLAMD_H

#include "base/base.h"

enum clamd_answer {
    CLAMD_CLEAN,
    CLAMD_VIRUS,
    CLAMD_AWAY      /* no connection, no answer, an answer that is neither, or the file is larger than it takes */
};
/* address: "/run/clamav/clamd.ctl", or "127.0.0.1:3310" (a number, not a name). fd is read from its beginning, and its
 * offset stays. */
enum clamd_answer clamd_scan(const char *address, int fd);

#endif
