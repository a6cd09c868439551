/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fit_token.h - the tokens of a structure block; inside this floor only.
 *
 * One tokenizer serves the check of the profile, look-ups and the signed bytes, so that they
 * cannot disagree about what a byte means. Source: Devicetree Specification 0.4, section 5.4.
 */
#ifndef HOLDFAST_FIT_TOKEN_H
#define HOLDFAST_FIT_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "span.h"

enum fit_token_kind {
	FIT_BEGIN_NODE = 1,
	FIT_END_NODE = 2,
	FIT_PROPERTY = 3,
	FIT_NOP = 4,
	FIT_END = 9,
};

/* Property names are at most this long, without NUL; bounds every comparison of hostile names. */
#define FIT_PROPERTY_NAME_MAX 64

/* The header's length and the first cells of it that are used. */
#define FIT_HEADER_SIZE 40

struct fit_token {
	uint32_t kind;
	uint32_t offset;      /* of the token in the structure block */
	uint32_t next;        /* of the token behind it */
	struct span value;    /* FIT_BEGIN_NODE: the name without NUL; FIT_PROPERTY: the value */
	uint32_t name_offset; /* FIT_PROPERTY: of its name in the strings block, not checked here */
};

/*
 * The token at offset, with its padding. False if there is no whole token at that place: unaligned,
 * unknown, cut off, a node name without NUL or longer than FIT_NAME_MAX.
 */
bool fit_token(struct span structure, uint32_t offset, struct fit_token *token);

/* Bytes up to the next token; size is at most 2^32 - 4. */
static inline uint64_t fit_padded(uint64_t size)
{
	return (size + 3) & ~(uint64_t)3;
}

#endif
