// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * fit.c - the one walk over a FIT's structure block: is it of the strict profile, and where are its
 * nodes.
 *
 * Work is bounded for hostile input: at most FIT_NODES_MAX nodes and PROPERTIES_MAX properties a
 * node, names of at most 64 bytes, and names are compared only if their hashes are equal.
 */
#include "fit.h"

#include <string.h>

#include "fit_token.h"

#define PROPERTIES_MAX 64

/* Where the walk is. Properties come before child nodes, so one table of name hashes is enough. */
struct walk {
	struct fit *fit;
	unsigned node; /* the one that is open */
	unsigned properties;
	uint32_t hash[PROPERTIES_MAX];
	uint32_t name[PROPERTIES_MAX]; /* offset in the strings block */
};

static uint16_t node_hash[FIT_NODES_MAX];

/* The characters of names (Devicetree Specification 0.4, 2.2.1 and 2.2.4), without '@'. */
static bool is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       c == '-' || c == ',' || c == '.' || c == '_' || c == '+';
}

/*
 * FNV-1a over the name of size bytes; false if a character is not allowed. Only a short cut:
 * equal hashes lead to a comparison.
 */
static bool hash_name(const char *name, size_t size, const char *also, uint32_t *hash)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < size; i++) {
		if (!is_name_character(name[i]) && (name[i] == '\0' || !strchr(also, name[i])))
			return false;
		h = (h ^ (uint8_t)name[i]) * 16777619u;
	}
	*hash = h;
	return true;
}

static enum status refuse_duplicate_node(const struct fit *fit, unsigned node)
{
	const char *name = fit_name(fit, node);
	unsigned other;

	for (other = 1; other < node; other++)
		if (fit->nodes[other].parent == fit->nodes[node].parent &&
		    node_hash[other] == node_hash[node] && strcmp(fit_name(fit, other), name) == 0)
			return refuse(ERR_BAD_FIT, name,
				      "two nodes have this name; make the FIT anew");
	return OK;
}

/* Add the node that begins at token, a child of the open one, and open it. */
static enum status add_node(struct walk *walk, const struct fit_token *token)
{
	struct fit *fit = walk->fit;
	unsigned node = fit->node_count;
	const char *name = (const char *)token->value.at;
	uint16_t depth = 0;
	uint32_t hash = 0;

	if (node == FIT_NODES_MAX)
		return refuse(ERR_BAD_FIT, "nodes", "the FIT has too many nodes");
	if (!hash_name(name, token->value.size, "", &hash))
		return refuse(ERR_BAD_FIT, name, "a node name has a character that is not allowed");
	if ((node == 0) != (token->value.size == 0))
		return refuse(ERR_BAD_FIT, node == 0 ? "root" : "node-name",
			      "the root must have no name and every other node one");
	if (node != 0)
		depth = (uint16_t)(fit->nodes[walk->node].depth + 1);
	if (depth > FIT_DEPTH_MAX)
		return refuse(ERR_BAD_FIT, "depth", "nodes are nested too deeply");
	fit->nodes[node] = (struct fit_node){ .begin = token->offset,
					      .properties = token->next,
					      .parent = (uint16_t)walk->node,
					      .depth = depth };
	node_hash[node] = (uint16_t)(hash ^ hash >> 16);
	fit->node_count++;
	TRY(refuse_duplicate_node(fit, node));
	walk->node = node;
	walk->properties = 0;
	return OK;
}

/* Check the name at offset in the strings block and hash it. */
static enum status property_name(const struct fit *fit, uint32_t offset, uint32_t *hash)
{
	struct span rest = { NULL, 0 };
	const char *name;
	const char *end;
	size_t most;

	if (!range_inside(fit->strings.size, offset, 1) ||
	    span_sub(fit->strings, offset, fit->strings.size - offset, &rest) != OK)
		return refuse(ERR_BAD_FIT, "strings",
			      "a property name lies outside the strings block");
	most = rest.size < FIT_PROPERTY_NAME_MAX + 1 ? rest.size : FIT_PROPERTY_NAME_MAX + 1;
	name = (const char *)rest.at;
	end = memchr(name, '\0', most);
	if (!end)
		return refuse(ERR_BAD_FIT, "strings",
			      "a property name is too long or does not end");
	if (end == name || !hash_name(name, (size_t)(end - name), "?#", hash))
		return refuse(ERR_BAD_FIT, "property-name",
			      "a property name is empty or has a character that is not allowed");
	return OK;
}

static enum status add_property(struct walk *walk, const struct fit_token *token)
{
	const char *names = (const char *)walk->fit->strings.at;
	const char *name;
	uint32_t hash = 0;
	unsigned i;

	TRY(property_name(walk->fit, token->name_offset, &hash));
	name = names + token->name_offset;
	if (walk->node + 1 != walk->fit->node_count)
		return refuse(ERR_BAD_FIT, name, "a property stands behind a child node");
	if (walk->properties == PROPERTIES_MAX)
		return refuse(ERR_BAD_FIT, "properties", "a node has too many properties");
	for (i = 0; i < walk->properties; i++)
		if (walk->hash[i] == hash && strcmp(names + walk->name[i], name) == 0)
			return refuse(ERR_BAD_FIT, name,
				      "two properties of a node have this name; make the FIT anew");
	walk->hash[walk->properties] = hash;
	walk->name[walk->properties++] = token->name_offset;
	return OK;
}

/* One token inside the root; *open becomes false when the root ends. */
static enum status step(struct walk *walk, const struct fit_token *token, bool *open)
{
	struct fit_node *node = &walk->fit->nodes[walk->node];

	switch (token->kind) {
	case FIT_BEGIN_NODE:
		return add_node(walk, token);
	case FIT_PROPERTY:
		return add_property(walk, token);
	case FIT_END_NODE:
		node->end = token->next;
		*open = walk->node != 0;
		walk->node = node->parent;
		return OK;
	case FIT_NOP:
		return OK;
	default:
		return refuse(ERR_BAD_FIT, "token", "the structure block ends inside a node");
	}
}

static enum status next_token(const struct fit *fit, struct fit_token *token)
{
	if (!fit_token(fit->structure, token->next, token))
		return refuse(ERR_BAD_FIT, "token", "the structure block is damaged");
	return OK;
}

enum status fit_open(struct fit *fit)
{
	struct walk walk = { .fit = fit };
	struct fit_token token = { .next = 0 };
	bool open = true;

	fit->node_count = 0;
	TRY(next_token(fit, &token));
	if (token.kind != FIT_BEGIN_NODE)
		return refuse(ERR_BAD_FIT, "root",
			      "the structure block does not begin with a node");
	TRY(add_node(&walk, &token));
	while (open) {
		TRY(next_token(fit, &token));
		TRY(step(&walk, &token, &open));
	}
	TRY(next_token(fit, &token));
	if (token.kind != FIT_END || token.next != fit->structure.size)
		return refuse(ERR_BAD_FIT, "root", "something follows the root node");
	return OK;
}
