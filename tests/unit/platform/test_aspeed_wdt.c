// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* The AST2600's watchdog: stopped before it is set, started last, and to reset the SoC. */
#include "../unit.h"

#include "aspeed_wdt.h"
#include "mmio.h"

#define BASE 0x1e785000u
#define RELOAD 0x04
#define RESTART 0x08
#define CONTROL 0x0c

static bool running = true; /* as a stage before may leave it, to last for hours */
static uint32_t reload = UINT32_MAX, counter = UINT32_MAX, control = 0x9f;

void mmio_write32(uintptr_t address, uint32_t value)
{
	switch (address - BASE) {
	case RELOAD:
		assert_false(running);
		reload = value;
		break;
	case RESTART:
		assert_int_equal(value, 0x4755);
		counter = reload;
		break;
	case CONTROL:
		running = (value & 1) != 0;
		control = value;
		break;
	default:
		fail();
	}
}

static void resets_soon(void **state)
{
	(void)state;
	aspeed_wdt_reset(BASE);
	assert_true(running);
	assert_in_range(counter, 10000, 1000000); /* microseconds */
	/* Reset of the SoC by the clock of 1 MHz, and from the same flash as before. */
	assert_int_equal(control & 0xff, 0x13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(resets_soon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
