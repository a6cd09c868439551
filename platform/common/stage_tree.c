// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * stage_tree.c - see stage_tree.h (Devicetree Specification 0.4, chapter 5).
 */
#include "stage_tree.h"

#include <string.h>

#include "stage_header.h"

#define BEGIN_NODE 1u
#define END_NODE 2u
#define PROPERTY 3u
#define NOP 4u

/* Nodes deeper than this have nothing for us: children of /reserved-memory and /cpus. */
#define DEPTH_MAX 2

/* "reg", not yet read: it takes the parent's cells. */
struct cells {
	const uint32_t *at;
	uint32_t left; /* cells */
};

/* What a node says, gathered property by property. */
struct node {
	struct cells reg;
	unsigned seen; /* properties, by bit */
	bool known;    /* its properties are over and have been acted on */
	bool memory, disabled, no_map, wanted_bus, bad_reg;
	bool reserved_memory, psci, cpus; /* by name */
	bool cpu, by_psci;                /* a processor, that firmware starts */
	enum stage_conduit method;
	uint32_t address_cells, size_cells; /* for its children */
};

struct walk {
	const uint32_t *at;
	const uint32_t *end; /* of the structure block */
	struct span strings;
	const char *bus;
	struct stage_facts *facts;
	struct node nodes[DEPTH_MAX + 1]; /* by depth; the root's is 0 */
	uint32_t open;                    /* nodes we are in */
};

/* The next number of `count` cells. False: not enough of them, or it does not fit in 64 bits. */
static bool take(struct cells *reg, uint32_t count, uint64_t *value)
{
	*value = 0;
	if (count > reg->left)
		return false;
	for (; count > 0; count--, reg->at++, reg->left--) {
		if (*value >> 32 != 0)
			return false;
		*value = *value << 32 | stage_word(reg->at);
	}
	return true;
}

static bool take_range(struct cells *reg, const struct node *parent, struct stage_range *range)
{
	return parent->address_cells >= 1 && parent->address_cells <= 3 &&
	       parent->size_cells >= 1 && parent->size_cells <= 2 &&
	       take(reg, parent->address_cells, &range->base) &&
	       take(reg, parent->size_cells, &range->size) &&
	       range_inside(STAGE_ADDRESS_LIMIT, range->base, range->size);
}

static enum status add(struct stage_ranges *ranges, const struct stage_range *range)
{
	if (range->size == 0)
		return OK;
	if (ranges->count == STAGE_RANGES_MAX)
		return ERR_BAD_DTB;
	ranges->range[ranges->count++] = *range;
	return OK;
}

static enum status add_all(struct node *node, const struct node *parent,
			   struct stage_ranges *ranges)
{
	struct stage_range range = { .no_map = node->no_map };

	if (node->bad_reg)
		return ERR_BAD_DTB;
	while (node->reg.left != 0) {
		if (!take_range(&node->reg, parent, &range))
			return ERR_BAD_DTB;
		TRY(add(ranges, &range));
	}
	return OK;
}

/* The node we are in, if it can have something for us. */
static struct node *current(struct walk *walk)
{
	return walk->open >= 1 && walk->open <= DEPTH_MAX + 1 ? &walk->nodes[walk->open - 1] : NULL;
}

static enum status act_on_child_of_root(struct node *node, struct stage_facts *facts)
{
	const struct node *root = node - 1;

	if (node->psci)
		facts->psci = node->method;
	if (node->disabled)
		return OK;
	if (node->memory)
		return add_all(node, root, &facts->memory);
	if (node->wanted_bus && facts->bus.size == 0 &&
	    (node->bad_reg || !take_range(&node->reg, root, &facts->bus)))
		return ERR_BAD_DTB;
	return OK;
}

/* What is odd about a processor only means that nobody starts it. */
static void add_cpu(struct node *node, const struct node *cpus, struct stage_facts *facts)
{
	uint64_t affinity;

	if (node->cpu && node->by_psci && !node->disabled && !node->bad_reg &&
	    facts->cpu_count < STAGE_CPUS_MAX && take(&node->reg, cpus->address_cells, &affinity))
		facts->cpus[facts->cpu_count++] = affinity;
}

/* The properties of the node we are in are over: with its first child, or its end. */
static enum status act(struct walk *walk)
{
	struct node *node = current(walk);

	if (!node || node->known)
		return OK;
	node->known = true;
	if (walk->open == 2)
		return act_on_child_of_root(node, walk->facts);
	if (walk->open == 3 && (node - 1)->reserved_memory)
		return add_all(node, node - 1, &walk->facts->reserved);
	if (walk->open == 3 && (node - 1)->cpus)
		add_cpu(node, node - 1, walk->facts);
	return OK;
}

/* Whether the string of at most size bytes is this one, NUL included. */
static bool is(const char *string, size_t size, const char *wanted)
{
	for (size_t i = 0; i < size && string[i] == wanted[i]; i++)
		if (wanted[i] == '\0')
			return true;
	return false;
}

/* The properties that matter; a table of arrays, because pointers would need relocation. */
enum property {
	REG,
	DEVICE_TYPE,
	STATUS,
	NO_MAP,
	METHOD,
	COMPATIBLE,
	ADDRESS_CELLS,
	SIZE_CELLS,
	ENABLE_METHOD
};
#define PROPERTIES 9
static const char names[PROPERTIES][16] = {
	"reg",        "device_type",    "status",      "no-map",       "method",
	"compatible", "#address-cells", "#size-cells", "enable-method"
};

/* The property whose name is at offset in the strings block; PROPERTIES if it is none of ours. */
static unsigned property_named(const struct walk *walk, uint32_t offset)
{
	const char *name = (const char *)walk->strings.at + offset;
	unsigned i = 0;

	if (offset >= walk->strings.size)
		return PROPERTIES;
	while (i < PROPERTIES && !is(name, walk->strings.size - offset, names[i]))
		i++;
	return i;
}

static enum stage_conduit method(const char *text, uint32_t size)
{
	if (is(text, size, "smc"))
		return STAGE_SMC;
	return is(text, size, "hvc") ? STAGE_HVC : STAGE_NO_PSCI;
}

/* One property of a node that may matter. Of two with one name the first counts, as in libfdt. */
static void keep(const struct walk *walk, struct node *node, uint32_t name, const uint32_t *value,
		 uint32_t size)
{
	const char *text = (const char *)value;
	unsigned property = property_named(walk, name);

	if ((node->seen & 1u << property) != 0)
		return;
	node->seen |= 1u << property;
	if (property == REG) {
		node->reg = (struct cells){ value, size / 4 };
		node->bad_reg = size % 4 != 0;
	} else if (property == DEVICE_TYPE) {
		node->memory = is(text, size, "memory");
		node->cpu = is(text, size, "cpu");
	} else if (property == STATUS) {
		node->disabled = !is(text, size, "okay") && !is(text, size, "ok");
	} else if (property == NO_MAP) {
		node->no_map = true;
	} else if (property == METHOD) {
		node->method = method(text, size);
	} else if (property == COMPATIBLE) {
		node->wanted_bus = walk->bus && is(text, size, walk->bus);
	} else if (property == ADDRESS_CELLS) {
		node->address_cells = size == 4 ? stage_word(value) : 0;
	} else if (property == SIZE_CELLS) {
		node->size_cells = size == 4 ? stage_word(value) : 0;
	} else if (property == ENABLE_METHOD) {
		node->by_psci = is(text, size, "psci");
	}
}

/* Words from at to the end of the block. */
static size_t words_left(const struct walk *walk)
{
	return (size_t)(walk->end - walk->at);
}

static enum status property(struct walk *walk)
{
	struct node *node = current(walk);
	uint32_t size;
	uint32_t name;

	if (walk->open == 0 || words_left(walk) < 2 || (node && node->known))
		return ERR_BAD_DTB;
	size = stage_word(walk->at);
	name = stage_word(walk->at + 1);
	walk->at += 2;
	if (size > words_left(walk) * 4)
		return ERR_BAD_DTB;
	if (node)
		keep(walk, node, name, walk->at, size);
	walk->at += (size + 3) / 4;
	return OK;
}

static enum status begin_node(struct walk *walk)
{
	const char *name = (const char *)walk->at;
	const char *end = memchr(name, '\0', words_left(walk) * 4);
	struct node *node;
	size_t size;

	if (!end)
		return ERR_BAD_DTB;
	size = (size_t)(end - name);
	walk->at += size / 4 + 1;
	TRY(act(walk));
	walk->open++;
	node = current(walk);
	if (!node)
		return OK;
	*node = (struct node){ .address_cells = 2, .size_cells = 1 };
	node->reserved_memory = walk->open == 2 && is(name, size + 1, "reserved-memory");
	node->psci = walk->open == 2 && is(name, size + 1, "psci");
	node->cpus = walk->open == 2 && is(name, size + 1, "cpus");
	return OK;
}

static enum status end_node(struct walk *walk)
{
	if (walk->open == 0)
		return ERR_BAD_DTB;
	TRY(act(walk));
	walk->open--;
	return OK;
}

/*
 * The root node, to its end; what follows is for the core's full check. Each turn consumes a word.
 */
static enum status walk_structure(struct walk *walk)
{
	bool seen = false;

	while (!seen || walk->open != 0) {
		uint32_t token;

		if (words_left(walk) == 0)
			return ERR_BAD_DTB;
		token = stage_word(walk->at++);
		if (token == BEGIN_NODE)
			TRY(begin_node(walk));
		else if (token == END_NODE)
			TRY(end_node(walk));
		else if (token == PROPERTY)
			TRY(property(walk));
		else if (token != NOP)
			return ERR_BAD_DTB;
		seen = seen || walk->open != 0;
	}
	return OK;
}

static enum status read_reservations(const struct stage_header *header,
				     struct stage_ranges *reserved)
{
	const uint8_t *at = (const uint8_t *)header + stage_word(&header->off_reservations);
	const uint8_t *end = (const uint8_t *)header + stage_reservations_end(header);

	for (; at + 16 < end; at += 16) {
		const struct stage_range range = { load_be64(at), load_be64(at + 8), false };

		if (!range_inside(STAGE_ADDRESS_LIMIT, range.base, range.size))
			return ERR_BAD_DTB;
		TRY(add(reserved, &range));
	}
	return OK;
}

enum status stage_tree_read(const void *tree, const char *bus_compatible, struct stage_facts *facts)
{
	const struct stage_header *header = tree;
	const uint8_t *bytes = tree;
	struct walk walk = { .bus = bus_compatible, .facts = facts };

	memset(facts, 0, sizeof(*facts));
	walk.at = (const uint32_t *)(bytes + stage_word(&header->off_structure));
	walk.end = walk.at + stage_word(&header->size_structure) / 4;
	walk.strings = (struct span){ bytes + stage_word(&header->off_strings),
				      stage_word(&header->size_strings) };
	TRY(read_reservations(header, &facts->reserved));
	TRY(walk_structure(&walk));
	return facts->memory.count == 0 ? ERR_BAD_DTB : OK;
}

enum status stage_memory_from(struct stage_facts *facts, uint64_t first)
{
	struct stage_ranges *banks = &facts->memory;
	unsigned count = 0;

	for (unsigned i = 0; i < banks->count; i++) {
		uint64_t end = banks->range[i].base + banks->range[i].size;
		uint64_t base = banks->range[i].base < first ? first : banks->range[i].base;

		if (base < end)
			banks->range[count++] = (struct stage_range){ base, end - base, false };
	}
	banks->count = count;
	return count == 0 ? ERR_BAD_DTB : OK;
}
