// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * strtoul.c - the one function libfdt wants that no string.c has: fdt_overlay.c reads the offset in
 * a __fixups__ entry with it, in base 10.
 */
#include <limits.h>
#include <stdlib.h>

unsigned long strtoul(const char *restrict text, char **restrict end, int base)
{
	unsigned long value = 0;
	const char *at = text;

	for (; base == 10 && *at >= '0' && *at <= '9'; at++) {
		unsigned long digit = (unsigned long)(*at - '0');

		if (value > (ULONG_MAX - digit) / 10)
			value = ULONG_MAX;
		else
			value = value * 10 + digit;
	}
	if (end)
		*end = (char *)(size_t)at;
	return value;
}
