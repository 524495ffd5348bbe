#include "minside/minside_int.h"

#define TEXT(id, nb, nn, se, en) TEXT_DEFINE(M_##id, nb, nn, se, en)
#include "minside/texts.def"
