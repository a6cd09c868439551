/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * span.h - bytes with their length, and the one gate for numbers from outside.
 *
 * Every offset and length that was read from a medium, a FIT, a partition table or
 * an earlier stage's device tree passes range_inside() (or span_sub(), extent_sub(),
 * region_claim(), which are built on it) before it is used. No other comparison of
 * an untrusted number is needed, and none should be written.
 */
#ifndef HOLDFAST_SPAN_H
#define HOLDFAST_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* Read-only bytes; at may be NULL only if size is 0. Owns nothing. */
struct span {
	const uint8_t *at;
	size_t size;
};

/*
 * True if [offset, offset + length) lies in [0, whole); exact, cannot wrap. Length 0 at offset
 * whole is inside.
 */
static inline bool range_inside(uint64_t whole, uint64_t offset, uint64_t length)
{
	return offset <= whole && length <= whole - offset;
}

/*
 * The part [offset, offset + length) of whole. ERR_TRUNCATED (and *part empty) if it
 * does not lie inside; the caller may turn that into its own code.
 */
static inline MUST_CHECK enum status span_sub(struct span whole, uint64_t offset, uint64_t length,
					      struct span *part)
{
	*part = (struct span){ NULL, 0 };
	if (!range_inside(whole.size, offset, length))
		return ERR_TRUNCATED;
	*part = (struct span){ whole.at + (size_t)offset, (size_t)length };
	return OK;
}

/* Big-endian 32 bits at p (FDT cells); p need not be aligned, 4 bytes are read. */
static inline uint32_t load_be32(const void *p)
{
	const uint8_t *b = p;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Big-endian 64 bits at p; 8 bytes are read. */
static inline uint64_t load_be64(const void *p)
{
	return (uint64_t)load_be32(p) << 32 | load_be32((const uint8_t *)p + 4);
}

/* Little-endian 16 bits at p; as above. */
static inline uint16_t load_le16(const void *p)
{
	const uint8_t *b = p;

	return (uint16_t)(b[0] | b[1] << 8);
}

/* Little-endian 32 bits at p (GPT, kernel headers); 4 bytes are read. */
static inline uint32_t load_le32(const void *p)
{
	const uint8_t *b = p;

	return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

/* Little-endian 64 bits at p; 8 bytes are read. */
static inline uint64_t load_le64(const void *p)
{
	return (uint64_t)load_le32((const uint8_t *)p + 4) << 32 | load_le32(p);
}

/* Store v big-endian in 4 bytes at p. */
static inline void store_be32(void *p, uint32_t v)
{
	uint8_t *b = p;

	b[0] = (uint8_t)(v >> 24);
	b[1] = (uint8_t)(v >> 16);
	b[2] = (uint8_t)(v >> 8);
	b[3] = (uint8_t)v;
}

/* Store v big-endian in 8 bytes at p. */
static inline void store_be64(void *p, uint64_t v)
{
	store_be32(p, (uint32_t)(v >> 32));
	store_be32((uint8_t *)p + 4, (uint32_t)v);
}

#endif
