// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* stage_seeds.c - see stage_seeds.h (Devicetree Specification 0.4, chapter 5). */
#include "stage_seeds.h"

#include <string.h>

#define OFF_STRUCTURE 8
#define OFF_STRINGS 12
#define SIZE_STRINGS 32
#define SIZE_STRUCTURE 36

#define BEGIN_NODE 1u
#define END_NODE 2u
#define PROPERTY 3u
#define NOP 4u

#define BROKEN SIZE_MAX

static bool is_seed(struct span strings, uint32_t offset)
{
	static const char names[][16] = { "kaslr-seed", "rng-seed" };
	struct span name;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (offset < strings.size && strings.at[offset] == (uint8_t)names[i][0] &&
		    span_sub(strings, offset, strlen(names[i]) + 1, &name) == OK &&
		    memcmp(name.at, names[i], name.size) == 0)
			return true;
	return false;
}

/* Bytes behind a token: a name, or a property's two cells and its value. Of at most left. */
static size_t behind(uint32_t token, const uint8_t *at, size_t left)
{
	const uint8_t *end;
	size_t size = 0;

	if (token == END_NODE || token == NOP)
		return 0;
	if (token == PROPERTY && left >= 8) {
		size = 8 + (size_t)load_be32(at);
	} else if (token == BEGIN_NODE) {
		end = memchr(at, 0, left);
		size = end ? (size_t)(end - at) + 1 : 0;
	}
	size = (size + 3) & ~(size_t)3;
	return size == 0 || size > left ? BROKEN : size;
}

/* Volatile: nobody here reads them again. */
static void clear(volatile uint8_t *at, size_t size)
{
	while (size-- > 0)
		*at++ = 0;
}

void stage_seeds_forget(struct span copy, void *original)
{
	uint8_t *tree = (uint8_t *)(uintptr_t)copy.at;
	struct span strings;
	size_t at, end, size;

	if (copy.size == 0)
		return;
	strings = (struct span){ tree + load_be32(tree + OFF_STRINGS),
				 load_be32(tree + SIZE_STRINGS) };
	at = load_be32(tree + OFF_STRUCTURE);
	end = at + load_be32(tree + SIZE_STRUCTURE);
	for (; at < end; at += size) {
		uint32_t token = load_be32(tree + at);

		at += 4;
		size = behind(token, tree + at, end - at);
		if (size == BROKEN)
			return;
		if (token != PROPERTY || !is_seed(strings, load_be32(tree + at + 4)))
			continue;
		clear(tree + at + 8, size - 8);
		clear((uint8_t *)original + at + 8, size - 8);
	}
}
