/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * digest_blocks.h - digests of many blocks of one size, on every processor that helps.
 */
#ifndef HOLDFAST_DIGEST_BLOCKS_H
#define HOLDFAST_DIGEST_BLOCKS_H

#include "digest.h"

/*
 * H(salt || block) of count blocks that lie one behind the other; digests gets count values,
 * digest_size() bytes each, one behind the other (poisoned first). The blocks stay where they are
 * meanwhile. Nothing is compared here. The errors of digest_begin() and digest_finish().
 */
enum status digest_blocks(enum digest_algorithm algorithm, struct span salt, const uint8_t *blocks,
			  size_t block_size, unsigned count, uint8_t *digests) MUST_CHECK;

#endif
