#include "filling/filling_int.h"

#define TEXT(id, nb, nn, se, en) TEXT_DEFINE(F_##id, nb, nn, se, en)
#include "filling/texts.def"
