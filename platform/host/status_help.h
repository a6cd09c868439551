/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * status_help.h - what a reason code means and what to do about it, for the programs
 * of the host. The texts stand in STATUS_TABLE (status.h), where a loader ignores them.
 */
#ifndef HOLDFAST_STATUS_HELP_H
#define HOLDFAST_STATUS_HELP_H

#include <stdbool.h>

#include "status.h"

/*
 * What a code says, and what to do next: a sentence each that ends with a full stop, at
 * most 84 characters, without quotes or line ends. Constant strings, never NULL: of OK and
 * of a value that is no code, those of "internal".
 */
const char *status_meaning(enum status why);
const char *status_fix(enum status why);

/*
 * The code that status_word() writes as word, to *why; false, and *why untouched, if
 * there is none ("ok" is none).
 */
bool status_from_word(const char *word, enum status *why) MUST_CHECK;

#endif
