/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fec.h - forward error correction: a damaged block of a root, from the rest and the parity.
 *
 * The format is that of `veritysetup format --fec-device` and of Linux (dm-verity-fec): data blocks
 * and hash blocks, numbered one after the other, are laid into `rounds` interleaved codes; byte k
 * of every rounds-th block together with `roots` parity bytes is a Reed-Solomon codeword of 255
 * bytes over GF(256) (polynomial 0x11d, first root 1).
 *
 * Corrected: any block, of data or of the tree, as long as at most `roots` blocks of its round are
 * damaged, itself counted. Which ones are is told by the tree: blocks that do not have their
 * digest. Blocks whose digests are damaged themselves count as damaged while there is room; those
 * that cannot be read, or whose digests cannot, always do.
 * Not corrected: damage in the parity of that round, and a round in which more blocks are damaged,
 * or in which the damage cannot be located because the digests of many of its blocks are gone too.
 *
 * Nothing here decides what is good: the caller verifies what comes out, or refuses.
 */
#ifndef HOLDFAST_FEC_H
#define HOLDFAST_FEC_H

#include "reader.h"

/* Bytes that reader->repair must have, at a multiple of MEDIUM_ALIGN: one block. */
size_t verity_fec_memory(const struct verity_tree *tree, const struct verity_fec *fec);

/*
 * Whether correction can work: verity_fec_numbers() of what reader has, and ERR_VERITY_IO if the
 * parity does not lie inside fec.device.
 */
enum status verity_fec_check(const struct verity_reader *reader) MUST_CHECK;

/*
 * Make block (data_block_size bytes at a multiple of MEDIUM_ALIGN) what the rest of its round says
 * it is. level 0: number is that of a data block; else it counts hash blocks from the start of
 * hash. Of reader only tree, levels, data, hash, fec, repair, repaired and failures are used, and
 * verity_fec_check() passed. Reads at most 3 * 255 blocks; reads that fail are counted in failures.
 *
 * OK: there is a result, which the caller verifies. ERR_VERITY_IO: more than roots blocks of the
 * round are damaged, parity or a block cannot be read, more than READER_FAILURES_MAX reads failed
 * on this reader so far, or it has READER_REPAIRS_MAX blocks repaired; block holds nothing of
 * value.
 */
enum status verity_repair(struct verity_reader *reader, unsigned level, uint64_t number,
			  uint8_t *block) MUST_CHECK;

#endif
