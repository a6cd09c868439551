/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* fit_list.h - going through a string list once, front to back; inside this floor only. */
#ifndef HOLDFAST_FIT_LIST_H
#define HOLDFAST_FIT_LIST_H

#include <stdbool.h>

#include "span.h"

/*
 * Take the first string off the list: *string is it without its NUL (which stands behind it). False
 * at the end and for a value that does not end in NUL.
 */
bool fit_list_next(struct span *list, struct span *string);

#endif
