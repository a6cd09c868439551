// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* verity.c - the signed parameters of a dm-verity root, and the check of the top of its tree. */
#include "verity.h"

#include "digest_blocks.h"
#include "hardened.h"
#include "verity_flags.h"

static enum status bad(const char *at, const char *hint)
{
	return refuse(ERR_VERITY_PARAMS, at, hint);
}

/* A parameter of the dm-verity node; that it is missing is an error. */
static enum status parameter(const struct verity *verity, const char *name, struct span *value)
{
	enum status status = fit_image_child_property(&verity->image, "dm-verity", name, value);

	if (status == ERR_ABSENT)
		return bad(name,
			   "the dm-verity node lacks this: make it with holdfast-image or mkimage");
	return status;
}

static enum status number(const struct verity *verity, const char *name, uint32_t *value)
{
	struct span bytes;

	*value = 0;
	TRY(parameter(verity, name, &bytes));
	if (bytes.size != 4)
		return bad(name, "this must be one 32-bit number");
	*value = load_be32(bytes.at);
	return OK;
}

/* The same for one that may be missing: then its size is 0. */
static enum status optional(const struct verity *verity, const char *name, struct span *value)
{
	enum status status = fit_image_child_property(&verity->image, "dm-verity", name, value);

	if (status == OK && value->size == 0)
		return bad(name, "leave it out, or give it a value");
	if (status != ERR_ABSENT)
		return status;
	*value = (struct span){ NULL, 0 };
	return OK;
}

static enum status flag(const struct verity *verity, const char *name, bool *set)
{
	struct span value;
	enum status status = fit_image_child_property(&verity->image, "dm-verity", name, &value);

	*set = status == OK;
	if (status == ERR_ABSENT)
		return OK;
	TRY(status);
	return value.size == 0 ? OK : bad(name, "this flag has no value");
}

static enum status read_flags(struct verity *verity)
{
#define VERITY_READ(field, name) TRY(flag(verity, name, &verity->field));
	VERITY_FLAGS(VERITY_READ)
#undef VERITY_READ
	if (verity->restart_on_corruption && verity->panic_on_corruption)
		return bad("panic-on-corruption", "choose one of restart and panic");
	if (verity->restart_on_error && verity->panic_on_error)
		return bad("panic-on-error", "choose one of restart and panic");
	return OK;
}

static enum status read_place(struct verity *verity)
{
	struct span value;
	enum status status =
		fit_image_child_property(&verity->image, "dm-verity", "holdfast,partition", &value);

	verity->in_partition = status == OK;
	if (status == ERR_ABSENT)
		return OK;
	TRY(status);
	return fit_equals(value, "root")
		       ? OK
		       : bad("holdfast,partition", "the only partition is \"root\"");
}

/* The parity follows what it covers: cryptsetup takes that for granted. */
static enum status read_fec(struct verity *verity)
{
	static const char *const names[] = { "holdfast,fec-roots", "holdfast,fec-start-block",
					     "holdfast,fec-blocks" };
	struct verity_fec *fec = &verity->fec;
	uint32_t *const numbers[] = { &fec->roots, &fec->start_block, &fec->blocks };
	struct span value;
	unsigned i, given = 0;

	for (i = 0; i < 3; i++) {
		TRY(optional(verity, names[i], &value));
		given += value.size != 0;
	}
	if (given == 0)
		return OK;
	for (i = 0; i < 3; i++)
		TRY(number(verity, names[i], numbers[i]));
	TRY(verity_fec_numbers(&verity->tree, fec));
	if (fec->start_block !=
	    (uint64_t)verity->tree.hash_start_block + fec->blocks - verity->tree.data_blocks)
		return bad("holdfast,fec-start-block", "the parity follows what it covers");
	return OK;
}

static enum status read_signature(struct verity *verity)
{
	static const char name[] = "holdfast,root-hash-signature";

	TRY(optional(verity, name, &verity->signature));
	return verity->signature.size <= VERITY_SIGNATURE_MAX
		       ? OK
		       : bad(name, "a signature without certificates is shorter");
}

static enum status read_digests(struct verity *verity)
{
	struct span name;

	TRY(parameter(verity, "algo", &name));
	if (!fit_is_string(name) ||
	    digest_by_name((const char *)name.at, name.size - 1, &verity->tree.algorithm) != OK)
		return bad("algo", "make the hash tree with sha256");
	TRY(parameter(verity, "digest", &verity->tree.root_hash));
	return parameter(verity, "salt", &verity->tree.salt);
}

static enum status read_parameters(struct verity *verity)
{
	TRY(read_digests(verity));
	TRY(number(verity, "data-block-size", &verity->tree.data_block_size));
	TRY(number(verity, "hash-block-size", &verity->tree.hash_block_size));
	TRY(number(verity, "num-data-blocks", &verity->tree.data_blocks));
	TRY(number(verity, "hash-start-block", &verity->tree.hash_start_block));
	TRY(verity_tree_check(&verity->tree));
	TRY(read_place(verity));
	TRY(read_fec(verity));
	TRY(read_signature(verity));
	return read_flags(verity);
}

enum status verity_of(const struct fit_config *config, struct verity *verity)
{
	struct fit_image image;
	enum status status;
	unsigned roots = 0;
	unsigned i;

	*verity = (struct verity){ .in_partition = false };
	for (i = 0; (status = fit_config_image(config, "loadables", i, &image)) == OK; i++) {
		if (!fit_image_has_child(&image, "dm-verity"))
			continue;
		/* Named twice, it is still two roots. */
		if (roots++ != 0)
			return bad("loadables", "a configuration has at most one dm-verity root");
		verity->image = image;
	}
	if (status != ERR_ABSENT)
		return status;
	if (roots == 0)
		return ERR_ABSENT;
	status = fit_image_expect(&verity->image, "type", "filesystem", ERR_VERITY_PARAMS);
	if (status == ERR_ABSENT)
		return bad("type", "an image with a dm-verity node is of type filesystem");
	TRY(status);
	return read_parameters(verity);
}

enum status verity_check_top(const struct verity *verity, const struct extent *device,
			     uint8_t *block, struct proof *proof)
{
	uint64_t offset = (uint64_t)verity->tree.hash_start_block * verity->tree.hash_block_size;
	uint8_t got[DIGEST_SIZE_MAX] = { 0 };
	const char *name = fit_image_name(&verity->image);

	if (extent_read(device, offset, block, verity->tree.hash_block_size) != OK)
		return refuse(ERR_VERITY_IO, name,
			      "the root's hash tree cannot be read: write the root again");
	TRY(digest_blocks(verity->tree.algorithm, verity->tree.salt, block,
			  verity->tree.hash_block_size, 1, got));
	TRY(proof_add(proof, verity->tree.root_hash.at, got, verity->tree.root_hash.size));
	if (bytes_equal(verity->tree.root_hash.at, got, verity->tree.root_hash.size,
			ERR_VERITY_ROOT) != OK)
		return refuse_different(
			ERR_VERITY_ROOT, name,
			"this is not the root that the release was signed with: write both again",
			verity->tree.root_hash.at, got, verity->tree.root_hash.size);
	return OK;
}
