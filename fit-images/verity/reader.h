/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * reader.h - bytes of a dm-verity root, proved before anybody has them.
 *
 * Every block is authenticated from the signed root hash down. Hash blocks that were verified stay
 * in private memory, by content: a medium that answers differently on a later read changes nothing.
 * Data goes from the medium straight to where it will be used, is hashed there and used from there.
 * Only blocks that are asked for are read. Nothing here looks at the superblock.
 */
#ifndef HOLDFAST_READER_H
#define HOLDFAST_READER_H

#include <stddef.h>
#include <stdint.h>

#include "medium.h"
#include "proof.h"
#include "verity_tree.h"

/* Where error correction lies (Linux verity.rst, use_fec_from_device); roots 0: there is none. */
struct verity_fec {
	uint32_t roots;       /* 2 to 24 parity bytes in a codeword of 255 */
	uint32_t start_block; /* of the parity, in data blocks from the start of the device */
	uint32_t blocks;      /* data and hash blocks that are covered, in data blocks */
	struct extent device;
};

/*
 * Whether roots, block sizes and blocks make sense for this tree; what they say of a device is not
 * looked at. ERR_VERITY_PARAMS, at= names the property.
 */
enum status verity_fec_numbers(const struct verity_tree *tree,
			       const struct verity_fec *fec) MUST_CHECK;

/* Verified hash blocks; memory of the reader. */
struct verity_cache {
	uint8_t *blocks; /* count of them, of hash_block_size */
	unsigned count;
	struct verity_cached *slots;
	uint64_t clock;
};

struct verity_reader {
	const struct verity_tree *tree;
	struct verity_levels levels;
	struct extent data; /* starts with data block 0 */
	struct extent hash; /* hash_start_block counts from its start */
	struct verity_fec fec;
	struct proof *proof; /* NULL: nothing is entered on the strength of it (the tools) */
	struct verity_cache cache;
	uint8_t *block;    /* a data block that is wanted in part */
	uint8_t *digests;  /* of a batch of data blocks */
	uint8_t *repair;   /* what error correction works in; NULL without it */
	uint64_t held;     /* which data block is in block; UINT64_MAX: none */
	uint64_t proved;   /* data blocks whose comparison went well so far; decides */
	uint64_t verified; /* data blocks verified so far */
	uint64_t hashed;   /* hash blocks verified so far */
	uint64_t repaired; /* blocks corrected so far */
	uint64_t hash_us;  /* spent in digests */
	unsigned failures; /* reads that failed, of wanted blocks or while correcting */
};

/*
 * Bytes of memory that verity_open() wants at a multiple of MEDIUM_ALIGN: a few hash blocks, one
 * data block, digests of a batch, and room for error correction if fec->roots is not 0. Bounded:
 * under 512 KiB for any tree that verity_tree_check() passes.
 */
size_t verity_memory(const struct verity_tree *tree, const struct verity_fec *fec);

/*
 * Read and verify the top of the tree. All arguments outlive the reader; tree is signed (or the
 * user's own word), data and hash are the unsigned places, memory is verity_memory() bytes of the
 * caller's. Both sides of every comparison, now and later, go into proof before they are compared.
 * fec may be NULL.
 *
 * ERR_VERITY_PARAMS: verity_tree_check(), or numbers of fec that make no sense. ERR_VERITY_IO:
 * unreadable, or data or tree do not lie inside their extent. ERR_VERITY_ROOT: the top block is not
 * the signed one, with want and got.
 */
enum status verity_open(struct verity_reader *reader, const struct verity_tree *tree,
			const struct extent *data, const struct extent *hash,
			const struct verity_fec *fec, struct proof *proof, uint8_t *memory,
			size_t size) MUST_CHECK;

/*
 * Bytes [offset, offset + size) of the data to destination (any alignment of all three; whole
 * blocks at a multiple of MEDIUM_ALIGN cost no copy). size 0 is OK.
 *
 * OK: every byte was verified. ERR_TRUNCATED: not inside the data, nothing was read or written.
 * ERR_VERITY_IO: a block cannot be read, or is not what the tree says (after error correction, if
 * there is any); at= is "level-0-data-block-N" or "level-L-hash-block-N" with Linux' numbers (a
 * hash block counts from the start of its device), want and got are there. On any other
 * error the destination is wiped: not one byte of it may be used. The reader can be used again.
 */
enum status verity_read(struct verity_reader *reader, uint64_t offset, void *destination,
			size_t size) MUST_CHECK;

/*
 * Two numbers that must be equal: what was asked for, and what was done. Both go into the proof
 * before they are compared, like digests: a loop that a fault ends early, or a step it leaves out,
 * shows up there too. ERR_INTERNAL if they differ.
 */
enum status verity_agree(struct verity_reader *reader, uint64_t want, uint64_t got) MUST_CHECK;

/* memcpy(), compared afterwards: the copy that is used is what was proved. ERR_INTERNAL. */
enum status verity_copy(void *destination, const void *proved, size_t size) MUST_CHECK;

/* Bytes of data: data_blocks * data_block_size. */
uint64_t verity_size(const struct verity_reader *reader);

#endif
