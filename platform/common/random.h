/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * random.h - a source of random numbers that repeats itself is none.
 */
#ifndef HOLDFAST_RANDOM_H
#define HOLDFAST_RANDOM_H

#include <stddef.h>

#include "status.h"

/* Draws size bytes. OK or ERR_UNSUPPORTED. */
typedef enum status (*random_draw)(void *destination, size_t size);

/*
 * Draw size bytes, and a few more before and after: ERR_UNSUPPORTED, and destination wiped, if the
 * source fails, if two draws were equal, or if one is a single byte over and over. No statistics:
 * this catches a source that is stuck, not one that is weak.
 */
enum status random_read(random_draw draw, void *destination, size_t size) MUST_CHECK;

#endif
