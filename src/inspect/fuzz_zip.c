/* Office and OpenDocument files: zips and the XML in them. The first byte chooses what it is said to be. */
#include "inspect/inspect_int.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int file;

/* The reader writes to standard output, which here is nobody's. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    file = memfd_create("zip", MFD_CLOEXEC);
    if (file < 0 || dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO) < 0)
        abort();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const types[] = {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.text",
    };
    if (size == 0)
        return 0;
    if (ftruncate(file, 0) != 0 || pwrite(file, data + 1, size - 1, 0) != (ssize_t)size - 1 ||
        lseek(file, 0, SEEK_SET) != 0)
        abort();
    (void)reader_zip(file, types[data[0] % COUNT_OF(types)]);
    return 0;
}
