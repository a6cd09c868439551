// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * An SDHCI controller against a model of its registers: with ADMA2, without it, and breaking down.
 */
#include "sd_faults.h"

#include "cache.h"
#include "mmio.h"
#include "sdhci.h"

#define BASE 0x1e750100u
#define ADMA 0x00080000u

enum { STUCK_BUSY, NO_STATUS, ERROR_STATUS, NO_RESET, NO_CLOCK, WRONG_DATA_STATUS, DMA_STOPS };
static const unsigned faults = 7;
static const unsigned fatal = 1u << STUCK_BUSY | 1u << NO_STATUS | 1u << ERROR_STATUS;
static const unsigned no_reset = NO_RESET;

static struct {
	uint32_t at[64];
	uint8_t block[SD_BLOCK];
	unsigned late;        /* looks until the block is in the port */
	unsigned taken, left; /* words of the block; blocks of the transfer */
	bool port, stuck;     /* the command line, after an error */
	uint32_t capabilities, version;
	unsigned accesses, fault_at, fault;
	bool planted;
	unsigned reads_by_port, reads_by_dma;
	bool clean, invalid;
} model;
static struct sdhci *controller;

static bool broken(unsigned kind)
{
	return model.planted && model.fault == kind && model.accesses >= model.fault_at;
}

static void plant(unsigned kind, unsigned at)
{
	model.fault = kind;
	model.fault_at = model.accesses + at;
	model.planted = true;
}

void cache_clean(uintptr_t start, uintptr_t end)
{
	(void)start, (void)end;
	model.clean = true;
}

void cache_clean_invalidate(uintptr_t start, uintptr_t end)
{
	(void)start, (void)end;
}

void cache_invalidate(uintptr_t start, uintptr_t end)
{
	assert_true(start < end);
	model.invalid = true;
}

static void status(uint32_t bits)
{
	if (broken(ERROR_STATUS))
		bits |= 1u << 21 | 1u << 15;
	if (!broken(NO_STATUS))
		model.at[0x30 / 4] |= bits;
}

/* The next block into the port, or the end of the transfer. */
static void next_block(void)
{
	model.port = model.left != 0 && sd_model_data(model.block);
	model.taken = 0;
	model.late = 2;
	if (model.port)
		status(1u << 5);
	else
		status(model.left == 0 ? 1u << 1 : 1u << 20 | 1u << 15);
}

/* Through the descriptors, as they are in memory. */
static void transfer_by_dma(void)
{
	const uint32_t *entry = (const uint32_t *)(uintptr_t)model.at[0x58 / 4];
	uint8_t *to = NULL;
	uint32_t room_left = 0;
	bool last = false;

	assert_true(model.clean);
	model.reads_by_dma++;
	for (; model.left != 0; model.left--) {
		if (room_left == 0) {
			assert_false(last);
			assert_int_equal(entry[0] & 0x3d, 0x21);
			last = (entry[0] & 2) != 0;
			room_left = entry[0] >> 16;
			to = (uint8_t *)(uintptr_t)entry[1];
			entry += 2;
		}
		if (broken(DMA_STOPS))
			return;
		if (!sd_model_data(to)) {
			status(1u << 20 | 1u << 15);
			return;
		}
		to += SD_BLOCK;
		room_left -= SD_BLOCK;
	}
	assert_true(last);
	status(1u << 1);
}

static void run_command(uint32_t value)
{
	static const uint32_t lengths[] = { 0, 136, 48, 48 };
	uint32_t response[4];
	bool data;

	assert_int_not_equal(model.at[0x2c / 4] & 4, 0); /* the card's clock runs */
	assert_false(model.stuck);
	assert_int_equal(value >> 22 & 3, value >> 24 == 12 ? 3 : 0);
	if (!sd_model_command((uint8_t)(value >> 24), model.at[0x08 / 4], response, &data)) {
		status(1u << 16 | 1u << 15);
		model.stuck = true;
		return;
	}
	for (unsigned i = 0; i < 4; i++)
		model.at[0x10 / 4 + i] = i == 0 ? response[0] : 0;
	if (lengths[value >> 16 & 3] == 136)
		for (unsigned i = 0; i < 4; i++)
			model.at[0x10 / 4 + i] = response[3 - i] >> 8 |
						 (i < 3 ? response[2 - i] << 24 : 0);
	assert_int_equal(data, (value >> 21 & 1) != 0);
	status(1);
	if (!data)
		return;
	assert_int_equal(model.at[1] & 0xfff, SD_BLOCK);
	model.left = (value & 2) != 0 ? model.at[1] >> 16 : 1;
	if ((value & 1) != 0)
		transfer_by_dma();
	else
		next_block();
}

uint32_t mmio_read32(uintptr_t address)
{
	uint32_t at = (uint32_t)address - BASE;
	uint32_t word;

	assert_in_range(at, 0, 0xfc);
	model.accesses++;
	switch (at) {
	case 0x20:
		memcpy(&word, model.block + 4 * model.taken, 4);
		if (!model.port || model.late != 0)
			return 0xdeadbeef;
		model.reads_by_port++;
		if (++model.taken == SD_BLOCK / 4) {
			model.left--;
			next_block();
		}
		return word;
	case 0x24:
		/* Perhaps more data than there is, without end. */
		if (model.late != 0)
			model.late--;
		word = (model.port && model.late == 0) || broken(WRONG_DATA_STATUS) ? 1u << 11 : 0;
		return word | (broken(STUCK_BUSY) ? 3 : 0) | (model.stuck ? 1 : 0);
	case 0x2c:
		word = model.at[0x2c / 4];
		if ((word & 1) != 0 && !broken(NO_CLOCK))
			word |= 2;
		return broken(NO_RESET) ? word | 1u << 24 : word & ~(7u << 24);
	case 0x40:
		return model.capabilities;
	case 0xfc:
		return model.version << 16;
	default:
		return model.at[at / 4];
	}
}

void mmio_write32(uintptr_t address, uint32_t value)
{
	uint32_t at = (uint32_t)address - BASE;

	assert_in_range(at, 0, 0xfc);
	model.accesses++;
	if (at == 0x30) {
		model.at[at / 4] &= ~value;
		return;
	}
	model.at[at / 4] = value;
	if (at == 0x2c && (value >> 24 & 1) != 0) {
		memset(model.at, 0, sizeof(model.at));
		model.stuck = false;
		sd_model_power();
	}
	if (at == 0x2c && (value >> 25 & 1) != 0)
		model.stuck = false;
	if (at == 0x0c)
		run_command(value);
}

static struct sd_host *fresh_host(void)
{
	uint32_t capabilities = model.capabilities;

	memset(&model, 0, sizeof(model));
	model.capabilities = capabilities;
	model.version = 2;
	if (!controller)
		controller = low_memory(sizeof(*controller));
	memset(controller, 0, sizeof(*controller));
	controller->base = BASE;
	controller->clock_hz = 200000000;
	return sdhci_host(controller, "emmc", true);
}

static int with_adma(void **state)
{
	(void)state;
	model.capabilities = ADMA;
	return 0;
}

static int without_adma(void **state)
{
	(void)state;
	model.capabilities = 0;
	return 0;
}

static void dma_where_it_reaches(void **state)
{
	static uint8_t far[SD_BLOCK] __attribute__((aligned(64)));
	const struct medium *medium = inserted(SD_NEW);

	(void)state;
	assert_status(read_blocks(medium, 9, 200), OK);
	assert_int_equal(model.reads_by_dma, 1);
	assert_true(model.invalid);
	if ((uintptr_t)far + SD_BLOCK <= UINT32_MAX)
		return;
	assert_status(medium->start(medium, 2, 1, far), OK);
	assert_status(medium->wait(medium, 100), OK);
	assert_int_equal(model.reads_by_dma, 1);
	assert_int_equal(model.reads_by_port, SD_BLOCK / 4);
	assert_true(sd_model_same(far, 2 * SD_BLOCK, SD_BLOCK));
}

static void an_error_is_not_waited_out(void **state)
{
	const struct medium *medium = inserted(SD_NEW);
	unsigned long long began = sd_model.time;

	(void)state;
	sd_model.cut_at = 5;
	assert_status(read_blocks(medium, 0, 16), ERR_MEDIA_IO);
	assert_in_range(sd_model.time - began, 0, 100000);
}

static void more_than_it_takes(void **state)
{
	const struct sd_command command = { 18, SD_SHORT, 0 };
	struct sd_host *host;

	(void)state;
	inserted(SD_NEW);
	host = &controller->host;
	assert_status(host->read(host, &command, 0, room), ERR_INTERNAL);
	assert_status(host->read(host, &command, SDHCI_BLOCKS_MAX + 1, room), ERR_INTERNAL);
}

/* The bus is supplied with what the controller has. */
static void supplies(void **state)
{
	static const uint32_t rows[][2] = {
		{ 0, 7 }, { 1u << 24, 7 }, { 7u << 24, 7 }, { 3u << 25, 6 }, { 1u << 26, 5 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		model.capabilities = rows[i][0];
		inserted(SD_NEW);
		assert_int_equal(model.at[0x28 / 4] >> 8 & 0xf, rows[i][1] << 1 | 1);
	}
	model.capabilities = 0;
}

/* The divider: ten bits from version 3 on, powers of two before. */
static void clocks(void **state)
{
	static const struct {
		uint32_t version, base_mhz, hz, field;
	} rows[] = {
		{ 2, 0, 25000000, 4 },  { 2, 0, 400000, 250 },     { 2, 100, 400000, 125 },
		{ 2, 25, 25000000, 0 }, { 2, 255, 100000, 0x3ff }, { 1, 50, 25000000, 1 },
		{ 1, 50, 400000, 64 },  { 1, 50, 100, 128 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sd_host *host;
		uint32_t clock;

		inserted(SD_NEW);
		host = &controller->host;
		/* What the board says goes before what the capabilities say. */
		controller->clock_hz = rows[i].base_mhz != 0 ? 0 : 200000000;
		model.version = rows[i].version;
		model.capabilities = rows[i].base_mhz << 8;
		assert_status(host->set_clock(host, rows[i].hz, false), OK);
		clock = model.at[0x2c / 4];
		assert_int_equal((clock >> 8 & 0xff) | (clock >> 6 & 3) << 8, rows[i].field);
	}
}

int main(void)
{
	const struct CMUnitTest port[] = { SD_FAULT_TESTS, cmocka_unit_test(more_than_it_takes),
					   cmocka_unit_test(an_error_is_not_waited_out),
					   cmocka_unit_test(clocks), cmocka_unit_test(supplies) };
	const struct CMUnitTest adma[] = { SD_FAULT_TESTS, cmocka_unit_test(dma_where_it_reaches) };

	return cmocka_run_group_tests_name("port", port, without_adma, NULL) |
	       cmocka_run_group_tests_name("adma", adma, with_adma, NULL);
}
