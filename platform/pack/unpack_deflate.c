// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * unpack_deflate.c - deflate (RFC 1951), small and without memory of its own.
 *
 * Short on purpose: zlib's inflate is five times as long and would cost what packing saves. Codes
 * of up to FAST bits are looked up, the few longer ones are walked.
 */
#include "unpack.h"

#define FAST 10
#define LENGTH_MAX 15
#define LITERALS 288
#define DISTANCES 32
#define END_OF_BLOCK 256

struct bits {
	const uint32_t *next; /* little-endian words */
	uint64_t hold;
	unsigned count;
};

struct code {
	uint16_t fast[1 << FAST]; /* symbol << 4 | length; 0: longer than FAST */
	uint16_t count[LENGTH_MAX + 1];
	uint16_t symbol[LITERALS]; /* by code */
};

struct codes {
	struct code literals;
	struct code distances;
	uint8_t lengths[LITERALS + DISTANCES];
};

/* At least 32 bits in hold: enough for any one take() or decode(). */
static void fill(struct bits *bits)
{
	if (bits->count < 32) {
		bits->hold |= (uint64_t)*bits->next++ << bits->count;
		bits->count += 32;
	}
}

static void drop(struct bits *bits, unsigned n)
{
	bits->hold >>= n;
	bits->count -= n;
}

static unsigned take(struct bits *bits, unsigned n)
{
	unsigned value;

	fill(bits);
	value = (unsigned)bits->hold & ((1u << n) - 1);
	drop(bits, n);
	return value;
}

static unsigned reverse(unsigned value, unsigned n)
{
	unsigned result = 0;

	for (; n > 0; n--, value >>= 1)
		result = result << 1 | (value & 1);
	return result;
}

/* Canonical codes from their lengths (RFC 1951, 3.2.2). */
static void build(struct code *code, const uint8_t *lengths, unsigned n)
{
	unsigned first[LENGTH_MAX + 2];
	unsigned place[LENGTH_MAX + 2];
	unsigned i;

	for (i = 0; i <= LENGTH_MAX; i++)
		code->count[i] = 0;
	for (i = 0; i < 1 << FAST; i++)
		code->fast[i] = 0;
	for (i = 0; i < n; i++)
		code->count[lengths[i]]++;
	code->count[0] = 0;
	first[1] = 0;
	place[1] = 0;
	for (i = 1; i <= LENGTH_MAX; i++) {
		first[i + 1] = (first[i] + code->count[i]) << 1;
		place[i + 1] = place[i] + code->count[i];
	}
	for (i = 0; i < n; i++) {
		unsigned length = lengths[i];
		unsigned at;

		if (length == 0)
			continue;
		code->symbol[place[length]++] = (uint16_t)i;
		at = reverse(first[length]++, length);
		for (; at < 1 << FAST && length <= FAST; at += 1u << length)
			code->fast[at] = (uint16_t)(i << 4 | length);
	}
}

static unsigned decode(struct bits *bits, const struct code *code)
{
	unsigned value = 0;
	unsigned first = 0;
	unsigned index = 0;
	unsigned length = 0;
	unsigned entry;

	fill(bits);
	entry = code->fast[bits->hold & ((1 << FAST) - 1)];
	if (entry != 0) {
		drop(bits, entry & 15);
		return entry >> 4;
	}
	for (;;) {
		unsigned count = code->count[++length];

		value |= take(bits, 1);
		if (value < first + count)
			return code->symbol[index + (value - first)];
		index += count;
		first = (first + count) << 1;
		value <<= 1;
	}
}

/* The code that the lengths are written in. */
static void read_length_code(struct bits *bits, struct codes *codes, unsigned n)
{
	static const uint8_t order[] = { 16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
					 11, 4,  12, 3, 13, 2, 14, 1, 15 };
	unsigned i;

	for (i = 0; i < sizeof(order); i++)
		codes->lengths[i] = 0;
	for (i = 0; i < n; i++)
		codes->lengths[order[i]] = (uint8_t)take(bits, 3);
	build(&codes->literals, codes->lengths, sizeof(order));
}

/* The lengths of both codes (3.2.7). */
static void read_codes(struct bits *bits, struct codes *codes)
{
	unsigned literals = take(bits, 5) + 257;
	unsigned all = literals + take(bits, 5) + 1;
	unsigned i = 0;

	read_length_code(bits, codes, take(bits, 4) + 4);
	while (i < all) {
		unsigned symbol = decode(bits, &codes->literals);
		unsigned times = 1;
		uint8_t length = (uint8_t)symbol;

		if (symbol == 16) {
			length = codes->lengths[i - 1];
			times = 3 + take(bits, 2);
		} else if (symbol > 16) {
			length = 0;
			times = symbol == 17 ? 3 + take(bits, 3) : 11 + take(bits, 7);
		}
		while (times-- > 0)
			codes->lengths[i++] = length;
	}
	build(&codes->literals, codes->lengths, literals);
	build(&codes->distances, codes->lengths + literals, all - literals);
}

static void fixed_codes(struct codes *codes)
{
	unsigned i;

	for (i = 0; i < LITERALS; i++)
		codes->lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
	for (i = 0; i < DISTANCES; i++)
		codes->lengths[LITERALS + i] = 5;
	build(&codes->literals, codes->lengths, LITERALS);
	build(&codes->distances, codes->lengths + LITERALS, DISTANCES);
}

/* Length of a match for symbol 257 and up, computed instead of looked up (3.2.5). */
static unsigned match_length(struct bits *bits, unsigned symbol)
{
	unsigned extra;

	symbol -= 257;
	if (symbol == 28)
		return 258;
	if (symbol < 8)
		return symbol + 3;
	extra = (symbol >> 2) - 1;
	return ((4 | (symbol & 3)) << extra) + 3 + take(bits, extra);
}

static unsigned match_distance(struct bits *bits, unsigned symbol)
{
	unsigned extra;

	if (symbol < 2)
		return symbol + 1;
	extra = (symbol >> 1) - 1;
	return ((2 | (symbol & 1)) << extra) + 1 + take(bits, extra);
}

static uint8_t *inflate_block(struct bits *bits, const struct codes *codes, uint8_t *out)
{
	for (;;) {
		unsigned symbol = decode(bits, &codes->literals);
		const uint8_t *from;
		unsigned length;

		if (symbol < END_OF_BLOCK) {
			*out++ = (uint8_t)symbol;
			continue;
		}
		if (symbol == END_OF_BLOCK)
			return out;
		length = match_length(bits, symbol);
		from = out - match_distance(bits, decode(bits, &codes->distances));
		while (length-- > 0)
			*out++ = *from++;
	}
}

static uint8_t *stored_block(struct bits *bits, uint8_t *out)
{
	unsigned length;

	drop(bits, bits->count & 7);
	length = take(bits, 16);
	take(bits, 16);
	while (length-- > 0)
		*out++ = (uint8_t)take(bits, 8);
	return out;
}

void unpack(const uint32_t *packed, uint8_t *out, uint32_t size)
{
	const uint8_t *end = out + size;
	struct bits bits = { packed, 0, 0 };
	struct codes codes;

	while (out < end) {
		unsigned type = take(&bits, 3) >> 1; /* the lowest bit marks the last block */

		if (type == 0) {
			out = stored_block(&bits, out);
			continue;
		}
		if (type == 1)
			fixed_codes(&codes);
		else
			read_codes(&bits, &codes);
		out = inflate_block(&bits, &codes, out);
	}
}
