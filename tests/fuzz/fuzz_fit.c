// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * fuzz_fit.c - everything that is done with a FIT, over any bytes, with signatures that are always
 * right.
 *
 * libFuzzer. Input: one byte that chooses the medium's block size and whether it answers
 * differently the second time, then the FIT. The three functions below replace those of the keys
 * floor (link with --allow-multiple-definition, this file first), so that mutated metadata gets
 * past the signature and into the code behind it. A seed is any FIT with a signature node of
 * sha256,rsa2048 behind one byte.
 */
#include <stdlib.h>
#include <string.h>

#include "fit_load.h"
#include "verity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CAPACITY (256 * 1024)

static uint8_t memory[FIT_META_MAX] __attribute__((aligned(MEDIUM_ALIGN)));
static uint8_t destination[CAPACITY] __attribute__((aligned(MEDIUM_ALIGN)));
static struct fit fit;

static const uint8_t modulus[256] = { 0x80 };
static const struct key key = {
	.name = "fuzz",
	.role = ROLE_TEST,
	.required = true,
	.algorithm = { DIGEST_SHA256, KEY_RSA, 2048 },
	.rsa = { modulus, sizeof(modulus), 65537, NULL },
};
const struct keyring keyring_table = { &key, 1, REQUIRED_ANY, 0 };

enum status keyring_usable(const struct keyring *keyring)
{
	(void)keyring;
	return OK;
}

enum status keyring_rule(const struct keyring *keyring, uint32_t satisfied)
{
	(void)keyring;
	return satisfied != 0 ? OK : ERR_BAD_SIGNATURE;
}

enum status signature_check(const struct key *tried, const uint8_t *digest,
			    enum rsa_padding padding, struct span signature, struct proof *proof)
{
	(void)tried;
	(void)padding;
	(void)signature;
	(void)proof;
	return digest[0] == 0xff && digest[1] == 0xff ? ERR_BAD_SIGNATURE : OK;
}

/* A disk of the input, padded to whole blocks. */
static struct {
	uint8_t *bytes;
	bool changes;
	uint8_t *seen;
} disk;

static enum status disk_start(const struct medium *medium, uint64_t lba, uint32_t blocks, void *to)
{
	uint8_t *at = to;
	uint32_t i, j;

	if (blocks == 0 || lba > medium->blocks || blocks > medium->blocks - lba)
		abort();
	memcpy(at, disk.bytes + lba * medium->block_size, (size_t)blocks * medium->block_size);
	for (i = 0; i < blocks && disk.changes; i++)
		if (disk.seen[lba + i]++ != 0)
			for (j = 0; j < medium->block_size; j += 7)
				at[i * medium->block_size + j] ^= 0x21;
	return OK;
}

static enum status disk_wait(const struct medium *medium, uint32_t timeout_ms)
{
	(void)medium;
	(void)timeout_ms;
	return OK;
}

static void disk_stop(const struct medium *medium)
{
	(void)medium;
}

/* Every property and payload of an image. */
static void use_image(const struct fit_image *image, struct proof *proof)
{
	uint64_t address;
	size_t loaded;

	(void)!fit_image_expect(image, "type", "kernel", ERR_BAD_KERNEL);
	(void)!fit_image_address(image, "load", &address);
	(void)!fit_image_address(image, "entry", &address);
	if (fit_load(image, destination, CAPACITY, proof, &loaded) == OK && loaded > CAPACITY)
		abort();
}

static void use_root(const struct fit_config *config, struct proof *proof)
{
	struct verity_device device = { "PARTUUID=data", "PARTUUID=hash", 0, 0, false };
	struct verity verity;
	struct extent extent;
	char text[600] = "quiet";

	if (verity_of(config, &verity) != OK)
		return;
	(void)!verity_arguments(&verity, &device, text, sizeof(text));
	device.offset = 4096;
	(void)!verity_arguments(&verity, &device, text, sizeof(text));
	if (strlen(text) >= sizeof(text) || fit_image_extent(&verity.image, &extent) != OK)
		return;
	(void)!verity_check_top(&verity, &extent, destination, proof);
}

static void use(const struct fit_config *config, struct proof *proof)
{
	static const char *const slots[] = { "kernel", "fdt", "ramdisk", "loadables",
					     "compatible" };
	struct fit_image image;
	const char *string;
	uint32_t number;
	unsigned i, j;

	(void)!fit_config_string(config, "cmdline", &string);
	(void)!fit_config_u32(config, "holdfast,rollback-index", &number);
	for (i = 0; i < 5; i++)
		for (j = 0; j < 8 && fit_config_image(config, slots[i], j, &image) == OK; j++)
			use_image(&image, proof);
	use_root(config, proof);
}

static void run(const struct extent *extent)
{
	static const char *const board[] = { "qemu,virt", "linux,dummy-virt", NULL };
	const struct fit_config *config;
	struct proof proof;
	unsigned node;

	if (fit_read(extent, memory, &fit) != OK || fit_open(&fit) != OK)
		return;
	if (fit_choose(&fit, board, &node) != OK) {
		/* Any configuration will do. */
		node = fit_child(&fit, 0, "configurations");
		if (node == FIT_NONE)
			return;
		node = fit_next_child(&fit, node, node);
		if (node == FIT_NONE)
			return;
	}
	if (proof_begin(&proof) != OK ||
	    fit_verify(&fit, node, &keyring_table, &proof, &config) != OK)
		return;
	use(config, &proof);
}

static void start_engines(void)
{
	static const struct digest_engine *const none[] = { NULL };
	static bool started;

	if (!started && digest_engines_start(none) != OK)
		abort();
	started = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t blocks[] = { 1, 512, 4096, 512 };
	struct medium medium = {
		.name = "fuzz", .start = disk_start, .wait = disk_wait, .stop = disk_stop
	};
	struct extent extent;

	if (size < 1)
		return 0;
	start_engines();
	medium.block_size = blocks[data[0] & 3];
	medium.max_blocks = 65536 / medium.block_size;
	medium.blocks = (size - 1 + medium.block_size - 1) / medium.block_size;
	disk.changes = (data[0] & 4) != 0;
	disk.bytes = calloc(medium.blocks + 1, medium.block_size);
	disk.seen = calloc(medium.blocks + 1, 1);
	if (!disk.bytes || !disk.seen)
		abort();
	memcpy(disk.bytes, data + 1, size - 1);
	extent = extent_whole(&medium);
	extent.size = size - 1;
	run(&extent);
	free(disk.bytes);
	free(disk.seen);
	return 0;
}
