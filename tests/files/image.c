// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keyring.h"

/* The core asks for a table. */
const struct keyring keyring_table = { NULL, 0, REQUIRED_ALL, 0 };

static struct image *mounted;

void die(const char *what)
{
	fprintf(stderr, "walk: %s\n", what);
	exit(2);
}

static enum status bytes_start(const struct medium *medium, uint64_t lba, uint32_t blocks,
			       void *destination)
{
	if (blocks == 0 || blocks > medium->max_blocks || lba > medium->blocks ||
	    blocks > medium->blocks - lba || (uintptr_t)destination % MEDIUM_ALIGN != 0)
		die("a request that no driver has to take");
	memcpy(destination, mounted->bytes + lba * medium->block_size,
	       (size_t)blocks * medium->block_size);
	return OK;
}

static enum status bytes_wait(const struct medium *medium, uint32_t timeout_ms)
{
	(void)medium;
	(void)timeout_ms;
	return OK;
}

static void bytes_stop(const struct medium *medium)
{
	(void)medium;
}

static uint8_t *aligned(size_t size)
{
	uint8_t *at = aligned_alloc(MEDIUM_ALIGN,
				    (size + MEDIUM_ALIGN - 1) / MEDIUM_ALIGN * MEDIUM_ALIGN);

	if (!at)
		die("no memory");
	return at;
}

static struct span hex(const char *text)
{
	size_t size = strcmp(text, "-") == 0 ? 0 : strlen(text) / 2;
	uint8_t *bytes = aligned(size + 1);

	for (size_t i = 0; i < size; i++) {
		char pair[3] = { text[2 * i], text[2 * i + 1], '\0' };

		bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return (struct span){ bytes, size };
}

static void load_bytes(struct image *image, const char *path)
{
	FILE *file = fopen(path, "rb");
	long size;

	if (!file || fseek(file, 0, SEEK_END) != 0)
		die(path);
	size = ftell(file);
	rewind(file);
	/* Whole sectors: what a partition has. */
	image->size = ((size_t)size + 511) / 512 * 512;
	image->bytes = aligned(image->size);
	memset(image->bytes, 0, image->size);
	if (fread(image->bytes, 1, (size_t)size, file) != (size_t)size || fclose(file) != 0)
		die(path);
}

static uint32_t number(const char *text)
{
	return (uint32_t)strtoul(text, NULL, 10);
}

void image_load(struct image *image, char *const *words)
{
	load_bytes(image, words[0]);
	image->tree = (struct verity_tree){
		.data_blocks = number(words[1]),
		.data_block_size = number(words[2]),
		.hash_block_size = number(words[3]),
		.hash_start_block = number(words[4]),
		.root_hash = hex(words[6]),
		.salt = hex(words[7]),
	};
	if (digest_by_name(words[5], strlen(words[5]), &image->tree.algorithm) != OK)
		die("which algorithm?");
}

enum status image_open(struct image *image)
{
	static struct medium medium = {
		.name = "bytes",
		.block_size = 512,
		.max_blocks = 256,
		.start = bytes_start,
		.wait = bytes_wait,
		.stop = bytes_stop,
	};
	static uint8_t *memory;
	struct extent whole;
	size_t size;

	mounted = image;
	medium.blocks = image->size / 512;
	whole = extent_whole(&medium);
	TRY(verity_tree_check(&image->tree));
	size = verity_memory(&image->tree, NULL);
	free(memory);
	memory = aligned(size);
	return verity_open(&image->reader, &image->tree, &whole, &whole, NULL, NULL, memory, size);
}

enum status image_mount(struct image *image)
{
	static uint8_t *memory;

	if (!memory)
		memory = aligned(FILE_SYSTEM_MEMORY);
	return file_system_mount(&image->fs, &image->reader, memory, FILE_SYSTEM_MEMORY);
}
