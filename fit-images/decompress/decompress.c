// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* decompress.c - which decompressor, and one way to say that it did not work. */
#include "decompress.h"

#include <stdbool.h>
#include <string.h>

#include "config.h"

static const struct {
	const char *name;
	enum compression compression;
	bool compiled_in;
} formats[] = {
	{ "none", COMPRESSION_NONE, true },
	{ "gzip", COMPRESSION_GZIP, IS_ENABLED(CONFIG_GZIP) },
	{ "lz4", COMPRESSION_LZ4, IS_ENABLED(CONFIG_LZ4) },
	{ "zstd", COMPRESSION_ZSTD, IS_ENABLED(CONFIG_ZSTD) },
};

enum status compression_by_name(const char *name, enum compression *compression)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, name) != 0)
			continue;
		if (!formats[i].compiled_in)
			return refuse(ERR_DECOMPRESS, name, "this loader was built without it");
		*compression = formats[i].compression;
		return OK;
	}
	return refuse(ERR_DECOMPRESS, name, "use none, gzip, lz4 or zstd");
}

enum status decompress(enum compression compression, struct span input, uint8_t *output,
		       size_t capacity, const char *at, size_t *size)
{
	enum status done = ERR_INTERNAL;

	*size = 0;
	if (IS_ENABLED(CONFIG_GZIP) && compression == COMPRESSION_GZIP)
		done = decompress_gzip(input, output, capacity, size);
	if (IS_ENABLED(CONFIG_LZ4) && compression == COMPRESSION_LZ4)
		done = decompress_lz4(input, output, capacity, size);
	if (IS_ENABLED(CONFIG_ZSTD) && compression == COMPRESSION_ZSTD)
		done = decompress_zstd(input, output, capacity, size);
	if (done == ERR_DECOMPRESS)
		return refuse(ERR_DECOMPRESS, at,
			      "damaged, cut short, something behind it, or larger than allowed");
	return done;
}
