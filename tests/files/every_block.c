// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * every_block.c - each block of a root image changed, one at a time: what is said about it.
 *
 * usage: every_block SEED IMAGE-WORDS (image.h)
 *
 * A line a block of the file: BLOCK FILES AT DEVICE AT. FILES is what reading all files ended with,
 * DEVICE what reading the whole device through verity_read() did, AT what the refusal was about.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "walk.h"

static enum status read_files(struct image *image)
{
	TRY(image_open(image));
	TRY(image_mount(image));
	return walk_all(&image->fs, NULL);
}

static enum status read_device(struct image *image)
{
	static uint8_t part[300000];
	uint64_t at = 0;

	TRY(image_open(image));
	while (at < verity_size(&image->reader)) {
		uint64_t left = verity_size(&image->reader) - at;
		size_t size = left < sizeof(part) ? (size_t)left : sizeof(part);

		TRY(verity_read(&image->reader, at, part, size));
		at += size;
	}
	return OK;
}

static void tell(enum status status)
{
	printf(" %s %s", status_word(status), refusal_last()->at[0] ? refusal_last()->at : "-");
	refusal_clear();
}

int main(int argc, char **argv)
{
	static struct image image;
	size_t block;

	if (argc != 2 + IMAGE_WORDS)
		die("usage: every_block SEED FILE DATA-BLOCKS SIZE HASH-SIZE HASH-START ALGORITHM "
		    "ROOT SALT");
	start_engine();
	srand((unsigned)strtoul(argv[1], NULL, 10));
	image_load(&image, argv + 2);
	block = image.tree.hash_block_size;
	for (size_t at = 0; at < image.size; at += block) {
		size_t byte = at + (size_t)rand() % block;
		uint8_t bit = (uint8_t)(1u << (rand() & 7));

		image.bytes[byte] ^= bit;
		refusal_clear();
		printf("%zu", at / block);
		tell(read_files(&image));
		tell(read_device(&image));
		putchar('\n');
		image.bytes[byte] ^= bit;
	}
	return 0;
}
