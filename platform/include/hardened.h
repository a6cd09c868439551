/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * hardened.h - decisions that do not hang on one instruction.
 *
 * The rule of the house: the kernel's entry address exists only masked with the
 * digests that were compared and signed (keys/proof.h), so no branch decides alone.
 * Where only an inequality decides (a rollback floor, a threshold), and where a
 * refusal should be reported early, these are used.
 */
#ifndef HOLDFAST_HARDENED_H
#define HOLDFAST_HARDENED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* The value, through a barrier: the compiler may not assume it is the one it knew before. */
static inline uintptr_t launder(uintptr_t value)
{
	__asm__ volatile("" : "+r"(value));
	return value;
}

/*
 * Whether size bytes at a and b are equal: compared twice, once from each end, in constant
 * time, with a counter that proves both loops ran. OK if equal, otherwise unequal_is
 * (never OK). size 0 is unequal: nothing was compared. ERR_INTERNAL: a counter that does not
 * add up, or a and b at one address (a flipped pointer bit would compare a value with itself).
 * Do not use memcmp() for a decision.
 */
enum status bytes_equal(const void *a, const void *b, size_t size,
			enum status unequal_is) MUST_CHECK;

/*
 * Whether a >= b, evaluated twice on laundered copies. OK if so, otherwise
 * less_is (never OK). The two evaluations disagreeing is ERR_INTERNAL.
 */
enum status at_least(uint32_t a, uint32_t b, enum status less_is) MUST_CHECK;

/* Overwrite size bytes with zeros; not removed by the optimiser. */
void wipe(void *at, size_t size);

#endif
