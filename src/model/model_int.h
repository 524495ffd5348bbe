/* Private to the room model: the built tables. Written once by model_init, constant after. */
#ifndef SAMDRIFT_MODEL_INT_H
#define SAMDRIFT_MODEL_INT_H

#include "model/model.h"

#define SLOTS_MAX 96
#define ONES_MAX 16
#define FELT_MAX 64

/* Columns every table begins with. */
#define COMMON_COLUMNS 5

/* What the walkers need of a family beyond struct family. */
struct family_built {
    struct family family;
    struct slot slots[SLOTS_MAX];
    const struct relation *ones[ONES_MAX];
    char names[SLOTS_MAX][FELT_MAX * 2];    /* column and path texts of slots */
    char *select_sql[2];                    /* by id, by systemid */
    char *tables;                           /* of an object with its lists: db_learn */
    char *insert_sql, *update_sql;
    size_t lists[SLOTS_MAX];                /* slots that are lists */
    size_t lists_n;
};

struct tables {
    struct family_built families[F_COUNT];
    struct entity entities[E_COUNT];
    const struct attr *entity_attrs[E_COUNT][SLOTS_MAX];
    size_t attr_slot[A_COUNT];
    const struct attr *group_leaves[G_COUNT][16];
    size_t group_leaves_n[G_COUNT];
    struct relation relations[REL_COUNT];
    char relation_names[REL_COUNT][FELT_MAX];
};
extern struct tables model_tables;

extern const struct attr model_attr_rows[];
extern const struct attr model_leaf_rows[];

/* The schemas of an extract (xsd.c, xml.c). */
struct xsd_type {
    enum xsd_file file;
    unsigned versions;          /* flags of enum noark */
    const char *type, *base;
};
struct xsd_row {
    enum xsd_file file;
    unsigned versions;
    const char *type, *element;
    enum { XSD_CATALOGUE, XSD_OWN, XSD_ANY } kind;
    const char *element_type;
    int min;
    bool many, choice;
};
struct xsd_name {
    const char *entity, *element, *paths;
};
extern const struct xsd_type model_xsd_types[];
extern const size_t model_xsd_types_n;
extern const struct xsd_row model_xsd_rows[];
extern const size_t model_xsd_rows_n;
/* The paths of an element whose value is not called as the element, or NULL. */
const char *model_xsd_paths(const char *entity, const char *element);
/* Is the type of metadatakatalog.xsd a day? */
bool model_xsd_day(const char *element_type);

#define STRING_MAX_BYTES ((size_t)MiB(1))    /* of one value */

/* Has the entity this slot (a slot of its family may belong to a sibling)? */
bool slot_in_entity(const struct slot *s, const struct entity *e);
/* ddl.c: column texts of a slot; 0 for lists, 2 for dates and codes. */
size_t slot_columns(const struct slot *s);
/* rec_json.c: the text of a plain day becomes its first moment. */
enum rc val_whole_day(struct cx *cx, struct val *v) ATTR_CHECK;
/* model.c: links of entities and packages, with those that follow from the tables. */
void model_build_links(void);
/* rec_sql.c: the statements of a family, built once. */
void model_build_sql(struct family_built *f);

#endif
