/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sha2.h - what digest engines of the processor share: everything but the blocks.
 */
#ifndef HOLDFAST_SHA2_H
#define HOLDFAST_SHA2_H

#include "digest.h"

/*
 * Work count blocks (64 bytes each for SHA-256, else 128; count may be 0) at data, of any
 * alignment,
 * into words: eight of 32 bits for SHA-256, else of 64 (FIPS 180-4, 6.2.2 and 6.4.2).
 */
typedef void sha2_blocks(enum digest_algorithm algorithm, void *words, const uint8_t *data,
			 size_t count);

/*
 * A struct digest_engine's begin, update and finish, for an engine that has do_blocks. They cannot
 * fail. Whether do_blocks knows the algorithm was the probe's business.
 */
enum status sha2_begin(void *state, enum digest_algorithm algorithm,
		       sha2_blocks *do_blocks) MUST_CHECK;
enum status sha2_update(void *state, const uint8_t *data, size_t size) MUST_CHECK;
enum status sha2_finish(void *state, uint8_t *digest) MUST_CHECK;

#endif
