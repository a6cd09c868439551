/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "document.h"
#include "guid.h"
#include "parity.h"
#include "root_image.h"

struct arguments {
	struct common common;
	const char *root;
	struct tree_parameters parameters;
};

enum { KEY_SALT = 0x2000, KEY_UUID, KEY_HASH, KEY_DATA_BLOCK, KEY_HASH_BLOCK, KEY_ROOTS };

static const struct argp_option options[] = {
	{ "salt", KEY_SALT, "HEX", 0,
	  "salt of up to 256 bytes (default: 32 bytes derived from the data)", 0 },
	{ "uuid", KEY_UUID, "UUID", 0, "UUID in the superblock (default: derived from the data)",
	  0 },
	{ "hash", KEY_HASH, "NAME", 0, "sha256 (default), sha384 or sha512", 0 },
	{ "data-block-size", KEY_DATA_BLOCK, "BYTES", 0, "default 4096; Linux wants at most a page",
	  0 },
	{ "hash-block-size", KEY_HASH_BLOCK, "BYTES", 0, "default 4096", 0 },
	{ "fec-roots", KEY_ROOTS, "N", 0,
	  "append parity for error correction, N bytes of 255: 2 to 24, or 0 (default) for none",
	  0 },
	{ 0 },
};

static uint32_t block_size(const char *text, struct argp_state *state)
{
	uint64_t size;

	if (!parse_number(text, true, TREE_BLOCK_MAX, &size) || size < TREE_BLOCK_MIN ||
	    (size & (size - 1)))
		argp_error(state, "a block has a power of two of bytes, 512 to 65536: %s", text);
	return (uint32_t)size;
}

static unsigned fec_roots(const char *text, struct argp_state *state)
{
	uint64_t roots;

	if (!parse_number(text, false, PARITY_ROOTS_MAX, &roots) ||
	    (roots && roots < PARITY_ROOTS_MIN))
		argp_error(state, "--fec-roots is 0, or 2 to 24: %s", text);
	return (unsigned)roots;
}

static error_t parse_parameter(int key, const char *argument, struct argp_state *state,
			       struct tree_parameters *parameters)
{
	switch (key) {
	case KEY_SALT:
		if (!parse_hex(argument, parameters->salt, TREE_SALT_MAX, &parameters->salt_size) ||
		    !parameters->salt_size)
			argp_error(state, "the salt is 1 to 256 bytes of hex: %s", argument);
		return 0;
	case KEY_UUID:
		if (!guid_parse_text_order(argument, parameters->uuid))
			argp_error(state, "not a UUID: %s", argument);
		return 0;
	case KEY_HASH:
		if (digest_by_name(argument, strlen(argument), &parameters->algorithm) != OK)
			argp_error(state, "no hash %s; there are sha256, sha384, sha512", argument);
		return 0;
	case KEY_DATA_BLOCK:
		parameters->data_block_size = block_size(argument, state);
		return 0;
	case KEY_HASH_BLOCK:
		parameters->hash_block_size = block_size(argument, state);
		return 0;
	case KEY_ROOTS:
		parameters->fec_roots = fec_roots(argument, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->common;
		return 0;
	case ARGP_KEY_ARG:
		if (arguments->root)
			argp_error(state, "one ROOT only");
		arguments->root = argument;
		return 0;
	case ARGP_KEY_END:
		if (!arguments->root)
			argp_error(state, "which ROOT?");
		if (!arguments->common.output && !arguments->common.dry_run)
			argp_error(state, "-o OUT says where the image goes");
		if (arguments->parameters.fec_roots &&
		    arguments->parameters.data_block_size != arguments->parameters.hash_block_size)
			argp_error(state, "--fec-roots wants blocks of one size");
		return 0;
	default:
		return parse_parameter(key, argument, state, &arguments->parameters);
	}
}

static void print(const struct arguments *arguments, const struct tree *tree)
{
	const struct tree_parameters *used = &tree->parameters;
	char hash[2 * DIGEST_SIZE_MAX + 1];

	hex_text(tree->root_hash, digest_size(used->algorithm), hash);
	if (!arguments->common.json) {
		puts(hash);
		return;
	}
	document_begin("verity");
	document_string("root_hash", hash);
	document_string("algorithm", digest_name(used->algorithm));
	document_hex("salt", used->salt, used->salt_size);
	document_number("data_block_size", used->data_block_size);
	document_number("hash_block_size", used->hash_block_size);
	document_number("data_blocks", used->data_blocks);
	document_number("hash_start_block", used->hash_start_block);
	document_number("hash_offset", tree->offset);
	if (used->fec_roots) {
		document_number("fec_roots", used->fec_roots);
		document_number("fec_offset", tree_image_size(tree) - tree->parity);
	}
	document_number("size", tree_image_size(tree));
	document_end();
}

int verb_verity(int argc, char **argv)
{
	static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		options,
		parse,
		"ROOT -o OUT",
		"Append a dm-verity hash tree to a root image and print its root hash. The same "
		"ROOT always gives the same OUT."
		"\vOUT is data, a veritysetup superblock, the tree, and parity if asked for; it is "
		"what goes into the slot's root partition.",
		children,
		NULL,
		NULL
	};
	struct arguments arguments = { .parameters = tree_defaults };
	struct root_image root;

	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	root = root_open(arguments.root, &arguments.parameters);
	if (root.had_tree)
		fail_refused_at(ERR_VERITY_PARAMS, arguments.root, "it has a hash tree already");
	if (!arguments.common.dry_run) {
		struct output *output = output_open(arguments.common.output);

		output_size(output, tree_image_size(&root.tree));
		root_write(&root, output->fd, output->path, 0);
		outputs_commit();
	}
	print(&arguments, &root.tree);
	return EXIT_DONE;
}
