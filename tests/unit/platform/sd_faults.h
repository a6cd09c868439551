/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sd_faults.h - what every host controller must stand, over a model of its registers; included once
 * by a test program, which defines the hooks.
 *
 * A read gives the medium's bytes or ERR_MEDIA_IO, in bounded time, whatever goes wrong when, and
 * nothing outside the destination is written.
 */
#ifndef HOLDFAST_SD_FAULTS_H
#define HOLDFAST_SD_FAULTS_H

#include <sys/mman.h>

#include "platform.h"
#include "sd_model.h"

#define ROOM_BLOCKS 2048u /* the largest read that any of them takes */
#define GUARD 4096u

/* In 32 bits of address, where a controller's DMA reaches; a guard at both ends. */
static uint8_t *low, *room;
static struct sd_card *card;

/* The test's: the driver's host, with the model as after power-on. */
static struct sd_host *fresh_host(void);
/* What the controller does wrong at the at-th access to its registers; kind is below FAULTS. */
static void plant(unsigned kind, unsigned at);
static const unsigned faults;
/* Bits of the kinds that no read survives, and the kind of a reset that does not end. */
static const unsigned fatal;
static const unsigned no_reset; /* faults: resets always end */

uint64_t plat_now_us(void)
{
	return sd_model_now();
}

static void *low_memory(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT,
			-1, 0);

	assert_ptr_not_equal(at, MAP_FAILED);
	return at;
}

static void clear_room(void)
{
	if (!low) {
		low = low_memory(ROOM_BLOCKS * SD_BLOCK + 2 * GUARD);
		card = low_memory(sizeof(*card));
	}
	room = low + GUARD;
	memset(low, 0xee, ROOM_BLOCKS * SD_BLOCK + 2 * GUARD);
}

static void check_guards(size_t used)
{
	for (size_t i = 0; i < GUARD; i++)
		assert_int_equal(low[i], 0xee);
	for (size_t i = 0; i < GUARD; i++)
		assert_int_equal(room[used + i], 0xee);
}

static const struct medium *inserted(enum model_kind kind)
{
	clear_room();
	sd_model_insert(kind);
	return sd_card_start(card, fresh_host());
}

static enum status read_blocks(const struct medium *medium, uint64_t lba, uint32_t blocks)
{
	enum status status = medium->start(medium, lba, blocks, room);

	return status == OK ? medium->wait(medium, MEDIUM_TIMEOUT_MS) : status;
}

static void every_kind_is_read(void **state)
{
	(void)state;
	for (enum model_kind kind = SD_OLD; kind <= EMMC_LARGE; kind++) {
		const struct medium *medium = inserted(kind);
		uint32_t most;

		assert_non_null(medium);
		assert_int_equal(medium->blocks, sd_model.blocks);
		most = medium->max_blocks < ROOM_BLOCKS ? medium->max_blocks : ROOM_BLOCKS;
		assert_status(read_blocks(medium, 3, 1), OK);
		assert_true(sd_model_same(room, 3 * SD_BLOCK, SD_BLOCK));
		check_guards(ROOM_BLOCKS * SD_BLOCK);
		clear_room();
		assert_status(read_blocks(medium, 90, most), OK);
		assert_true(sd_model_same(room, 90 * SD_BLOCK, most * SD_BLOCK));
		check_guards(most * SD_BLOCK);
		clear_room();
		assert_status(read_blocks(medium, sd_model.blocks - 7, 7), OK);
		assert_true(sd_model_same(room, (sd_model.blocks - UINT64_C(7)) * SD_BLOCK,
					  7 * SD_BLOCK));
		check_guards(7 * SD_BLOCK);
	}
}

static void no_card(void **state)
{
	(void)state;
	assert_null(inserted(NO_CARD));
	assert_in_range(sd_model.time, 0, 6000000);
	assert_true(sd_card_quiesce(card));
}

static void pulled_out_while_reading(void **state)
{
	const struct medium *medium = inserted(SD_NEW);
	unsigned long long began = sd_model.time;

	(void)state;
	sd_model.cut_at = 5;
	assert_status(read_blocks(medium, 0, 16), ERR_MEDIA_IO);
	assert_in_range(sd_model.time - began, 0, 11000000);
	medium->stop(medium);
	sd_model.silent_at = 1;
	assert_status(read_blocks(medium, 0, 16), ERR_MEDIA_IO);
	medium->stop(medium);
	sd_model.silent_at = sd_model.cut_at = 0;
	assert_status(read_blocks(medium, 0, 16), OK);
	assert_true(sd_model_same(room, 0, 16 * SD_BLOCK));
}

static void wait_without_a_read(void **state)
{
	const struct medium *medium = inserted(SD_NEW);

	(void)state;
	assert_status(read_blocks(medium, 0, 1), OK);
	assert_status(medium->wait(medium, 10), ERR_MEDIA_IO);
}

static void try_fault(unsigned kind, unsigned at, uint32_t blocks)
{
	const struct medium *medium;
	unsigned long long began;
	enum status status;

	clear_room();
	sd_model_insert(SD_NEW);
	medium = sd_card_start(card, fresh_host());
	assert_non_null(medium);
	plant(kind, at);
	began = sd_model.time;
	status = read_blocks(medium, 11, blocks);
	if (at == 0 && (fatal >> kind & 1) != 0)
		assert_status(status, ERR_MEDIA_IO);
	if (status == OK)
		assert_true(sd_model_same(room, 11 * SD_BLOCK, blocks * SD_BLOCK));
	else
		medium->stop(medium);
	assert_in_range(sd_model.time - began, 0, 20000000);
	check_guards(blocks * SD_BLOCK);
}

static void any_fault_at_any_access(void **state)
{
	uint64_t seed = random_seed();

	(void)state;
	for (unsigned kind = 0; kind < faults; kind++)
		for (unsigned at = 0; at < 60; at++)
			try_fault(kind, at, 1 + (uint32_t)random_below(&seed, 20));
}

static void a_reset_that_does_not_end(void **state)
{
	const struct medium *medium = inserted(SD_NEW);
	unsigned long long began = sd_model.time;

	(void)state;
	assert_true(sd_card_quiesce(card));
	if (no_reset == faults)
		return;
	plant(no_reset, 0);
	medium->stop(medium);
	assert_status(read_blocks(medium, 0, 1), ERR_MEDIA_IO);
	assert_false(sd_card_quiesce(card));
	assert_in_range(sd_model.time - began, 0, 5000000);
}

#define SD_FAULT_TESTS                                                                             \
	cmocka_unit_test(every_kind_is_read), cmocka_unit_test(no_card),                           \
		cmocka_unit_test(pulled_out_while_reading),                                        \
		cmocka_unit_test(a_reset_that_does_not_end),                                       \
		cmocka_unit_test(wait_without_a_read), cmocka_unit_test(any_fault_at_any_access)

#endif
