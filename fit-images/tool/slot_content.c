/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "slot_content.h"

#include <string.h>

const char *const slot_names[SLOTS] = { "a", "b", "recovery" };

int slot_by_name(const char *name)
{
	int i;

	for (i = 0; i < SLOTS; i++)
		if (!strcmp(name, slot_names[i]))
			return i;
	return -1;
}

static void must(enum status status)
{
	if (status != OK)
		fail_refused(status);
}

/* Where the tree would be if it were appended: the form in which roots are kept and compared. */
static struct tree_parameters appended(const struct slot_content *content, bool split)
{
	struct tree_parameters parameters = content->named.parameters;
	uint64_t data = (uint64_t)parameters.data_blocks * parameters.data_block_size;
	uint64_t behind = (data + parameters.hash_block_size - 1) / parameters.hash_block_size;
	bool own_device = parameters.hash_start_block < behind;

	if (own_device != split)
		fail_refused_at(
			ERR_VERITY_PARAMS, content->fit_path,
			split ? "its tree is appended; make it with fit --verity-split"
			      : "its tree is on a device of its own; use disk --verity-split");
	if (split && parameters.hash_start_block != 1)
		fail_refused_at(ERR_VERITY_PARAMS, content->fit_path, "hash-start-block is not 1");
	if (split)
		parameters.hash_start_block = (uint32_t)behind + 1;
	return parameters;
}

static void root_open_named(struct slot_content *content, bool split)
{
	struct tree_parameters parameters = appended(content, split);

	content->root = root_open_signed(content->root_path, &parameters, content->named.root_hash);
}

void slot_root_check(const struct slot_content *content, const char *name, struct span data,
		     const struct span *hashes)
{
	struct tree_parameters parameters = appended(content, hashes != NULL);
	size_t size = digest_size(parameters.algorithm);
	struct tree tree;

	tree_build(&parameters, tree_data(&parameters, data), &tree);
	if (memcmp(tree.root_hash, content->named.root_hash, size))
		fail_refused(
			refuse_different(ERR_VERITY_ROOT, name,
					 "the partition does not hold the FIT's root; give ROOT",
					 content->named.root_hash, tree.root_hash, size));
	if (hashes)
		tree.offset = 0;
	tree_compare(&tree, hashes ? *hashes : data, name);
}

void slot_content_open(struct slot_content *content, bool split)
{
	struct fit_view *view;

	content->fit = input_open(content->fit_path);
	must(fit_view_open(input_span(&content->fit), &view));
	must(view_check_payloads(view));
	must(view_partition_root(view, &content->named));
	content->has_root = content->named.image != FIT_NONE;
	if (content->root_path && !content->has_root)
		fail_refused_at(ERR_VERITY_PARAMS, content->fit_path,
				"this FIT names no root partition; give no ROOT");
	if (content->root_path)
		root_open_named(content, split);
}

uint64_t slot_root_size(const struct slot_content *content, bool split)
{
	if (!content->has_root || !content->root_path)
		return 0;
	return split ? content->root.data.size : tree_image_size(&content->root.tree);
}

uint64_t slot_tree_size(const struct slot_content *content)
{
	return content->has_root && content->root_path ? content->root.tree.size : 0;
}
