/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "root_image.h"

#include <string.h>

#include "parity.h"

const struct tree_parameters tree_defaults = {
	.algorithm = DIGEST_SHA256,
	.data_block_size = 4096,
	.hash_block_size = 4096,
};

/*
 * No superblock says that there is parity; but what follows a tree and is as long as parity must be
 * it.
 */
static void find_parity(struct root_image *root, struct span whole, const char *path)
{
	const struct tree *tree = &root->tree;
	uint64_t end = tree_image_size(tree);
	unsigned candidates = 0, roots;

	for (roots = PARITY_ROOTS_MIN; roots <= PARITY_ROOTS_MAX; roots++) {
		struct tree with = *tree;

		if (tree->parameters.data_block_size != tree->parameters.hash_block_size ||
		    whole.size - end != tree_parity_size(tree, roots))
			continue;
		candidates++;
		tree_add_parity(&with, root->data, roots);
		if (!memcmp(with.bytes + tree->size, whole.at + end, with.parity)) {
			root->tree = with;
			return;
		}
	}
	if (candidates)
		fail_refused_at(ERR_VERITY_PARAMS, path,
				"what follows the hash tree is no parity of it; make it again with "
				"holdfast-image verity");
}

struct root_image root_open(const char *path, const struct tree_parameters *wanted)
{
	struct root_image root = { .file = input_open(path) };
	struct span whole = input_span(&root.file);
	struct tree_parameters parameters;

	root.had_tree = tree_find(whole, &parameters);
	if (root.had_tree) {
		root.data = tree_data(&parameters, whole);
		tree_build(&parameters, root.data, &root.tree);
		tree_compare(&root.tree, whole, path);
		find_parity(&root, whole, path);
		return root;
	}
	parameters = *wanted;
	tree_complete(&parameters, whole);
	tree_build(&parameters, whole, &root.tree);
	root.data = whole;
	return root;
}

struct root_image root_open_signed(const char *path, const struct tree_parameters *parameters,
				   const uint8_t *root_hash)
{
	struct root_image root = { .file = input_open(path) };
	struct span whole = input_span(&root.file);
	struct tree_parameters complete = *parameters;
	size_t size = digest_size(parameters->algorithm);

	root.data = tree_data(parameters, whole);
	tree_derive_uuid(&complete, root.data);
	tree_build(&complete, root.data, &root.tree);
	if (memcmp(root.tree.root_hash, root_hash, size))
		fail_refused(refuse_different(ERR_VERITY_ROOT, path,
					      "this is not the root that the FIT names", root_hash,
					      root.tree.root_hash, size));
	/* A tree that is there already is written as it is, superblock included. */
	root.had_tree = whole.size > root.tree.offset;
	if (root.had_tree) {
		tree_compare(&root.tree, whole, path);
		memcpy(root.tree.bytes, whole.at + root.tree.offset, root.tree.size);
	}
	return root;
}

void root_write(const struct root_image *root, int fd, const char *name, uint64_t offset)
{
	write_at(fd, name, offset, root->data.at, root->data.size);
	write_at(fd, name, offset + root->tree.offset, root->tree.bytes, root->tree.size);
}
