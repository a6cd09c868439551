/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* packed_loader.h - something like a loader, packed by the program that the build packs with. */
#ifndef PACKED_LOADER_H
#define PACKED_LOADER_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../platform/pack/unpack.h"
#include "../unit.h"

#define LOADER_SIZE 150001u

struct packed_loader {
	uint8_t raw[LOADER_SIZE];
	uint8_t out[LOADER_SIZE];
	_Alignas(8) uint8_t packed[LOADER_SIZE + 8192];
	size_t packed_size;
};

/*
 * Bytes that pack as code does: words of a small vocabulary, some noise, runs, a stretch that
 * cannot be packed.
 */
static inline void make_loader(struct packed_loader *loader, unsigned seed)
{
	uint32_t state = seed * 2654435761u + 1;

	for (size_t i = 0; i < LOADER_SIZE; i++) {
		state = state * 1664525u + 1013904223u;
		loader->raw[i] = (uint8_t)(state >> 24);
		if (i > 64 && i < 100000 && (state >> 20 & 7) != 0)
			loader->raw[i] = loader->raw[i - 1 - (state >> 8 & 63)];
		if (i > 120000 && i < 130000)
			loader->raw[i] = 0;
	}
}

/* Run `program FILE` on raw and take what it prints. */
static inline void pack_loader(struct packed_loader *loader, const char *program)
{
	char path[] = "/tmp/holdfast-unpack-XXXXXX";
	char command[256];
	int file = mkstemp(path);
	FILE *from;

	assert_true(file >= 0);
	from = fdopen(file, "wb");
	assert_int_equal(fwrite(loader->raw, 1, LOADER_SIZE, from), LOADER_SIZE);
	assert_int_equal(fclose(from), 0);
	snprintf(command, sizeof(command), "%s %s", program, path);
	from = popen(command, "r");
	assert_non_null(from);
	loader->packed_size = fread(loader->packed, 1, sizeof(loader->packed) - 8, from);
	assert_int_equal(pclose(from), 0);
	remove(path);
	assert_true(loader->packed_size > 0 && loader->packed_size < LOADER_SIZE);
}

/* What the program packs, behind header bytes of its own, must come out of unpack() the same. */
static inline void round_trip(struct packed_loader *loader, unsigned seed, const char *program,
			      size_t header)
{
	print_message("seed %u\n", seed);
	make_loader(loader, seed);
	pack_loader(loader, program);
	memmove(loader->packed, loader->packed + header, loader->packed_size - header);
	memset(loader->out, 0xa5, sizeof(loader->out));
	unpack((const uint32_t *)(const void *)loader->packed, loader->out, LOADER_SIZE);
	assert_memory_equal(loader->out, loader->raw, LOADER_SIZE);
}

#endif
