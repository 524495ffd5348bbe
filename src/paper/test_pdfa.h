/* For tests of this room and of those that write documents with it. */
#ifndef SAMDRIFT_TEST_PDFA_H
#define SAMDRIFT_TEST_PDFA_H

#include "base/base.h"

/* Apache PDFBox's preflight finds it to be PDF/A-1b. Skips the case where Java or PDFBox is not installed. */
void assert_pdfa(struct str pdf);

#endif
