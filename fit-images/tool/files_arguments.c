/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "files_arguments.h"

#include <string.h>

#include "root_image.h"

/* What the kernel takes (dm-verity-fec): parity bytes in a codeword of 255. */
#define FEC_ROOTS_MIN 2
#define FEC_ROOTS_MAX 24
/* veritysetup's default. */
#define FEC_ROOTS 2
#define SECTOR 512

enum {
	KEY_ROOT_HASH = 0x2000,
	KEY_SALT,
	KEY_BLOCKS,
	KEY_HASH_OFFSET,
	KEY_HASH_IMAGE,
	KEY_HASH,
	KEY_BLOCK,
	KEY_HASH_BLOCK,
	KEY_NO_SUPERBLOCK,
	KEY_FEC_IMAGE,
	KEY_FEC_OFFSET,
	KEY_FEC_ROOTS,
	KEY_FIT
};

static const struct argp_option options[] = {
	{ "root-hash", KEY_ROOT_HASH, "HEX", 0, "root hash: what everything is proved against", 0 },
	{ "salt", KEY_SALT, "HEX", 0, "salt of up to 256 bytes; - for none", 0 },
	{ "data-blocks", KEY_BLOCKS, "N", 0, "data blocks of the root", 0 },
	{ "hash-offset", KEY_HASH_OFFSET, "BYTES", 0,
	  "where the hash area starts, as veritysetup counts: a superblock if any, and the tree",
	  0 },
	{ "hash-image", KEY_HASH_IMAGE, "F", 0, "the hash area is in a file of its own", 0 },
	{ "hash", KEY_HASH, "NAME", 0, "sha256 (default), sha384 or sha512", 0 },
	{ "block-size", KEY_BLOCK, "BYTES", 0, "of data and hash blocks, default 4096", 0 },
	{ "hash-block-size", KEY_HASH_BLOCK, "BYTES", 0, "of hash blocks, if it is another", 0 },
	{ "no-superblock", KEY_NO_SUPERBLOCK, NULL, 0,
	  "the tree starts at the hash offset, whatever stands there", 0 },
	{ "fec-image", KEY_FEC_IMAGE, "F", 0, "file with the parity of error correction", 0 },
	{ "fec-offset", KEY_FEC_OFFSET, "BYTES", 0, "where the parity starts", 0 },
	{ "fec-roots", KEY_FEC_ROOTS, "N", 0, "parity bytes in a codeword, 2 (default) to 24", 0 },
	{ "fit", KEY_FIT, "FIT", 0,
	  "take the numbers from this FIT; its signature is not checked here", 0 },
	{ 0 },
};

static uint64_t number(const char *text, uint64_t limit, const char *name, struct argp_state *state)
{
	uint64_t value = 0;

	if (!parse_number(text, true, limit, &value))
		argp_error(state, "--%s wants a number up to %llu: %s", name,
			   (unsigned long long)limit, text);
	return value;
}

static uint32_t block_size(const char *text, struct argp_state *state)
{
	uint64_t size = number(text, TREE_BLOCK_MAX, "block-size", state);

	if (size < TREE_BLOCK_MIN || (size & (size - 1)))
		argp_error(state, "a block has a power of two of bytes, 512 to 65536: %s", text);
	return (uint32_t)size;
}

static void once(const char **place, const char *value, const char *name, struct argp_state *state)
{
	if (*place)
		argp_error(state, "--%s is given twice", name);
	*place = value;
}

static error_t parse_proof(int key, const char *argument, struct argp_state *state,
			   struct files_arguments *arguments)
{
	struct tree_parameters *parameters = &arguments->parameters;

	switch (key) {
	case KEY_ROOT_HASH:
		if (!parse_hex(argument, arguments->root_hash, DIGEST_SIZE_MAX,
			       &arguments->root_hash_size))
			argp_error(state, "--root-hash is hex: %s", argument);
		arguments->has_root_hash = true;
		return 0;
	case KEY_SALT:
		if (strcmp(argument, "-") &&
		    !parse_hex(argument, parameters->salt, TREE_SALT_MAX, &parameters->salt_size))
			argp_error(state, "the salt is up to 256 bytes of hex, or -: %s", argument);
		arguments->has_salt = true;
		return 0;
	case KEY_BLOCKS:
		arguments->data_blocks = number(argument, UINT64_MAX, "data-blocks", state);
		arguments->has_blocks = true;
		return 0;
	case KEY_HASH:
		if (digest_by_name(argument, strlen(argument), &parameters->algorithm) != OK)
			argp_error(state, "no hash %s; there are sha256, sha384, sha512", argument);
		arguments->has_hash = true;
		return 0;
	case KEY_BLOCK:
		parameters->data_block_size = block_size(argument, state);
		return 0;
	case KEY_HASH_BLOCK:
		parameters->hash_block_size = block_size(argument, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_place(int key, const char *argument, struct argp_state *state,
			   struct files_arguments *arguments)
{
	switch (key) {
	case KEY_HASH_OFFSET:
		arguments->hash_offset = number(argument, INT64_MAX, "hash-offset", state);
		arguments->has_hash_offset = true;
		return 0;
	case KEY_HASH_IMAGE:
		once(&arguments->hash_image, argument, "hash-image", state);
		return 0;
	case KEY_NO_SUPERBLOCK:
		arguments->no_superblock = true;
		return 0;
	case KEY_FEC_IMAGE:
		once(&arguments->fec_image, argument, "fec-image", state);
		return 0;
	case KEY_FEC_OFFSET:
		arguments->fec_offset = number(argument, INT64_MAX, "fec-offset", state);
		arguments->has_fec_offset = true;
		return 0;
	case KEY_FEC_ROOTS:
		arguments->fec_roots =
			(unsigned)number(argument, FEC_ROOTS_MAX, "fec-roots", state);
		if (arguments->fec_roots < FEC_ROOTS_MIN)
			argp_error(state, "--fec-roots is 2 to 24: %s", argument);
		return 0;
	case KEY_FIT:
		once(&arguments->fit, argument, "fit", state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static bool any_number(const struct files_arguments *arguments)
{
	return arguments->has_root_hash || arguments->has_salt || arguments->has_blocks ||
	       arguments->has_hash || arguments->has_hash_offset || arguments->no_superblock ||
	       arguments->parameters.data_block_size || arguments->parameters.hash_block_size ||
	       arguments->fec_image || arguments->has_fec_offset || arguments->fec_roots;
}

static void check_error_correction(struct files_arguments *arguments, struct argp_state *state)
{
	bool placed = arguments->fec_image || arguments->has_fec_offset;

	if (arguments->fec_roots && !placed)
		argp_error(state, "--fec-roots goes with --fec-image or --fec-offset");
	if (placed && !arguments->fec_roots)
		arguments->fec_roots = FEC_ROOTS;
	if (placed &&
	    arguments->parameters.data_block_size != arguments->parameters.hash_block_size)
		argp_error(state, "error correction wants data and hash blocks of one size");
	if (arguments->fec_offset % arguments->parameters.data_block_size)
		argp_error(state, "--fec-offset is a multiple of the block size");
}

static void check_numbers(struct files_arguments *arguments, struct argp_state *state)
{
	struct tree_parameters *parameters = &arguments->parameters;

	if (!arguments->has_root_hash || !arguments->has_salt || !arguments->has_blocks)
		argp_error(state, "--root-hash, --salt and --data-blocks say what is proved");
	if (!arguments->has_hash_offset && !arguments->hash_image)
		argp_error(state, "--hash-offset or --hash-image says where the hash area is");
	if (arguments->root_hash_size != digest_size(parameters->algorithm))
		argp_error(state, "--root-hash has %zu bytes, a %s has %zu",
			   arguments->root_hash_size, digest_name(parameters->algorithm),
			   digest_size(parameters->algorithm));
	if (arguments->hash_offset % SECTOR)
		argp_error(state, "--hash-offset is a multiple of 512");
	if (!parameters->data_block_size)
		parameters->data_block_size = tree_defaults.data_block_size;
	if (!parameters->hash_block_size)
		parameters->hash_block_size = parameters->data_block_size;
	if (arguments->no_superblock && arguments->hash_offset % parameters->hash_block_size)
		argp_error(state,
			   "without a superblock --hash-offset is a multiple of the hash block");
	check_error_correction(arguments, state);
}

static void check(struct files_arguments *arguments, struct argp_state *state)
{
	if (!arguments->image)
		argp_error(state, "which IMAGE?");
	if (!arguments->path)
		argp_error(state, "which PATH in the root?");
	if (arguments->fit && any_number(arguments))
		argp_error(state, "--fit says all numbers; only --hash-image goes with it");
	if (!arguments->fit)
		check_numbers(arguments, state);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct files_arguments *arguments = state->input;
	error_t result;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->common;
		return 0;
	case ARGP_KEY_ARG:
		if (arguments->path)
			argp_error(state, "one IMAGE and one PATH: what is %s?", argument);
		if (arguments->image)
			arguments->path = argument;
		else
			arguments->image = argument;
		return 0;
	case ARGP_KEY_END:
		check(arguments, state);
		return 0;
	default:
		result = parse_proof(key, argument, state, arguments);
		return result == ARGP_ERR_UNKNOWN ? parse_place(key, argument, state, arguments)
						  : result;
	}
}

void files_arguments_parse(int argc, char **argv, const char *doc,
			   struct files_arguments *arguments)
{
	static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
	const struct argp argp = { options, parse, "IMAGE PATH", doc, children, NULL, NULL };

	*arguments = (struct files_arguments){ .parameters.algorithm = DIGEST_SHA256 };
	argp_parse(&argp, argc, argv, 0, NULL, arguments);
}
