/* Where the tests of the store run: on SQLite in a folder of their own, and on PostgreSQL where SAMDRIFT_TEST_PG names one. */
#ifndef SAMDRIFT_STORE_TEST_BOTH_H
#define SAMDRIFT_STORE_TEST_BOTH_H

#include "base/test.h"

#include <stdio.h>
#include <unistd.h>

/* Tells the place in `location` before each run. How many failed; a dropped space must leave no file, or that is one more. */
static inline int run_on_both(char *location, size_t size, int (*sqlite)(void), int (*postgres)(void))
{
    char dir[] = "/tmp/samdrift-store-XXXXXX", sub[sizeof(dir) + 10];
    if (!mkdtemp(dir))
        return 1;
    (void)snprintf(location, size, "%s", dir);
    int bad = sqlite();
    (void)snprintf(sub, sizeof(sub), "%s/kommune", dir);
    if (rmdir(sub) != 0 || rmdir(dir) != 0)
        bad++;
    const char *url = test_place("SAMDRIFT_TEST_PG");
    if (!url)
        return bad;
    (void)snprintf(location, size, "%s", url);
    return bad + postgres();
}

#endif
