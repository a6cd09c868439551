/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * reader_private.h - shared by the files of the verity reader only.
 *
 * Level 0 is the data, level 1 the digests of it, levels.count the top block. A number is a data
 * block, or a hash block counted from the start of its device; an index is a hash block counted
 * from the start of its level.
 */
#ifndef HOLDFAST_READER_PRIVATE_H
#define HOLDFAST_READER_PRIVATE_H

#include "reader.h"

/* Data blocks whose wanted digests are gathered before they are read. */
#define READER_WINDOW 1024u
/* Data blocks digested at a time. */
#define READER_BATCH 256u
/*
 * Reads that may fail, of wanted blocks or while correcting others, before error correction is not
 * tried any more: each may take MEDIUM_TIMEOUT_MS.
 */
#define READER_FAILURES_MAX 64u
/*
 * Blocks corrected by one reader: each takes some hundred reads that lie far apart, which is half a
 * second on a slow card. So many are 4 MiB, an erase group of one: more is not a matter of decay.
 */
#define READER_REPAIRS_MAX 1024u

/* One slot of the cache. */
struct verity_cached {
	uint64_t index;
	uint64_t used; /* by the cache's clock */
	unsigned level;
	enum status proved; /* OK: the bytes are what the tree says */
};

/* H(salt || block) of count blocks, with the time that it takes. */
enum status reader_digest(struct verity_reader *reader, unsigned level, const uint8_t *blocks,
			  unsigned count, uint8_t *digests) MUST_CHECK;

/*
 * Whether count data blocks, one behind the other, are what the tree says; both sides are in the
 * proof before they are compared, all at once. *right: so many of them are, from the first on.
 * ERR_HASH_MISMATCH: the next one is not, it is not in the proof, and reader_fetch() may correct
 *   it.
 * ERR_VERITY_IO: one is not, refused.
 */
enum status reader_judge(struct verity_reader *reader, uint64_t number, unsigned count,
			 const uint8_t *want, const uint8_t *got, unsigned *right) MUST_CHECK;

/*
 * Read one block, correct it if it must and can be, and verify it. Nothing may be in flight.
 * ERR_VERITY_IO, ERR_VERITY_ROOT (the top block), refused.
 */
enum status reader_fetch(struct verity_reader *reader, unsigned level, uint64_t number,
			 uint8_t *block, const uint8_t *want) MUST_CHECK;

/* A verified hash block; *block stays as it is until the next call of anything here. */
enum status reader_hash_block(struct verity_reader *reader, unsigned level, uint64_t index,
			      const uint8_t **block) MUST_CHECK;

/* count data blocks (at most READER_WINDOW) to destination, each verified. */
enum status reader_blocks(struct verity_reader *reader, uint64_t first, unsigned count,
			  uint8_t *destination) MUST_CHECK;

#endif
