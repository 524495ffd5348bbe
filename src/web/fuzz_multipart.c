/* A multipart body in pieces: the first two bytes tell how large. Whatever comes, what is kept is well formed. */
#include "web/web_int.h"

#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct cx cx;
    struct upload *u;
    struct form f;
    if (n < 2)
        return 0;
    size_t piece = 1 + (data[0] | (size_t)data[1] << 8) % 997;
    cx_open(&cx, (size_t)MiB(32));
    enum rc rc = multipart_begin(&cx, "/tmp", "multipart/form-data; boundary=x", &u);
    for (size_t i = 2; rc == RC_OK && i < n; i += piece)
        rc = multipart_write(u, data + i, n - i < piece ? n - i : piece);
    if (rc == RC_OK && multipart_end(u, &f) == RC_OK) {
        for (size_t i = 0; i < f.fields_n; i++)
            if (!str_utf8(f.fields[i].value) || !*f.fields[i].name)
                abort();
        for (size_t i = 0; i < f.files_n; i++)
            if (lseek(f.files[i].fd, 0, SEEK_END) != f.files[i].size || !*f.files[i].name ||
                strpbrk(f.files[i].name, "/\\"))
                abort();
    }
    cx_close(&cx);
    return 0;
}
