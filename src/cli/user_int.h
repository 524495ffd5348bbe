/* The password reader of the user commands. */
#ifndef SAMDRIFT_CLI_USER_INT_H
#define SAMDRIFT_CLI_USER_INT_H

#include "cli/cli_int.h"

enum { PASSWORD_MAX = 1025 };
/* Terminated; empty when standard input is. Complains itself. The caller wipes it. */
int password_read(struct cli *cli, char out[PASSWORD_MAX]);

#endif
