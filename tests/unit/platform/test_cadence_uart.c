// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * The Cadence UART against a model of its registers (UG1087, module UART).
 */
#include "../unit.h"

#include "cadence_uart.h"
#include "mmio.h"

#define BASE 0xff000000u
#define CR 0x00
#define MR 0x04
#define BAUDGEN 0x18
#define SR 0x2c
#define FIFO 0x30
#define BAUDDIV 0x34
#define SR_TXEMPTY (1u << 3)
#define SR_TXFULL (1u << 4)
#define SR_TACTIVE (1u << 11)

static struct {
	uint32_t registers[0x40 / 4];
	char sent[16];
	size_t count;
	unsigned writes;
	unsigned long polls; /* of SR */
	unsigned long busy;  /* so many of them say busy */
	uint32_t status, busy_status;
} model;

uint32_t mmio_read32(uintptr_t address)
{
	assert_in_range(address, BASE, BASE + 0x3c);
	if (address - BASE != SR)
		return model.registers[(address - BASE) / 4];
	return model.polls++ < model.busy ? model.busy_status : model.status;
}

void mmio_write32(uintptr_t address, uint32_t value)
{
	assert_in_range(address, BASE, BASE + 0x3c);
	model.writes++;
	model.registers[(address - BASE) / 4] = value;
	if (address - BASE == FIFO && model.count < sizeof(model.sent))
		model.sent[model.count++] = (char)value;
}

static int setup(void **state)
{
	(void)state;
	memset(&model, 0, sizeof(model));
	model.status = SR_TXEMPTY;
	return 0;
}

static void starts_a_silent_one(void **state)
{
	uint32_t rate;

	(void)state;
	model.registers[CR / 4] = 1u << 5 | 1u << 4; /* disabled wins over enabled */
	cadence_uart_start(BASE, 100000000);
	assert_int_equal(model.registers[CR / 4] & (1u << 4 | 1u << 5), 1u << 4);
	assert_int_equal(model.registers[MR / 4], 0x20);
	rate = 100000000 / (model.registers[BAUDGEN / 4] * (model.registers[BAUDDIV / 4] + 1));
	assert_in_range(rate, 115200 - 1152, 115200 + 1152);
}

static void leaves_a_running_one_alone(void **state)
{
	(void)state;
	model.registers[CR / 4] = 1u << 4;
	cadence_uart_start(BASE, 100000000);
	assert_int_equal(model.writes, 0);
}

static void waits_for_room(void **state)
{
	(void)state;
	model.busy = 5;
	model.busy_status = SR_TXFULL;
	cadence_uart_put(BASE, 'h');
	cadence_uart_put(BASE, '\xe9');
	assert_int_equal(model.count, 2);
	assert_memory_equal(model.sent, "h\xe9", 2);
	assert_int_equal(model.registers[FIFO / 4], 0xe9);
	assert_int_equal(model.polls, 7);
}

static void a_stuck_one_loses_characters(void **state)
{
	(void)state;
	model.busy = ~0ul;
	model.busy_status = SR_TXFULL;
	cadence_uart_put(BASE, 'h');
	assert_int_equal(model.count, 0);
	assert_in_range(model.polls, 1000, 10000000);
}

static void drains_fifo_and_shifter(void **state)
{
	(void)state;
	model.busy = 3;
	model.busy_status = SR_TXEMPTY | SR_TACTIVE;
	cadence_uart_drain(BASE);
	assert_int_equal(model.polls, 4);
	model.busy = ~0ul;
	cadence_uart_drain(BASE);
	assert_in_range(model.polls, 1000, 10000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(starts_a_silent_one, setup),
		cmocka_unit_test_setup(leaves_a_running_one_alone, setup),
		cmocka_unit_test_setup(waits_for_room, setup),
		cmocka_unit_test_setup(a_stuck_one_loses_characters, setup),
		cmocka_unit_test_setup(drains_fifo_and_shifter, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
