/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sign_write.c - the signed FIT on disk: metadata grows, external data stays where it is valid.
 *
 * data-offset counts from totalsize (rounded up to 4), data-position from the start of the file.
 * Both are outside the signature. If the metadata does not fit in front of the data, everything
 * external moves up by a multiple of a page (or of the larger alignment it has), so that the
 * alignment that -B gave is kept.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "fit_check.h"
#include "provenance.h"
#include "sign.h"
#include "tree.h"

#define PAGE 4096u
#define ALIGN_MAX (2u << 20)

struct layout {
	bool external;
	bool relative;  /* some data is found by data-offset */
	uint64_t base;  /* where data-offset counts from, in the original */
	uint64_t start; /* the lowest external byte in the original */
	uint64_t alignment;
	uint64_t shift;    /* how far external data moves up */
	uint64_t metadata; /* totalsize of the result */
};

static enum exit_code see_image(const struct fit_file *file, unsigned image, struct layout *layout,
				uint64_t *bits)
{
	uint32_t cell;
	uint64_t at;
	struct span data;
	enum status status;

	if (fit_file_u32(file, image, "data-position", &cell)) {
		at = cell;
	} else if (fit_file_u32(file, image, "data-offset", &cell)) {
		at = layout->base + cell;
		layout->relative = true;
	} else {
		return EXIT_DONE;
	}
	status = fit_file_data(file, image, &data);
	if (status != OK)
		return refused(status);
	if (at < file->fit.total_size)
		return refused_because(ERR_BAD_FIT, fit_name(&file->fit, image),
				       "the data overlaps the metadata");
	if (!layout->external || at < layout->start)
		layout->start = at;
	layout->external = true;
	*bits |= at;
	return EXIT_DONE;
}

/* The largest power of two, from a page to ALIGN_MAX, that all external data is aligned to. */
static uint64_t alignment_of(uint64_t bits)
{
	uint64_t alignment = PAGE;

	while (alignment < ALIGN_MAX && (bits & (2 * alignment - 1)) == 0)
		alignment *= 2;
	return alignment;
}

static enum exit_code plan(const struct fit_file *file, uint64_t needed, struct layout *layout)
{
	unsigned images = fit_file_images(file);
	uint64_t bits = 0;
	uint64_t room;

	*layout = (struct layout){ .base = ((uint64_t)file->fit.total_size + 3) & ~3ull };
	for (unsigned i = fit_next_child(&file->fit, images, images); i != FIT_NONE;
	     i = fit_next_child(&file->fit, images, i))
		STEP(see_image(file, i, layout, &bits));
	layout->metadata = needed;
	if (!layout->external)
		return EXIT_DONE;
	layout->alignment = alignment_of(bits);
	room = layout->relative && layout->base < layout->start ? layout->base : layout->start;
	if (needed > room)
		layout->shift = (needed - room + layout->alignment - 1) / layout->alignment *
				layout->alignment;
	if (layout->relative)
		layout->metadata = layout->base + layout->shift;
	if (layout->metadata > INT32_MAX)
		return refused_because(ERR_TOO_BIG, "metadata", "the FIT is too big");
	return EXIT_DONE;
}

static int move_positions(struct signing *signing, uint64_t shift)
{
	int node;
	int images = fdt_subnode_offset(signing->tree, 0, "images");

	fdt_for_each_subnode (node, signing->tree, images) {
		int size;
		const void *cell = fdt_getprop(signing->tree, node, "data-position", &size);
		uint64_t at;

		if (cell == NULL || size != 4)
			continue;
		at = load_be32(cell) + shift;
		if (at > UINT32_MAX)
			return -FDT_ERR_NOSPACE;
		if (fdt_setprop_inplace_u32(signing->tree, node, "data-position", (uint32_t)at) !=
		    0)
			return -FDT_ERR_INTERNAL;
	}
	return 0;
}

static enum exit_code write_zeros(struct output *output, uint64_t size)
{
	static const uint8_t zeros[PAGE];

	for (; size > PAGE; size -= PAGE)
		STEP(output_write(output, zeros, PAGE));
	return output_write(output, zeros, (size_t)size);
}

static enum exit_code write_all(const struct signing *signing, const struct layout *layout,
				size_t used, struct output *output)
{
	STEP(output_write(output, signing->tree, used));
	if (!layout->external)
		return EXIT_DONE;
	STEP(write_zeros(output, layout->start + layout->shift - used));
	return output_write(output, signing->input.at + layout->start,
			    signing->input.size - (size_t)layout->start);
}

/* A key, as it signed: the digest may come from the signature node. */
static struct key as_signed(const struct signing *signing, const struct signature_plan *plan)
{
	struct key key = signing->keys[plan->signer].key;

	key.name = signing->keys[plan->signer].name;
	key.role = ROLE_DEV;
	key.required = true;
	key.padding = 0;
	key.algorithm = plan->algorithm;
	return key;
}

/* All who signed one configuration, from the plan with this index on; none if it is not the first.
 */
static unsigned signers_of(const struct signing *signing, unsigned first, struct key *keys)
{
	const char *name = signing->plans[first].configuration;
	unsigned count = 0;

	for (unsigned i = 0; i < signing->plan_count; i++) {
		const struct signature_plan *plan = &signing->plans[i];

		if (plan->size == 0 || strcmp(plan->configuration, name) != 0)
			continue;
		if (count == 0 && i != first)
			return 0;
		keys[count++] = as_signed(signing, plan);
	}
	return count;
}

/*
 * The file as it will be, through the loader's code, with the public halves of the keys that signed
 * as the trust set.
 */
static enum exit_code check_result(const struct signing *signing, const char *path)
{
	struct key keys[SIGN_KEYS_MAX] = { { .name = NULL } };
	struct input input;
	enum exit_code code = EXIT_DONE;

	STEP(input_open(path, &input));
	for (unsigned i = 0; code == EXIT_DONE && i < signing->plan_count; i++) {
		struct keyring keyring = { keys, signers_of(signing, i, keys), REQUIRED_ALL, 0 };

		if (keyring.count != 0)
			code = fit_check_signed(&input, &keyring, signing->plans[i].configuration,
						signing->scratch);
	}
	input_close(&input);
	return code;
}

/* The envelope about the file as it will be; the FIT gets its name first. */
static enum exit_code write_provenance(const struct signing *signing, const char *name,
				       const char *temporary, struct output *envelope)
{
	json_t *signatures;
	struct input input;
	enum exit_code code;

	STEP(input_open(temporary, &input));
	signatures = sign_describe_all(signing);
	code = provenance_prepare(signing->provenance, name, (struct span){ input.at, input.size },
				  signing->keys, signing->key_count, signatures, envelope);
	json_decref(signatures);
	input_close(&input);
	return code;
}

static enum exit_code give_names(const struct signing *signing, struct output *output,
				 struct output *envelope)
{
	enum exit_code code = EXIT_DONE;

	if (!common.dry_run)
		code = output_replace(output);
	else
		output_discard(output);
	if (signing->provenance == NULL)
		return code;
	if (code == EXIT_DONE && !common.dry_run)
		return output_replace(envelope);
	output_discard(envelope);
	return code;
}

/*
 * The tree and what was read of the FIT: beside the payload twice, to check it, that would be much.
 */
static void forget_original(struct signing *signing)
{
	free(signing->tree);
	signing->tree = NULL;
	input_forget(&signing->input);
}

static enum exit_code write_to(struct signing *signing, const char *path,
			       const struct layout *layout, size_t used)
{
	struct output output;
	struct output envelope;
	enum exit_code code;

	STEP(output_open(path, signing->input.mode, &output));
	code = write_all(signing, layout, used, &output);
	forget_original(signing);
	if (code == EXIT_DONE)
		code = check_result(signing, output.temporary);
	if (code == EXIT_DONE && signing->provenance != NULL)
		code = write_provenance(signing, path, output.temporary, &envelope);
	if (code == EXIT_DONE)
		return give_names(signing, &output, &envelope);
	output_discard(&output);
	return code;
}

/* In place means the file, not a link to it. */
static enum exit_code write_place(struct signing *signing, const struct layout *layout, size_t used)
{
	enum exit_code code;
	char *real;

	if (common.output != NULL)
		return write_to(signing, common.output, layout, used);
	real = realpath(signing->path, NULL);
	code = write_to(signing, real == NULL ? signing->path : real, layout, used);
	free(real);
	return code;
}

enum exit_code sign_write(struct signing *signing)
{
	struct layout layout;
	size_t used;
	int error = fdt_pack(signing->tree);

	if (error != 0)
		return sign_failed(error);
	used = fdt_totalsize(signing->tree);
	STEP(plan(signing->original, used, &layout));
	error = layout.shift == 0 ? 0 : move_positions(signing, layout.shift);
	if (error != 0)
		return sign_failed(error);
	fdt_set_totalsize(signing->tree, (uint32_t)layout.metadata);
	if (layout.shift != 0)
		note("the data moves up by %llu bytes to make room",
		     (unsigned long long)layout.shift);
	return write_place(signing, &layout, used);
}
