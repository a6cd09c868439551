// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* The AST2600's flash controller: what is written, and what stays. */
#include "../unit.h"

#include "aspeed_fmc.h"
#include "mmio.h"

#define BASE 0x1e620000u

static uint32_t registers[8];

uint32_t mmio_read32(uintptr_t address)
{
	assert_in_range(address, BASE, BASE + sizeof(registers) - 4);
	return registers[(address - BASE) / 4];
}

void mmio_write32(uintptr_t address, uint32_t value)
{
	assert_in_range(address, BASE, BASE + sizeof(registers) - 4);
	registers[(address - BASE) / 4] = value;
}

static void shows_all(void **state)
{
	static const uint32_t before[] = { 0, 0xffffffff, 0x0f0b0604 };
	uint32_t others[8];

	(void)state;
	for (size_t i = 0; i < COUNT(before); i++) {
		memset(registers, 0xa0, sizeof(registers));
		registers[1] = 0x22;
		registers[4] = before[i];
		memcpy(others, registers, sizeof(others));
		aspeed_fmc_show_all(BASE);
		assert_int_equal(registers[1], 0x33);
		/* READ4, without dummy cycles, on one line, not held selected. */
		assert_int_equal(registers[4] & 0xf0ff40c7, 0x00130001);
		assert_int_equal(registers[4] & ~0xf0ff40c7, before[i] & ~0xf0ff40c7);
		registers[1] = others[1];
		registers[4] = others[4];
		assert_memory_equal(registers, others, sizeof(others));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
