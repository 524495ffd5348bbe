/* The texts of texts.def. */
#include "web/web.h"

#define TEXT(id, nb, nn, se, en) TEXT_DEFINE(K_##id, nb, nn, se, en)
#include "casework/texts.def"
