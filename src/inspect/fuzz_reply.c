/* What a reader under foreign command may say: refused, or the same when it is printed again. */
#include "inspect/inspect_int.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_ending(const uint8_t *data, size_t size)
{
    struct ending e;
    unsigned char again[ENDING_SIZE];
    char word[INSPECT_KILLED_MAX];
    if (!ending_parse(data, size, &e))
        return;
    ending_word(&e, word);
    ending_print(&e, again);
    if (memcmp(data, again, sizeof(again)) != 0 || strlen(word) >= sizeof(word))
        abort();
}

static enum format row_of(const char *pronom)
{
    for (size_t i = 0; inspect_format(i); i++)
        if (streq(inspect_format(i)->pronom, pronom))
            return (enum format)i;
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct inspect_facts facts;
    char again[VERDICT_MAX];
    struct str text = {size ? (const char *)data : "", size};
    check_ending(data, size);
    if (!verdict_parse(text, &facts))
        return 0;
    struct str printed = {again, verdict_print(row_of(facts.pronom), facts.mime, again)};
    if (!str_eq(text, printed))
        abort();
    return 0;
}
