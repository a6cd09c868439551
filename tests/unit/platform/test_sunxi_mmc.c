// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * Allwinner's SD host against a model of its registers and its chain of descriptors.
 */
#include "sd_faults.h"

#include "cache.h"
#include "mmio.h"
#include "sunxi_mmc.h"

#define BASE 0x01c0f000u
#define CLOCK 0x01c20088u
#define RESPONSE_TIMEOUT (1u << 8)
#define DATA_TIMEOUT (1u << 9)

enum { NO_STATUS, ERROR_STATUS, NO_RESET, NO_CLOCK_UPDATE, DONE_TOO_EARLY, KEEPS_A_DESCRIPTOR };
static const unsigned faults = 6;
static const unsigned fatal = 1u << NO_STATUS | 1u << ERROR_STATUS | 1u << DONE_TOO_EARLY |
			      1u << KEEPS_A_DESCRIPTOR;
static const unsigned no_reset = NO_RESET;

static struct {
	uint32_t at[64];
	uint32_t clock;
	unsigned accesses, fault_at, fault;
	bool planted, clean;
	uintptr_t invalid; /* bytes */
	bool lags;         /* says that it is done before it has written */
	unsigned late;     /* looks at the chain until then */
} model;
static struct sunxi_mmc *controller;

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

void cache_clean_invalidate(uintptr_t start, uintptr_t end)
{
	assert_true(start < end);
	model.clean = true;
	model.invalid = 0;
}

static void transfer(void);

void cache_invalidate(uintptr_t start, uintptr_t end)
{
	assert_true(start < end);
	model.invalid += end - start;
	if (model.late != 0 && --model.late == 0)
		transfer();
}

static void status(uint32_t bits)
{
	if (broken(ERROR_STATUS))
		bits |= 1u << 6;
	if (!broken(NO_STATUS))
		model.at[0x38 / 4] |= bits;
}

static void transfer(void)
{
	uint32_t left = model.at[0x14 / 4];
	uint32_t *entry = (uint32_t *)(uintptr_t)model.at[0x84 / 4];
	bool first = true;

	assert_int_not_equal(model.at[0] & 1u << 5, 0);
	assert_int_not_equal(model.at[0x80 / 4] & 1u << 7, 0);
	assert_int_equal(model.at[0x10 / 4], SD_BLOCK);
	assert_true(model.clean);
	if (broken(DONE_TOO_EARLY)) {
		status(1u << 3);
		return;
	}
	while (left != 0) {
		bool last = (entry[0] & 1u << 2) != 0;
		uint8_t *to = (uint8_t *)(uintptr_t)entry[2];

		assert_int_equal(entry[0] >> 31, 1);
		assert_int_equal((entry[0] & 1u << 3) != 0, first);
		for (uint32_t done = 0; done < entry[1]; done += SD_BLOCK, left -= SD_BLOCK)
			if (!sd_model_data(to + done)) {
				status(DATA_TIMEOUT);
				return;
			}
		if (!broken(KEEPS_A_DESCRIPTOR))
			entry[0] &= ~(1u << 31);
		assert_int_equal(last, left == 0);
		first = false;
		if (!last)
			entry = (uint32_t *)(uintptr_t)entry[3];
	}
	status(1u << 3);
}

static void run_command(uint32_t value)
{
	uint32_t response[4];
	bool data;

	if ((value & 1u << 21) != 0)
		return;
	assert_int_not_equal(model.at[1] & 1u << 16, 0);
	if (!sd_model_command(value & 63, model.at[0x1c / 4], response, &data)) {
		status(RESPONSE_TIMEOUT);
		return;
	}
	for (unsigned i = 0; i < 4; i++)
		model.at[0x20 / 4 + i] = (value & 1u << 7) != 0 ? response[3 - i]
					 : i == 0               ? response[0]
								: 0;
	status(1u << 2);
	assert_int_equal(data, (value & 1u << 9) != 0);
	if (data && model.lags) {
		model.late = 3;
		status(1u << 3);
	} else if (data) {
		transfer();
	}
}

uint32_t mmio_read32(uintptr_t address)
{
	uint32_t at = (uint32_t)address - BASE;

	model.accesses++;
	assert_in_range(at, 0, 0xfc);
	if (at == 0 && !broken(NO_RESET))
		return model.at[0] & ~7u;
	if (at == 0x18 && !broken(NO_CLOCK_UPDATE))
		return model.at[at / 4] & ~(1u << 31);
	return model.at[at / 4];
}

void mmio_write32(uintptr_t address, uint32_t value)
{
	uint32_t at = (uint32_t)address - BASE;

	model.accesses++;
	if (address == CLOCK) {
		model.clock = value;
		return;
	}
	assert_in_range(at, 0, 0xfc);
	if (at == 0x38) {
		model.at[at / 4] &= ~value;
		return;
	}
	model.at[at / 4] = value;
	if (at == 0 && (value & 7) == 7)
		sd_model_power();
	if (at == 0x18 && (value & 1u << 31) != 0)
		run_command(value);
}

static struct sd_host *fresh_host(void)
{
	memset(&model, 0, sizeof(model));
	if (!controller)
		controller = low_memory(sizeof(*controller));
	memset(controller, 0, sizeof(*controller));
	controller->base = BASE;
	controller->clock = CLOCK;
	return sunxi_mmc_host(controller, "sd0", true);
}

static void clocks(void **state)
{
	struct sd_host *host = (inserted(SD_NEW), &controller->host);

	(void)state;
	assert_int_equal(model.clock, 0x80000000);
	assert_status(host->set_clock(host, 400000, false), OK);
	assert_int_equal(model.at[1], 1u << 16 | 30);
	assert_status(host->set_clock(host, 25000000, true), OK);
	assert_int_equal(model.at[1], 1u << 16);
	assert_int_equal(model.at[0x0c / 4], 1);
}

static void more_than_it_takes(void **state)
{
	const struct sd_command command = { 18, SD_SHORT, 0 };
	struct sd_host *host = (inserted(SD_NEW), &controller->host);

	(void)state;
	assert_status(host->read(host, &command, SUNXI_MMC_BLOCKS_MAX + 1, room), ERR_INTERNAL);
	assert_status(host->read(host, &command, 0, room), ERR_INTERNAL);
}

static void done_before_the_data(void **state)
{
	const struct medium *medium = inserted(SD_NEW);

	(void)state;
	model.lags = true;
	assert_status(read_blocks(medium, 4, 200), OK);
	assert_true(sd_model_same(room, 4 * SD_BLOCK, 200 * SD_BLOCK));
}

static void caches_are_told(void **state)
{
	const struct medium *medium = inserted(SD_NEW);

	(void)state;
	assert_status(read_blocks(medium, 0, 200), OK);
	/* The descriptors and the data. */
	assert_int_equal(model.invalid, 4 * sizeof(controller->chain[0]) + 200 * SD_BLOCK);
}

int main(void)
{
	const struct CMUnitTest tests[] = { SD_FAULT_TESTS, cmocka_unit_test(clocks),
					    cmocka_unit_test(more_than_it_takes),
					    cmocka_unit_test(caches_are_told),
					    cmocka_unit_test(done_before_the_data) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
