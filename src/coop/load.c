/*
 * Members from a file: everything is checked before anything is written, and written in one go.
 * A fault is named by JSON pointer ("/members/2/orgnr").
 */
#include "coop/coop_int.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { FILE_MOST = 1 << 20, MEMBERS_MOST = 1000 };

static enum rc read_file(struct cx *cx, const char *path, struct buf *text)
{
    char block[4096];
    ssize_t n = 1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return err_set(cx, RC_NOT_FOUND, "path", NULL);
    if (fd < 0)
        return err_secret(cx, RC_IO, "coop: open members: errno %d", errno);
    while (n > 0 && !buf_failed(text)) {
        n = read(fd, block, sizeof(block));
        if (n > 0)
            buf_add(text, block, (size_t)n);
    }
    close(fd);
    if (n < 0)
        return err_secret(cx, RC_IO, "coop: read members: errno %d", errno);
    if (buf_failed(text))
        return err_setf(cx, RC_TOO_LARGE, NULL, "%d", FILE_MOST);
    return RC_OK;
}

/* Says where in the file the fault of the fields lies. */
static enum rc at_member(struct cx *cx, enum rc rc, size_t i)
{
    if (rc == RC_OK)
        return rc;
    char *field = arena_printf(cx->arena, "/members/%zu/%s", i, cx->err.field);
    if (field)
        cx->err.field = field;
    return rc;
}

static enum rc known_keys(struct cx *cx, json_t *object, const char *const *keys, size_t n)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) {
        size_t i = 0;
        while (i < n && !streq(key, keys[i]))
            i++;
        if (i == n)
            return err_set(cx, RC_FIELD_UNKNOWN, key, NULL);
    }
    return RC_OK;
}

static enum rc text_field(struct cx *cx, json_t *object, const char *key, bool needed, char *out,
                          size_t size)
{
    json_t *v = json_object_get(object, key);
    if (!v && needed)
        return err_set(cx, RC_FIELD_MISSING, key, NULL);
    if (!v)
        return RC_OK;
    if (!json_is_string(v))
        return err_set(cx, RC_FIELD_TYPE, key, "string");
    size_t n = json_string_length(v);
    if (n >= size)
        return err_setf(cx, RC_FIELD_LENGTH, key, "%zu", size - 1);
    memcpy(out, json_string_value(v), n + 1);
    return RC_OK;
}

static enum rc read_member(struct cx *cx, json_t *v, struct municipality *m)
{
    static const char *const keys[] = {"name", "number", "orgnr", "slug", "colour", "language",
                                       "note"};
    if (!json_is_object(v))
        return err_set(cx, RC_FIELD_TYPE, NULL, "object");
    TRY(known_keys(cx, v, keys, COUNT_OF(keys)));
    TRY(text_field(cx, v, "name", true, m->name, sizeof(m->name)));
    TRY(text_field(cx, v, "number", true, m->number, sizeof(m->number)));
    TRY(text_field(cx, v, "orgnr", false, m->orgnr, sizeof(m->orgnr)));
    TRY(text_field(cx, v, "slug", false, m->slug, sizeof(m->slug)));
    TRY(text_field(cx, v, "colour", false, m->colour, sizeof(m->colour)));
    TRY(text_field(cx, v, "language", false, m->language, sizeof(m->language)));
    return coop_municipality_check(cx, m);
}

/* Two members of the file with one number: the second would pass for one already there. */
static enum rc check_twice(struct cx *cx, const struct coop_load *l, const struct municipality *m)
{
    for (size_t i = 0; i < l->n; i++)
        if (streq(l->m[i].number, m->number))
            return err_set(cx, RC_TAKEN, "number", l->m[i].name);
    return RC_OK;
}

static enum rc read_members(struct cx *cx, json_t *root, struct coop_load *l)
{
    static const char *const keys[] = {"name", "host", "note", "members"};
    if (!json_is_object(root))
        return err_set(cx, RC_FIELD_TYPE, "/", "object");
    TRY(known_keys(cx, root, keys, COUNT_OF(keys)));
    TRY(text_field(cx, root, "name", false, l->name, sizeof(l->name)));
    json_t *members = json_object_get(root, "members");
    if (!members)
        return err_set(cx, RC_FIELD_MISSING, "members", NULL);
    if (!json_is_array(members))
        return err_set(cx, RC_FIELD_TYPE, "members", "array");
    size_t n = json_array_size(members);
    if (n > MEMBERS_MOST)
        return err_setf(cx, RC_FIELD_LENGTH, "members", "%d", MEMBERS_MOST);
    l->m = arena_array(cx->arena, n, sizeof(*l->m));
    if (!l->m)
        return cx_nomem(cx);
    for (; l->n < n; l->n++) {
        struct municipality *m = &l->m[l->n];
        TRY(at_member(cx, read_member(cx, json_array_get(members, l->n), m), l->n));
        TRY(at_member(cx, check_twice(cx, l, m), l->n));
    }
    return RC_OK;
}

static enum rc write_members(struct db *db, void *arg)
{
    struct coop_load *l = arg;
    l->added = l->present = 0; /* a write may be run again */
    if (l->name[0])
        TRY(db_run(db, "INSERT INTO cooperation (id, name) VALUES (1, ?) "
                       "ON CONFLICT (id) DO UPDATE SET name = excluded.name", "t", l->name));
    for (size_t i = 0; i < l->n; i++) {
        int64_t there;
        TRY(db_int(db, &there, 0, "SELECT COUNT(*) FROM municipality WHERE number = ?", "t",
                   l->m[i].number));
        if (there) {
            l->present++;
            continue;
        }
        TRY(at_member(db_cx(db), coop_municipality_insert(db, &l->m[i]), i));
        l->added++;
    }
    return RC_OK;
}

enum rc coop_load_read(struct cx *cx, struct str text, struct coop_load *ret)
{
    json_t *root;
    *ret = (struct coop_load){0};
    TRY(json_read(cx, text, &root));
    return read_members(cx, root, ret);
}

enum rc coop_load(struct cx *cx, struct store *s, const char *path, size_t *ret_added,
                  size_t *ret_present)
{
    struct coop_load l;
    struct space *sp;
    struct buf text;
    buf_init(&text, FILE_MOST);
    enum rc rc = read_file(cx, path, &text);
    if (rc == RC_OK)
        rc = coop_load_read(cx, buf_str(&text), &l);
    buf_free(&text);
    TRY(rc);
    TRY(store_space(cx, s, "system", false, NULL, NULL, &sp));
    TRY(store_write(cx, sp, write_members, &l));
    *ret_added = l.added;
    *ret_present = l.present;
    return RC_OK;
}
