/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * decompress.h - gzip, lz4 and zstd, for bytes whose digest was already compared.
 *
 * Output is bounded by the claim it goes to, input must be consumed to its last byte, there is no
 * heap. The checksums inside the formats are not computed: the bytes were proved by a better one.
 */
#ifndef HOLDFAST_DECOMPRESS_H
#define HOLDFAST_DECOMPRESS_H

#include <stddef.h>
#include <stdint.h>

#include "span.h"
#include "status.h"

enum compression {
	COMPRESSION_NONE = 1,
	COMPRESSION_GZIP = 2,
	COMPRESSION_LZ4 = 3,
	COMPRESSION_ZSTD = 4
};

/*
 * The compression with the FIT name ("none", "gzip", "lz4", "zstd"). ERR_DECOMPRESS for any other
 * name (bzip2, lzma, lzo) and for those that are not compiled in, at= names it.
 */
enum status compression_by_name(const char *name, enum compression *compression) MUST_CHECK;

/*
 * Decompress input, all of it, to output (capacity bytes of the caller's claim; does not overlap
 * input). *size is what was written. ERR_DECOMPRESS, with at= the given name: not that format,
 * damaged, longer than capacity, ends early, or something follows it; output is then worthless. Not
 * for COMPRESSION_NONE (ERR_INTERNAL).
 */
enum status decompress(enum compression compression, struct span input, uint8_t *output,
		       size_t capacity, const char *at, size_t *size) MUST_CHECK;

/*
 * One format each, in a file of its own. ERR_DECOMPRESS without a record of the reason. gzip: one
 * member (RFC 1952). zlib: one stream (RFC 1950), as file systems store it. lz4: one frame
 * (independent or linked blocks, no dictionary), or the legacy format that the Linux Makefile
 * makes, with or without the four bytes of size behind it. zstd: one or more frames, skippable ones
 * too.
 */
enum status decompress_gzip(struct span input, uint8_t *output, size_t capacity,
			    size_t *size) MUST_CHECK;
enum status decompress_zlib(struct span input, uint8_t *output, size_t capacity,
			    size_t *size) MUST_CHECK;
enum status decompress_lz4(struct span input, uint8_t *output, size_t capacity,
			   size_t *size) MUST_CHECK;
enum status decompress_zstd(struct span input, uint8_t *output, size_t capacity,
			    size_t *size) MUST_CHECK;

#endif
