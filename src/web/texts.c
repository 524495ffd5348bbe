/* The texts of texts.def, and their languages. */
#include "web/web.h"

#define TEXT(id, nb, nn, se, en) TEXT_DEFINE(W_##id, nb, nn, se, en)
#include "web/texts.def"
