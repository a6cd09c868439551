// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* hardened.c - comparisons made twice, and wiping. */
#include "hardened.h"

#include <string.h>

enum status bytes_equal(const void *a, const void *b, size_t size, enum status unequal_is)
{
	/* volatile: each byte is really loaded, in both passes. */
	const volatile uint8_t *left = a;
	const volatile uint8_t *right = b;
	uintptr_t upward = 0;
	uintptr_t downward = 0;
	size_t compared = 0;

	if (unequal_is == OK || launder((uintptr_t)a) == launder((uintptr_t)b))
		return ERR_INTERNAL;
	for (size_t i = 0; i < size; i++, compared++)
		upward |= left[i] ^ right[i];
	for (size_t i = size; i > 0; i--, compared++)
		downward |= left[i - 1] ^ right[i - 1];
	if (size == 0 || launder(upward) != 0)
		return unequal_is;
	if (launder(compared) != 2 * launder(size))
		return ERR_INTERNAL;
	if (launder(downward) != 0)
		return unequal_is;
	/* Not a constant: a skipped branch above returns something other than OK. */
	return (enum status)((uintptr_t)OK ^ launder(upward) ^ launder(downward));
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
