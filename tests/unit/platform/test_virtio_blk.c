// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include "virtio_blk.h"
#include "virtio_model.h"

#define BLK_SIZE_FEATURE (1ull << 6)
#define SIZE_MAX_FEATURE (1ull << 1)
/* Never offered back by us: read-only, multi-queue, a platform IOMMU, a ring we do not speak. */
#define OTHER_FEATURES (1ull << 5 | 1ull << 12 | 1ull << 33 | 1ull << 34)

static uint8_t buffer[64 * 1024] __attribute__((aligned(64)));

/* Media stay once they are added: one disk serves all tests, and each counts from what it finds. */
static unsigned media(void)
{
	unsigned count = 0;

	while (virtio_blk_media()[count])
		count++;
	return count;
}

static const struct medium *disk(void)
{
	return virtio_blk_media()[0];
}

static int setup(void **state)
{
	struct virtio_device device = model_device(VIRTIO_ID_BLOCK);

	(void)state;
	model_reset();
	if (!disk())
		assert_true(virtio_blk_add(&device));
	else
		disk()->stop(disk());
	memset(buffer, 0xee, sizeof(buffer));
	return 0;
}

static enum status read_blocks(uint64_t lba, uint32_t blocks)
{
	enum status result = disk()->start(disk(), lba, blocks, buffer);

	return result == OK ? disk()->wait(disk(), 100) : result;
}

static void reads_what_is_there(void **state)
{
	(void)state;
	assert_string_equal(disk()->name, "virtio0");
	assert_int_equal(disk()->block_size, 512);
	assert_int_equal(disk()->blocks, 1000);
	for (unsigned round = 0; round < 20; round++) {
		assert_status(read_blocks(7 + round, 3), OK);
		for (unsigned i = 0; i < 3 * 512; i++)
			assert_int_equal(buffer[i], model_byte((7 + round) * 512 + i));
		assert_int_equal(buffer[3 * 512], 0xee);
	}
	assert_int_equal(model.last_sector, 26);
}

static void lies_fail_and_a_reset_heals(void **state)
{
	(void)state;
	for (unsigned lie = HONEST + 1; lie < LIES; lie++) {
		unsigned resets = model.resets;

		model.lie = lie;
		if (lie == SCRIBBLES) {
			for (unsigned i = 0; i < 20; i++)
				assert_status(read_blocks(i, 1), OK);
			continue;
		}
		assert_status(read_blocks(0, 2), ERR_MEDIA_IO);
		disk()->stop(disk());
		assert_true(model.resets > resets);
		assert_int_equal(model.status, 0);
		assert_status(disk()->wait(disk(), 100), ERR_MEDIA_IO);
		model.lie = HONEST;
		assert_status(read_blocks(5, 2), OK);
		assert_int_equal(buffer[0], model_byte(5 * 512));
	}
}

static void outside_is_not_asked_for(void **state)
{
	unsigned before = model.requests;

	(void)state;
	assert_status(read_blocks(1000, 1), ERR_INTERNAL);
	assert_status(read_blocks(999, 2), ERR_INTERNAL);
	assert_status(read_blocks(UINT64_MAX, 2), ERR_INTERNAL);
	assert_status(read_blocks(0, 0), ERR_INTERNAL);
	assert_status(read_blocks(0, disk()->max_blocks + 1), ERR_INTERNAL);
	assert_status(disk()->start(disk(), 0, 1, buffer + 1), ERR_INTERNAL);
	assert_int_equal(model.requests, before);
	assert_status(read_blocks(999, 1), OK);
}

static void a_slow_device_is_waited_for_and_a_dead_one_is_not(void **state)
{
	uint64_t before;

	(void)state;
	model.delay = 5000;
	assert_status(read_blocks(1, 1), OK);
	model.lie = NO_ANSWER;
	before = model_now;
	assert_status(read_blocks(1, 1), ERR_MEDIA_IO);
	assert_true(model_now - before < 200000);
}

static void add_refused(void)
{
	struct virtio_device device = model_device(VIRTIO_ID_BLOCK);
	unsigned before = media();

	assert_true(virtio_blk_add(&device));
	assert_int_equal(media(), before);
	assert_true(model.released > 0 || model.never_resets);
}

static void devices_that_do_not_agree_are_left_out(void **state)
{
	(void)state;
	model.offered = 0;
	add_refused();
	model_reset();
	model.refuses_features = true;
	add_refused();
	model_reset();
	model.no_queue = true;
	add_refused();
	model_reset();
	model.status = 4;
	model.never_resets = true;
	add_refused();
	model_reset();
	model.capacity = 0;
	add_refused();
}

static void only_known_features_are_accepted(void **state)
{
	(void)state;
	disk()->stop(disk());
	model.offered |= OTHER_FEATURES | BLK_SIZE_FEATURE;
	assert_status(read_blocks(0, 1), OK);
	assert_int_equal(model.accepted, VIRTIO_F_VERSION_1 | BLK_SIZE_FEATURE);
}

/* Adds a medium each time: VIRTIO_BLK_MAX of them in all. */
static void sizes_from_the_device_are_bounded(void **state)
{
	static const struct {
		uint32_t block;
		uint32_t size_max;
		uint64_t capacity;
		uint32_t block_used;
		uint32_t request;
		uint64_t blocks;
	} sizes[] = {
		{ 4096, 0, 800, 4096, 1 << 20, 100 },
		{ 0, 1, 800, 512, 1 << 20, 800 },
		{ 513, 4096, 801, 512, 4096, 801 },
		{ 1u << 31, UINT32_MAX, UINT64_MAX, 512, 1 << 20, UINT64_MAX },
		{ 8192, 511, 17, 512, 1 << 20, 17 },
		{ 1024, 65536 + 1, 3, 1024, 65536, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct virtio_device device = model_device(VIRTIO_ID_BLOCK);
		unsigned at = media();

		model_reset();
		model.offered |= BLK_SIZE_FEATURE | SIZE_MAX_FEATURE;
		model.block_size = sizes[i].block;
		model.size_max = sizes[i].size_max;
		model.capacity = sizes[i].capacity;
		model.noisy = i % 2 == 1;
		assert_true(virtio_blk_add(&device));
		assert_int_equal(media(), at + 1);
		assert_int_equal(virtio_blk_media()[at]->block_size, sizes[i].block_used);
		assert_int_equal(virtio_blk_media()[at]->blocks, sizes[i].blocks);
		assert_int_equal((uint64_t)virtio_blk_media()[at]->max_blocks * sizes[i].block_used,
				 sizes[i].request);
	}
}

static void there_is_a_last_disk(void **state)
{
	struct virtio_device device = model_device(VIRTIO_ID_BLOCK);

	(void)state;
	while (media() < VIRTIO_BLK_MAX)
		assert_true(virtio_blk_add(&device));
	assert_false(virtio_blk_add(&device));
	assert_null(virtio_blk_media()[VIRTIO_BLK_MAX]);
}

static void quiesce_resets_and_releases(void **state)
{
	unsigned resets = model.resets;

	(void)state;
	assert_status(read_blocks(0, 1), OK);
	assert_true(virtio_blk_quiesce());
	assert_true(model.resets >= resets + media());
	assert_int_equal(model.released, media());
	assert_int_equal(model.status, 0);
}

static void a_device_that_does_not_even_reset_is_given_up(void **state)
{
	(void)state;
	assert_status(read_blocks(0, 1), OK);
	model.never_resets = true;
	disk()->stop(disk());
	assert_int_equal(model.released, 1);
	model_reset();
	assert_status(read_blocks(0, 1), ERR_MEDIA_IO);
	/* It was taken off the bus. */
	assert_true(virtio_blk_quiesce());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(reads_what_is_there, setup),
		cmocka_unit_test_setup(lies_fail_and_a_reset_heals, setup),
		cmocka_unit_test_setup(outside_is_not_asked_for, setup),
		cmocka_unit_test_setup(a_slow_device_is_waited_for_and_a_dead_one_is_not, setup),
		cmocka_unit_test_setup(devices_that_do_not_agree_are_left_out, setup),
		cmocka_unit_test_setup(only_known_features_are_accepted, setup),
		cmocka_unit_test_setup(sizes_from_the_device_are_bounded, setup),
		cmocka_unit_test_setup(there_is_a_last_disk, setup),
		cmocka_unit_test_setup(quiesce_resets_and_releases, setup),
		cmocka_unit_test_setup(a_device_that_does_not_even_reset_is_given_up, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
