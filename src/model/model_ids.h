/*
 * Includes model.def with every row kind the includer has not defined turned into nothing.
 * No include guard: it is meant to be included many times.
 */
#ifndef FAMILY
#define FAMILY(id)
#endif
#ifndef ENTITY
#define ENTITY(id, fam, base, pkg)
#endif
#ifndef GROUP
#define GROUP(id)
#endif
#ifndef CODELIST
#define CODELIST(id, relname)
#endif
#ifndef CODE
#define CODE(list, kode, kodenavn)
#endif
#ifndef ATTR
#define ATTR(ent, name, m, type, arg, in, out, set, frozen, flags)
#endif
#ifndef LEAF
#define LEAF(grp, name, m, type, arg, in, out, set, frozen, flags)
#endif
#ifndef RELATION
#define RELATION(id, kind, a, list, b, up)
#endif
#ifndef LINK
#define LINK(on, ns, pkg, name, kind, target, relation, side)
#endif
#ifndef XSDTYPE
#define XSDTYPE(file, versions, type, base)
#endif
#ifndef XSD
#define XSD(file, versions, type, element, kind, elemtype, min, max, grp)
#endif
#ifndef XSDDATE
#define XSDDATE(type)
#endif
#ifndef XSDNAME
#define XSDNAME(entity, element, paths)
#endif
#include "model/model.def"
#undef FAMILY
#undef ENTITY
#undef GROUP
#undef CODELIST
#undef CODE
#undef ATTR
#undef LEAF
#undef RELATION
#undef LINK
#undef XSDTYPE
#undef XSD
#undef XSDDATE
#undef XSDNAME
