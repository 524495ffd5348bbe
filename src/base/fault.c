/*
 * The plan and its count. The plan is written while nothing is armed, then published by fault_armed;
 * the points only read it.
 */
#include "base/fault.h"

#include "base/base.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define JUMP (400 * (int64_t)86400 * 1000000)

enum {
    KILL = KIND_KILL, FULL = KIND_FULL, IO = KIND_IO, SHORT = KIND_SHORT, FLUSH = KIND_FLUSH, LOST = KIND_LOST,
    SLOW = KIND_SLOW, MEMORY = KIND_MEMORY, FORWARD = KIND_FORWARD, BACK = KIND_BACK,
    CUT = KIND_CUT, AWAY = KIND_AWAY, DENIED = KIND_DENIED, FAR = KILL | LOST | CUT | AWAY | DENIED | SLOW | MEMORY,
    ANY = FAULT_ON_ANY, SQLITE = FAULT_ON_SQLITE, POSTGRES = FAULT_ON_POSTGRES, BUCKET = FAULT_ON_BUCKET,
};

static const struct fault_row rows[FAULT_COUNT] = {
#define FAULT(id, name, kinds, on, what) [FAULT_##id] = {name, kinds, (enum fault_on)(on), what},
#include "base/fault.def"
#undef FAULT
};

static const struct {
    const char *name;
    enum fault_kind kind;
    int error;
} kinds[] = {
    {"kill", KIND_KILL, 0}, {"full", KIND_FULL, ENOSPC}, {"io", KIND_IO, EIO}, {"short", KIND_SHORT, ENOSPC},
    {"flush", KIND_FLUSH, EIO}, {"lost", KIND_LOST, ECONNRESET}, {"slow", KIND_SLOW, 0},
    {"memory", KIND_MEMORY, ENOMEM}, {"forward", KIND_FORWARD, 0}, {"back", KIND_BACK, 0},
    {"cut", KIND_CUT, ECONNRESET}, {"away", KIND_AWAY, EAGAIN}, {"denied", KIND_DENIED, EACCES},
};

_Atomic int fault_armed;

static struct {
    enum fault_point at;
    enum fault_kind kind;
    int64_t first, last;
} plan;
static _Atomic bool possible;
static _Atomic int64_t passed;

/* ------------------------------------------------------------------ at the points */

static void die(void)
{
    (void)kill(getpid(), SIGKILL);
    for (;;)
        (void)pause();
}

static void be_slow(void)
{
    const struct timespec ts = {.tv_nsec = FAULT_SLOW_MS * 1000000L};
    (void)nanosleep(&ts, NULL);
}

enum fault_kind fault_hit(void)
{
    (void)atomic_load_explicit(&fault_armed, memory_order_acquire);
    int64_t n = atomic_fetch_add(&passed, 1) + 1;
    if (n < plan.first || n > plan.last)
        return KIND_NONE;
    if (n == plan.first)
        log_line(LOG_WARN, "fault: %s %s", rows[plan.at].name, fault_kind_name(plan.kind));
    if (plan.kind == KIND_KILL)
        die();
    if (plan.kind == KIND_SLOW)
        be_slow();
    return plan.kind == KIND_SLOW ? KIND_NONE : plan.kind;
}

bool fault_fails(enum fault_kind kind)
{
    for (size_t i = 0; kind != KIND_NONE && i < COUNT_OF(kinds); i++)
        if (kinds[i].kind == kind)
            errno = kinds[i].error;
    return kind != KIND_NONE;
}

ssize_t fault_write(enum fault_point at, int fd, const void *p, size_t n)
{
    enum fault_kind kind = fault_kind(at);
    if (kind == KIND_SHORT && n > 1 && write(fd, p, n / 2) < 0)
        return -1;
    return fault_fails(kind) ? -1 : write(fd, p, n);
}

void *fault_malloc(enum fault_point at, size_t n)
{
    return fault(at) ? NULL : malloc(n);
}

int64_t fault_clock(void)
{
    enum fault_kind kind = fault_kind(FAULT_CLOCK);
    return kind == KIND_FORWARD ? JUMP : kind == KIND_BACK ? -JUMP : 0;
}

/* ------------------------------------------------------------------ the door */

static struct str part(struct str *rest)
{
    const char *colon = rest->n ? memchr(rest->p, ':', rest->n) : NULL;
    struct str s = {rest->p, colon ? (size_t)(colon - rest->p) : rest->n};
    size_t used = s.n + (colon ? 1 : 0);
    *rest = (struct str){rest->p + used, rest->n - used};
    return s;
}

static bool find(struct str name, struct str kind)
{
    bool found = false;
    for (int i = 0; i < FAULT_COUNT; i++)
        if (str_is(name, rows[i].name)) {
            plan.at = (enum fault_point)i;
            found = true;
        }
    plan.kind = KIND_NONE;
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (str_is(kind, kinds[i].name))
            plan.kind = kinds[i].kind;
    return found && (rows[plan.at].kinds & (unsigned)plan.kind) != 0;
}

bool fault_plan(const char *text)
{
    fault_disarm();
    struct str rest = str_of(text), name = part(&rest), kind = part(&rest), nth = part(&rest);
    int64_t times = 1;
    if (rest.n > 0 && !str_int(rest, &times))
        return false;
    if (!find(name, kind) || !str_int(nth, &plan.first) || plan.first < 1 || times < 0)
        return false;
    plan.last = times == 0 ? INT64_MAX : plan.first + times - 1;
    atomic_store(&possible, true);
    return true;
}

void fault_arm(void)
{
    atomic_store(&passed, 0);
    atomic_store_explicit(&fault_armed, (int)plan.at + 1, memory_order_release);
}

void fault_disarm(void)
{
    atomic_store(&fault_armed, 0);
}

bool fault_possible(void)
{
    return atomic_load(&possible);
}

bool fault_happened(void)
{
    return fault_possible() && atomic_load(&passed) >= plan.first;
}

const struct fault_row *fault_row(enum fault_point at)
{
    return &rows[at];
}

const char *fault_kind_name(enum fault_kind kind)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (kinds[i].kind == kind)
            return kinds[i].name;
    return NULL;
}
