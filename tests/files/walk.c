// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * walk.c - everything in a root image, read by the loader's own code.
 *
 * usage: walk IMAGE-WORDS (image.h)
 *
 * A record an entry, ended by a NUL: KIND SIZE NUMBER VALUE FOLLOWED PATH. VALUE is the SHA-256 of
 * a file, the target of a link in hex; FOLLOWED the inode number that the path leads to, links
 * followed, or why it leads nowhere. Exit 1 and the refusal if anything cannot be read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "walk.h"

static void print_hex(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		printf("%02x", bytes[i]);
	if (size == 0)
		putchar('-');
}

static void print_entry(const struct walked *walked)
{
	static const char *const kinds[] = { [NODE_FILE] = "file",
					     [NODE_DIRECTORY] = "directory",
					     [NODE_LINK] = "link",
					     [NODE_OTHER] = "other" };
	const struct node *node = &walked->node;

	printf("%s %llu %llu ", kinds[node->kind], (unsigned long long)node->size,
	       (unsigned long long)node->number);
	print_hex(walked->value, walked->size);
	if (walked->leads == OK)
		printf(" %llu", (unsigned long long)walked->target.number);
	else
		printf(" %s", status_word(walked->leads));
	printf(" %s", walked->path);
	putchar('\0');
}

int main(int argc, char **argv)
{
	static struct image image;
	enum status status;

	if (argc != 1 + IMAGE_WORDS)
		die("usage: walk FILE DATA-BLOCKS SIZE HASH-SIZE HASH-START ALGORITHM ROOT SALT");
	start_engine();
	image_load(&image, argv + 1);
	status = image_open(&image);
	if (status == OK)
		status = image_mount(&image);
	if (status == OK)
		status = walk_all(&image.fs, print_entry);
	if (status != OK) {
		fprintf(stderr, "%s at=%s %s\n", status_word(status), refusal_last()->at,
			refusal_last()->hint);
		return 1;
	}
	fprintf(stderr, "%s data=%llu hashed=%llu\n", image.fs.driver->name,
		(unsigned long long)image.reader.verified, (unsigned long long)image.reader.hashed);
	return 0;
}
