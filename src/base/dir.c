/* Directories made safe. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <unistd.h>

bool dir_flush(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool fine = fsync(fd) == 0;
    int error = errno;
    (void)close(fd);
    errno = error;
    return fine;
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
