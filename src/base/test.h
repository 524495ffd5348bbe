/* What the tests of all rooms begin with: cmocka and the headers it wants before it. */
#ifndef SAMDRIFT_TEST_H
#define SAMDRIFT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/base.h"

/* Where a PostgreSQL, or a bucket, for the tests is: the value of that variable; NULL when there is none, or it is empty. */
static inline const char *test_place(const char *variable)
{
    const char *place = getenv(variable);
    return place && *place ? place : NULL;
}

#define assert_ok(call) assert_string_equal(err_id(call), "OK")
#define assert_rc(call, want) assert_string_equal(err_id(call), err_id(want))
#define assert_str(s, want) assert_true(str_is(s, want))

#endif
