// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* fit_builder.c - see fit_builder.h. */
#include "fit_builder.h"

#include <assert.h>
#include <libfdt.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A failing step here is a broken test, not a finding. */
#define MUST(expression)                                                         \
	do {                                                                     \
		if (!(expression)) {                                             \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #expression); \
			abort();                                                 \
		}                                                                \
	} while (0)

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

void build_bytes(struct build *build, const char *path, const char *name, const void *value, size_t size)
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
	/* libfdt puts a new node before its siblings: configurations first, so images comes first. */
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
	MUST(EVP_Digest(data, (size_t)length, value, &size, EVP_get_digestbyname(algorithm), NULL) == 1);
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
	fdt_for_each_subnode(node, build->blob, images) {
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

/* The rule of the signed bytes, by paths, as plainly as possible. */
struct paths {
	char at[64][200];
	unsigned count;
};

static bool has_path(const struct paths *paths, const char *path)
{
	unsigned i;

	for (i = 0; i < paths->count; i++)
		if (strcmp(paths->at[i], path) == 0)
			return true;
	return false;
}

static void add_path(struct paths *paths, const char *path)
{
	MUST(paths->count < 64);
	if (!has_path(paths, path))
		strcpy(paths->at[paths->count++], path);
}

static void add_image(const struct build *build, struct paths *paths, const char *name)
{
	char path[200], sub[400];
	int node, child;

	snprintf(path, sizeof(path), "/images/%s", name);
	node = fdt_path_offset(build->blob, path);
	if (node < 0 || *name == '\0')
		return;
	add_path(paths, path);
	fdt_for_each_subnode(child, build->blob, node) {
		const char *n = fdt_get_name(build->blob, child, NULL);

		if (strncmp(n, "hash", 4) != 0 && strcmp(n, "cipher") != 0 && strcmp(n, "dm-verity") != 0)
			continue;
		snprintf(sub, sizeof(sub), "%s/%s", path, n);
		add_path(paths, sub);
	}
}

static void list_paths(const struct build *build, const char *config, struct paths *paths)
{
	char path[200];
	int property;

	snprintf(path, sizeof(path), "/configurations/%s", config);
	paths->count = 0;
	add_path(paths, "/");
	add_path(paths, path);
	fdt_for_each_property_offset(property, build->blob, node_at(build, path)) {
		const char *name, *value;
		int size, i;

		value = fdt_getprop_by_offset(build->blob, property, &name, &size);
		if (strcmp(name, "description") == 0 || strcmp(name, "compatible") == 0 ||
		    strcmp(name, "default") == 0 || size == 0 || value[size - 1] != '\0')
			continue;
		for (i = 0; i < size; i += (int)strlen(value + i) + 1)
			add_image(build, paths, value + i);
	}
}

static bool excluded(const char *name)
{
	return strcmp(name, "data") == 0 || strcmp(name, "data-size") == 0 ||
	       strcmp(name, "data-offset") == 0 || strcmp(name, "data-position") == 0;
}

/* 2, 1 or 0 for the node of this path. */
static int level(const struct paths *paths, const char *omit, const char *path)
{
	char parent[200];
	char *slash;

	if (has_path(paths, path))
		return omit && strcmp(path, omit) == 0 ? 1 : 2;
	strcpy(parent, path);
	slash = strrchr(parent, '/');
	slash[slash == parent ? 1 : 0] = '\0';
	return has_path(paths, parent) && !(omit && strcmp(parent, omit) == 0) ? 1 : 0;
}

uint8_t *build_message(const struct build *build, const char *config, uint32_t strings_size,
		       const char *omit, size_t *size)
{
	const uint8_t *fdt = build->blob;
	uint8_t *out = malloc(BUILD_MAX);
	struct paths *paths = malloc(sizeof(*paths));
	char path[200] = "";
	int offset = 0, next = 0;
	uint32_t tag;

	MUST(out && paths);
	list_paths(build, config, paths);
	*size = 0;
	do {
		bool take = true;
		const char *here = *path ? path : "/";

		tag = fdt_next_tag(fdt, offset, &next);
		if (tag == FDT_BEGIN_NODE) {
			const char *name = fdt_get_name(fdt, offset, NULL);

			if (strcmp(path, "/") == 0)
				path[0] = '\0';
			snprintf(path + strlen(path), sizeof(path) - strlen(path), "/%s", name);
			take = level(paths, omit, path) >= 1;
		} else if (tag == FDT_PROP) {
			const char *name = NULL;

			fdt_getprop_by_offset(fdt, offset, &name, NULL);
			take = level(paths, omit, here) == 2 && !excluded(name);
		} else if (tag == FDT_NOP) {
			take = level(paths, omit, here) == 2;
		} else if (tag == FDT_END_NODE) {
			char *slash = strrchr(path, '/');

			take = level(paths, omit, here) >= 1;
			slash[slash == path && strlen(path) > 1 ? 1 : 0] = '\0';
		}
		if (take) {
			memcpy(out + *size, fdt + fdt_off_dt_struct(fdt) + offset, (size_t)(next - offset));
			*size += (size_t)(next - offset);
		}
		offset = next;
	} while (tag != FDT_END);
	memcpy(out + *size, fdt + fdt_off_dt_strings(fdt), strings_size);
	*size += strings_size;
	free(paths);
	return out;
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

static void take_number(EVP_PKEY *pair, const char *name, uint8_t *out, size_t size)
{
	BIGNUM *number = NULL;

	MUST(EVP_PKEY_get_bn_param(pair, name, &number) == 1);
	MUST(BN_bn2binpad(number, out, (int)size) == (int)size);
	BN_free(number);
}

void test_key_make(struct test_key *key, const char *name, const char *kind, const char *digest)
{
	char algorithm[32];
	struct key *k = &key->key;
	size_t bytes;

	memset(key, 0, sizeof(*key));
	snprintf(algorithm, sizeof(algorithm), "%s,%s", digest, kind);
	MUST(signature_by_name(algorithm, strlen(algorithm), &k->algorithm) == OK);
	k->name = name;
	k->role = ROLE_DEV;
	k->required = true;
	bytes = k->algorithm.bits / 8;
	if (k->algorithm.type == KEY_RSA) {
		key->pair = EVP_RSA_gen(k->algorithm.bits);
		MUST(key->pair);
		take_number(key->pair, OSSL_PKEY_PARAM_RSA_N, key->numbers[0], bytes);
		k->rsa = (struct rsa_public){ key->numbers[0], bytes, 65537 };
		return;
	}
	key->pair = EVP_EC_gen(bytes == 32 ? "P-256" : "P-384");
	MUST(key->pair);
	take_number(key->pair, OSSL_PKEY_PARAM_EC_PUB_X, key->numbers[0], bytes);
	take_number(key->pair, OSSL_PKEY_PARAM_EC_PUB_Y, key->numbers[1], bytes);
	k->ecdsa = (struct ecdsa_public){ bytes == 32 ? ECDSA_P256 : ECDSA_P384, key->numbers[0],
					  key->numbers[1], bytes };
}

void test_key_free(struct test_key *key)
{
	EVP_PKEY_free(key->pair);
	key->pair = NULL;
}

/* DER to r || s. */
static size_t raw_ecdsa(const uint8_t *der, size_t size, size_t bytes, uint8_t *out)
{
	ECDSA_SIG *parsed = d2i_ECDSA_SIG(NULL, &der, (long)size);

	MUST(parsed);
	MUST(BN_bn2binpad(ECDSA_SIG_get0_r(parsed), out, (int)bytes) > 0);
	MUST(BN_bn2binpad(ECDSA_SIG_get0_s(parsed), out + bytes, (int)bytes) > 0);
	ECDSA_SIG_free(parsed);
	return 2 * bytes;
}

size_t test_key_sign(const struct test_key *key, const void *bytes, size_t size, uint8_t *out)
{
	const struct signature_algorithm *algorithm = &key->key.algorithm;
	const EVP_MD *md = EVP_get_digestbyname(digest_name(algorithm->digest));
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *options = NULL;
	uint8_t raw[600];
	size_t length = sizeof(raw);

	MUST(context && EVP_DigestSignInit(context, &options, md, NULL, key->pair) == 1);
	if (key->padding && strcmp(key->padding, "pss") == 0) {
		MUST(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1);
		MUST(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1);
	}
	MUST(EVP_DigestSign(context, raw, &length, bytes, size) == 1);
	EVP_MD_CTX_free(context);
	if (algorithm->type == KEY_ECDSA)
		return raw_ecdsa(raw, length, algorithm->bits / 8, out);
	memcpy(out, raw, length);
	return length;
}

static enum status memory_start(const struct medium *medium, uint64_t lba, uint32_t blocks, void *destination)
{
	struct memory_medium *m = medium->driver;
	uint32_t i;

	MUST(!m->in_flight);
	MUST(blocks >= 1 && blocks <= medium->max_blocks);
	MUST(lba <= medium->blocks && blocks <= medium->blocks - lba);
	MUST((uintptr_t)destination % MEDIUM_ALIGN == 0);
	m->in_flight = true;
	m->requests++;
	m->bytes_read += (uint64_t)blocks * medium->block_size;
	for (i = 0; i < blocks; i++) {
		size_t offset = (size_t)(lba + i) * medium->block_size;
		bool again = m->seen && m->seen[lba + i]++ != 0;

		m->reread += again;
		if (m->dead || (m->short_reads && i >= (blocks + 1) / 2))
			continue;
		memcpy((uint8_t *)destination + (size_t)i * medium->block_size,
		       (again && m->second ? m->second : m->bytes) + offset, medium->block_size);
	}
	return OK;
}

static enum status memory_wait(const struct medium *medium, uint32_t timeout_ms)
{
	struct memory_medium *m = medium->driver;

	MUST(m->in_flight && timeout_ms > 0 && timeout_ms <= MEDIUM_TIMEOUT_MS);
	m->in_flight = false;
	if (m->dead || m->short_reads || (m->fail_from && m->requests >= m->fail_from))
		return ERR_MEDIA_IO;
	return OK;
}

static void memory_stop(const struct medium *medium)
{
	struct memory_medium *m = medium->driver;

	m->in_flight = false;
	m->stops++;
}

void memory_medium(struct memory_medium *medium, const void *bytes, size_t size, uint32_t block_size)
{
	memset(medium, 0, sizeof(*medium));
	medium->bytes = bytes;
	medium->size = size;
	medium->medium = (struct medium){ .name = "memory", .block_size = block_size,
					  .max_blocks = 65536 / block_size,
					  .blocks = size / block_size, .start = memory_start,
					  .wait = memory_wait, .stop = memory_stop, .driver = medium };
}

struct extent memory_extent(const struct memory_medium *medium)
{
	return (struct extent){ &medium->medium, 0, medium->size };
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
