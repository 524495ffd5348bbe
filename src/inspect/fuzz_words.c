/* The readers of the limited child over arbitrary bytes; the first byte chooses. */
#include "inspect/inspect_int.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The readers write to standard output, which here is nobody's. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    if (dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO) < 0)
        abort();
    return 0;
}

struct bytes {
    const uint8_t *p;
    size_t n;
};

static int read_bytes(void *arg, char *p, int n)
{
    struct bytes *b = arg;
    size_t take = b->n < (size_t)n ? b->n : (size_t)n;
    memcpy(p, b->p, take);
    b->p += take;
    b->n -= take;
    return (int)take;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct xml_rules rules = {"t", " p ", " tab "};
    if (size == 0)
        return 0;
    struct bytes b = {data + 1, size - 1};
    switch (data[0] % 4) {
    case 0:
        reader_put_text(b.p, b.n);
        break;
    case 1:
        reader_put_html(b.p, b.n, NULL);
        break;
    case 2:
        reader_xml(read_bytes, &b, &rules);
        break;
    default:
        reader_mail(b.p, b.n);
        break;
    }
    return 0;
}
