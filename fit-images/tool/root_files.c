/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "root_files.h"

#include <string.h>

#include "file_medium.h"
#include "fit_view.h"

/* Read at once from a file. */
#define PART (1u << 20)

struct writable {
	uint8_t *at;
	size_t size;
};

static const uint8_t super_magic[8] = "verity\0";

static uint8_t *aligned(size_t size)
{
	uintptr_t at = (uintptr_t)allocate(size + MEDIUM_ALIGN - 1);

	return (uint8_t *)((at + MEDIUM_ALIGN - 1) & ~(uintptr_t)(MEDIUM_ALIGN - 1));
}

static void mount(struct root_files *files, const struct extent *data, const struct extent *hash,
		  const struct verity_fec *fec)
{
	enum status status = verity_tree_check(&files->tree);
	size_t size;

	if (status == OK) {
		size = verity_memory(&files->tree, fec);
		status = verity_open(&files->reader, &files->tree, data, hash, fec, NULL,
				     aligned(size), size);
	}
	if (status == OK)
		status = file_system_mount(&files->fs, &files->reader, aligned(FILE_SYSTEM_MEMORY),
					   FILE_SYSTEM_MEMORY);
	if (status != OK)
		fail_refused(status);
}

static void set_tree(struct verity_tree *tree, const struct tree_parameters *parameters,
		     const uint8_t *root_hash)
{
	*tree = (struct verity_tree){
		.algorithm = parameters->algorithm,
		.data_block_size = parameters->data_block_size,
		.hash_block_size = parameters->hash_block_size,
		.data_blocks = parameters->data_blocks,
		.hash_start_block = parameters->hash_start_block,
		.root_hash = { root_hash, digest_size(parameters->algorithm) },
		.salt = { parameters->salt, parameters->salt_size },
	};
}

static void remark_on_superblock(const struct files_arguments *arguments, const uint8_t *super)
{
	const struct tree_parameters *given = &arguments->parameters;
	struct tree_parameters said;

	if (!tree_superblock(super, &said) || said.algorithm != given->algorithm ||
	    said.data_block_size != given->data_block_size ||
	    said.hash_block_size != given->hash_block_size ||
	    said.data_blocks != arguments->data_blocks || said.salt_size != given->salt_size ||
	    memcmp(said.salt, given->salt, said.salt_size))
		note(&arguments->common,
		     "the superblock says other numbers; those of the command line are used");
}

/* In hash blocks; as veritysetup does, the tree starts in the block behind the superblock. */
static uint64_t tree_start(const struct files_arguments *arguments, const struct extent *hash)
{
	uint32_t block = arguments->parameters.hash_block_size;
	uint8_t super[TREE_SUPERBLOCK_SIZE];

	if (!arguments->no_superblock &&
	    extent_read(hash, arguments->hash_offset, super, sizeof super) == OK &&
	    !memcmp(super, super_magic, sizeof super_magic)) {
		remark_on_superblock(arguments, super);
		return (arguments->hash_offset + sizeof super + block - 1) / block;
	}
	if (arguments->hash_offset % block)
		fail_refused_at(ERR_VERITY_PARAMS, "hash-offset",
				"no superblock there, and no hash block starts there");
	return arguments->hash_offset / block;
}

/* What veritysetup covers: the data, and all that stands behind the start of the tree. */
static void set_fec(struct verity_fec *fec, const struct files_arguments *arguments,
		    const struct root_files *files, const struct extent *data,
		    const struct extent *hash)
{
	const char *tree_in = arguments->hash_image ? arguments->hash_image : arguments->image;
	const char *parity_in = arguments->fec_image ? arguments->fec_image : arguments->image;
	uint32_t block = files->tree.data_block_size;
	/* Parity behind the tree ends what is covered. */
	uint64_t end = strcmp(tree_in, parity_in) ? hash->size : arguments->fec_offset;
	uint64_t blocks = end / block, start = arguments->fec_offset / block;

	blocks = blocks > files->tree.hash_start_block ? blocks - files->tree.hash_start_block : 0;
	blocks += files->tree.data_blocks;
	if (blocks > UINT32_MAX || start > UINT32_MAX)
		fail_refused_at(ERR_VERITY_PARAMS, "fec-offset", "larger than any root");
	*fec = (struct verity_fec){
		.roots = arguments->fec_roots,
		.start_block = (uint32_t)start,
		.blocks = (uint32_t)blocks,
		.device = arguments->fec_image ? file_extent(arguments->fec_image) : *data,
	};
}

static void open_with_numbers(struct root_files *files, const struct files_arguments *arguments)
{
	struct extent data = file_extent(arguments->image);
	struct extent hash = arguments->hash_image ? file_extent(arguments->hash_image) : data;
	struct tree_parameters parameters = arguments->parameters;
	uint64_t start = tree_start(arguments, &hash);
	struct verity_fec fec = { 0 };

	if (arguments->data_blocks > UINT32_MAX)
		fail_refused_at(ERR_VERITY_PARAMS, "num-data-blocks", "more than there can be");
	if (start > UINT32_MAX)
		fail_refused_at(ERR_VERITY_PARAMS, "hash-start-block", "further than there can be");
	parameters.data_blocks = (uint32_t)arguments->data_blocks;
	parameters.hash_start_block = (uint32_t)start;
	set_tree(&files->tree, &parameters, arguments->root_hash);
	/* The salt outlives this function with the arguments. */
	files->tree.salt.at = arguments->parameters.salt;
	if (arguments->fec_roots)
		set_fec(&fec, arguments, files, &data, &hash);
	mount(files, &data, &hash, arguments->fec_roots ? &fec : NULL);
}

/* The one root of a FIT, and how far from the FIT's start its data is; 0 in a partition. */
static uint64_t root_of_fit(const struct fit_view *view, struct view_root *root)
{
	unsigned image = view->images;
	struct view_root found;
	struct span payload;

	root->image = FIT_NONE;
	while (image != FIT_NONE &&
	       (image = fit_next_child(&view->fit, view->images, image)) != FIT_NONE) {
		enum status status = view_verity(view, image, &found);

		if (status == ERR_ABSENT)
			continue;
		if (status != OK)
			fail_refused(status);
		if (root->image != FIT_NONE)
			fail_refused_at(
				ERR_VERITY_PARAMS, fit_name(&view->fit, image),
				"this FIT has several roots: give --root-hash and the rest");
		*root = found;
	}
	if (root->image == FIT_NONE)
		fail_refused_at(ERR_VERITY_PARAMS, "dm-verity", "this FIT has no root");
	if (root->in_partition)
		return 0;
	if (view_payload(view, root->image, &payload) != OK)
		fail_refused_at(ERR_TRUNCATED, fit_name(&view->fit, root->image),
				"its data is not all there");
	return (uint64_t)(payload.at - view->bytes.at);
}

/* Error correction as the FIT names it; the parity is where the tree is. */
static bool fec_of_fit(const struct fit_view *view, const struct view_root *root,
		       const struct extent *device, struct verity_fec *fec)
{
	unsigned node = fit_child(&view->fit, root->image, "dm-verity");

	*fec = (struct verity_fec){ .device = *device };
	return view_u32(view, node, "holdfast,fec-roots", &fec->roots) &&
	       view_u32(view, node, "holdfast,fec-start-block", &fec->start_block) &&
	       view_u32(view, node, "holdfast,fec-blocks", &fec->blocks) && fec->roots;
}

static void open_with_fit(struct root_files *files, const struct files_arguments *arguments)
{
	static struct view_root root;
	struct input fit = input_open(arguments->fit);
	struct extent image = file_extent(arguments->image), data, hash;
	struct verity_fec fec;
	struct fit_view *view;
	enum status status = fit_view_open(input_span(&fit), &view);
	uint64_t offset;

	if (status != OK)
		fail_refused(status);
	offset = root_of_fit(view, &root);
	if (offset > image.size || extent_sub(&image, offset, image.size - offset, &data) != OK)
		fail_refused_at(ERR_TRUNCATED, arguments->image,
				"the root is in the FIT: give that as IMAGE too");
	hash = arguments->hash_image ? file_extent(arguments->hash_image) : data;
	set_tree(&files->tree, &root.parameters, root.root_hash);
	mount(files, &data, &hash, fec_of_fit(view, &root, &hash, &fec) ? &fec : NULL);
}

void root_files_open(struct root_files *files, const struct files_arguments *arguments)
{
	if (arguments->fit)
		open_with_fit(files, arguments);
	else
		open_with_numbers(files, arguments);
}

void root_files_mount(struct root_files *files, const struct root_image *root)
{
	const struct tree *tree = &root->tree;
	struct extent data = padded_extent(root->data, (uint64_t)tree->parameters.data_blocks *
							       tree->parameters.data_block_size);
	struct extent hash = padded_extent((struct span){ tree->bytes, tree->size }, tree->size);

	set_tree(&files->tree, &tree->parameters, tree->root_hash);
	/* The tree alone, from its first byte. */
	files->tree.hash_start_block = tree->lead ? 1 : 0;
	mount(files, &data, &hash, NULL);
}

void root_files_each(struct root_files *files, const struct node *node,
		     void (*use)(void *context, uint64_t offset, const uint8_t *bytes, size_t size),
		     void *context)
{
	uint8_t *part = aligned(PART);
	uint64_t done = 0;

	while (done < node->size) {
		size_t size = node->size - done < PART ? (size_t)(node->size - done) : PART;
		enum status status = file_read(&files->fs, node, done, part, size);

		if (status != OK)
			fail_refused(status);
		use(context, done, part, size);
		done += size;
	}
}

/* The head of a file that is kept. */
static void keep(void *context, uint64_t offset, const uint8_t *bytes, size_t size)
{
	const struct writable *head = context;

	if (offset >= head->size)
		return;
	memcpy(head->at + offset, bytes,
	       size < head->size - offset ? size : (size_t)(head->size - offset));
}

void root_files_repairs(const struct root_files *files, const struct common *common)
{
	if (files->reader.repaired != 0)
		note(common,
		     "blocks that were damaged and could be corrected: %llu; write the root again",
		     (unsigned long long)files->reader.repaired);
}

struct input root_files_input(struct root_files *files, const char *path, size_t most)
{
	struct node node;
	enum status status = file_open(&files->fs, path, &node);
	struct writable head;

	if (status != OK)
		fail_refused(status);
	head.size = node.size < most ? (size_t)node.size : most;
	head.at = allocate(head.size);
	root_files_each(files, &node, keep, &head);
	return (struct input){ .path = path, .at = head.at, .size = head.size };
}
