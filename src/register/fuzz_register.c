/* Any answer of a register is read as each kind there is; what is told of it is text, and within its limits. */
#include <stdlib.h>

#include "register/register_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PID "21876010019"

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static void persons(struct cx *cx, json_t *answer)
{
    struct register_person p;
    struct register_barn *barn;
    const char *pids[REGISTER_LIST_MAX];
    size_t n;
    if (person_read(cx, answer, PID, &p) == RC_OK)
        demand(*p.navn && (!p.beskyttet || !*p.adresse.gate));
    err_clear(cx);
    if (relations_read(cx, answer, PID, pids, &n) == RC_OK)
        for (size_t i = 0; i < n; i++)
            demand(strlen(pids[i]) == REGISTER_PID_MAX - 1);
    err_clear(cx);
    if (barn_read(cx, answer, PID, &barn, &n) == RC_OK)
        demand(n <= REGISTER_LIST_MAX);
    err_clear(cx);
}

static void others(struct cx *cx, json_t *answer)
{
    struct register_rolle_i *roller;
    struct register_enhet e;
    struct register_eiendom *all, one = {.kommunenr = "3212", .gnr = 7, .bnr = 70};
    size_t n;
    if (roller_read(cx, answer, &roller, &n) == RC_OK)
        for (size_t i = 0; i < n; i++)
            demand(org_number_valid(str_of(roller[i].orgnr)) && roller[i].rolle < ROLLER);
    err_clear(cx);
    if (enhet_read(cx, answer, "974760673", &e) == RC_OK)
        demand(*e.navn);
    err_clear(cx);
    if (eiendommer_read(cx, answer, &all, &n) == RC_OK)
        for (size_t i = 0; i < n; i++)
            demand(all[i].gnr > 0 && strlen(all[i].kommunenr) == 4);
    err_clear(cx);
    if (eiendom_read(cx, answer, &one) == RC_OK)
        demand(one.bnr == 70);
    err_clear(cx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cx cx;
    json_t *answer;
    cx_open(&cx, (size_t)MiB(16));
    cx.now = 1795824000000000;
    if (json_read(&cx, (struct str){(const char *)data, size}, &answer) == RC_OK) {
        persons(&cx, answer);
        others(&cx, answer);
    }
    cx_close(&cx);
    return 0;
}
