/* What readers need of the file system, opened by the keeper: later they may open nothing. */
#include "inspect/inspect_int.h"

#include <iconv.h>
#include <magic.h>
#include <libxml/parser.h>

/* Used by one reader only: each is a process of its own. */
static magic_t magic;

/* Conversions are loaded from files when first used, and stay: what Norwegian pages were written in. */
static void load_conversions(void)
{
    static const char *const sets[] = {"WINDOWS-1252", "ISO-8859-15", "MACINTOSH", "IBM850", "UTF-16"};
    for (size_t i = 0; i < COUNT_OF(sets); i++)
        (void)iconv_open("UTF-8", sets[i]);
}

void reader_warm(void)
{
    magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF);
    if (magic && magic_load(magic, NULL) != 0) {
        magic_close(magic);
        magic = NULL;
    }
    xmlInitParser();
    load_conversions();
}

void reader_magic(const struct sample *s, char *mime, size_t size)
{
    const char *found = magic ? magic_buffer(magic, s->head, s->head_n) : NULL;
    if (found && strlen(found) < size)
        (void)snprintf(mime, size, "%s", found);
}
