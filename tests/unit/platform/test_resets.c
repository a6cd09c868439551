// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * Resets by a few register writes, whose values and order the manuals give: Allwinner's watchdog
 * (H3 Datasheet 1.2, 4.5.5) and Versatile Express (ARM DUI 0447, 4.3.15 to 4.3.17).
 */
#include "../unit.h"

#include "mmio.h"
#include "sunxi_wdt.h"
#include "vexpress_sys.h"

static struct {
	uintptr_t address;
	uint32_t value;
} writes[8];
static unsigned count;

void mmio_write32(uintptr_t address, uint32_t value)
{
	assert_in_range(count, 0, 7);
	writes[count].address = address;
	writes[count++].value = value;
}

static int setup(void **state)
{
	(void)state;
	count = 0;
	return 0;
}

static void wrote(unsigned index, uintptr_t address, uint32_t value)
{
	assert_in_range(index, 0, count - 1);
	assert_int_equal(writes[index].address, address);
	assert_int_equal(writes[index].value, value);
}

static void allwinner(void **state)
{
	(void)state;
	sunxi_wdt_reset(0x01c20ca0);
	assert_int_equal(count, 3);
	wrote(0, 0x01c20cb4, 1); /* the whole system, not only an interrupt */
	wrote(1, 0x01c20cb8, 1); /* on, half a second */
	wrote(2, 0x01c20cb0, 0x14af);
}

static void versatile_express(void **state)
{
	(void)state;
	vexpress_sys_reboot(0x1c010000);
	assert_int_equal(count, 3);
	wrote(0, 0x1c0100a8, 0);
	wrote(1, 0x1c0100a0, 0);
	wrote(2, 0x1c0100a4, 0xc0900000); /* start, write, function 9, motherboard */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(allwinner, setup),
		cmocka_unit_test_setup(versatile_express, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
