// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* fit_token.c - one token of a structure block. */
#include "fit_token.h"

#include "fit.h"

/* The token ends size bytes behind its kind, then comes padding; all of it must be there. */
static bool ends(struct span structure, struct fit_token *token, uint64_t size)
{
	uint64_t all = 4 + fit_padded(size);

	if (!range_inside(structure.size, token->offset, all))
		return false;
	token->next = (uint32_t)(token->offset + all);
	return true;
}

static bool begin_node(struct span structure, struct fit_token *token)
{
	struct span rest;
	size_t size = 0;

	if (span_sub(structure, token->offset + 4u, structure.size - token->offset - 4, &rest) !=
	    OK)
		return false;
	while (size < rest.size && size <= FIT_NAME_MAX && rest.at[size] != '\0')
		size++;
	if (size == rest.size || size > FIT_NAME_MAX)
		return false;
	token->value = (struct span){ rest.at, size };
	return ends(structure, token, (uint64_t)size + 1);
}

static bool property(struct span structure, struct fit_token *token)
{
	struct span cells;
	uint32_t size;

	if (span_sub(structure, token->offset + 4u, 8, &cells) != OK)
		return false;
	size = load_be32(cells.at);
	token->name_offset = load_be32(cells.at + 4);
	if (span_sub(structure, token->offset + 12u, size, &token->value) != OK)
		return false;
	return ends(structure, token, 8 + (uint64_t)size);
}

bool fit_token(struct span structure, uint32_t offset, struct fit_token *token)
{
	struct span kind;

	if (offset % 4 != 0 || span_sub(structure, offset, 4, &kind) != OK)
		return false;
	token->kind = load_be32(kind.at);
	token->offset = offset;
	switch (token->kind) {
	case FIT_BEGIN_NODE:
		return begin_node(structure, token);
	case FIT_PROPERTY:
		return property(structure, token);
	case FIT_END_NODE:
	case FIT_NOP:
	case FIT_END:
		return ends(structure, token, 0);
	default:
		return false;
	}
}
