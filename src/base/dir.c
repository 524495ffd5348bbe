/* Directories and file systems made safe, and directories removed. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <limits.h>
#include <unistd.h>

static bool flush(const char *path, int flags, int (*sync)(int fd))
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    if (fd < 0)
        return false;
    bool fine = sync(fd) == 0;
    int error = errno;
    (void)close(fd);
    errno = error;
    return fine;
}

bool dir_flush(const char *path)
{
    return flush(path, O_DIRECTORY, fsync);
}

bool disk_flush(const char *path)
{
    return flush(path, 0, syncfs);
}

bool dir_flush_parent(const char *path)
{
    char own[PATH_MAX];
    int n = snprintf(own, sizeof(own), "%s", path);
    if (n < 0 || n >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    return dir_flush(dirname(own));
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

bool dir_remove(const char *path)
{
    return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT;
}
