#include "acting/acting_int.h"

#define TEXT(id, nb, nn, se, en) TEXT_DEFINE(A_##id, nb, nn, se, en)
#include "acting/texts.def"
