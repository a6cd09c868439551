// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* What a signed root says of error correction and of a signature for Linux. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fit_builder.h"
#include "fit_fixture.h"
#include "verity.h"

#define NODE "/images/root/dm-verity"
#define SALT "aabbccdd"

static struct memory_medium medium;
static struct proof proof;
static struct verity verity;
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

static void add_fec(struct build *build)
{
	build_u32(build, NODE, "holdfast,fec-roots", 2);
	build_u32(build, NODE, "holdfast,fec-start-block", 259);
	build_u32(build, NODE, "holdfast,fec-blocks", 259);
}

/* All three numbers or none; each of them checked. */
static void error_correction(void **state)
{
	static const struct {
		const char *name;
		uint32_t value;
	} wrong[] = {
		{ "holdfast,fec-roots", 0 },         { "holdfast,fec-roots", 1 },
		{ "holdfast,fec-roots", 25 },        { "holdfast,fec-roots", 0xffffffff },
		{ "holdfast,fec-blocks", 0 },        { "holdfast,fec-blocks", 258 },
		{ "holdfast,fec-start-block", 258 }, { "holdfast,fec-start-block", 260 },
		{ "holdfast,fec-start-block", 0 },   { "holdfast,fec-start-block", 0xffffffff },
		{ "hash-block-size", 8192 },
	};
	struct build build;
	unsigned i;

	(void)state;
	rooted(&build);
	assert_int_equal(of(&build), OK);
	assert_int_equal(verity.fec.roots, 0);
	add_fec(&build);
	assert_int_equal(of(&build), OK);
	assert_int_equal(verity.fec.roots, 2);
	assert_int_equal(verity.fec.start_block, 259);
	assert_int_equal(verity.fec.blocks, 259);
	build_free(&build);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		rooted(&build);
		add_fec(&build);
		build_u32(&build, NODE, wrong[i].name, wrong[i].value);
		assert_int_equal(of(&build), ERR_VERITY_PARAMS);
		assert_string_equal(refusal_last()->at, wrong[i].name);
		build_free(&build);
		rooted(&build);
		add_fec(&build);
		build_remove(&build, NODE, wrong[i].name);
		assert_int_equal(of(&build), ERR_VERITY_PARAMS);
		assert_string_equal(refusal_last()->at, wrong[i].name);
		build_bytes(&build, NODE, wrong[i].name, "\0\0\0\0\0\0\0\2", 8);
		assert_int_equal(of(&build), ERR_VERITY_PARAMS);
		build_bytes(&build, NODE, wrong[i].name, "", 0);
		assert_int_equal(of(&build), ERR_VERITY_PARAMS);
		build_free(&build);
	}
}

#define SIGNATURE "holdfast,root-hash-signature"

static void signature(void **state)
{
	static const uint8_t long_one[VERITY_SIGNATURE_MAX + 1];
	struct span chosen;
	struct build build;

	(void)state;
	rooted(&build);
	assert_int_equal(of(&build), OK);
	assert_int_equal(verity_chosen_signature(&verity, &chosen), OK);
	assert_int_equal(chosen.size, 0);
	build_bytes(&build, NODE, SIGNATURE, "", 0);
	assert_int_equal(of(&build), ERR_VERITY_PARAMS);
	assert_string_equal(refusal_last()->at, SIGNATURE);
	build_bytes(&build, NODE, SIGNATURE, long_one, sizeof(long_one));
	assert_int_equal(of(&build), ERR_VERITY_PARAMS);
	build_bytes(&build, NODE, SIGNATURE, "\x30\x82\1", 3);
	assert_int_equal(of(&build), OK);
	assert_int_equal(verity_chosen_signature(&verity, &chosen), OK);
	assert_int_equal(chosen.size, 3);
	assert_memory_equal(chosen.at, "\x30\x82\1", 3);
	build_string(&build, "/configurations/c", "holdfast,verity-style", "roothash");
	assert_int_equal(of(&build), OK);
	assert_int_equal(verity_chosen_signature(&verity, &chosen), OK);
	assert_int_equal(chosen.size, 0);
	build_string(&build, "/configurations/c", "holdfast,verity-style", "none");
	assert_int_equal(of(&build), OK);
	assert_int_equal(verity_chosen_signature(&verity, &chosen), ERR_VERITY_PARAMS);
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

static void arguments_of_fec(void **state)
{
	struct verity_device split = { "PARTUUID=1", "PARTUUID=2", 0, 0, false };
	struct verity_device inside = { "PARTUUID=1", "PARTUUID=1", 8192, 1052672, false };
	struct build build;

	(void)state;
	for (unsigned i = 0; i < 32; i++)
		root_hash[i] = (uint8_t)i;
	rooted(&build);
	add_fec(&build);
	build_bytes(&build, NODE, "panic-on-corruption", "", 0);
	build_bytes(&build, NODE, SIGNATURE, "\xff\xee\xdd\xcc", 4);
	arguments_of(&build, &split,
		     "quiet dm-mod.create=\"root,,,ro,0 2048 verity 1 PARTUUID=1 PARTUUID=2 4096 "
		     "4096 256 256 sha256 " HASH " 6161626263636464 9 panic_on_corruption "
		     "use_fec_from_device PARTUUID=2 fec_roots 2 fec_blocks 259 fec_start 259\" "
		     "root=/dev/dm-0");
	arguments_of(&build, &inside,
		     "quiet dm-mod.create=\"fit,,1,ro,0 2056 linear PARTUUID=1 16;root,,0,ro,0 "
		     "2048 verity 1 /dev/dm-1 /dev/dm-1 4096 4096 256 256 sha256 " HASH
		     " 6161626263636464 9 panic_on_corruption use_fec_from_device /dev/dm-1 "
		     "fec_roots 2 fec_blocks 259 fec_start 259\" root=/dev/dm-0");
	build_string(&build, "/configurations/c", "holdfast,verity-style", "roothash");
	build_bytes(&build, NODE, "restart-on-error", "", 0);
	arguments_of(
		&build, &split,
		"quiet roothash=" HASH " systemd.verity_root_data=PARTUUID=1 "
		"systemd.verity_root_hash=PARTUUID=2 systemd.verity_root_options=superblock=no,"
		"format=1,data-block-size=4096,hash-block-size=4096,data-blocks=256,"
		"hash-offset=1048576,hash=sha256,salt=6161626263636464,panic-on-corruption,"
		"fec-device=PARTUUID=2,fec-offset=1060864,fec-roots=2,"
		"root-hash-signature=base64:/+7dzA==");
	build_bytes(&build, NODE, SIGNATURE, "\xff\xee\xdd\xcc\x01", 5);
	assert_int_equal(of(&build), OK);
	build_free(&build);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(error_correction),
		cmocka_unit_test(signature),
		cmocka_unit_test(arguments_of_fec),
	};

	return cmocka_run_group_tests(tests, engines_set_up, NULL);
}
