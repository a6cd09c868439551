// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include "virtio_model.h"
#include "virtio_queue.h"

static struct virtqueue_memory memory;
static struct virtqueue queue = { .memory = &memory };
static uint8_t data[16];

static int setup(void **state)
{
	(void)state;
	model_reset();
	virtqueue_clear(&queue);
	model.memory = &memory;
	return 0;
}

static const struct virtqueue_buffer one = { (uintptr_t)data, sizeof(data), true };

/* The device's side of the ring, by hand. */
static void answer(uint16_t index, uint32_t id, uint32_t size)
{
	memory.used.ring[queue.used % VIRTQUEUE_SIZE].id = id;
	memory.used.ring[queue.used % VIRTQUEUE_SIZE].size = size;
	memory.used.index = index;
}

static void chain_is_as_the_standard_says(void **state)
{
	static uint8_t header[16];
	static uint8_t end;
	const struct virtqueue_buffer buffers[] = {
		{ (uintptr_t)header, 16, false },
		{ (uintptr_t)data, 16, true },
		{ (uintptr_t)&end, 1, true },
	};

	(void)state;
	assert_status(virtqueue_offer(&queue, buffers, 3), OK);
	assert_int_equal(memory.available.index, 1);
	assert_int_equal(memory.available.ring[0], 0);
	assert_int_equal(memory.descriptors[0].address, (uintptr_t)header);
	assert_int_equal(memory.descriptors[0].flags, 1);
	assert_int_equal(memory.descriptors[0].next, 1);
	assert_int_equal(memory.descriptors[1].flags, 3);
	assert_int_equal(memory.descriptors[2].flags, 2);
	assert_int_equal(memory.descriptors[2].size, 1);
	assert_int_equal(queue.expected, 17);
}

static void layout_is_what_a_legacy_device_computes(void **state)
{
	size_t end = offsetof(struct virtqueue_memory, available) + 6 + 2 * VIRTQUEUE_SIZE;

	(void)state;
	assert_int_equal(offsetof(struct virtqueue_memory, available), 16 * VIRTQUEUE_SIZE);
	end = (end + VIRTQUEUE_ALIGN - 1) / VIRTQUEUE_ALIGN * VIRTQUEUE_ALIGN;
	assert_int_equal(offsetof(struct virtqueue_memory, used), end);
	assert_int_equal(offsetof(struct virtqueue_used, ring), 4);
}

static void nonsense_is_not_offered(void **state)
{
	struct virtqueue_buffer many[VIRTQUEUE_SIZE + 1] = { { 0, 0, false } };

	(void)state;
	assert_status(virtqueue_offer(&queue, many, 0), ERR_INTERNAL);
	assert_status(virtqueue_offer(&queue, many, VIRTQUEUE_SIZE + 1), ERR_INTERNAL);
	assert_status(virtqueue_offer(&queue, &one, 1), OK);
	assert_status(virtqueue_offer(&queue, &one, 1), ERR_INTERNAL);
}

static void nothing_yet_is_absent(void **state)
{
	uint32_t written = 99;

	(void)state;
	assert_false(virtqueue_moved(&queue));
	assert_status(virtqueue_take(&queue, &written), ERR_ABSENT);
	assert_status(virtqueue_offer(&queue, &one, 1), OK);
	assert_status(virtqueue_take(&queue, &written), ERR_ABSENT);
	assert_int_equal(written, 0);
}

static void lies_are_media_io(void **state)
{
	static const struct {
		uint16_t index;
		uint32_t id;
		uint32_t size;
	} lies[] = {
		{ 2, 0, 16 },       { 0xffff, 0, 16 }, { 8, 0, 16 },         { 0x8001, 0, 16 },
		{ 1, 1, 16 },       { 1, 7, 16 },      { 1, 8, 16 },         { 1, UINT32_MAX, 16 },
		{ 1, 0x10000, 16 }, { 1, 0, 17 },      { 1, 0, UINT32_MAX },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lies); i++) {
		uint32_t written = 99;

		virtqueue_clear(&queue);
		assert_status(virtqueue_offer(&queue, &one, 1), OK);
		answer(lies[i].index, lies[i].id, lies[i].size);
		assert_true(virtqueue_moved(&queue));
		assert_status(virtqueue_take(&queue, &written), ERR_MEDIA_IO);
		assert_int_equal(written, 0);
	}
}

static void answer_without_request_is_a_lie(void **state)
{
	uint32_t written;

	(void)state;
	answer(1, 0, 0);
	assert_status(virtqueue_take(&queue, &written), ERR_MEDIA_IO);
	virtqueue_clear(&queue);
	assert_status(virtqueue_offer(&queue, &one, 1), OK);
	answer(1, 0, 16);
	assert_status(virtqueue_take(&queue, &written), OK);
	answer(2, 0, 16);
	assert_status(virtqueue_take(&queue, &written), ERR_MEDIA_IO);
}

static void indices_wrap(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= 70000; i++) {
		uint32_t written;

		assert_status(virtqueue_offer(&queue, &one, 1), OK);
		answer((uint16_t)i, 0, i % 17);
		assert_status(virtqueue_take(&queue, &written), OK);
		assert_int_equal(written, i % 17);
	}
}

static void what_the_device_overwrites_is_written_again(void **state)
{
	(void)state;
	for (unsigned i = 1; i < 20; i++) {
		uint32_t written;

		memset(memory.descriptors, 0xff, sizeof(memory.descriptors));
		memset(&memory.available, 0xff, sizeof(memory.available));
		assert_status(virtqueue_offer(&queue, &one, 1), OK);
		assert_int_equal(memory.available.index, i);
		assert_int_equal(memory.available.flags, 1);
		assert_int_equal(memory.available.ring[(i - 1) % VIRTQUEUE_SIZE], 0);
		assert_int_equal(memory.descriptors[0].address, (uintptr_t)data);
		answer((uint16_t)i, 0, 16);
		assert_status(virtqueue_take(&queue, &written), OK);
	}
}

static void waiting_ends(void **state)
{
	uint64_t before = model_now;

	(void)state;
	assert_status(virtqueue_offer(&queue, &one, 1), OK);
	assert_false(virtio_wait(&queue, 1000));
	assert_true(model_now - before < 1100);
	answer(1, 0, 16);
	assert_true(virtio_wait(&queue, 0));
}

static void a_random_ring_never_passes_by_chance(void **state)
{
	uint64_t random = random_seed();

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		uint8_t *bytes = (uint8_t *)&memory.used;
		uint32_t written;
		enum status taken;

		virtqueue_clear(&queue);
		assert_status(virtqueue_offer(&queue, &one, 1), OK);
		for (size_t b = 0; b < sizeof(memory.used); b++)
			bytes[b] = (uint8_t)(random_next(&random) >> 20);
		taken = virtqueue_take(&queue, &written);
		if (taken == OK) {
			assert_int_equal(memory.used.index, 1);
			assert_int_equal(memory.used.ring[0].id, 0);
			assert_true(written <= 16);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(chain_is_as_the_standard_says, setup),
		cmocka_unit_test_setup(layout_is_what_a_legacy_device_computes, setup),
		cmocka_unit_test_setup(nonsense_is_not_offered, setup),
		cmocka_unit_test_setup(nothing_yet_is_absent, setup),
		cmocka_unit_test_setup(lies_are_media_io, setup),
		cmocka_unit_test_setup(answer_without_request_is_a_lie, setup),
		cmocka_unit_test_setup(indices_wrap, setup),
		cmocka_unit_test_setup(what_the_device_overwrites_is_written_again, setup),
		cmocka_unit_test_setup(waiting_ends, setup),
		cmocka_unit_test_setup(a_random_ring_never_passes_by_chance, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
