/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * rndr.h - random numbers from the processor (FEAT_RNG).
 */
#ifndef HOLDFAST_RNDR_H
#define HOLDFAST_RNDR_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

/* Whether the processor has RNDR. */
bool rndr_present(void);

/* size bytes. ERR_UNSUPPORTED: not present, or the generator did not deliver. */
enum status rndr_read(void *destination, size_t size) MUST_CHECK;

#endif
