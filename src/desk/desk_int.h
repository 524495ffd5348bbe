/* The texts of desk. */
#ifndef SAMDRIFT_DESK_INT_H
#define SAMDRIFT_DESK_INT_H

#include "desk/desk.h"
#include "web/ui.h"

#define TEXT(id, nb, nn, se, en) extern const struct text D_##id;
#include "desk/texts.def"
#undef TEXT

#endif
