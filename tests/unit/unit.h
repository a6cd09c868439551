/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * unit.h - what unit tests start with.
 */
#ifndef HOLDFAST_TESTS_UNIT_H
#define HOLDFAST_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "status.h"

/* With the words in the message. */
#define assert_status(got, want) assert_string_equal(status_word(got), status_word(want))

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* xorshift64*: a test with random input prints its seed, and SEED=number repeats it. */
static inline uint64_t random_seed(void)
{
	const char *given = getenv("SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0)
			      : (uint64_t)(uintptr_t)&given * 2654435761u;

	print_message("SEED=%llu\n", (unsigned long long)(seed | 1));
	return seed | 1;
}

static inline uint64_t random_next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dull;
}

/* In [0, below). */
static inline size_t random_below(uint64_t *state, size_t below)
{
	return (size_t)(random_next(state) >> 16) % below;
}

#endif
