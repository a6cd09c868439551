/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * lz4_block.h - one raw LZ4 block, without a container (lz4 doc/lz4_Block_format.md): the body of
 * the frame and of the legacy format, and what EROFS and squashfs store.
 */
#ifndef HOLDFAST_LZ4_BLOCK_H
#define HOLDFAST_LZ4_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "span.h"
#include "status.h"

/*
 * Unpack packed, which is exactly one block, to output from *done on; not a byte is written at end
 * or behind it. What lies before *done is the window that linked blocks reach back into; *done 0:
 * none. packed and the output do not overlap. *done is then where the output ends.
 *
 * partial false: the block ends at or before end, else ERR_DECOMPRESS. partial true: OK as soon as
 * the output is full, whatever the rest of packed is; a block that makes less ends where it ends,
 * so look at *done.
 *
 * ERR_DECOMPRESS without a record of the reason: damaged, cut short (an empty packed is), or too
 * long. The output is worthless then, and *done is somewhere between its old value and end.
 */
enum status lz4_block(struct span packed, uint8_t *output, size_t *done, size_t end,
		      bool partial) MUST_CHECK;

#endif
