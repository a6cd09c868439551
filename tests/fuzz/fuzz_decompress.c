// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * fuzz_decompress.c - the three decompressors on any bytes.
 *
 * libFuzzer. Input: one byte of choices, two of capacity (in units of 16 bytes), then what is to be
 * unpacked. Bits 0 and 1: the format, bit 2: put its magic in front. Output is an allocation of
 * exactly the capacity.
 */
#include <stdlib.h>
#include <string.h>

#include "decompress.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a mutated input would seldom begin with. */
static const struct {
	enum compression compression;
	uint8_t magic[10];
	size_t size;
} formats[4] = {
	{ COMPRESSION_GZIP, { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 }, 10 },
	{ COMPRESSION_LZ4, { 0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82 }, 7 },
	{ COMPRESSION_LZ4, { 0x02, 0x21, 0x4c, 0x18 }, 4 },
	{ COMPRESSION_ZSTD, { 0x28, 0xb5, 0x2f, 0xfd }, 4 },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned format;
	size_t capacity;
	size_t magic;
	size_t made = 0;
	uint8_t *input;
	uint8_t *output;

	if (size < 3)
		return 0;
	format = data[0] & 3;
	capacity = 16 * ((size_t)data[1] | (size_t)data[2] << 8);
	magic = data[0] & 4 ? formats[format].size : 0;
	data += 3;
	size -= 3;
	input = malloc(magic + size + 1);
	output = malloc(capacity + 1);
	if (!input || !output)
		abort();
	memcpy(input, formats[format].magic, magic);
	memcpy(input + magic, data, size);
	if (decompress(formats[format].compression, (struct span){ input, magic + size }, output,
		       capacity, "fuzz", &made) != OK)
		made = 0;
	if (made > capacity)
		abort();
	free(input);
	free(output);
	return 0;
}
