// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * unpack_lz4.c - one LZ4 block (lz4 doc/lz4_Block_format.md): larger than deflate, and faster.
 */
#include "unpack.h"

/* A length that did not fit its four bits goes on in bytes, the last of which is below 255. */
static uint32_t length(const uint8_t **in, uint32_t start)
{
	uint32_t sum = start;
	uint8_t more = 255;

	if (start != 15)
		return sum;
	while (more == 255) {
		more = *(*in)++;
		sum += more;
	}
	return sum;
}

/* By bytes, in order: a match may overlap itself, and words would have to be aligned here. */
static uint8_t *copy(uint8_t *out, const uint8_t *from, uint32_t size)
{
	for (; size >= 4; size -= 4, out += 4, from += 4) {
		out[0] = from[0];
		out[1] = from[1];
		out[2] = from[2];
		out[3] = from[3];
	}
	while (size-- > 0)
		*out++ = *from++;
	return out;
}

void unpack(const uint32_t *packed, uint8_t *out, uint32_t size)
{
	const uint8_t *in = (const uint8_t *)packed;
	const uint8_t *end = out + size;

	for (;;) {
		uint8_t token = *in++;
		uint32_t literals = length(&in, token >> 4);
		uint32_t back;

		out = copy(out, in, literals);
		in += literals;
		if (out >= end)
			return;
		back = in[0] | (uint32_t)in[1] << 8;
		in += 2;
		out = copy(out, out - back, length(&in, token & 15) + 4);
	}
}
