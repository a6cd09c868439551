// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "random.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "hardened.h"

#define SAMPLE 8

static bool is_one_byte(const uint8_t *bytes, size_t size)
{
	size_t i = 1;

	while (i < size && bytes[i] == bytes[0])
		i++;
	return i == size;
}

/* What the source gives must differ from call to call. */
static bool is_stuck(const uint8_t *before, const uint8_t *after, const uint8_t *given, size_t size)
{
	if (memcmp(before, after, SAMPLE) == 0 || is_one_byte(before, SAMPLE) ||
	    is_one_byte(after, SAMPLE))
		return true;
	return size >= SAMPLE && (is_one_byte(given, size) || memcmp(given, before, SAMPLE) == 0 ||
				  memcmp(given, after, SAMPLE) == 0);
}

enum status random_read(random_draw draw, void *destination, size_t size)
{
	uint8_t before[SAMPLE];
	uint8_t after[SAMPLE];

	if (draw(before, SAMPLE) == OK && draw(destination, size) == OK &&
	    draw(after, SAMPLE) == OK && !is_stuck(before, after, destination, size))
		return OK;
	wipe(destination, size);
	return ERR_UNSUPPORTED;
}
