// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * The card's protocol over a host that does what it is told, and cards that do not.
 */
#include "sd_model.h"

#include "platform.h"

#define ROOM 64u /* blocks */

static struct sd_card card;
static struct sd_host host;
static bool reset_fails, wait_fails;
static unsigned resets;
static uint32_t clock_hz, in_flight;
static bool bus_is_wide;
static uint8_t *target;
static uint8_t room[ROOM * SD_BLOCK] __attribute__((aligned(64)));

uint64_t plat_now_us(void)
{
	return sd_model_now();
}

static enum status host_reset(struct sd_host *of)
{
	assert_ptr_equal(of, &host);
	resets++;
	in_flight = 0;
	clock_hz = 0;
	bus_is_wide = false;
	sd_model_power();
	return reset_fails ? ERR_MEDIA_IO : OK;
}

static enum status host_clock(struct sd_host *of, uint32_t hz, bool wide)
{
	(void)of;
	assert_in_range(hz, 1, 25000000);
	clock_hz = hz;
	bus_is_wide = wide;
	return OK;
}

static enum status host_command(struct sd_host *of, const struct sd_command *command,
				uint32_t response[4])
{
	bool data;

	(void)of;
	assert_int_not_equal(clock_hz, 0);
	/* Not above the clock of identification before the card has its address. */
	assert_true(sd_model.selected || clock_hz <= 400000);
	if (!sd_model_command(command->index, command->argument, response, &data))
		return ERR_MEDIA_IO;
	assert_false(data);
	return OK;
}

static enum status host_read(struct sd_host *of, const struct sd_command *command, uint32_t blocks,
			     void *destination)
{
	uint32_t response[4];
	bool data;

	(void)of;
	assert_int_equal((uintptr_t)destination % 64, 0);
	assert_int_equal(bus_is_wide, sd_model.wide);
	if (!sd_model_command(command->index, command->argument, response, &data) || !data)
		return ERR_MEDIA_IO;
	target = destination;
	in_flight = blocks;
	return OK;
}

static enum status host_wait(struct sd_host *of, uint32_t timeout_ms)
{
	(void)of;
	assert_in_range(timeout_ms, 1, MEDIUM_TIMEOUT_MS);
	for (; in_flight != 0; in_flight--, target += SD_BLOCK)
		if (wait_fails || !sd_model_data(target))
			return ERR_MEDIA_IO;
	return OK;
}

static int setup(void **state)
{
	(void)state;
	host = (struct sd_host){ .name = "sd0",
				 .wide = true,
				 .max_blocks = ROOM,
				 .reset = host_reset,
				 .set_clock = host_clock,
				 .command = host_command,
				 .read = host_read,
				 .wait = host_wait };
	reset_fails = wait_fails = false;
	resets = 0;
	memset(room, 0xee, sizeof(room));
	refusal_clear();
	return 0;
}

static const struct medium *insert(enum model_kind kind)
{
	sd_model_insert(kind);
	return sd_card_start(&card, &host);
}

static enum status read(const struct medium *medium, uint64_t lba, uint32_t blocks)
{
	enum status status = medium->start(medium, lba, blocks, room);

	return status == OK ? medium->wait(medium, MEDIUM_TIMEOUT_MS) : status;
}

static void every_kind_is_read(void **state)
{
	(void)state;
	for (enum model_kind kind = SD_OLD; kind <= EMMC_LARGE; kind++) {
		const struct medium *medium = insert(kind);

		assert_non_null(medium);
		assert_int_equal(medium->blocks, sd_model.blocks);
		assert_int_equal(medium->block_size, 512);
		assert_true(bus_is_wide);
		assert_status(read(medium, 0, 1), OK);
		assert_true(sd_model_same(room, 0, 512));
		assert_status(read(medium, 77, ROOM), OK);
		assert_true(sd_model_same(room, 77 * 512, sizeof(room)));
		assert_status(read(medium, sd_model.blocks - 1, 1), OK);
		assert_true(sd_model_same(room, (sd_model.blocks - 1) * UINT64_C(512), 512));
		assert_false(sd_model.reading);
		/* The card has been beyond the end then. */
		assert_status(read(medium, sd_model.blocks - 7, 7), OK);
		assert_true(sd_model_same(room, (sd_model.blocks - 7) * UINT64_C(512), 7 * 512));
		assert_status(medium->start(medium, 0, 1, room + 32), ERR_INTERNAL);
	}
}

static void a_narrow_bus_stays_narrow(void **state)
{
	(void)state;
	host.wide = false;
	assert_non_null(insert(SD_NEW));
	assert_false(bus_is_wide || sd_model.wide);
}

static void an_empty_slot_is_no_medium(void **state)
{
	static struct sd_card never_started;

	(void)state;
	assert_true(sd_card_quiesce(&never_started));
	assert_null(insert(NO_CARD));
	assert_true(sd_card_quiesce(&card));
	assert_in_range(sd_model.time, 0, 4000000); /* it waits for no card for long */
}

static void never_ready(void **state)
{
	(void)state;
	for (enum model_kind kind = SD_OLD; kind <= EMMC_LARGE; kind++) {
		sd_model_insert(kind);
		sd_model.never_ready = true;
		assert_null(sd_card_start(&card, &host));
		assert_in_range(sd_model.time, 0, 5000000);
	}
}

static void busy_for_ever(void **state)
{
	const struct medium *medium;

	(void)state;
	for (enum model_kind kind = SD_OLD; kind <= EMMC_LARGE; kind++) {
		sd_model_insert(kind);
		sd_model.stays_busy = true;
		assert_null(sd_card_start(&card, &host));
		assert_in_range(sd_model.time, 0, 3000000);
		medium = insert(kind);
		sd_model.stays_busy = true;
		assert_status(read(medium, 1, 1), OK);
		assert_status(read(medium, 1, 2), ERR_MEDIA_IO);
		assert_in_range(sd_model.time, 0, 3000000);
	}
}

/* At any answer, so also at those that say how it is addressed. */
static void contradicts_itself(void **state)
{
	(void)state;
	for (enum model_kind kind = SD_OLD; kind <= EMMC_LARGE; kind++) {
		for (unsigned at = 1; at < 20; at++) {
			sd_model_insert(kind);
			sd_model.error_at = at;
			sd_model.error_bits = (at & 1) != 0 ? 3u << 30 : 1u << 31;
			if (sd_card_start(&card, &host))
				assert_int_equal(card.by_block,
						 kind == SD_NEW || kind == EMMC_LARGE);
		}
	}
}

/* The card's answer with its address has status bits of its own; this one is in no other answer. */
static void an_address_with_an_error(void **state)
{
	unsigned refused = 0;

	(void)state;
	for (unsigned at = 1; at < 24; at++) {
		sd_model_insert(SD_NEW);
		sd_model.error_at = at;
		sd_model.error_bits = 1u << 14;
		refused += sd_card_start(&card, &host) == NULL;
	}
	assert_int_equal(refused, 1);
}

static void cannot_be_switched(void **state)
{
	(void)state;
	sd_model_insert(EMMC_LARGE);
	sd_model.no_switch = true;
	assert_null(sd_card_start(&card, &host));
	host.wide = false;
	assert_non_null(sd_card_start(&card, &host));
}

static void sizes_that_no_card_has(void **state)
{
	static const uint32_t rows[][4] = {
		{ 2u << 30, 0, 0, 0 },    /* a version to come */
		{ 0x1, 0, 0, 0 },         /* blocks of a byte */
		{ 0x1, 15u << 16, 0, 0 }, /* of 32 KiB */
		{ 0x1, 8u << 16, 0, 0 },
	};
	uint32_t largest[4] = { 1u << 30 | 1, 0x3f, 0xffff0000, 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		sd_model_insert(SD_NEW);
		memcpy(sd_model.csd, rows[i], sizeof(sd_model.csd));
		assert_null(sd_card_start(&card, &host));
	}
	sd_model_insert(SD_NEW);
	memcpy(sd_model.csd, largest, sizeof(largest));
	assert_int_equal(sd_card_start(&card, &host)->blocks, (uint64_t)0x400000 * 1024);
}

static void pulled_out(void **state)
{
	const struct medium *medium = insert(SD_NEW);

	(void)state;
	sd_model.silent_at = sd_model.commands + 1;
	assert_status(read(medium, 5, 2), ERR_MEDIA_IO);
	assert_string_equal(refusal_last()->at, "sd0");
	medium->stop(medium);
	assert_status(read(medium, 5, 2), ERR_MEDIA_IO);
	/* Put back. */
	sd_model.silent_at = 0;
	assert_status(read(medium, 5, 2), OK);
	assert_true(sd_model_same(room, 5 * 512, 1024));
}

static void data_that_does_not_come(void **state)
{
	const struct medium *medium = insert(SD_NEW);

	(void)state;
	sd_model.cut_at = 3;
	assert_status(read(medium, 0, 3), OK);
	assert_status(read(medium, 0, 4), ERR_MEDIA_IO);
	medium->stop(medium);
	wait_fails = true;
	assert_status(read(medium, 0, 1), ERR_MEDIA_IO);
}

/* Between two reads another card, with less on it. */
static void exchanged(void **state)
{
	const struct medium *medium = insert(EMMC_SMALL);

	(void)state;
	medium->stop(medium);
	sd_model.smaller_soon = true;
	assert_status(read(medium, 8, 1), ERR_MEDIA_IO);
	assert_status(read(medium, 7, 1), OK);
	assert_status(read(medium, 7, 2), ERR_MEDIA_IO);
}

static void a_host_that_does_not_reset(void **state)
{
	const struct medium *medium = insert(SD_NEW);

	(void)state;
	reset_fails = true;
	medium->stop(medium);
	reset_fails = false; /* too late: DMA may have gone on until now */
	assert_status(read(medium, 0, 1), ERR_MEDIA_IO);
	assert_false(sd_card_quiesce(&card));
	reset_fails = true;
	assert_null(insert(SD_NEW));
	assert_false(sd_card_quiesce(&card));
}

/* The last thing that a card says about a read. */
static void an_error_at_the_end_of_a_read(void **state)
{
	const struct medium *medium = insert(SD_OLD);

	(void)state;
	sd_model.error_at = sd_model.commands + 2;
	sd_model.error_bits = 1u << 19;
	assert_status(read(medium, 0, 4), ERR_MEDIA_IO);
	assert_int_equal(sd_model.commands, sd_model.error_at);
	medium = insert(SD_NEW);
	/* It tells of a block that it could not correct when it is asked. */
	for (uint32_t blocks = 1; blocks <= 2; blocks++) {
		sd_model.error_at = sd_model.commands + 1 + blocks;
		sd_model.error_bits = 1u << 21;
		assert_status(read(medium, 5, blocks), ERR_MEDIA_IO);
	}
}

/* Every status bit that is an error, at every command of bring-up and of a read. */
static void error_bits(void **state)
{
	static const uint32_t bits[] = { 1u << 31, 1u << 30, 1u << 29, 1u << 23,
					 1u << 22, 1u << 21, 1u << 20, 1u << 19 };

	(void)state;
	for (unsigned at = 1; at < 24; at++)
		for (size_t i = 0; i < COUNT(bits); i++) {
			const struct medium *medium;

			sd_model_insert(SD_OLD);
			sd_model.error_at = at;
			sd_model.error_bits = bits[i];
			memset(room, 0xee, sizeof(room));
			medium = sd_card_start(&card, &host);
			if (medium && read(medium, 3, 4) == OK)
				assert_true(sd_model_same(room, 3 * 512, 4 * 512));
		}
}

/* Whatever goes wrong when, a read gives the medium's bytes or an error, and ends in time. */
static void any_fault_at_any_time(void **state)
{
	uint64_t seed = random_seed();

	(void)state;
	for (unsigned turn = 0; turn < 3000; turn++) {
		uint32_t blocks = 1 + (uint32_t)random_below(&seed, ROOM);
		uint64_t lba = random_below(&seed, MODEL_BLOCKS - ROOM);
		const struct medium *medium;
		unsigned long long began;

		sd_model_insert((enum model_kind)(SD_OLD + random_below(&seed, 4)));
		sd_model.error_at = (unsigned)random_below(&seed, 30);
		sd_model.error_bits = (uint32_t)random_next(&seed);
		sd_model.silent_at = (unsigned)random_below(&seed, 60);
		sd_model.cut_at = (unsigned)random_below(&seed, 80);
		medium = sd_card_start(&card, &host);
		began = sd_model.time;
		for (unsigned i = 0; medium && i < 3; i++)
			if (read(medium, lba, blocks) == OK)
				assert_true(sd_model_same(room, lba * 512, blocks * 512));
			else
				medium->stop(medium);
		assert_in_range(sd_model.time - began, 0, 20000000);
	}
}

#define T(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_kind_is_read),
		T(a_narrow_bus_stays_narrow),
		T(an_empty_slot_is_no_medium),
		T(never_ready),
		T(busy_for_ever),
		T(contradicts_itself),
		T(an_address_with_an_error),
		T(cannot_be_switched),
		T(sizes_that_no_card_has),
		T(pulled_out),
		T(data_that_does_not_come),
		T(exchanged),
		T(a_host_that_does_not_reset),
		T(an_error_at_the_end_of_a_read),
		T(error_bits),
		T(any_fault_at_any_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
