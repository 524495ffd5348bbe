/* What the tests of all rooms begin with: cmocka and the headers it wants before it. */
#ifndef SAMDRIFT_TEST_H
#define SAMDRIFT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base.h"

#define assert_ok(call) assert_string_equal(err_id(call), "OK")
#define assert_rc(call, want) assert_string_equal(err_id(call), err_id(want))
#define assert_str(s, want) assert_true(str_is(s, want))

#endif
