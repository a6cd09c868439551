// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "banner.h"

#include <string.h>

static void add(struct banner *banner, const char *text, size_t size)
{
	memcpy(banner->text + banner->size, text, size);
	banner->size += size;
	banner->text[banner->size] = '\0';
}

void banner_word(struct banner *banner, const char *key, const char *value)
{
	size_t key_size = strlen(key);
	size_t value_size = strlen(value);

	if (key_size + value_size + 2 >= sizeof(banner->text) - banner->size)
		return;
	add(banner, " ", 1);
	add(banner, key, key_size);
	add(banner, "=", 1);
	add(banner, value, value_size);
}

void banner_address(struct banner *banner, const char *key, uint64_t value)
{
	char text[2 + 16 + 1] = "0x";
	size_t size = 2;

	for (int shift = 60; shift >= 0; shift -= 4)
		if (shift == 0 || value >> shift != 0)
			text[size++] = "0123456789abcdef"[(value >> shift) & 0xf];
	text[size] = '\0';
	banner_word(banner, key, text);
}
