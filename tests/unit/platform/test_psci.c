// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_psci.c - platform/drivers/psci.c: what each answer of firmware means. */
#include "../unit.h"

#include "psci.h"

static intptr_t answer;
static const char *instruction;
static uint32_t asked;
static unsigned level = 1;
static bool secure;

static intptr_t firmware_call(const char *by, uint32_t function, uintptr_t a, uintptr_t b,
			      uintptr_t c)
{
	instruction = by;
	asked = function;
	assert_true(a == 0 || a == 0x102);
	assert_true((b == 0 && c == 0) || (b == 0x1000 && c == 0x2000));
	return answer;
}

static unsigned exception_level(void)
{
	return level;
}

static bool cpu_is_secure(void)
{
	return secure;
}

/* Ours in place of the architecture's. */
#define HOLDFAST_SYSREG_H
#include "../../../platform/drivers/psci.c"

static bool comes(intptr_t says)
{
	answer = says;
	asked = 0;
	return psci_cpu_on(0x102, 0x1000, 0x2000);
}

static int fresh(void **state)
{
	(void)state;
	level = 1;
	secure = false;
	psci_start(STAGE_HVC);
	return 0;
}

static void only_sure_refusals_start_nobody(void **state)
{
	static const int sure[] = { -1, -2, -3, -4, -7, -8, -9 };
	static const int open[] = { 0, -5, -6, -10, -11, 1, 2, INT32_MAX, INT32_MIN };

	(void)state;
	for (unsigned i = 0; i < COUNT(sure); i++) {
		assert_false(comes(sure[i]));
		/* 32 bits in a wider register. */
		assert_false(comes((intptr_t)(uint32_t)sure[i]));
		assert_int_equal(asked, PSCI_CPU_ON);
	}
	for (unsigned i = 0; i < COUNT(open); i++)
		assert_true(comes(open[i]));
}

static void without_a_way_to_firmware_nobody_is_asked(void **state)
{
	(void)state;
	level = 2;
	assert_false(comes(0));
	psci_start(STAGE_NO_PSCI);
	assert_false(comes(0));
	psci_start(STAGE_SMC);
	secure = true;
	assert_false(comes(0));
	assert_int_equal(asked, 0);
	secure = false;
	assert_true(comes(0));
	assert_string_equal(instruction, "smc");
}

static void only_off_is_off(void **state)
{
	(void)state;
	for (answer = -10; answer < 10; answer++)
		assert_int_equal(psci_cpu_is_off(0x102), answer == 1);
	assert_int_equal(asked, PSCI_AFFINITY_INFO);
	assert_string_equal(instruction, "hvc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(only_sure_refusals_start_nobody, fresh),
		cmocka_unit_test_setup(without_a_way_to_firmware_nobody_is_asked, fresh),
		cmocka_unit_test_setup(only_off_is_off, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
