// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* hardened.c - comparisons made twice, and wiping. */
#include "hardened.h"

#include <string.h>

typedef uintptr_t word __attribute__((may_alias));

/* What two passes found: differences, and the bytes compared. */
struct passes {
	uintptr_t upward;
	uintptr_t downward;
	size_t compared;
};

/* volatile: everything is really loaded, in both passes. */
static inline uintptr_t difference(const volatile uint8_t *left, const volatile uint8_t *right,
				   size_t step)
{
	if (step == 1)
		return *left ^ *right;
	return *(const volatile word *)left ^ *(const volatile word *)right;
}

/* step is a constant where this is used, and no register that a fault could leave as it was. */
static inline __attribute__((always_inline)) struct passes
compare(const volatile uint8_t *left, const volatile uint8_t *right, size_t size, size_t step)
{
	struct passes passes = { 0, 0, 0 };

	for (size_t i = 0; i < size; i += step, passes.compared += step)
		passes.upward |= difference(left + i, right + i, step);
	for (size_t i = size; i > 0; i -= step, passes.compared += step)
		passes.downward |= difference(left + i - step, right + i - step, step);
	return passes;
}

enum status bytes_equal(const void *a, const void *b, size_t size, enum status unequal_is)
{
	struct passes passes;

	if (unequal_is == OK || launder((uintptr_t)a) == launder((uintptr_t)b))
		return ERR_INTERNAL;
	/* Digests are whole words in most places. */
	if ((((uintptr_t)a | (uintptr_t)b | size) & (sizeof(word) - 1)) == 0)
		passes = compare(a, b, size, sizeof(word));
	else
		passes = compare(a, b, size, 1);
	if (size == 0 || launder(passes.upward) != 0)
		return unequal_is;
	if (launder(passes.compared) != 2 * launder(size))
		return ERR_INTERNAL;
	if (launder(passes.downward) != 0)
		return unequal_is;
	/* Not a constant: a skipped branch above returns something other than OK. */
	return (enum status)((uintptr_t)OK ^ launder(passes.upward) ^ launder(passes.downward));
}

enum status at_least(uint32_t a, uint32_t b, enum status less_is)
{
	uintptr_t first = launder(a) >= launder(b);
	uintptr_t second = launder(b) <= launder(a);

	if (less_is == OK || launder(first) != launder(second))
		return ERR_INTERNAL;
	if (launder(first) != 1)
		return less_is;
	if (launder(second) != 1)
		return less_is;
	return OK;
}

void wipe(void *at, size_t size)
{
	memset(at, 0, size);
	__asm__ volatile("" : : "r"(at) : "memory");
}
