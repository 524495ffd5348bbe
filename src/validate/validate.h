/*
 * validate – what is wrong with anybody's Noark 5 package.
 *
 * All tests of Arkade 5 under their ids and names, and our own from N5.101 on (tests.def), over a
 * folder, a DIAS folder or a tar, versions 3.0 to 5.0. Each XML file is read once, all tests at the
 * same time; document files are hashed beside it by other threads. Nothing stops at the first fault:
 * every finding is kept, on disk, so that a million of them need no memory.
 *
 * Numbers are the logically right ones. Where Arkade counts otherwise, `arkade` gives what it gives
 * (docs/validator-parity.md).
 */
#ifndef SAMDRIFT_VALIDATE_H
#define SAMDRIFT_VALIDATE_H

#include "base/base.h"

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_INFO, SEVERITY_COUNT };

struct validate_options {
    const char *schemas;          /* folder with the official schemas (v3.1/arkivstruktur.xsd …); may be NULL */
    bool arkade;                  /* numbers as Arkade counts them */
    bool no_documents;            /* leave the content of document files unread */
    /* Called now and then while XML is read and documents are waited for; may be NULL. */
    void (*progress)(void *arg, int64_t done, int64_t total);
    bool (*stop)(void *arg);      /* asked with the progress: the run then ends with RC_BUSY; may be NULL */
    void *arg;
};

struct validation;

/*
 * Runs all tests. RC_OK with findings or without; RC_PACKAGE when the path holds no package that can
 * be read at all, RC_IO when findings cannot be kept (temporary files), RC_NOMEM.
 */
enum rc validate_run(struct cx *cx, const char *path, const struct validate_options *options,
                     struct validation **ret) ATTR_CHECK;
void validation_free(struct validation **v);
int64_t validation_count(const struct validation *v, enum severity s);

/* The whole result as one JSON object:
 * {"package": {…}, "summary": {…}, "tests": [{"id", "name", "kind", "numbers": [{"label", "value"}],
 *  "errors", "warnings", "infos", "findings": [{"id", "severity", "file", "line", "place", "expected", "found", "what",
 *  "detail", "remedy"}]}]}; detail says which of the things that "what" stands for, when that is not in the others: the rule of the
 *  schema that is broken, the kind of unit. */
enum rc validation_json(struct cx *cx, struct validation *v, FILE *out) ATTR_CHECK;
/* One self-contained page for an archivist: summary, findings grouped and counted with first examples, numbers. */
enum rc validation_html(struct cx *cx, struct validation *v, FILE *out) ATTR_CHECK;
/* The same for a terminal. */
enum rc validation_text(struct cx *cx, struct validation *v, bool colour, FILE *out) ATTR_CHECK;

#endif
