// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * gpt_crc32.c - one table look-up a byte; the table is made at run time, it costs less than its
 * room in flash.
 */
#include "gpt_crc32.h"

static uint32_t table[256];

static void fill_table(void)
{
	uint32_t i;

	for (i = 0; i < 256; i++) {
		uint32_t c = i;
		unsigned bit;

		for (bit = 0; bit < 8; bit++)
			c = c >> 1 ^ (0xedb88320u & (0u - (c & 1)));
		table[i] = c;
	}
}

uint32_t gpt_crc32(uint32_t crc, const void *data, size_t size)
{
	const uint8_t *at = data;
	const uint8_t *end = at + size;

	if (table[1] == 0)
		fill_table();
	crc = ~crc;
	while (at < end)
		crc = crc >> 8 ^ table[(crc ^ *at++) & 0xff];
	return ~crc;
}
