// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include "medium.h"

#define DEVICE_SIZE (4u << 20)
#define GUARD 256

/*
 * A device that delivers only in wait(), counts how often each block was asked for, and checks the
 * contract: one request in flight, inside the device, aligned destination inside the window it was
 * told.
 */
static struct {
	uint8_t content[DEVICE_SIZE];
	uint32_t asked[DEVICE_SIZE];
	uint64_t lba;
	uint32_t blocks; /* in flight */
	uint8_t *destination;
	unsigned requests, stops;
	unsigned fail_start_at, fail_wait_at; /* the how-manieth request fails; 0: none */
} device;

static enum status device_start(const struct medium *medium, uint64_t lba, uint32_t blocks,
				void *destination)
{
	assert_int_equal(device.blocks, 0);
	assert_true(blocks >= 1 && blocks <= medium->max_blocks);
	assert_true(lba <= medium->blocks && blocks <= medium->blocks - lba);
	assert_int_equal((uintptr_t)destination % MEDIUM_ALIGN, 0);
	if (++device.requests == device.fail_start_at)
		return ERR_MEDIA_IO;
	device.lba = lba;
	device.blocks = blocks;
	device.destination = destination;
	for (uint32_t i = 0; i < blocks; i++)
		device.asked[lba + i]++;
	/* Whoever looks before wait() sees this. */
	memset(destination, 0xee, (size_t)blocks * medium->block_size);
	return OK;
}

static enum status device_wait(const struct medium *medium, uint32_t timeout_ms)
{
	assert_int_not_equal(device.blocks, 0);
	assert_true(timeout_ms <= MEDIUM_TIMEOUT_MS && timeout_ms > 0);
	if (device.requests == device.fail_wait_at)
		return ERR_MEDIA_IO;
	memcpy(device.destination, device.content + device.lba * medium->block_size,
	       (size_t)device.blocks * medium->block_size);
	device.blocks = 0;
	return OK;
}

static void device_stop(const struct medium *medium)
{
	(void)medium;
	device.stops++;
	device.blocks = 0;
}

static struct medium medium;

static void insert(uint32_t block_size, uint32_t max_blocks)
{
	static bool is_filled;
	uint64_t seed = 4711;

	for (size_t i = 0; !is_filled && i < DEVICE_SIZE; i++)
		device.content[i] = (uint8_t)random_next(&seed);
	is_filled = true;
	memset(device.asked, 0, sizeof(device.asked));
	device.blocks = device.requests = device.stops = 0;
	device.fail_start_at = device.fail_wait_at = 0;
	medium = (struct medium){ .name = "test",
				  .block_size = block_size,
				  .max_blocks = max_blocks,
				  .blocks = DEVICE_SIZE / block_size,
				  .start = device_start,
				  .wait = device_wait,
				  .stop = device_stop };
}

static uint8_t room[DEVICE_SIZE + 2 * GUARD + MEDIUM_ALIGN] __attribute__((aligned(4096)));

static void check_guards(const uint8_t *destination, size_t size)
{
	for (size_t i = 0; i < GUARD; i++) {
		assert_int_equal(destination[-1 - (ptrdiff_t)i], 0xa5);
		assert_int_equal(destination[size + i], 0xa5);
	}
}

/*
 * One stream over a range to a misaligned destination: right bytes, each block once, nothing else
 * touched.
 */
static void check_stream(uint64_t offset, uint64_t size, size_t shift)
{
	struct extent whole = extent_whole(&medium), part;
	uint8_t *destination = room + GUARD + shift;
	struct stream stream;
	struct span chunk;
	uint64_t done = 0;

	memset(room, 0xa5, 2 * GUARD + MEDIUM_ALIGN + size);
	memset(device.asked, 0, sizeof(device.asked));
	assert_status(extent_sub(&whole, offset, size, &part), OK);
	assert_status(stream_open(&stream, &part, destination), OK);
	for (;;) {
		assert_status(stream_next(&stream, &chunk), OK);
		if (chunk.size == 0)
			break;
		assert_ptr_equal(chunk.at, destination + done);
		assert_memory_equal(chunk.at, device.content + offset + done, chunk.size);
		done += chunk.size;
		/* The end is the end, also in the middle of the destination. */
		assert_true(done <= size);
	}
	assert_int_equal(done, size);
	assert_int_equal(device.blocks, 0);
	/* Still so when all is over: a later request spoils nothing. */
	assert_memory_equal(destination, device.content + offset, size);
	check_guards(destination, size);
	for (uint64_t b = 0; b < medium.blocks; b++) {
		uint64_t start = b * medium.block_size, end = start + medium.block_size;
		bool is_needed = size > 0 && start < offset + size && end > offset;

		if (device.asked[b] != is_needed)
			fail_msg("block %llu was asked for %u times", (unsigned long long)b,
				 device.asked[b]);
	}
	assert_status(stream_next(&stream, &chunk), OK);
	assert_int_equal(chunk.size, 0);
}

static void every_shape_small(void **state)
{
	static const uint32_t block_sizes[] = { 64, 128 };
	static const uint64_t sizes[] = { 0, 1, 2, 63, 64, 65, 127, 128, 129, 200, 256, 513 };

	(void)state;
	for (size_t b = 0; b < COUNT(block_sizes); b++) {
		insert(block_sizes[b], 2);
		medium.blocks = 16;
		for (uint64_t offset = 0; offset < 130; offset += 13)
			for (size_t s = 0; s < COUNT(sizes); s++)
				for (size_t shift = 0; shift < 64; shift += 7)
					check_stream(offset, sizes[s], shift);
	}
}

static void large_and_random(void **state)
{
	static const uint32_t shapes[][2] = { { 512, 128 },    { 512, 1 },    { 4096, 1 },
					      { 4096, 65536 }, { 1, 100000 }, { 512, 0x7fffffff } };
	uint64_t seed = random_seed();

	(void)state;
	for (size_t i = 0; i < COUNT(shapes); i++) {
		insert(shapes[i][0], shapes[i][1]);
		for (unsigned turn = 0; turn < 4; turn++) {
			uint64_t offset = random_below(&seed, DEVICE_SIZE);
			uint64_t size = random_below(&seed, DEVICE_SIZE - offset);

			if (medium.max_blocks == 1)
				size %= 20000;
			check_stream(offset, size, random_below(&seed, MEDIUM_ALIGN));
		}
		check_stream(0, medium.max_blocks == 1 ? 40960 : DEVICE_SIZE, 0);
		check_stream(DEVICE_SIZE - 1, 1, 1);
	}
}

/* Congruent with the offset: straight to its place, in requests of a megabyte. */
static void aligned_is_straight(void **state)
{
	struct extent whole = extent_whole(&medium), part;
	struct stream stream;
	struct span chunk;

	(void)state;
	insert(512, 65536);
	whole = extent_whole(&medium);
	assert_status(extent_sub(&whole, 4096, 3u << 20, &part), OK);
	assert_status(stream_open(&stream, &part, room), OK);
	/* In flight before anything was asked for, and the next before the first is handed out. */
	assert_int_equal(device.blocks, 2048);
	assert_ptr_equal(device.destination, room);
	assert_status(stream_next(&stream, &chunk), OK);
	assert_int_equal(chunk.size, 1u << 20);
	assert_int_equal(device.blocks, 2048);
	assert_ptr_equal(device.destination, room + (1u << 20));
	stream_abandon(&stream);
	assert_int_equal(device.requests, 2);
	assert_int_equal(device.stops, 1);
	/* Offset 4100, destination at the same remainder: two bounced ends and one request. */
	insert(512, 65536);
	assert_status(extent_sub(&whole, 4100, 65536, &part), OK);
	assert_status(stream_open(&stream, &part, room + 4), OK);
	do
		assert_status(stream_next(&stream, &chunk), OK);
	while (chunk.size != 0);
	assert_int_equal(device.requests, 3);
	assert_memory_equal(room + 4, device.content + 4100, 65536);
}

static void reads_are_streams(void **state)
{
	struct extent whole, part;
	uint8_t small[100];

	(void)state;
	insert(512, 8);
	whole = extent_whole(&medium);
	assert_status(extent_sub(&whole, 1000, 5000, &part), OK);
	assert_status(extent_read(&part, 17, small, sizeof(small)), OK);
	assert_memory_equal(small, device.content + 1017, sizeof(small));
	assert_status(extent_read(&part, 4900, small, 100), OK);
	assert_memory_equal(small, device.content + 5900, 100);
	device.requests = 0;
	assert_status(extent_read(&part, 4901, small, 100), ERR_TRUNCATED);
	assert_status(extent_read(&part, UINT64_MAX, small, 2), ERR_TRUNCATED);
	assert_status(extent_read(&part, 1, small, SIZE_MAX), ERR_TRUNCATED);
	assert_status(extent_read(&part, 5000, small, 0), OK);
	assert_int_equal(device.requests, 0);
}

static void parts_are_inside(void **state)
{
	struct extent whole, part;

	(void)state;
	insert(512, 8);
	whole = extent_whole(&medium);
	assert_int_equal(whole.size, DEVICE_SIZE);
	assert_status(extent_sub(&whole, DEVICE_SIZE, 0, &part), OK);
	assert_status(extent_sub(&whole, DEVICE_SIZE, 1, &part), ERR_TRUNCATED);
	assert_int_equal(part.size, 0);
	assert_status(extent_sub(&whole, UINT64_MAX, 2, &part), ERR_TRUNCATED);
	assert_status(extent_sub(&whole, 2, UINT64_MAX, &part), ERR_TRUNCATED);
	assert_status(extent_sub(&whole, 100, 50, &part), OK);
	assert_status(extent_sub(&part, 10, 41, &part), ERR_TRUNCATED);
	/* A device that claims to be larger than numbers go. */
	medium.blocks = UINT64_MAX;
	assert_true(extent_whole(&medium).size > UINT64_MAX - 512);
	assert_int_equal(extent_whole(&medium).size % 512, 0);
}

/* An extent made by hand, and a driver with impossible numbers. */
static void nonsense_is_refused(void **state)
{
	struct extent beyond;
	struct stream stream;

	(void)state;
	insert(512, 8);
	beyond = (struct extent){ &medium, DEVICE_SIZE - 512, 1024 };
	assert_status(stream_open(&stream, &beyond, room), ERR_TRUNCATED);
	beyond = (struct extent){ &medium, UINT64_MAX - 512, 1024 };
	assert_status(stream_open(&stream, &beyond, room), ERR_TRUNCATED);
	beyond = (struct extent){ &medium, 0, 512 };
	assert_status(stream_open(&stream, &beyond, NULL), ERR_INTERNAL);
	medium.max_blocks = 0;
	assert_status(stream_open(&stream, &beyond, room), ERR_INTERNAL);
	medium.max_blocks = 1;
	medium.block_size = 2 * MEDIUM_BLOCK_MAX;
	assert_status(stream_open(&stream, &beyond, room), ERR_INTERNAL);
	medium.block_size = 500;
	assert_status(stream_open(&stream, &beyond, room), ERR_INTERNAL);
	medium.block_size = 0;
	assert_status(stream_open(&stream, &beyond, room), ERR_INTERNAL);
	assert_int_equal(device.requests, 0);
}

/*
 * Every request in turn fails to start, then in wait(): an error, no DMA afterwards, and no second
 * chance.
 */
static void every_failure_stops(void **state)
{
	(void)state;
	for (unsigned at = 1; at <= 7; at++) {
		for (unsigned in_wait = 0; in_wait < 2; in_wait++) {
			struct extent part;
			struct stream stream;
			struct span chunk = { room, 1 };
			enum status status;

			insert(512, 16);
			*(in_wait ? &device.fail_wait_at : &device.fail_start_at) = at;
			/* Head, five requests, tail. */
			part = (struct extent){ &medium, 100, 412 + 5 * 16 * 512 + 7 };
			status = stream_open(&stream, &part, room + 100 % 64 + 64);
			while (status == OK && chunk.size != 0)
				status = stream_next(&stream, &chunk);
			assert_status(status, ERR_MEDIA_IO);
			assert_int_equal(device.requests, at);
			assert_int_equal(device.stops, 1);
			assert_int_equal(device.blocks, 0);
			assert_status(stream_next(&stream, &chunk), ERR_MEDIA_IO);
			assert_int_equal(chunk.size, 0);
			assert_int_equal(device.requests, at);
		}
	}
	insert(512, 16);
	device.fail_wait_at = 1;
	assert_status(extent_read(&(struct extent){ &medium, 0, 512 }, 0, room, 512), ERR_MEDIA_IO);
	assert_int_equal(device.stops, 1);
	/* The device works again after a stop. */
	device.fail_wait_at = 0;
	assert_status(extent_read(&(struct extent){ &medium, 0, 512 }, 0, room, 512), OK);
}

static void what_was_read_is_counted(void **state)
{
	struct medium_count before, after;

	(void)state;
	insert(512, 16);
	before = medium_counted();
	assert_status(extent_read(&(struct extent){ &medium, 0, DEVICE_SIZE }, 512, room, 8192),
		      OK);
	after = medium_counted();
	assert_int_equal(after.bytes - before.bytes, 8192);
	assert_int_equal(after.requests - before.requests, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shape_small),   cmocka_unit_test(large_and_random),
		cmocka_unit_test(aligned_is_straight), cmocka_unit_test(reads_are_streams),
		cmocka_unit_test(parts_are_inside),    cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(every_failure_stops), cmocka_unit_test(what_was_read_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
