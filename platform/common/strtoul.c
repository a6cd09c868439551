// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * strtoul.c - the one function of <stdlib.h> that libfdt calls (fdt_overlay.c, for the offset in a
 * fixup), for targets without a C library. Decimal only; any other base reads nothing.
 */
#include <limits.h>
#include <stdint.h>

unsigned long strtoul(const char *restrict text, char **restrict end, int base);

unsigned long strtoul(const char *restrict text, char **restrict end, int base)
{
	unsigned long value = 0;

	for (; base == 10 && *text >= '0' && *text <= '9'; text++) {
		unsigned long digit = (unsigned long)(*text - '0');

		value = value > (ULONG_MAX - digit) / 10 ? ULONG_MAX : value * 10 + digit;
	}
	if (end)
		*end = (char *)(uintptr_t)text;
	return value;
}
