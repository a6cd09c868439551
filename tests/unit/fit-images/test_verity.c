// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* The root: parameters, kernel arguments, the top of the tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <cmocka.h>

#include "fit_builder.h"
#include "fit_fixture.h"
#include "verity.h"

#define NODE "/images/root/dm-verity"
#define SALT "aabbccdd"

static struct memory_medium medium;
static struct proof proof;
static struct verity verity;
static uint8_t top[4096];
static uint8_t root_hash[32];

static void add_root(struct build *build, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/images/%s", name);
	build_node(build, path);
	build_string(build, path, "type", "filesystem");
	build_bytes(build, path, "data", "", 0);
	snprintf(path, sizeof(path), "/images/%s/hash-1", name);
	build_node(build, path);
	path[strlen(path) - 7] = '\0';
	build_hash(build, path, "hash-1", "sha256");
	snprintf(path, sizeof(path), "/images/%s/dm-verity", name);
	build_node(build, path);
	build_string(build, path, "algo", "sha256");
	build_bytes(build, path, "digest", root_hash, 32);
	build_bytes(build, path, "salt", SALT, 8);
	build_u32(build, path, "data-block-size", 4096);
	build_u32(build, path, "hash-block-size", 4096);
	build_u32(build, path, "num-data-blocks", 256);
	build_u32(build, path, "hash-start-block", 256);
}

static void rooted(struct build *build)
{
	build_plain(build, 10);
	add_root(build, "root");
	build_bytes(build, "/configurations/c", "loadables", "k\0root", 7);
}

static enum status of(struct build *build)
{
	refusal_clear();
	return verity_of(fixture_config(build, &medium, 1, &proof), &verity);
}

static void good(void **state)
{
	struct build build;

	(void)state;
	build_plain(&build, 10);
	assert_int_equal(of(&build), ERR_ABSENT);
	build_string(&build, "/configurations/c", "loadables", "k");
	assert_int_equal(of(&build), ERR_ABSENT);
	build_free(&build);
	rooted(&build);
	assert_int_equal(of(&build), OK);
	assert_string_equal(fit_image_name(&verity.image), "root");
	assert_int_equal(verity.tree.algorithm, DIGEST_SHA256);
	assert_int_equal(verity.tree.data_block_size, 4096);
	assert_int_equal(verity.tree.data_blocks, 256);
	assert_int_equal(verity.tree.hash_start_block, 256);
	assert_memory_equal(verity.tree.root_hash.at, root_hash, 32);
	assert_int_equal(verity.tree.salt.size, 8);
	assert_false(verity.in_partition);
	assert_false(verity.restart_on_corruption || verity.panic_on_corruption ||
		     verity.restart_on_error || verity.panic_on_error || verity.check_at_most_once);
	build_string(&build, NODE, "holdfast,partition", "root");
	build_bytes(&build, NODE, "panic-on-corruption", "", 0);
	build_bytes(&build, NODE, "check-at-most-once", "", 0);
	build_bytes(&build, NODE, "salt", "", 0);
	assert_int_equal(of(&build), OK);
	assert_true(verity.in_partition && verity.panic_on_corruption && verity.check_at_most_once);
	assert_int_equal(verity.tree.salt.size, 0);
	build_free(&build);
}

static void missing_parameters(void **state)
{
	static const char *const needed[] = { "algo",
					      "digest",
					      "salt",
					      "data-block-size",
					      "hash-block-size",
					      "num-data-blocks",
					      "hash-start-block" };
	struct build build;
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		rooted(&build);
		build_remove(&build, NODE, needed[i]);
		assert_int_equal(of(&build), ERR_VERITY_PARAMS);
		assert_string_equal(refusal_last()->at, needed[i]);
		build_free(&build);
	}
}

static void bad_parameters(void **state)
{
	static const struct {
		const char *name, *value;
		size_t size;
	} wrong[] = {
		{ "algo", "sha1", 5 },
		{ "algo", "sha256", 6 },
		{ "algo", "", 1 },
		{ "digest", "short", 5 },
		{ "digest", "0123456789abcdef0123456789abcdefX", 33 },
		{ "data-block-size", "\0\0\0\0", 4 },
		{ "data-block-size", "\0\0\1\0", 4 },
		{ "data-block-size", "\0\0\x10\1", 4 },
		{ "data-block-size", "\0\2\0\0", 4 },
		{ "data-block-size", "\x80\0\0\0", 4 },
		{ "data-block-size", "\0\0\0\0\0\0\x10\0", 8 },
		{ "hash-block-size", "\xff\xff\xff\xff", 4 },
		{ "hash-block-size", "", 0 },
		{ "num-data-blocks", "\0\0\0\0", 4 },
		{ "num-data-blocks", "\0\0\0\1", 4 },
		{ "hash-start-block", "\0\1", 2 },
		{ "holdfast,partition", "data", 5 },
		{ "holdfast,partition", "root", 4 },
		{ "panic-on-corruption", "\0", 1 },
		{ "restart-on-error", "1", 1 },
	};
	struct build build;
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		rooted(&build);
		build_bytes(&build, NODE, wrong[i].name, wrong[i].value, wrong[i].size);
		assert_int_equal(of(&build), ERR_VERITY_PARAMS);
		assert_string_equal(refusal_last()->at, wrong[i].name);
		build_free(&build);
	}
	rooted(&build);
	build_bytes(&build, NODE, "salt", top, VERITY_SALT_MAX + 1);
	assert_int_equal(of(&build), ERR_VERITY_PARAMS);
	build_bytes(&build, NODE, "salt", top, VERITY_SALT_MAX);
	assert_int_equal(of(&build), OK);
	build_bytes(&build, NODE, "restart-on-corruption", "", 0);
	build_bytes(&build, NODE, "panic-on-corruption", "", 0);
	assert_int_equal(of(&build), ERR_VERITY_PARAMS);
	build_free(&build);
}

static void one_root(void **state)
{
	struct build build;

	(void)state;
	rooted(&build);
	build_string(&build, "/images/root", "type", "firmware");
	assert_int_equal(of(&build), ERR_VERITY_PARAMS);
	build_remove(&build, "/images/root", "type");
	assert_int_equal(of(&build), ERR_VERITY_PARAMS);
	build_string(&build, "/images/root", "type", "filesystem");
	build_bytes(&build, "/configurations/c", "loadables", "root\0root", 10);
	assert_int_equal(of(&build), ERR_VERITY_PARAMS);
	add_root(&build, "second");
	build_bytes(&build, "/configurations/c", "loadables", "root\0second", 12);
	assert_int_equal(of(&build), ERR_VERITY_PARAMS);
	build_bytes(&build, "/configurations/c", "loadables", "root\0nothing", 13);
	assert_int_equal(of(&build), ERR_CONFIG_MISSING);
	build_free(&build);
}

#define HASH "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static void arguments_of(struct build *build, const struct verity_device *device, const char *want)
{
	static char text[2048];
	size_t size = strlen(want);
	size_t capacity;

	assert_int_equal(of(build), OK);
	strcpy(text, "quiet");
	assert_int_equal(verity_arguments(&verity, device, text, sizeof(text)), OK);
	assert_string_equal(text, want);
	/* Fits exactly, or nothing is left of it. */
	for (capacity = 6; capacity <= size + 1; capacity++) {
		char *exact = malloc(capacity);
		bool fits = capacity == size + 1;

		assert_non_null(exact);
		strcpy(exact, "quiet");
		assert_int_equal(verity_arguments(&verity, device, exact, capacity),
				 fits ? OK : ERR_CMDLINE_TOO_LONG);
		assert_string_equal(exact, fits ? want : "quiet");
		free(exact);
	}
}

static void arguments(void **state)
{
	struct verity_device whole = { "PARTUUID=1", "PARTUUID=1", 0, 0, false };
	struct verity_device split = { "PARTUUID=1", "PARTUUID=2", 0, 0, false };
	struct verity_device inside = { "PARTUUID=1", "PARTUUID=1", 8192, 1052672, false };
	struct build build;
	char text[8];
	unsigned i;

	(void)state;
	for (i = 0; i < 32; i++)
		root_hash[i] = (uint8_t)i;
	rooted(&build);
	build_bytes(&build, NODE, "salt", "\xaa\xbb\x0c", 3);
	arguments_of(
		&build, &whole,
		"quiet dm-mod.create=\"root,,,ro,0 2048 verity 1 PARTUUID=1 PARTUUID=1 4096 4096 "
		"256 256 sha256 " HASH " aabb0c\" root=/dev/dm-0");
	whole.backup_gpt = true;
	arguments_of(
		&build, &whole,
		"quiet gpt dm-mod.create=\"root,,,ro,0 2048 verity 1 PARTUUID=1 PARTUUID=1 4096 "
		"4096 256 256 sha256 " HASH " aabb0c\" root=/dev/dm-0");
	arguments_of(&build, &inside,
		     "quiet dm-mod.create=\"fit,,1,ro,0 2056 linear PARTUUID=1 16;root,,0,ro,0 "
		     "2048 verity 1 /dev/dm-1 /dev/dm-1 4096 4096 256 256 sha256 " HASH
		     " aabb0c\" root=/dev/dm-0");
	build_bytes(&build, NODE, "panic-on-corruption", "", 0);
	build_bytes(&build, NODE, "restart-on-error", "", 0);
	build_bytes(&build, NODE, "check-at-most-once", "", 0);
	build_bytes(&build, NODE, "salt", "", 0);
	build_u32(&build, NODE, "data-block-size", 1024);
	build_u32(&build, NODE, "num-data-blocks", 0xffffffff);
	build_u32(&build, NODE, "hash-start-block", 0);
	arguments_of(&build, &split,
		     "quiet dm-mod.create=\"root,,,ro,0 8589934590 verity 1 PARTUUID=1 PARTUUID=2 "
		     "1024 4096 4294967295 0 sha256 " HASH
		     " - 3 panic_on_corruption restart_on_error "
		     "check_at_most_once\" root=/dev/dm-0");
	inside.offset = 8193;
	assert_int_equal(verity_arguments(&verity, &inside, strcpy(text, ""), 8),
			 ERR_VERITY_PARAMS);
	build_free(&build);
}

static void roothash_style(void **state)
{
	struct verity_device whole = { "PARTUUID=1", "PARTUUID=1", 0, 0, false };
	struct verity_device inside = { "PARTUUID=1", "PARTUUID=1", 8192, 1052672, false };
	struct build build;
	char text[8] = "";

	(void)state;
	rooted(&build);
	build_string(&build, "/configurations/c", "holdfast,verity-style", "roothash");
	build_bytes(&build, NODE, "panic-on-corruption", "", 0);
	arguments_of(
		&build, &whole,
		"quiet roothash=" HASH " systemd.verity_root_data=PARTUUID=1 "
		"systemd.verity_root_hash=PARTUUID=1 systemd.verity_root_options=superblock=no,"
		"format=1,data-block-size=4096,hash-block-size=4096,data-blocks=256,"
		"hash-offset=1048576,hash=sha256,salt=6161626263636464,panic-on-corruption");
	assert_int_equal(verity_arguments(&verity, &inside, text, 8), ERR_VERITY_PARAMS);
	build_string(&build, "/configurations/c", "holdfast,verity-style", "dm-mod.create");
	assert_int_equal(of(&build), OK);
	assert_int_equal(verity_arguments(&verity, &whole, text, 8), ERR_CMDLINE_TOO_LONG);
	build_string(&build, "/configurations/c", "holdfast,verity-style", "none");
	assert_int_equal(of(&build), OK);
	assert_int_equal(verity_arguments(&verity, &whole, text, 8), ERR_VERITY_PARAMS);
	build_free(&build);
}

/* A device of 300 blocks whose block 256 is the top; the root hash is made of it. */
static void top_block(void **state)
{
	static uint8_t device[300 * 4096];
	static uint8_t block[4096];
	struct memory_medium disk;
	struct extent extent;
	struct build build;
	uint8_t salted[8 + 4096];
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(top); i++)
		top[i] = (uint8_t)(i * 3);
	memcpy(device + 256 * 4096, top, sizeof(top));
	memcpy(salted, SALT, 8);
	memcpy(salted + 8, top, sizeof(top));
	assert_int_equal(EVP_Digest(salted, sizeof(salted), root_hash, NULL, EVP_sha256(), NULL),
			 1);
	rooted(&build);
	assert_int_equal(of(&build), OK);
	memory_medium(&disk, device, sizeof(device), 512);
	extent = memory_extent(&disk);
	assert_int_equal(verity_check_top(&verity, &extent, block, &proof), OK);
	assert_memory_equal(block, top, sizeof(top));
	fixture_proof_ok(&proof);
	for (i = 0; i < 4096; i += 255) {
		device[256 * 4096 + i] ^= 1;
		assert_int_equal(proof_begin(&proof), OK);
		assert_int_equal(verity_check_top(&verity, &extent, block, &proof),
				 ERR_VERITY_ROOT);
		fixture_proof_spoilt(&proof);
		assert_int_equal(refusal_last()->size, REFUSAL_BYTES);
		device[256 * 4096 + i] ^= 1;
	}
	extent.size = 257 * 4096 - 1;
	assert_int_equal(verity_check_top(&verity, &extent, block, &proof), ERR_VERITY_IO);
	extent.size = 0;
	assert_int_equal(verity_check_top(&verity, &extent, block, &proof), ERR_VERITY_IO);
	extent = memory_extent(&disk);
	disk.fail_from = disk.requests + 1;
	assert_int_equal(verity_check_top(&verity, &extent, block, &proof), ERR_VERITY_IO);
	disk.fail_from = 0;
	verity.tree.hash_start_block = 0xffffffff;
	verity.tree.hash_block_size = 65536;
	assert_int_equal(verity_check_top(&verity, &extent, block, &proof), ERR_VERITY_IO);
	build_free(&build);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),           cmocka_unit_test(missing_parameters),
		cmocka_unit_test(bad_parameters), cmocka_unit_test(one_root),
		cmocka_unit_test(arguments),      cmocka_unit_test(roothash_style),
		cmocka_unit_test(top_block),
	};

	return cmocka_run_group_tests(tests, engines_set_up, NULL);
}
