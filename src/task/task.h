/*
 * task – what somebody has to do, and by when (oppgaver og frister).
 *
 * A task lies in the municipality's database and hangs on a mappe and, as a rule, a registrering. It
 * carries no title: who lists tasks reads the mappe through the archive, whose gate decides what is
 * shown. A task is open until it is done; meanwhile its clock may be paused with a reason (waiting for
 * the applicant), and what it was paused for is added to the deadline.
 *
 * Deadlines are days in Norway and run out at their end. Working days are Monday to Friday that are no
 * public holiday (lov 24. februar 1995 nr. 12 om helligdager, lov 26. april 1947 nr. 1 om 1. og 17. mai).
 */
#ifndef SAMDRIFT_TASK_H
#define SAMDRIFT_TASK_H

#include "archive/archive.h"

/* ------------------------------------------------------------------ deadlines */

/* Monday to Friday and no public holiday? day as of time_day. */
bool frist_workday(int64_t day);
/* The end of the n-th working day after t (offentleglova § 32: five). */
int64_t frist_workdays(int64_t t, int n);
/* The end of the n-th day after t; where that is no working day, of the next one that is (domstolloven § 149). */
int64_t frist_days(int64_t t, int n);
/* Working days left from now to the deadline; negative when it has passed; 0 on its day. */
int frist_left(int64_t now, int64_t frist);

/* ------------------------------------------------------------------ tasks */

enum oppgave_slag {
#define SLAG(id, name) OPPGAVE_##id,
#include "task/slag.def"
#undef SLAG
    OPPGAVE_SLAG
};

struct oppgave {
    char id[UUID_TEXT_MAX];
    enum oppgave_slag slag;
    char mappe[UUID_TEXT_MAX], registrering[UUID_TEXT_MAX];   /* systemIDs; "" when it hangs on none */
    const char *enhet;             /* administrativEnhet; "" when none has it */
    char person[UUID_TEXT_MAX];    /* the bruker it is given to; "" when the unit has it */
    const char *person_navn;
    int64_t opprettet, frist;
    int64_t pauset;                /* since when; 0 when the clock runs */
    const char *grunn;             /* why it is paused */
    int64_t utfoert;               /* 0 while it is open */
};

/* Once, before the first vault is opened. */
void task_open(struct archive *a);
/*
 * Makes the task; id and opprettet are set. Inside archive_together it is part of that write; so are
 * the other changes below. The caller's right to the mappe is the caller's duty.
 */
enum rc oppgave_add(struct call *c, struct oppgave *o) ATTR_CHECK;
enum rc oppgave_get(struct call *c, const char *id, struct oppgave *ret) ATTR_CHECK;
/* Given to a person (id and name of the bruker, "" and "": to nobody) of a unit (NULL: as before). */
enum rc oppgave_assign(struct call *c, const char *id, const char *person, const char *navn, const char *enhet) ATTR_CHECK;
/* The caller takes it. RC_TRANSITION when another has it (detail: the name) or it is done; RC_OK when it is the caller's. */
enum rc oppgave_take(struct call *c, const char *id) ATTR_CHECK;
/* The clock stops, and goes on. RC_TRANSITION when it is so already, or the task is done. */
enum rc oppgave_pause(struct call *c, const char *id, const char *grunn) ATTR_CHECK;
enum rc oppgave_resume(struct call *c, const char *id) ATTR_CHECK;
/* Done; RC_OK also when it was. */
enum rc oppgave_done(struct call *c, const char *id) ATTR_CHECK;

enum { OPPGAVE_ENHETER = 16 };
struct oppgave_filter {
    const char *person, *enhet, *mappe, *registrering;   /* NULL: any; enhet: tasks nobody of the unit has taken */
    const char *const *enheter;    /* tasks of any of these units, at most OPPGAVE_ENHETER; NULL: of any */
    size_t enheter_n;
    bool untaken;                  /* only what nobody has taken */
    bool done;                     /* those that are done, newest first, in place of the open ones by deadline */
    int64_t before;                /* only deadlines before this; 0: any */
    int64_t skip, most;            /* most at least 1 */
};
/* In the arena; *ret_total counts all that the filter finds. */
enum rc oppgave_list(struct call *c, const struct oppgave_filter *f, struct oppgave **ret, size_t *ret_n,
                     int64_t *ret_total) ATTR_CHECK;

#endif
