// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_kernel_files.c - kernels, trees and ramdisks that are files of a root. */
#include "../packed.h"
#include "kernel_fixture.h"

#include "file_system.h"

static uint8_t initrd[10000];
static uint8_t tree[100];

/* The files of the root; a read adds to the proof as a verity reader does. */
static struct {
	const char *path;
	const uint8_t *data;
	uint64_t size;
} files[4];

static enum status read_status, open_status;
static size_t damage; /* bytes that are right before a read fails */
static unsigned reads;
static struct proof *proof_of_root;
static bool unequal;

enum status file_open(struct file_system *fs, const char *path, struct node *node)
{
	assert_ptr_equal(fs, &root.files);
	if (open_status != OK)
		return refuse(open_status, path, "");
	for (unsigned i = 0; i < 4; i++)
		if (files[i].path && strcmp(files[i].path, path) == 0) {
			*node = (struct node){ .kind = NODE_FILE, .size = files[i].size };
			node->words[0] = i;
			return OK;
		}
	return refuse(ERR_NO_FILE, path, "");
}

enum status file_read(struct file_system *fs, const struct node *node, uint64_t offset,
		      void *destination, size_t size)
{
	uint8_t want[32] = "a block", got[32] = "a block";

	assert_ptr_equal(fs, &root.files);
	assert_true(root.mounted);
	assert_int_equal(offset, 0);
	assert_int_equal(size, files[node->words[0]].size);
	assert_int_equal((uintptr_t)destination % MEDIUM_ALIGN, 0);
	reads++;
	memcpy(destination, files[node->words[0]].data, read_status == OK ? size : damage);
	if (read_status != OK)
		return refuse(read_status, "level-0-data-block-7", "");
	got[31] = unequal;
	return proof_add(proof_of_root, want, got, 32);
}

static void path(const char *name, const char *value, size_t size)
{
	for (unsigned i = 0; i < FAKE_PROPERTIES; i++)
		if (!config.more[i].name || strcmp(config.more[i].name, name) == 0) {
			config.more[i] = (struct fake_property){ name, value, size };
			return;
		}
	fail();
}

#define PATH(name, value) path("holdfast," name, value, sizeof(value))

static int setup_files(void **state)
{
	setup(state);
	config.count = 0;
	root.present = true;
	root.mounted = true;
	assert_int_equal(
		region_claim_high(&map, 0x100000, 4096, 0, UINT64_MAX, "root files", &root.memory),
		OK);
	files[0].path = "/boot/Image";
	files[0].data = image;
	files[0].size = IMAGE_SIZE;
	files[1].path = "/boot/initrd";
	files[1].data = initrd;
	files[1].size = sizeof(initrd);
	files[2].path = "/boot/a.dtb";
	files[2].data = tree;
	files[2].size = sizeof(tree);
	read_status = open_status = OK;
	unequal = false;
	reads = 0;
	memset(initrd, 0x77, sizeof(initrd));
	PATH("kernel-path", "/boot/Image");
	return 0;
}

/* As load(), with a root that is mounted. */
static enum status load_files(void)
{
	struct proof proof;

	region_release_all(&map);
	root.mounted = root.present;
	assert_int_equal(
		region_claim_high(&map, 0x100000, 4096, 0, UINT64_MAX, "root files", &root.memory),
		OK);
	assert_int_equal(proof_begin(&proof), OK);
	proof_of_root = &proof;
	refusal_clear();
	return kernel_load(&config, &map, &proof, &root, &kernel);
}

static void refused(enum status why, const char *at)
{
	reads = 0;
	assert_int_equal(load_files(), why);
	assert_string_equal(refusal_last()->at, at);
}

static void all_of_it_from_the_root(void **state)
{
	(void)state;
	PATH("ramdisk-path", "/boot/initrd");
	PATH("fdt-path", "/boot/a.dtb\0/boot/a.dtb");
	assert_int_equal(load_files(), OK);
	assert_int_equal(reads, 4);
	expect_kernel_at(LOWEST);
	expect_claim("kernel", LOWEST, 3 * MIB);
	assert_int_equal(kernel.initrd.size, sizeof(initrd));
	assert_memory_equal((const void *)(uintptr_t)kernel.initrd.base, initrd, sizeof(initrd));
	assert_int_equal(kernel.trees.count, 2);
	assert_string_equal(kernel.trees.all[1].name, "/boot/a.dtb");
	/* The last file was read. */
	assert_null(claim_of("root files"));
	assert_false(root.mounted);
}

static void beside_images(void **state)
{
	(void)state;
	add("ramdisk", "ramdisk", initrd, sizeof(initrd));
	assert_int_equal(load_files(), OK);
	assert_int_equal(kernel.initrd.size, sizeof(initrd));
	expect_kernel_at(LOWEST);
	config.images[0] = (struct fake_image){ .name = "kernel", .slot = "kernel" };
	config.images[0].type = "kernel_noload";
	config.images[0].arch = "arm64";
	config.images[0].os = "linux";
	config.images[0].data = image;
	config.images[0].size = IMAGE_SIZE;
	memset(config.more, 0, sizeof(config.more));
	PATH("ramdisk-path", "/boot/initrd");
	assert_int_equal(load_files(), OK);
	assert_int_equal(kernel.initrd.size, sizeof(initrd));
}

static void an_image_and_a_file(void **state)
{
	(void)state;
	add("kernel", "kernel", image, IMAGE_SIZE);
	refused(ERR_BAD_FIT, "holdfast,kernel-path");
	config.images[0].slot = "ramdisk";
	PATH("ramdisk-path", "/boot/initrd");
	refused(ERR_BAD_FIT, "holdfast,ramdisk-path");
	config.images[0].slot = "fdt";
	PATH("fdt-path", "/boot/a.dtb");
	refused(ERR_BAD_FIT, "holdfast,fdt-path");
	assert_int_equal(reads, 0);
}

static void one_of_each_but_trees(void **state)
{
	static char many[(TREE_IMAGES_MAX + 1) * 12];

	(void)state;
	PATH("kernel-path", "/boot/Image\0/boot/Image");
	refused(ERR_BAD_FIT, "holdfast,kernel-path");
	PATH("kernel-path", "/boot/Image");
	PATH("ramdisk-path", "/boot/initrd\0/boot/initrd");
	refused(ERR_BAD_FIT, "holdfast,ramdisk-path");
	PATH("ramdisk-path", "/boot/initrd");
	for (size_t i = 0; i < sizeof(many); i += 12)
		memcpy(many + i, "/boot/a.dtb", 12);
	path("holdfast,fdt-path", many, sizeof(many) - 12);
	assert_int_equal(load_files(), OK);
	assert_int_equal(kernel.trees.count, TREE_IMAGES_MAX);
	path("holdfast,fdt-path", many, sizeof(many));
	refused(ERR_BAD_DTB, "fdt");
	assert_int_equal(reads, 0);
}

static void without_a_root(void **state)
{
	(void)state;
	root.present = false;
	refused(ERR_VERITY_PARAMS, "holdfast,kernel-path");
}

static void not_there(void **state)
{
	(void)state;
	PATH("kernel-path", "/boot/vmlinux");
	refused(ERR_NO_FILE, "/boot/vmlinux");
	PATH("kernel-path", "/boot/Image");
	PATH("ramdisk-path", "/boot/x");
	refused(ERR_NO_FILE, "/boot/x");
	PATH("ramdisk-path", "/boot/initrd");
	PATH("fdt-path", "/boot/a.dtb\0/boot/b.dtb");
	refused(ERR_NO_FILE, "/boot/b.dtb");
	open_status = ERR_VERITY_IO;
	refused(ERR_VERITY_IO, "/boot/a.dtb");
	assert_int_equal(reads, 0);
}

/* Nobody reads a file that is longer than the place that it could have. */
static void too_large(void **state)
{
	(void)state;
	files[0].size = (uint64_t)CONFIG_KERNEL_MAX * MIB + 1;
	refused(ERR_TOO_BIG, "/boot/Image");
	files[0].size = UINT64_MAX;
	refused(ERR_TOO_BIG, "/boot/Image");
	files[0].size = IMAGE_SIZE;
	PATH("fdt-path", "/boot/a.dtb");
	files[2].size = TREE_MAX + 1;
	refused(ERR_TOO_BIG, "/boot/a.dtb");
	assert_int_equal(reads, 0);
	/* The host has less RAM than this ramdisk may be. */
	files[2].size = sizeof(tree);
	files[1].size = (uint64_t)1 << 31;
	PATH("ramdisk-path", "/boot/initrd");
	assert_int_equal(load_files(), ERR_TOO_BIG);
	assert_int_equal(reads, 0);
}

static void kernels_are_looked_at(void **state)
{
	(void)state;
	image[56] = 'B';
	refused(ERR_BAD_KERNEL, "/boot/Image");
	make_image(0x80000, 3 * MIB);
	assert_int_equal(load_files(), OK);
	expect_kernel_at(LOWEST + 0x80000);
	memset(config.more, 0, sizeof(config.more));
	refused(ERR_BAD_KERNEL, "conf-1");
}

static void packed_kernels(void **state)
{
	(void)state;
	PATH("kernel-compression", "none");
	assert_int_equal(load_files(), OK);
	PATH("kernel-compression", "gzip");
	refused(ERR_DECOMPRESS, "/boot/Image");
	PATH("kernel-compression", "lzma");
	refused(ERR_DECOMPRESS, "lzma");
	/* Zeros are no kernel: it was unpacked. */
	PATH("kernel-compression", "gzip");
	files[0].data = zeros_gzip;
	files[0].size = sizeof(zeros_gzip);
	refused(ERR_BAD_KERNEL, "/boot/Image");
	/* The word is about a file. */
	memset(config.more, 0, sizeof(config.more));
	PATH("kernel-compression", "gzip");
	add("kernel", "kernel_noload", image, IMAGE_SIZE);
	refused(ERR_BAD_FIT, "holdfast,kernel-compression");
}

/* What was read of a file before its block that does not verify is gone as well. */
static void nothing_stays_of_a_bad_file(void **state)
{
	uint64_t at = LOWEST;

	(void)state;
	read_status = ERR_VERITY_IO;
	damage = 4096;
	memset((void *)(uintptr_t)at, 0x55, IMAGE_SIZE);
	refused(ERR_VERITY_IO, "level-0-data-block-7");
	for (size_t i = 0; i < IMAGE_SIZE; i++)
		assert_int_equal(((const uint8_t *)(uintptr_t)at)[i], 0);
	assert_int_equal(reads, 1);
}

/* The proof is the release's: a comparison that a fault skipped leaves no entry. */
static void files_are_in_the_proof(void **state)
{
	(void)state;
	unequal = true;
	assert_int_equal(load_files(), ERR_INTERNAL);
	unequal = false;
	assert_int_equal(load_files(), OK);
}

/* Fixed places of images are not where the root's memory is. */
static void memory_of_the_root_is_claimed(void **state)
{
	struct fake_image *ramdisk = add("ramdisk", "ramdisk", initrd, sizeof(initrd));

	(void)state;
	assert_int_equal(load_files(), OK);
	ramdisk->has_load = true;
	ramdisk->load = root.memory;
	assert_int_equal(load_files(), ERR_OVERLAP);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(all_of_it_from_the_root, setup_files),
		cmocka_unit_test_setup(beside_images, setup_files),
		cmocka_unit_test_setup(an_image_and_a_file, setup_files),
		cmocka_unit_test_setup(one_of_each_but_trees, setup_files),
		cmocka_unit_test_setup(without_a_root, setup_files),
		cmocka_unit_test_setup(not_there, setup_files),
		cmocka_unit_test_setup(too_large, setup_files),
		cmocka_unit_test_setup(kernels_are_looked_at, setup_files),
		cmocka_unit_test_setup(packed_kernels, setup_files),
		cmocka_unit_test_setup(nothing_stays_of_a_bad_file, setup_files),
		cmocka_unit_test_setup(files_are_in_the_proof, setup_files),
		cmocka_unit_test_setup(memory_of_the_root_is_claimed, setup_files),
	};

	return cmocka_run_group_tests(tests, engines, NULL);
}
