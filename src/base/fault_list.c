/* Prints the table of fault points for the tests that walk it: name, database, kinds, a tab between. */
#include "base/fault.h"

#include <stdio.h>

int main(void)
{
    static const char *const on[] = {"any", "sqlite", "postgres", "bucket"};
    for (int i = 0; i < FAULT_COUNT; i++) {
        const struct fault_row *r = fault_row((enum fault_point)i);
        (void)printf("%s\t%s\t", r->name, on[r->on]);
        for (unsigned bit = 1; bit <= r->kinds; bit <<= 1)
            if (r->kinds & bit)
                (void)printf("%s ", fault_kind_name((enum fault_kind)bit));
        (void)printf("\n");
    }
    return 0;
}
