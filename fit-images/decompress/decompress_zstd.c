// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * decompress_zstd.c - libzstd's decoder with a context in static memory.
 *
 * One call from all of the input to all of the output: the window is the output itself, so
 * that no other memory depends on what a frame asks for.
 */
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>

#include "decompress.h"

/*
 * ZSTD_estimateDCtxSize() is about 94 KiB in 1.5; a context that does not fit is an internal error,
 * found by the first test.
 */
#define CONTEXT_SIZE (160u * 1024u)

static uint8_t context[CONTEXT_SIZE] __attribute__((aligned(16)));

enum status decompress_zstd(struct span input, uint8_t *output, size_t capacity, size_t *size)
{
	ZSTD_DCtx *decoder = ZSTD_initStaticDCtx(context, sizeof(context));
	size_t made;

	if (!decoder)
		return ERR_INTERNAL;
	if (input.size == 0 || ZSTD_isError(ZSTD_DCtx_setParameter(
				       decoder, ZSTD_d_forceIgnoreChecksum, ZSTD_d_ignoreChecksum)))
		return ERR_DECOMPRESS;
	made = ZSTD_decompressDCtx(decoder, output, capacity, input.at, input.size);
	if (ZSTD_isError(made))
		return ERR_DECOMPRESS;
	*size = made;
	return OK;
}
