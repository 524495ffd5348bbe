/*
 * Named fault points: where a test may make the world fail. Compiled in always, so that what is
 * tested is what runs; an unarmed point costs one relaxed load of a variable nobody writes.
 *
 * One point is armed at a time, by a plan "name:kind:nth[:times]": from the nth time the point is
 * passed it fails `times` times (1 when left out, 0 for ever). A server and `deposit import` take their plan from the
 * environment variable SAMDRIFT_FAULT and count from when they are ready to serve, or to import.
 */
#ifndef SAMDRIFT_FAULT_H
#define SAMDRIFT_FAULT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum fault_kind {
    KIND_NONE = 0,
    KIND_KILL = 1 << 0,      /* the process ends at once, as by kill -9 */
    KIND_FULL = 1 << 1,      /* no space left */
    KIND_IO = 1 << 2,        /* reading or writing fails */
    KIND_SHORT = 1 << 3,     /* half of it is written, then no space is left */
    KIND_FLUSH = 1 << 4,     /* flushing fails: whether the bytes are on disk is unknown */
    KIND_LOST = 1 << 5,      /* the connection, or the answer of the database, is lost */
    KIND_SLOW = 1 << 6,      /* it takes FAULT_SLOW_MS */
    KIND_MEMORY = 1 << 7,    /* no memory */
    KIND_FORWARD = 1 << 8,   /* the clock runs 400 days ahead … */
    KIND_BACK = 1 << 9,      /* … or behind: another year */
    KIND_CUT = 1 << 10,      /* it is done, and the answer breaks off */
    KIND_AWAY = 1 << 11,     /* the other server answers 503 … */
    KIND_DENIED = 1 << 12,   /* … or 403 */
};

enum fault_on { FAULT_ON_ANY, FAULT_ON_SQLITE, FAULT_ON_POSTGRES, FAULT_ON_BUCKET };

enum fault_point {
#define FAULT(id, name, kinds, on, what) FAULT_##id,
#include "base/fault.def"
#undef FAULT
    FAULT_COUNT
};

enum { FAULT_SLOW_MS = 300 };

/* ------------------------------------------------------------------ at the points */

extern _Atomic int fault_armed;      /* the armed point + 1; read only through what is below */

enum fault_kind fault_hit(void);
bool fault_fails(enum fault_kind kind);

/* What is to happen here: KIND_NONE nearly always. KIND_KILL and KIND_SLOW happen inside and are not given. */
static inline enum fault_kind fault_kind(enum fault_point at)
{
    bool here = atomic_load_explicit(&fault_armed, memory_order_relaxed) == (int)at + 1;
    return __builtin_expect(here, 0) ? fault_hit() : KIND_NONE;
}

/* `if (fault(FAULT_X) || call() < 0)`: true when the call is to fail, errno telling how. */
static inline bool fault(enum fault_point at)
{
    return fault_fails(fault_kind(at));
}

/* As write(2). */
ssize_t fault_write(enum fault_point at, int fd, const void *p, size_t n);
/* As malloc(3). */
void *fault_malloc(enum fault_point at, size_t n) __attribute__((malloc));
/* Microseconds the clock is wrong by. */
int64_t fault_clock(void);

/* ------------------------------------------------------------------ the door */

/* Reads the plan; the points it needs in libraries are set then, so it comes before stores are opened. False when it is none. */
bool fault_plan(const char *plan);
/* Begins to count the plan read last. */
void fault_arm(void);
void fault_disarm(void);
/* Has this process had a plan? Then databases are opened so that they can fail. */
bool fault_possible(void);
/* Has the planned fault happened since fault_arm? */
bool fault_happened(void);

/* The table. kinds are bits of enum fault_kind. */
struct fault_row {
    const char *name;
    unsigned kinds;
    enum fault_on on;
    const char *what;
};
const struct fault_row *fault_row(enum fault_point at);
/* "kill", "full" …; NULL for what is no single kind. */
const char *fault_kind_name(enum fault_kind kind);

#endif
