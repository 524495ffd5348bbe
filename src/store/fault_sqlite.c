/*
 * What lies below SQLite, made to fail: the disk and the memory. Used only by processes that have a
 * fault plan; they open their connections through the VFS that is registered here.
 *
 * It is the system's own VFS. A file keeps the methods the system gave it but for those that write,
 * flush and read, which go through the points. They differ by what the file is: the database or its
 * write-ahead log. Temporary files are left alone.
 */
#include "store/store_int.h"

#include "base/fault.h"

#include <sqlite3.h>

static sqlite3_vfs *under, over;
static sqlite3_mem_methods memory;

/* Files of a kind share one table of methods; the first one opened shows it. */
static struct methods {
    const sqlite3_io_methods *system;
    sqlite3_io_methods own;
} database, wal;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards learning them */

/* ------------------------------------------------------------------ a file's methods */

static int write_at(enum fault_point at, const struct methods *m, sqlite3_file *f, const void *p, int n,
                    sqlite3_int64 offset)
{
    enum fault_kind kind = fault_kind(at);
    if (kind == KIND_IO)
        return SQLITE_IOERR_WRITE;
    if (kind == KIND_FULL)
        return SQLITE_FULL;
    int rc = m->system->xWrite(f, p, kind == KIND_SHORT ? n / 2 : n, offset);
    return kind == KIND_SHORT && rc == SQLITE_OK ? SQLITE_FULL : rc;
}

static int log_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 offset)
{
    return write_at(FAULT_LOG_WRITE, &wal, f, p, n, offset);
}

static int log_sync(sqlite3_file *f, int flags)
{
    return fault(FAULT_LOG_FLUSH) ? SQLITE_IOERR_FSYNC : wal.system->xSync(f, flags);
}

static int file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 offset)
{
    return write_at(FAULT_FILE_WRITE, &database, f, p, n, offset);
}

static int file_sync(sqlite3_file *f, int flags)
{
    return fault(FAULT_FILE_FLUSH) ? SQLITE_IOERR_FSYNC : database.system->xSync(f, flags);
}

static int file_read(sqlite3_file *f, void *p, int n, sqlite3_int64 offset)
{
    return fault(FAULT_FILE_READ) ? SQLITE_IOERR_READ : database.system->xRead(f, p, n, offset);
}

/* Readers map the file and would pass file_read by: here they read. */
static int no_fetch(sqlite3_file *f, sqlite3_int64 offset, int n, void **ret)
{
    (void)f, (void)offset, (void)n;
    *ret = NULL;
    return SQLITE_OK;
}

static int file_index(sqlite3_file *f, int page, int size, int extend, void volatile **ret)
{
    if (extend && fault(FAULT_SQLITE_INDEX))
        return SQLITE_IOERR_SHMSIZE;
    return database.system->xShmMap(f, page, size, extend, ret);
}

static void take_over(struct methods *m, sqlite3_file *f, void (*change)(sqlite3_io_methods *own))
{
    pthread_mutex_lock(&lock);
    if (!m->system) {
        m->system = f->pMethods;
        m->own = *f->pMethods;
        change(&m->own);
    }
    if (f->pMethods == m->system)
        f->pMethods = &m->own;
    pthread_mutex_unlock(&lock);
}

static void change_file(sqlite3_io_methods *own)
{
    own->xWrite = file_write;
    own->xSync = file_sync;
    own->xRead = file_read;
    own->xFetch = no_fetch;
    own->xShmMap = file_index;
}

static void change_log(sqlite3_io_methods *own)
{
    own->xWrite = log_write;
    own->xSync = log_sync;
}

static int open_file(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *ret_flags)
{
    (void)v;
    if ((flags & SQLITE_OPEN_MAIN_DB) && fault(FAULT_SQLITE_OPEN))
        return SQLITE_CANTOPEN;
    int rc = under->xOpen(under, name, f, flags, ret_flags);
    if (rc == SQLITE_OK && (flags & SQLITE_OPEN_MAIN_DB))
        take_over(&database, f, change_file);
    if (rc == SQLITE_OK && (flags & SQLITE_OPEN_WAL))
        take_over(&wal, f, change_log);
    return rc;
}

/* ------------------------------------------------------------------ memory */

static void *take_memory(int n)
{
    return fault(FAULT_MEMORY_SQLITE) ? NULL : memory.xMalloc(n);
}

static void *grow_memory(void *p, int n)
{
    return fault(FAULT_MEMORY_SQLITE) ? NULL : memory.xRealloc(p, n);
}

/* ------------------------------------------------------------------ putting it there */

static void set_up(void)
{
    sqlite3_mem_methods own;
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory) == SQLITE_OK) {
        own = memory;
        own.xMalloc = take_memory;
        own.xRealloc = grow_memory;
        (void)sqlite3_config(SQLITE_CONFIG_MALLOC, &own);
    }
    under = sqlite3_vfs_find(NULL);
    over = *under;
    over.zName = "samdrift-fault";
    over.xOpen = open_file;
    (void)sqlite3_vfs_register(&over, 0);
}

const char *fault_sqlite(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (!fault_possible())
        return NULL;
    pthread_once(&once, set_up);
    return over.zName;
}
