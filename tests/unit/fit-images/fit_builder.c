// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* fit_builder.c - see fit_builder.h. */
#include "fit_builder.h"

#include <libfdt.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"

/* Tests link without a generated table. */
const struct keyring keyring_table = { NULL, 0, REQUIRED_ALL, 0 };

void build_begin(struct build *build)
{
	build->blob = calloc(1, BUILD_MAX);
	build->external = 0;
	MUST(build->blob);
	MUST(fdt_create(build->blob, BUILD_MAX) == 0);
	MUST(fdt_finish_reservemap(build->blob) == 0);
	MUST(fdt_begin_node(build->blob, "") == 0);
	MUST(fdt_end_node(build->blob) == 0);
	MUST(fdt_finish(build->blob) == 0);
}

void build_free(struct build *build)
{
	free(build->blob);
	build->blob = NULL;
}

size_t build_size(const struct build *build)
{
	return fdt_totalsize(build->blob) + build->external;
}

static int node_at(const struct build *build, const char *path)
{
	int node = fdt_path_offset(build->blob, path);

	if (node < 0)
		fprintf(stderr, "no node %s\n", path);
	MUST(node >= 0);
	return node;
}

static void opened(struct build *build)
{
	MUST(build->external == 0);
	MUST(fdt_open_into(build->blob, build->blob, BUILD_MAX) == 0);
}

static void packed(struct build *build)
{
	MUST(fdt_pack(build->blob) == 0);
}

void build_node(struct build *build, const char *path)
{
	const char *name = strrchr(path, '/');
	int parent;

	opened(build);
	parent = name == path ? 0 : fdt_path_offset_namelen(build->blob, path, (int)(name - path));
	MUST(parent >= 0);
	MUST(fdt_add_subnode(build->blob, parent, name + 1) >= 0);
	packed(build);
}

void build_bytes(struct build *build, const char *path, const char *name, const void *value,
		 size_t size)
{
	opened(build);
	MUST(fdt_setprop(build->blob, node_at(build, path), name, value, (int)size) == 0);
	packed(build);
}

void build_string(struct build *build, const char *path, const char *name, const char *value)
{
	build_bytes(build, path, name, value, strlen(value) + 1);
}

void build_u32(struct build *build, const char *path, const char *name, uint32_t value)
{
	uint8_t cell[4];

	store_be32(cell, value);
	build_bytes(build, path, name, cell, sizeof(cell));
}

void build_remove(struct build *build, const char *path, const char *name)
{
	MUST(fdt_delprop(build->blob, node_at(build, path), name) == 0);
	packed(build);
}

void build_remove_node(struct build *build, const char *path)
{
	MUST(fdt_del_node(build->blob, node_at(build, path)) == 0);
	packed(build);
}

void build_plain(struct build *build, size_t size)
{
	uint8_t *data = malloc(size + 1);
	size_t i;

	MUST(data);
	for (i = 0; i < size; i++)
		data[i] = (uint8_t)(i * 7 + i / 251);
	build_begin(build);
	build_string(build, "/", "description", "test");
	/*
	 * libfdt puts a new node before its siblings: configurations first, so images comes first.
	 */
	build_node(build, "/configurations");
	build_string(build, "/configurations", "default", "c");
	build_node(build, "/configurations/c");
	build_string(build, "/configurations/c", "kernel", "k");
	build_node(build, "/images");
	build_node(build, "/images/k");
	build_string(build, "/images/k", "type", "kernel");
	build_string(build, "/images/k", "compression", "none");
	build_u32(build, "/images/k", "load", 0x40200000);
	build_bytes(build, "/images/k", "data", data, size);
	build_node(build, "/images/k/hash-1");
	build_hash(build, "/images/k", "hash-1", "sha256");
	free(data);
}

void build_hash(struct build *build, const char *image, const char *hash, const char *algorithm)
{
	char path[200];
	unsigned char value[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	int length;
	const void *data = fdt_getprop(build->blob, node_at(build, image), "data", &length);

	MUST(data);
	MUST(EVP_Digest(data, (size_t)length, value, &size, EVP_get_digestbyname(algorithm),
			NULL) == 1);
	snprintf(path, sizeof(path), "%s/%s", image, hash);
	build_string(build, path, "algo", algorithm);
	build_bytes(build, path, "value", value, size);
}

void build_externalise(struct build *build)
{
	size_t room = BUILD_MAX / 2;
	uint8_t *payload = calloc(1, room);
	size_t at = 0;
	int node, images = node_at(build, "/images");
	size_t start;

	MUST(payload);
	opened(build);
	fdt_for_each_subnode (node, build->blob, images) {
		int length;
		const void *data = fdt_getprop(build->blob, node, "data", &length);

		if (!data)
			continue;
		MUST(at + (size_t)length < room);
		memcpy(payload + at, data, (size_t)length);
		MUST(fdt_setprop_u32(build->blob, node, "data-size", (uint32_t)length) == 0);
		MUST(fdt_setprop_u32(build->blob, node, "data-offset", (uint32_t)at) == 0);
		MUST(fdt_delprop(build->blob, node, "data") == 0);
		at += ((size_t)length + 3) & ~(size_t)3;
	}
	packed(build);
	start = (fdt_totalsize(build->blob) + 3) & ~3u;
	fdt_set_totalsize(build->blob, (uint32_t)start);
	MUST(start + at <= BUILD_MAX);
	memcpy(build->blob + start, payload, at);
	build->external = at;
	free(payload);
}

void build_sign(struct build *build, const char *config, const char *signature,
		const struct test_key *key, const struct build_omit *omit)
{
	uint32_t strings = fdt_size_dt_strings(build->blob);
	char path[200], algorithm[32];
	uint8_t value[512], cells[8] = { 0 };
	uint8_t *message;
	size_t size, length;

	snprintf(path, sizeof(path), "/configurations/%s/%s", config, signature);
	if (fdt_path_offset(build->blob, path) < 0)
		build_node(build, path);
	strings = fdt_size_dt_strings(build->blob);
	if (omit && omit->strings_size)
		strings = omit->strings_size;
	if (omit && omit->strings)
		strings = 0;
	message = build_message(build, config, strings, omit ? omit->node : NULL, &size);
	length = test_key_sign(key, message, size, value);
	free(message);
	signature_name(&key->key.algorithm, algorithm);
	store_be32(cells + 4, strings);
	if (!omit || !omit->strings)
		build_bytes(build, path, "hashed-strings", cells, sizeof(cells));
	build_bytes(build, path, "value", value, length);
	build_string(build, path, "key-name-hint", key->key.name);
	if (key->padding)
		build_string(build, path, "padding", key->padding);
	build_string(build, path, "algo", algorithm);
}

int engines_set_up(void **state)
{
	static const struct digest_engine *const no_digest[] = { NULL };
	static const struct modexp_engine *const no_modexp[] = { NULL };

	(void)state;
	MUST(digest_engines_start(no_digest) == OK);
	MUST(modexp_engines_start(no_modexp) == OK);
	return 0;
}
