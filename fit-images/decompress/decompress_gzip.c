// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * decompress_gzip.c - RFC 1952 and RFC 1950 around zlib's raw inflate (RFC 1951).
 *
 * The wrappers are read here so that zlib's CRC tables stay out of the loader. All output goes to
 * one place in one call, so inflate needs no window, and its state is all that is ever allocated.
 */
#include <stdbool.h>
#include <string.h>

#include <zlib.h>

#include "decompress.h"

/* inflate's state is about 7 KiB on 64-bit machines; nothing else fits, so a window is refused. */
#define ARENA_SIZE 12288u

#define HEADER_SIZE 10u
#define TRAILER_SIZE 8u
#define METHOD_DEFLATE 8

#define ZLIB_HEADER_SIZE 2u
#define ZLIB_TRAILER_SIZE 4u
#define ZLIB_DICTIONARY 0x20

#define FLAG_HEADER_CRC 0x02
#define FLAG_EXTRA 0x04
#define FLAG_NAME 0x08
#define FLAG_COMMENT 0x10
#define FLAGS_RESERVED 0xe0

struct arena {
	size_t used;
	uint8_t bytes[ARENA_SIZE] __attribute__((aligned(16)));
};

static struct arena arena;

static voidpf arena_allocate(voidpf opaque, uInt items, uInt size)
{
	struct arena *from = opaque;
	size_t wanted = ((size_t)items * size + 15u) & ~(size_t)15;
	void *at = &from->bytes[from->used];

	if (!range_inside(sizeof(from->bytes), from->used, wanted))
		return Z_NULL;
	from->used += wanted;
	return at;
}

static void arena_free(voidpf opaque, voidpf address)
{
	(void)opaque;
	(void)address;
}

/* Take a NUL-terminated string off the front; false if it does not end. */
static bool skip_string(struct span *in)
{
	const uint8_t *end = in->size ? memchr(in->at, 0, in->size) : NULL;

	if (!end)
		return false;
	in->size -= (size_t)(end + 1 - in->at);
	in->at = end + 1;
	return true;
}

static bool skip_bytes(struct span *in, size_t size)
{
	if (!range_inside(in->size, 0, size))
		return false;
	in->at += size;
	in->size -= size;
	return true;
}

/* What lies between header and trailer: the deflate stream. */
static bool unwrap(struct span in, struct span *deflated)
{
	uint8_t flags;

	if (in.size < HEADER_SIZE + TRAILER_SIZE || in.at[0] != 0x1f || in.at[1] != 0x8b ||
	    in.at[2] != METHOD_DEFLATE)
		return false;
	flags = in.at[3];
	in = (struct span){ in.at + HEADER_SIZE, in.size - HEADER_SIZE - TRAILER_SIZE };
	if (flags & FLAGS_RESERVED)
		return false;
	if (flags & FLAG_EXTRA) {
		if (in.size < 2 || !skip_bytes(&in, 2u + in.at[0] + ((size_t)in.at[1] << 8)))
			return false;
	}
	if ((flags & FLAG_NAME) && !skip_string(&in))
		return false;
	if ((flags & FLAG_COMMENT) && !skip_string(&in))
		return false;
	if ((flags & FLAG_HEADER_CRC) && !skip_bytes(&in, 2))
		return false;
	*deflated = in;
	return true;
}

static enum status inflate_all(struct span in, uint8_t *output, size_t capacity, size_t *size)
{
	z_stream stream = {
		.next_in = (z_const Bytef *)in.at,
		.avail_in = (uInt)in.size,
		.next_out = output,
		.avail_out = (uInt)capacity,
		.zalloc = arena_allocate,
		.zfree = arena_free,
		.opaque = &arena,
	};
	int result;

	arena.used = 0;
	if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
		return ERR_INTERNAL;
	result = inflate(&stream, Z_FINISH);
	inflateEnd(&stream);
	if (result != Z_STREAM_END || stream.avail_in != 0)
		return ERR_DECOMPRESS;
	*size = capacity - stream.avail_out;
	return OK;
}

enum status decompress_gzip(struct span input, uint8_t *output, size_t capacity, size_t *size)
{
	struct span deflated;

	if (input.size > UINT32_MAX || capacity > UINT32_MAX || !unwrap(input, &deflated))
		return ERR_DECOMPRESS;
	TRY(inflate_all(deflated, output, capacity, size));
	/* The length that the trailer gives; the CRC before it is not needed. */
	if (load_le32(input.at + input.size - 4) != (uint32_t)*size)
		return ERR_DECOMPRESS;
	return OK;
}

enum status decompress_zlib(struct span input, uint8_t *output, size_t capacity, size_t *size)
{
	struct span deflated;

	if (input.size > UINT32_MAX || capacity > UINT32_MAX ||
	    input.size < ZLIB_HEADER_SIZE + ZLIB_TRAILER_SIZE)
		return ERR_DECOMPRESS;
	/* A window of at most 32 KiB (the upper half of the first byte), no preset dictionary. */
	if ((input.at[0] & 0x8f) != METHOD_DEFLATE || (input.at[1] & ZLIB_DICTIONARY) ||
	    (input.at[0] << 8 | input.at[1]) % 31 != 0)
		return ERR_DECOMPRESS;
	deflated.at = input.at + ZLIB_HEADER_SIZE;
	deflated.size = input.size - ZLIB_HEADER_SIZE - ZLIB_TRAILER_SIZE;
	return inflate_all(deflated, output, capacity, size);
}
