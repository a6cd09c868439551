/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * patience.h - how long to wait for somebody else: HOLDFAST_TIMEOUT seconds, 60 if it is not set.
 */
#ifndef HOLDFAST_KEYS_PATIENCE_H
#define HOLDFAST_KEYS_PATIENCE_H

#include "tool.h"

/* Seconds. Exits with EXIT_USAGE if the variable is not a number from 1 to 86400. */
unsigned patience_seconds(void);

/* Milliseconds of a clock that nobody sets; and its value when patience, beginning now, is over. */
uint64_t patience_now(void);
uint64_t patience_end(void);

/*
 * Sleep for *pause milliseconds, not beyond end, and double *pause up to 2 s. False, at once: it is
 * past end.
 */
bool patience_sleep(unsigned *pause, uint64_t end);

#endif
