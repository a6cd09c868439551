/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * files_arguments.h - the command line of holdfast-image ls and cat: which file of which root, and
 * the numbers by which every block of that root is proved.
 */
#ifndef HOLDFAST_IMAGE_FILES_ARGUMENTS_H
#define HOLDFAST_IMAGE_FILES_ARGUMENTS_H

#include "verity_tree.h"

struct files_arguments {
	struct common common;
	const char *image, *path;
	const char *hash_image; /* where the tree is; NULL: in image */
	const char *fec_image;  /* where the parity is; NULL: in image */
	const char *fit;        /* takes the place of all numbers; NULL: they were given */
	/* Without uuid and hash_start_block: the latter follows from hash_offset. */
	struct tree_parameters parameters;
	uint8_t root_hash[DIGEST_SIZE_MAX];
	size_t root_hash_size;
	uint64_t data_blocks; /* as given: checked with the tree */
	uint64_t hash_offset, fec_offset;
	unsigned fec_roots; /* 0: no error correction */
	bool has_hash, has_root_hash, has_salt, has_blocks, has_hash_offset, has_fec_offset;
	bool no_superblock;
};

/*
 * Parse and check; ends with 2 if something is missing, doubled, contradictory or no number. doc is
 * the text of --help. No file was opened.
 */
void files_arguments_parse(int argc, char **argv, const char *doc,
			   struct files_arguments *arguments);

#endif
