// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * The BCM2835's random number generator against a model of its registers.
 */
#include "../unit.h"

#include "bcm2835_rng.h"
#include "mmio.h"
#include "platform.h"

#define BASE 0x3f104000u
#define CTRL 0x0
#define STATUS 0x4
#define DATA 0x8

static struct {
	uint32_t control, warmup, number;
	unsigned words; /* it ever gives */
	unsigned slow;  /* so many looks at STATUS before each of them */
	unsigned looks;
	uint64_t now;
} model;

uint64_t plat_now_us(void)
{
	return model.now += 10;
}

uint32_t mmio_read32(uintptr_t address)
{
	switch (address - BASE) {
	case CTRL:
		return model.control;
	case STATUS:
		if ((model.control & 1) == 0 || model.words == 0 || model.looks++ < model.slow)
			return model.warmup;
		return 1u << 24;
	case DATA:
		assert_true(model.words != 0);
		model.words--;
		model.looks = 0;
		return model.number += 0x01010101;
	default:
		fail();
		return 0;
	}
}

void mmio_write32(uintptr_t address, uint32_t value)
{
	assert_in_range(address, BASE, BASE + STATUS);
	if (address == BASE)
		model.control = value;
	else
		model.warmup = value;
}

static int setup(void **state)
{
	(void)state;
	memset(&model, 0, sizeof(model));
	model.words = 100;
	return 0;
}

static void fills_what_was_asked(void **state)
{
	static const uint8_t expected[8] = { 1, 1, 1, 1, 2, 2, 2, 0 };
	uint8_t out[8] = { 0 };

	(void)state;
	model.slow = 3;
	assert_status(bcm2835_rng_read(BASE, out, 7), OK);
	assert_memory_equal(out, expected, sizeof(out));
	assert_int_equal(model.control & 1, 1);
	assert_int_equal(model.warmup, 0x40000);
}

static void one_that_runs_is_not_started_again(void **state)
{
	uint8_t out[4];

	(void)state;
	model.control = 1;
	assert_status(bcm2835_rng_read(BASE, out, sizeof(out)), OK);
	assert_int_equal(model.warmup, 0);
}

static void a_dead_one_is_given_up(void **state)
{
	uint8_t out[16];

	(void)state;
	model.words = 2;
	assert_status(bcm2835_rng_read(BASE, out, sizeof(out)), ERR_UNSUPPORTED);
	assert_in_range(model.now, 100000, 200000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(fills_what_was_asked, setup),
		cmocka_unit_test_setup(one_that_runs_is_not_started_again, setup),
		cmocka_unit_test_setup(a_dead_one_is_given_up, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
