/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sign_put.c - signatures into their nodes, with what U-Boot and older verifiers read beside them.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "sign.h"
#include "tree.h"

/* What U-Boot's verifier holds: more than that and it refuses what we accept. */
#define UBOOT_NODES_MAX 100
#define UBOOT_PATHS_MAX 4096

/*
 * The covered nodes' paths, one after the other with their NULs: for verifiers that still read the
 * list.
 */
static char *covered_paths(const struct fit_file *file, const struct fit_coverage *coverage,
			   size_t *size, unsigned *count)
{
	char *list = text_of("/");

	*size = 2;
	*count = 1;
	for (unsigned i = 1; i < file->fit.node_count; i++) {
		char *path;
		char *longer;
		size_t length;

		if (coverage->cover[i] != COVER_ALL)
			continue;
		path = fit_file_path(file, i);
		length = strlen(path) + 1;
		longer = allocate(*size + length);
		memcpy(longer, list, *size);
		memcpy(longer + *size, path, length);
		free(path);
		free(list);
		list = longer;
		*size += length;
		*count += 1;
	}
	if (*count > UBOOT_NODES_MAX || *size > UBOOT_PATHS_MAX)
		note("the signature covers %u nodes: U-Boot refuses more than %d", *count,
		     UBOOT_NODES_MAX);
	return list;
}

/*
 * The slots of the configuration that name images, as a string list: what sign-images should have
 * said.
 */
static char *slots_of(const struct fit_file *file, unsigned configuration, size_t *size)
{
	const struct fit *fit = &file->fit;
	struct fit_property property;
	uint32_t cursor = fit->nodes[configuration].properties;
	char *list = text_of("%s", "");
	const char *image;

	*size = 0;
	while (fit_next_property(fit, configuration, &cursor, &property)) {
		size_t length = strlen(property.name) + 1;
		char *longer;

		if (strcmp(property.name, "description") == 0 ||
		    strcmp(property.name, "compatible") == 0 ||
		    strcmp(property.name, "default") == 0 ||
		    !fit_list_string(property.value, 0, &image) ||
		    fit_child(fit, fit_file_images(file), image) == FIT_NONE)
			continue;
		longer = allocate(*size + length);
		memcpy(longer, list, *size);
		memcpy(longer + *size, property.name, length);
		free(list);
		list = longer;
		*size += length;
	}
	return list;
}

/* In mkimage's order, which a dump shows backwards. */
static int put_record(void *tree, int node, uint32_t strings, uint32_t when, const char *paths,
		      size_t paths_size)
{
	uint8_t cells[8];
	int error = tree_put_string(tree, node, "signer-name", "holdfast-keys");

	store_be32(cells, 0);
	store_be32(cells + 4, strings);
	if (error == 0)
		error = tree_put_string(tree, node, "signer-version", HOLDFAST_VERSION);
	if (error == 0)
		error = fdt_setprop_u32(tree, node, "timestamp", when);
	if (error == 0)
		error = fdt_setprop(tree, node, "hashed-nodes", paths, (int)paths_size);
	if (error == 0)
		error = fdt_setprop(tree, node, "hashed-strings", cells, sizeof(cells));
	return error;
}

static int put_signature(struct signing *signing, const struct signature_plan *plan,
			 const struct fit_coverage *coverage, unsigned index)
{
	const struct fit_file *file = signing->scratch;
	uint32_t when = signing->timed ? signing->timestamp : timestamp();
	size_t paths_size;
	size_t slots_size;
	unsigned count;
	char *paths = covered_paths(file, coverage, &paths_size, &count);
	char *slots = slots_of(file, index, &slots_size);
	int node = sign_find_node(signing->tree, plan->configuration,
				  signing->keys[plan->signer].name);
	int error = fdt_setprop(signing->tree, node, "sign-images", slots, (int)slots_size);

	if (error == 0)
		error = fdt_setprop(signing->tree, node, "value", plan->value, (int)plan->size);
	if (error == 0)
		error = put_record(signing->tree, node, plan->strings, when, paths, paths_size);
	free(paths);
	free(slots);
	return error;
}

/* scratch is the tree as it was planned: what is covered has not changed since. */
static enum exit_code put_plan(struct signing *signing, const struct signature_plan *plan,
			       struct fit_coverage *coverage)
{
	unsigned index = 0;
	enum status status = fit_choose_named(&signing->scratch->fit, plan->configuration, &index);
	int error;

	if (status == OK)
		status = fit_coverage(&signing->scratch->fit, index, coverage);
	if (status != OK)
		return refused(status);
	error = put_signature(signing, plan, coverage, index);
	return error == 0 ? EXIT_DONE : sign_failed(error);
}

enum exit_code sign_put(struct signing *signing)
{
	struct fit_coverage *coverage = allocate(sizeof(*coverage));
	enum exit_code code = EXIT_DONE;

	for (unsigned i = 0; code == EXIT_DONE && i < signing->plan_count; i++)
		if (signing->plans[i].size != 0)
			code = put_plan(signing, &signing->plans[i], coverage);
	free(coverage);
	return code;
}
