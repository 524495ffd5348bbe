/* The texts of texts.def. */
#include "web/web.h"

#define TEXT(id, nb, nn, se, en) TEXT_DEFINE(P_##id, nb, nn, se, en)
#include "portal/texts.def"
