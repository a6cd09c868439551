/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "guid.h"

#include <string.h>

#include "digest.h"
#include "tool.h"

bool guid_parse_text_order(const char *text, uint8_t bytes[16])
{
	char digits[33];
	size_t i, count = 0, size;

	if (strlen(text) != 36)
		return false;
	for (i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if ((text[i] == '-') != dash)
			return false;
		if (!dash)
			digits[count++] = text[i];
	}
	digits[count] = '\0';
	return parse_hex(digits, bytes, 16, &size) && size == 16;
}

void guid_swap(const uint8_t from[16], uint8_t to[16])
{
	static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	size_t i;

	for (i = 0; i < 16; i++)
		to[i] = from[order[i]];
}

bool guid_parse(const char *text, uint8_t disk[16])
{
	uint8_t bytes[16];

	if (!guid_parse_text_order(text, bytes))
		return false;
	guid_swap(bytes, disk);
	return true;
}

void guid_derive(const char *seed, const char *name, uint8_t disk[16])
{
	uint8_t bytes[DIGEST_SIZE_MAX];
	struct digest digest;

	/* The NUL behind the seed keeps seed and name apart. */
	if (digest_begin(&digest, DIGEST_SHA256) != OK ||
	    digest_update(&digest, seed, strlen(seed) + 1) != OK ||
	    digest_update(&digest, name, strlen(name)) != OK || digest_finish(&digest, bytes) != OK)
		fail(EXIT_INTERNAL, "digest failed");
	bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x80); /* version 8 of RFC 9562: vendor */
	bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
	guid_swap(bytes, disk);
}
