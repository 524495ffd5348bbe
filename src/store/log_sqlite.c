/*
 * How connections that write reach SQLite's log. SQLite hands it over in pieces, two a page; here they are
 * gathered and written together, at the latest when SQLite flushes, which with synchronous=FULL it does
 * at the end of each commit, before any reader is told of it.
 *
 * That flush itself can be left to the threads that flush (log_defer). Two are never left: that of the
 * head of the log, without which the frames of the log before would be taken for those of this one, and
 * those of a checkpoint.
 */
#include "store/store_int.h"

#include <sqlite3.h>

enum { GATHERED_MAX = 128 << 10 };

struct log {
    sqlite3_file file;         /* first: what SQLite knows. The file below follows this struct */
    unsigned char *gathered;
    int n;
    sqlite3_int64 at;          /* where in the file what is gathered begins */
    bool head;                 /* the head of the log was written and not flushed */
    bool deferred;
};

static sqlite3_vfs *under, over;

static struct log *log_of(sqlite3_file *f)
{
    return (struct log *)f;
}

static sqlite3_file *below(sqlite3_file *f)
{
    return (sqlite3_file *)(log_of(f) + 1);
}

static int write_below(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    return below(f)->pMethods->xWrite(below(f), p, n, at);
}

/* What could not be written is given up: SQLite undoes the commit it belongs to. */
static int write_gathered(sqlite3_file *f)
{
    struct log *l = log_of(f);
    int n = l->n;
    l->n = 0;
    return n > 0 ? write_below(f, l->gathered, n, l->at) : SQLITE_OK;
}

/* ------------------------------------------------------------------ the file's methods */

static int log_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    struct log *l = log_of(f);
    l->head |= at == 0;
    if (l->n > 0 && (at != l->at + l->n || n > GATHERED_MAX - l->n)) {
        int rc = write_gathered(f);
        if (rc != SQLITE_OK)
            return rc;
    }
    if (n > GATHERED_MAX)
        return write_below(f, p, n, at);
    if (l->n == 0)
        l->at = at;
    memcpy(l->gathered + l->n, p, (size_t)n);
    l->n += n;
    return SQLITE_OK;
}

static int log_sync(sqlite3_file *f, int flags)
{
    struct log *l = log_of(f);
    int rc = write_gathered(f);
    if (rc != SQLITE_OK || (l->deferred && !l->head))
        return rc;
    rc = below(f)->pMethods->xSync(below(f), flags);
    l->head &= rc != SQLITE_OK;
    return rc;
}

static int log_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    int rc = write_gathered(f);
    return rc == SQLITE_OK ? below(f)->pMethods->xRead(below(f), p, n, at) : rc;
}

static int log_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    int rc = write_gathered(f);
    return rc == SQLITE_OK ? below(f)->pMethods->xTruncate(below(f), size) : rc;
}

static int log_size(sqlite3_file *f, sqlite3_int64 *ret)
{
    int rc = write_gathered(f);
    return rc == SQLITE_OK ? below(f)->pMethods->xFileSize(below(f), ret) : rc;
}

static int log_close(sqlite3_file *f)
{
    mem_free(log_of(f)->gathered);
    return below(f)->pMethods->xClose(below(f));
}

static int log_lock(sqlite3_file *f, int level)
{
    return below(f)->pMethods->xLock(below(f), level);
}

static int log_unlock(sqlite3_file *f, int level)
{
    return below(f)->pMethods->xUnlock(below(f), level);
}

static int log_reserved(sqlite3_file *f, int *ret)
{
    return below(f)->pMethods->xCheckReservedLock(below(f), ret);
}

static int log_control(sqlite3_file *f, int what, void *arg)
{
    return below(f)->pMethods->xFileControl(below(f), what, arg);
}

static int log_sector(sqlite3_file *f)
{
    return below(f)->pMethods->xSectorSize(below(f));
}

static int log_device(sqlite3_file *f)
{
    return below(f)->pMethods->xDeviceCharacteristics(below(f));
}

static const sqlite3_io_methods methods = {
    .iVersion = 1, .xClose = log_close, .xRead = log_read, .xWrite = log_write, .xTruncate = log_truncate, .xSync = log_sync,
    .xFileSize = log_size, .xLock = log_lock, .xUnlock = log_unlock, .xCheckReservedLock = log_reserved,
    .xFileControl = log_control, .xSectorSize = log_sector, .xDeviceCharacteristics = log_device,
};

/* ------------------------------------------------------------------ opening */

static int open_file(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *ret_flags)
{
    (void)v;
    if (!(flags & SQLITE_OPEN_WAL))
        return under->xOpen(under, name, f, flags, ret_flags);
    struct log *l = log_of(f);
    *l = (struct log){.gathered = mem_try(GATHERED_MAX)};
    if (!l->gathered)
        return SQLITE_NOMEM;
    int rc = under->xOpen(under, name, below(f), flags, ret_flags);
    if (rc == SQLITE_OK)
        l->file.pMethods = &methods;
    else
        mem_free(l->gathered);
    return rc;
}

static void set_up(void)
{
    under = sqlite3_vfs_find(fault_sqlite());
    over = *under;
    over.zName = "samdrift-log";
    over.szOsFile = (int)sizeof(struct log) + under->szOsFile;
    over.xOpen = open_file;
    (void)sqlite3_vfs_register(&over, 0);
}

const char *log_vfs(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, set_up);
    return over.zName;
}

void log_defer(struct sqlite3_file *log, bool on)
{
    log_of(log)->deferred = on;
}

bool log_flush(struct sqlite3_file *log)
{
    return below(log)->pMethods->xSync(below(log), SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY) == SQLITE_OK;
}
