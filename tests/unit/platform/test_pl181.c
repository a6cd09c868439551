// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * The PL181 against a model of its registers (DDI 0205): a FIFO of 16 words that does not wait.
 */
#include "sd_faults.h"

#include "mmio.h"
#include "pl181.h"

#define BASE 0x1c050000u
#define FIFO_WORDS 16u

enum { NO_STATUS, COMMAND_CRC, DATA_CRC, OVERRUN, START_BIT, NO_END, EMPTY_FOR_EVER };
static const unsigned faults = 7;
static const unsigned fatal = 0x7f;
static const unsigned no_reset = 7;

static struct {
	uint32_t at[64];
	uint32_t status, response[4];
	uint8_t block[SD_BLOCK];
	unsigned in_fifo, taken, left; /* words; of the block; bytes of the transfer */
	bool armed, half_only;
	unsigned accesses, fault_at, fault;
	bool planted;
} model;
static struct pl181 controller;

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

/* The card fills the FIFO while somebody looks. */
static void fill(void)
{
	while (model.armed && model.left != 0 && model.in_fifo < FIFO_WORDS) {
		if (model.taken % (SD_BLOCK / 4) == 0 && model.in_fifo != 0)
			return;
		if (model.taken % (SD_BLOCK / 4) == 0 && !sd_model_data(model.block)) {
			model.status |= 1u << 3;
			model.armed = false;
			return;
		}
		model.taken++;
		model.in_fifo++;
		model.left -= 4;
	}
	if (model.armed && model.left == 0 && model.in_fifo == 0 && !broken(NO_END))
		model.status |= 1u << 8;
}

static void run_command(uint32_t value)
{
	bool data;

	assert_int_not_equal(value & 1u << 10, 0);
	assert_int_not_equal(model.at[1] & 1u << 8, 0);
	if (broken(NO_STATUS))
		return;
	if (!sd_model_command(value & 63, model.at[2], model.response, &data)) {
		model.status |= 1u << 2;
		return;
	}
	if ((value & 1u << 6) == 0) {
		model.status |= 1u << 7;
		return;
	}
	/* R3 has no CRC: that is what the controller says of it. */
	model.status |= broken(COMMAND_CRC) || (value & 63) == 41 || (value & 63) == 1 ? 1u
										       : 1u << 6;
	if (broken(DATA_CRC))
		model.status |= 1u << 1;
	if (broken(OVERRUN))
		model.status |= 1u << 5;
	if (broken(START_BIT))
		model.status |= 1u << 9;
	/* The data path was told before the command that starts the data. */
	if (data)
		assert_int_equal(model.at[0x2c / 4], 0x93);
	model.armed = data;
	model.left = model.at[0x28 / 4];
	model.in_fifo = model.taken = 0;
}

static uint32_t status(void)
{
	uint32_t bits = model.status;

	fill();
	bits |= model.status;
	if (model.in_fifo != 0 && !broken(EMPTY_FOR_EVER))
		bits |= (model.in_fifo >= FIFO_WORDS / 2 ? 1u << 15 : 0) |
			(model.half_only && model.in_fifo >= FIFO_WORDS / 2 ? 0 : 1u << 21);
	return bits;
}

uint32_t mmio_read32(uintptr_t address)
{
	uint32_t at = (uint32_t)address - BASE;
	uint32_t word;

	model.accesses++;
	assert_in_range(at, 0, 0xbc);
	if (at >= 0x14 && at <= 0x20)
		return model.response[(at - 0x14) / 4];
	if (at == 0x34)
		return status();
	if (at < 0x80)
		return model.at[at / 4];
	if (model.in_fifo == 0)
		return 0xdeadbeef;
	memcpy(&word, model.block + 4 * ((model.taken - model.in_fifo) % (SD_BLOCK / 4)), 4);
	model.in_fifo--;
	return word;
}

void mmio_write32(uintptr_t address, uint32_t value)
{
	uint32_t at = (uint32_t)address - BASE;

	model.accesses++;
	assert_in_range(at, 0, 0x40);
	model.at[at / 4] = value;
	if (at == 0x38)
		model.status &= ~value;
	if (at == 0x00 && value == 0)
		sd_model_power();
	if (at == 0x2c && value == 0)
		model.armed = false;
	if (at == 0x0c && value != 0)
		run_command(value);
}

static struct sd_host *fresh_host(void)
{
	memset(&model, 0, sizeof(model));
	controller = (struct pl181){ .base = BASE, .clock_hz = 24000000 };
	return pl181_host(&controller, "sd0", false);
}

static void clocks(void **state)
{
	struct sd_host *host = (inserted(SD_NEW), &controller.host);

	(void)state;
	assert_status(host->set_clock(host, 400000, false), OK);
	assert_int_equal(model.at[1], 1u << 8 | 29);
	assert_status(host->set_clock(host, 25000000, true), OK);
	assert_int_equal(model.at[1], 1u << 8 | 1u << 11 | 1);
	assert_status(host->set_clock(host, 1, false), OK);
	assert_int_equal(model.at[1], 1u << 8 | 255);
}

/* What the length register holds. */
static void more_than_it_takes(void **state)
{
	const struct sd_command command = { 18, SD_SHORT, 0 };
	struct sd_host *host = (inserted(SD_NEW), &controller.host);

	(void)state;
	assert_int_equal(host->max_blocks, 127);
	assert_status(host->read(host, &command, 128, room), ERR_INTERNAL);
	assert_status(host->read(host, &command, 0, room), ERR_INTERNAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = { SD_FAULT_TESTS, cmocka_unit_test(clocks),
					    cmocka_unit_test(more_than_it_takes) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
