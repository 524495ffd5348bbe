/*
 * Citizens: who has logged in as one of the public. A national id number is found by a keyed hash and
 * kept sealed; it stands in no log and no other table of this room.
 */
#include "login/login_int.h"

struct arrival {
    const char *id, *index, *sealed;
};

static enum rc find(struct cx *cx, struct login *l, const char *column, const char *sql, char **ret)
{
    struct db *db;
    TRY(store_read_begin(cx, l->space, &db));
    enum rc rc = db_text(db, ret, sql, "t", column);
    store_read_end(&db);
    return rc;
}

static enum rc insert(struct db *db, void *arg)
{
    const struct arrival *a = arg;
    return db_run(db, "INSERT INTO borger (id, pid_indeks, pid, opprettet) VALUES (?, ?, ?, ?) "
                      "ON CONFLICT (pid_indeks) DO NOTHING", "ttti", a->id, a->index, a->sealed,
                  db_cx(db)->now);
}

static enum rc meet(struct cx *cx, struct login *l, struct str pid, const char *index)
{
    char id[UUID_TEXT_MAX], *sealed;
    uuid_new(id);
    TRY(seal_close(cx, &l->seal, id, pid, &sealed));
    struct arrival a = {id, index, sealed};
    return store_write(cx, l->space, insert, &a);
}

enum rc login_citizen(struct cx *cx, struct login *l, struct str pid, struct person *ret)
{
    static const char by_index[] = "SELECT id FROM borger WHERE pid_indeks = ?";
    char index[SHA256_HEX_MAX], *id;
    if (!national_id_valid(pid))
        return err_set(cx, RC_LOGIN_FAILED, NULL, NULL);
    seal_index(&l->seal, pid, index);
    TRY(find(cx, l, index, by_index, &id));
    if (!id) {
        TRY(meet(cx, l, pid, index));
        TRY(find(cx, l, index, by_index, &id));
    }
    if (!id)
        return err_secret(cx, RC_IO, "a citizen was not kept");
    *ret = (struct person){.known = true, .citizen = true};
    snprintf(ret->id, sizeof(ret->id), "%s", id);
    return RC_OK;
}

enum rc login_citizen_pid(struct cx *cx, struct login *l, const struct person *p, char ret[PID_MAX])
{
    char *sealed, *pid;
    TRY(find(cx, l, p->id, "SELECT pid FROM borger WHERE id = ?", &sealed));
    if (!p->citizen || !sealed)
        return err_set(cx, RC_NOT_FOUND, NULL, NULL);
    TRY(seal_break(cx, &l->seal, p->id, sealed, &pid));
    snprintf(ret, PID_MAX, "%s", pid);
    explicit_bzero(pid, strlen(pid));
    return RC_OK;
}
