/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sign_config.c - sign one configuration: the loader's code says which bytes, the key signs their
 * digest.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "sign.h"
#include "tree.h"

/* What U-Boot's verifier holds: more than that and it refuses what we accept. */
#define UBOOT_NODES_MAX 100
#define UBOOT_PATHS_MAX 4096

enum exit_code sign_reread(struct signing *signing, const char *configuration, unsigned *index)
{
	struct span bytes = { signing->tree, fdt_totalsize(signing->tree) };
	enum status status = fit_file_open(bytes, signing->scratch);

	if (status == OK)
		status = fit_choose_named(&signing->scratch->fit, configuration, index);
	return status == OK ? EXIT_DONE : refused(status);
}

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
static int put_record(void *tree, int node, uint32_t strings, const char *paths, size_t paths_size)
{
	uint8_t cells[8];
	int error = tree_put_string(tree, node, "signer-name", "holdfast-keys");

	store_be32(cells, 0);
	store_be32(cells + 4, strings);
	if (error == 0)
		error = tree_put_string(tree, node, "signer-version", HOLDFAST_VERSION);
	if (error == 0)
		error = fdt_setprop_u32(tree, node, "timestamp", timestamp());
	if (error == 0)
		error = fdt_setprop(tree, node, "hashed-nodes", paths, (int)paths_size);
	if (error == 0)
		error = fdt_setprop(tree, node, "hashed-strings", cells, sizeof(cells));
	return error;
}

struct signature {
	struct signature_algorithm algorithm;
	enum rsa_padding padding;
	uint8_t value[SIGNATURE_SIZE_MAX];
	size_t size;
	uint32_t strings; /* bytes of the strings block that are covered */
};

static enum exit_code read_node(const void *tree, int node, struct signature *signature)
{
	int size;
	const char *word = fdt_getprop(tree, node, "algo", &size);
	const char *padding = fdt_getprop(tree, node, "padding", NULL);

	if (word == NULL || size < 1 ||
	    signature_by_name(word, (size_t)size - 1, &signature->algorithm) != OK)
		return EXIT_BUG;
	signature->padding = padding != NULL && strcmp(padding, "pss") == 0 ? RSA_PSS : RSA_PKCS1;
	return EXIT_DONE;
}

static void add_result(const struct signing *signing, const char *configuration,
		       const struct key *key, const struct signature *signature,
		       const struct fit_coverage *coverage)
{
	json_t *result = json_object();
	char text[32];

	signature_name(&signature->algorithm, text);
	(void)json_object_set_new(result, "configuration", json_string(configuration));
	(void)json_object_set_new(result, "key", json_string(key->name));
	(void)json_object_set_new(result, "key_id", json_hex(key->id, KEY_ID_SIZE));
	(void)json_object_set_new(result, "algorithm", json_string(text));
	if (key->algorithm.type == KEY_RSA)
		(void)json_object_set_new(
			result, "padding",
			json_string(signature->padding == RSA_PSS ? "pss" : "pkcs-1.5"));
	(void)json_object_set_new(result, "images", json_integer(coverage->images));
	(void)json_array_append_new(signing->results, result);
}

static int put_signature(struct signing *signing, const char *configuration, const char *name,
			 const struct signature *signature, const struct fit_coverage *coverage,
			 unsigned index)
{
	const struct fit_file *file = signing->scratch;
	size_t paths_size;
	size_t slots_size;
	unsigned count;
	char *paths = covered_paths(file, coverage, &paths_size, &count);
	char *slots = slots_of(file, index, &slots_size);
	int node = sign_find_node(signing->tree, configuration, name);
	int error = fdt_setprop(signing->tree, node, "sign-images", slots, (int)slots_size);

	if (error == 0)
		error = fdt_setprop(signing->tree, node, "value", signature->value,
				    (int)signature->size);
	if (error == 0)
		error = put_record(signing->tree, node, signature->strings, paths, paths_size);
	free(paths);
	free(slots);
	return error;
}

static enum exit_code sign_one(struct signing *signing, const char *configuration,
			       const struct key_file *key, struct fit_coverage *coverage)
{
	struct signature signature = { .size = 0 };
	uint8_t digest[DIGEST_SIZE_MAX];
	enum status status;
	unsigned index = 0;
	int error;

	STEP(sign_reread(signing, configuration, &index));
	STEP(read_node(signing->tree, sign_find_node(signing->tree, configuration, key->name),
		       &signature));
	signature.strings = fdt_size_dt_strings(signing->tree);
	status = fit_coverage(&signing->scratch->fit, index, coverage);
	if (status == OK)
		status = fit_coverage_digest(&signing->scratch->fit, coverage,
					     signature.algorithm.digest, signature.strings, digest);
	if (status != OK)
		return refused(status);
	STEP(key_sign(key, signature.algorithm.digest, signature.padding, digest, signature.value,
		      &signature.size));
	error = put_signature(signing, configuration, key->name, &signature, coverage, index);
	if (error != 0)
		return sign_failed(error);
	add_result(signing, configuration, &key->key, &signature, coverage);
	return EXIT_DONE;
}

enum exit_code sign_configuration(struct signing *signing, const char *configuration)
{
	struct fit_coverage *coverage = allocate(sizeof(*coverage));
	enum exit_code code = EXIT_DONE;

	for (unsigned i = 0; code == EXIT_DONE && i < signing->key_count; i++)
		code = sign_one(signing, configuration, &signing->keys[i], coverage);
	free(coverage);
	return code;
}
