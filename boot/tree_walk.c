// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* tree_walk.c - one pass over a structure block. */
#include "tree_walk.h"

#include <string.h>

#include <libfdt.h>

void tree_walk(struct tree_walk *walk, const void *fdt)
{
	const uint8_t *at = fdt;
	struct span whole = { at, fdt_totalsize(fdt) };

	*walk = (struct tree_walk){ .depth = 0 };
	walk->broken = span_sub(whole, fdt_off_dt_struct(fdt), fdt_size_dt_struct(fdt),
				&walk->structure) != OK ||
		       span_sub(whole, fdt_off_dt_strings(fdt), fdt_size_dt_strings(fdt),
				&walk->strings) != OK;
}

/* The NUL-terminated string at offset of block; NULL if it does not end there. */
static const char *string_at(struct span block, uint32_t offset)
{
	if (offset >= block.size || !memchr(block.at + offset, 0, block.size - offset))
		return NULL;
	return (const char *)block.at + offset;
}

static bool take_word(struct tree_walk *walk, uint32_t *word)
{
	if (!range_inside(walk->structure.size, walk->next, 4))
		return false;
	*word = load_be32(walk->structure.at + walk->next);
	walk->next += 4;
	return true;
}

/* Pass size bytes and what fills them up to a cell. */
static bool pass(struct tree_walk *walk, uint32_t size)
{
	if (!range_inside(walk->structure.size, walk->next, (uint64_t)size + 3))
		return false;
	walk->next += (size + 3) & ~3u;
	return true;
}

static bool begin_node(struct tree_walk *walk)
{
	walk->name = string_at(walk->structure, walk->next);
	if (!walk->name || !pass(walk, (uint32_t)strlen(walk->name) + 1))
		return false;
	walk->token = TREE_NODE;
	walk->depth++;
	return true;
}

static bool property(struct tree_walk *walk)
{
	uint32_t size;
	uint32_t name;

	if (!take_word(walk, &size) || !take_word(walk, &name))
		return false;
	walk->name = string_at(walk->strings, name);
	if (!walk->name || span_sub(walk->structure, walk->next, size, &walk->value) != OK)
		return false;
	walk->token = TREE_PROPERTY;
	return pass(walk, size);
}

/* depth of an ended node is given once more, then its parent's. */
static bool end_node(struct tree_walk *walk)
{
	walk->token = TREE_NODE_END;
	return walk->depth > 0;
}

static bool token(struct tree_walk *walk, uint32_t word)
{
	if (word == FDT_BEGIN_NODE)
		return begin_node(walk);
	if (word == FDT_PROP)
		return property(walk);
	return word == FDT_END_NODE && end_node(walk);
}

bool tree_next(struct tree_walk *walk)
{
	uint32_t word;

	if (walk->broken)
		return false;
	if (walk->token == TREE_NODE_END)
		walk->depth--;
	do {
		walk->offset = (int)walk->next;
		if (!take_word(walk, &word)) {
			walk->broken = true;
			return false;
		}
	} while (word == FDT_NOP);
	if (word == FDT_END) {
		walk->broken = walk->depth != 0;
		return false;
	}
	walk->broken = !token(walk, word);
	return !walk->broken;
}

int tree_child(const void *fdt, const char *name)
{
	size_t length = strlen(name);
	struct tree_walk walk;

	tree_walk(&walk, fdt);
	while (tree_next(&walk))
		if (walk.token == TREE_NODE && walk.depth == 2 &&
		    strncmp(walk.name, name, length) == 0 &&
		    (walk.name[length] == '\0' || walk.name[length] == '@'))
			return walk.offset;
	return -1;
}
