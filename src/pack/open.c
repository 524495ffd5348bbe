/* Opening a package: what it is, what is in it, where the extract lies. */
#include "pack/pack_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum rc pack_fault(struct cx *cx, const char *nb, const char *en)
{
    return err_set(cx, RC_PACKAGE, NULL, cx->lang == LANG_NB ? nb : en);
}

enum rc pack_closed(struct cx *cx, const char *path, int error)
{
    if (error != EACCES && error != EPERM)
        return err_secret(cx, RC_IO, "pack: %s: %s", path, strerror(error));
    return err_setf(cx, RC_PACKAGE, path, "%s", cx->lang == LANG_NB
                    ? "du har ikke lov til å lese den; la den som eier filene, gi brukeren som kjører kommandoen, lesetilgang"
                    : "you may not read it; let the owner of the files give the user who runs the command the right to read");
}

/* ---------------------------------------------------------------- the list */

static bool grow(struct pack *p)
{
    size_t cap = p->cap ? p->cap * 2 : 256;
    struct pack_entry *more = realloc(p->entries, cap * sizeof(*more));
    if (!more)
        return false;
    p->entries = more;
    p->cap = cap;
    return true;
}

enum rc pack_add(struct cx *cx, struct pack *p, struct str path, const struct pack_entry *like)
{
    if (p->n == PACK_ENTRIES_MOST)
        return pack_fault(cx, "mer enn 16 millioner filer", "more than 16 million files");
    char *clean = pack_path_clean(p->names, path);
    if (!clean || (p->n == p->cap && !grow(p)))
        return cx_nomem(cx);
    if (!*clean)
        return RC_OK;
    struct pack_entry e = *like;
    e.path = clean;
    e.faults |= pack_path_faults(path);
    if (e.kind == PACK_LINK)
        e.faults |= PACK_IS_LINK;
    if (e.kind == PACK_OTHER)
        e.faults |= PACK_IS_OTHER;
    p->entries[p->n++] = e;
    return RC_OK;
}

static int by_path(const void *a, const void *b)
{
    const struct pack_entry *x = a, *y = b;
    int order = strcmp(x->path, y->path);
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

static int by_folded(const void *a, const void *b)
{
    const struct pack_entry *const *x = a, *const *y = b;
    return strcasecmp((*x)->path, (*y)->path);
}

/* Marks paths that a system blind to case would take for one. */
static enum rc mark_case(struct cx *cx, struct pack *p)
{
    struct pack_entry **all = calloc(p->n + 1, sizeof(*all));
    if (!all)
        return cx_nomem(cx);
    for (size_t i = 0; i < p->n; i++)
        all[i] = &p->entries[i];
    qsort(all, p->n, sizeof(struct pack_entry *), by_folded);
    for (size_t i = 0; i + 1 < p->n; i++)
        if (by_folded(&all[i], &all[i + 1]) == 0 && !streq(all[i]->path, all[i + 1]->path)) {
            all[i]->faults |= PACK_CASE;
            all[i + 1]->faults |= PACK_CASE;
        }
    free(all);
    return RC_OK;
}

/* A folder told twice is no fault: many writers do. */
static void mark_twins(struct pack *p)
{
    for (size_t i = 0; i + 1 < p->n; i++)
        if (streq(p->entries[i].path, p->entries[i + 1].path) && p->entries[i].kind != PACK_DIR)
            p->entries[i].faults |= PACK_TWICE;
}

size_t pack_first(const struct pack *p, const char *prefix)
{
    size_t low = 0, high = p->n, n = strlen(prefix);
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (strncmp(p->entries[mid].path, prefix, n) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < p->n && strncmp(p->entries[low].path, prefix, n) == 0 ? low : p->n;
}

static size_t slot_of(const struct pack *p, struct str path)
{
    uint64_t h = str_hash(STR_HASH, path);
    return (size_t)(h ^ h >> 32) & (p->index_n - 1);
}

/* Of two members with the same path, the index holds the last. */
static enum rc make_index(struct cx *cx, struct pack *p)
{
    for (p->index_n = 16; p->index_n < 2 * p->n;)
        p->index_n *= 2;
    p->index = calloc(p->index_n, sizeof(*p->index));
    if (!p->index)
        return cx_nomem(cx);
    for (size_t i = p->n; i-- > 0;) {
        if (i + 1 < p->n && streq(p->entries[i].path, p->entries[i + 1].path))
            continue;
        size_t at = slot_of(p, str_of(p->entries[i].path));
        while (p->index[at])
            at = (at + 1) & (p->index_n - 1);
        p->index[at] = (uint32_t)i + 1;
    }
    return RC_OK;
}

static const struct pack_entry *find(const struct pack *p, struct str path)
{
    for (size_t at = slot_of(p, path); p->index[at]; at = (at + 1) & (p->index_n - 1)) {
        const struct pack_entry *e = &p->entries[p->index[at] - 1];
        if (str_is(path, e->path))
            return e;
    }
    return NULL;
}

const struct pack_entry *pack_find(const struct pack *p, const char *path)
{
    return find(p, str_of(path));
}

const struct pack_entry *pack_find_in(const struct pack *p, const char *prefix, struct str name)
{
    char path[PACK_PATH_MOST];
    size_t n = strlen(prefix);
    if (n == 0)
        return find(p, name);
    if (n + name.n > sizeof(path))
        return NULL;
    memcpy(path, prefix, n);
    memcpy(path + n, name.p, name.n);
    return find(p, (struct str){path, n + name.n});
}

size_t pack_count(const struct pack *p)
{
    return p->n;
}

const struct pack_entry *pack_entry(const struct pack *p, size_t i)
{
    return &p->entries[i];
}

const struct pack_layout *pack_layout(const struct pack *p)
{
    return &p->layout;
}

int64_t pack_bytes_read(const struct pack *p)
{
    return atomic_load_explicit(&p->bytes_read, memory_order_relaxed);
}

/* ---------------------------------------------------------------- the layout */

static bool has(const struct pack *p, const char *prefix, const char *name)
{
    return pack_find_in(p, prefix, str_of(name)) != NULL;
}

static bool is_extract(const struct pack *p, const char *prefix)
{
    static const char *const names[] = {"arkivuttrekk.xml", "addml.xml", "arkivstruktur.xml"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (has(p, prefix, names[i]))
            return true;
    return false;
}

static bool is_dias(const struct pack *p, const char *prefix)
{
    return has(p, prefix, "dias-mets.xml") || has(p, prefix, "mets.xml") || has(p, prefix, "content");
}

/* The first part of the path when it is a folder; empty otherwise. */
static struct str first_folder(const struct pack_entry *e, size_t skip)
{
    const char *name = e->path + skip;
    size_t n = strcspn(name, "/");
    return name[n] == '/' || e->kind == PACK_DIR ? (struct str){name, n} : STR("");
}

/* "<folder>/" for the one folder at the top that is a package; "" when none is, or several are. What else lies there, as some
 * systems leave, is no part of the package. */
static char *package_folder(const struct pack *p)
{
    char prefix[PACK_PATH_MOST];
    struct str found = STR("");
    for (size_t i = 0; i < p->n; i++) {
        struct str name = first_folder(&p->entries[i], 0);
        if (name.n == 0 || str_eq(name, found) || (p->entries[i].faults & (PACK_CLIMBS | PACK_ABSOLUTE)))
            continue;
        (void)snprintf(prefix, sizeof(prefix), "%.*s/", (int)name.n, name.p);
        if (!is_extract(p, prefix) && !is_dias(p, prefix))
            continue;
        if (found.n > 0)
            return arena_strdup(p->names, "");
        found = name;
    }
    return found.n ? arena_printf(p->names, "%.*s/", (int)found.n, found.p) : arena_strdup(p->names, "");
}

/* Is there a folder of that name in the extract, told or only implied by what lies in it? */
static bool has_folder(const struct pack *p, const char *extract, const char *name)
{
    char path[PACK_PATH_MOST];
    (void)snprintf(path, sizeof(path), "%s%s/", extract, name);
    return has(p, extract, name) || pack_first(p, path) < p->n;
}

/* "filer/" when it is the only folder of the extract; "" otherwise. */
static char *only_folder_in(const struct pack *p, const char *extract)
{
    size_t skip = strlen(extract);
    struct str only = STR("");
    for (size_t i = pack_first(p, extract); i < p->n && strncmp(p->entries[i].path, extract, skip) == 0; i++) {
        struct str name = first_folder(&p->entries[i], skip);
        if (name.n == 0 || (p->entries[i].faults & PACK_CLOSED))
            continue;
        if (only.n > 0 && !str_eq(only, name))
            return arena_strdup(p->names, "");
        only = name;
    }
    return only.n ? arena_printf(p->names, "%.*s/", (int)only.n, only.p) : arena_strdup(p->names, "");
}

/* The spellings in use; others are found by folding case, or by being the only folder there. */
static char *document_folder(const struct pack *p, const char *extract)
{
    static const char *const names[] = {"dokumenter", "DOKUMENTER", "dokument", "DOKUMENT"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (has_folder(p, extract, names[i]))
            return arena_printf(p->names, "%s/", names[i]);
    size_t skip = strlen(extract);
    for (size_t i = pack_first(p, extract); i < p->n && strncmp(p->entries[i].path, extract, skip) == 0; i++) {
        struct str name = first_folder(&p->entries[i], skip);
        if (str_ieq(name, "dokumenter") || str_ieq(name, "dokument") || str_ieq(name, "documents"))
            return arena_printf(p->names, "%.*s/", (int)name.n, name.p);
    }
    return is_extract(p, extract) ? only_folder_in(p, extract) : arena_strdup(p->names, "");
}

/* Sorts, marks twins, finds the layout. */
static enum rc settle(struct cx *cx, struct pack *p)
{
    qsort(p->entries, p->n, sizeof(*p->entries), by_path);
    mark_twins(p);
    TRY(mark_case(cx, p));
    TRY(make_index(cx, p));
    struct pack_layout *l = &p->layout;
    l->root = is_extract(p, "") || is_dias(p, "") ? "" : package_folder(p);
    if (!l->root)
        return cx_nomem(cx);
    l->dias = is_dias(p, l->root) && !is_extract(p, l->root);
    l->extract = l->dias ? arena_printf(p->names, "%scontent/", l->root) : l->root;
    l->documents = l->extract ? document_folder(p, l->extract) : NULL;
    return l->documents ? RC_OK : cx_nomem(cx);
}

/* ---------------------------------------------------------------- no extract */

/* The folder of the first member that makes an extract or a DIAS package; empty when there is none. */
static struct str folder_of_extract(const struct pack *p)
{
    static const char *const names[] = {"/dias-mets.xml", "/arkivstruktur.xml", "/arkivuttrekk.xml", "/addml.xml", ".tar"};
    for (size_t k = 0; k < COUNT_OF(names); k++)
        for (size_t i = 0; i < p->n; i++) {
            size_t n = strlen(p->entries[i].path), m = strlen(names[k]);
            if (p->entries[i].kind == PACK_FILE && n > m && streq(p->entries[i].path + n - m, names[k]))
                return (struct str){p->entries[i].path, names[k][0] == '/' ? n - m : n};
        }
    return STR("");
}

enum rc pack_no_extract(struct cx *cx, const struct pack *p)
{
    bool nb = cx->lang == LANG_NB;
    struct str at = folder_of_extract(p);
    if (p->layout.tar_faults & (PACK_TAR_CUT | PACK_TAR_HEADER))
        return err_setf(cx, RC_PACKAGE, NULL, nb ? "tar-filen er avkuttet eller skadet ved byte %" PRId64 ", og uttrekket er ikke "
                                                   "blant det som står foran"
                                                 : "the tar is cut off or damaged at byte %" PRId64 ", and the extract is not "
                                                   "in what stands before", p->layout.tar_fault_at);
    if (at.n > 0)
        return err_setf(cx, RC_PACKAGE, NULL, "%s %.*s", nb ? "uttrekket ligger ikke her, men i" : "the extract is not here but in",
                        (int)at.n, at.p);
    return pack_fault(cx, "her er verken arkivuttrekk.xml, arkivstruktur.xml eller dias-mets.xml",
                      "there is neither arkivuttrekk.xml, arkivstruktur.xml nor dias-mets.xml");
}

/* ---------------------------------------------------------------- opening */

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcasecmp(s + n - m, end) == 0;
}

/* The one tar in a folder of results that holds nothing a package would; NULL when it is none. */
static char *tar_within(struct arena *a, const char *path)
{
    DIR *d = opendir(path);
    char *found = NULL;
    struct dirent *e;
    while (d && (e = readdir(d)) != NULL) {
        bool package = streq(e->d_name, "arkivstruktur.xml") || streq(e->d_name, "arkivuttrekk.xml") ||
                       streq(e->d_name, "addml.xml") || streq(e->d_name, "content") ||
                       streq(e->d_name, "dias-mets.xml");
        bool tar = ends_with(e->d_name, ".tar");
        if (package || (tar && found)) {
            found = NULL;
            break;
        }
        if (tar)
            found = arena_printf(a, "%s/%s", path, e->d_name);
    }
    if (d)
        closedir(d);
    return found;
}

/* The submission description beside <uuid>.tar: <uuid>.xml or info.xml. */
static const char *description(struct arena *a, const char *tar)
{
    const char *slash = strrchr(tar, '/');
    int folder = slash ? (int)(slash - tar + 1) : 0, stem = (int)strlen(tar) - (ends_with(tar, ".tar") ? 4 : 0);
    char *own = arena_printf(a, "%.*s.xml", stem, tar);
    char *info = arena_printf(a, "%.*sinfo.xml", folder, tar);
    if (own && access(own, R_OK) == 0)
        return own;
    return info && access(info, R_OK) == 0 ? info : NULL;
}

static enum rc open_path(struct cx *cx, struct pack *p, const char *path)
{
    struct stat st;
    const char *inner = tar_within(p->names, path);
    if (inner)
        path = inner;
    p->layout.path = arena_strdup(p->names, path);
    if (!p->layout.path)
        return cx_nomem(cx);
    p->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (p->fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return err_set(cx, RC_PACKAGE, path, cx->lang == LANG_NB ? "stien finnes ikke" : "the path does not exist");
    if (p->fd < 0 || fstat(p->fd, &st) != 0)
        return pack_closed(cx, path, errno);
    if (S_ISDIR(st.st_mode))
        return pack_list_folder(cx, p);
    if (!S_ISREG(st.st_mode))
        return pack_fault(cx, "stien er verken mappe eller fil", "the path is neither folder nor file");
    p->size = st.st_size;
    p->layout.tar = true;
    p->layout.beside = description(p->names, path);
    return pack_list_tar(cx, p);
}

enum rc pack_open(struct cx *cx, const char *path, struct pack **ret)
{
    struct pack *p = mem_new(sizeof(*p));
    p->fd = -1;
    p->names = arena_new((size_t)PACK_NAMES_MOST);
    enum rc rc = p->names ? open_path(cx, p, path) : cx_nomem(cx);
    if (rc == RC_OK)
        rc = settle(cx, p);
    if (rc != RC_OK) {
        pack_close(&p);
        return rc;
    }
    *ret = p;
    return RC_OK;
}

void pack_close(struct pack **ref)
{
    if (!ref || !*ref)
        return;
    struct pack *p = *ref;
    if (p->fd >= 0)
        close(p->fd);
    free(p->entries);
    free(p->index);
    arena_free(&p->names);
    mem_free(p);
    *ref = NULL;
}
