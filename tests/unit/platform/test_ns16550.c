// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * The 16550 UART against a model of its registers (PC16550D): the divisor hides behind DLAB, and an
 * access of the wrong width or between registers is an error of the driver's.
 */
#include "../unit.h"

#include "mmio.h"
#include "ns16550.h"

#define BASE 0x01c28000u
#define CLOCK 24000000u
#define IER 1
#define FCR 2
#define LCR 3
#define LSR 5
#define LSR_THRE (1u << 5)
#define LSR_TEMT (1u << 6)
#define DLAB (1u << 7)

static const struct ns16550 wide = { BASE, CLOCK, 2, true };
static const struct ns16550 narrow = { BASE, CLOCK, 0, false };

static struct {
	const struct ns16550 *uart;
	uint32_t registers[8];
	uint32_t divisor;
	char sent[16];
	size_t count;
	unsigned writes;
	unsigned long polls; /* of LSR */
	unsigned long busy;  /* so many of them say busy */
	uint32_t status, busy_status;
} model;

static unsigned number_of(uintptr_t address, bool is_wide)
{
	uintptr_t offset = address - BASE;

	assert_true(is_wide == model.uart->wide);
	assert_int_equal(offset & ((1u << model.uart->shift) - 1), 0);
	assert_in_range(offset >> model.uart->shift, 0, 7);
	return (unsigned)(offset >> model.uart->shift);
}

static uint32_t get(unsigned number)
{
	if (number != LSR)
		return model.registers[number];
	return model.polls++ < model.busy ? model.busy_status : model.status;
}

static void set(unsigned number, uint32_t value)
{
	model.writes++;
	assert_in_range(value, 0, 0xff);
	if (number <= 1 && (model.registers[LCR] & DLAB) != 0) {
		model.divisor &= ~(0xffu << 8 * number);
		model.divisor |= value << 8 * number;
		return;
	}
	model.registers[number] = value;
	if (number == 0 && model.count < sizeof(model.sent))
		model.sent[model.count++] = (char)value;
}

uint32_t mmio_read32(uintptr_t address)
{
	/* The upper bits are anything. */
	return get(number_of(address, true)) | 0xabcdef00;
}

void mmio_write32(uintptr_t address, uint32_t value)
{
	set(number_of(address, true), value);
}

uint8_t mmio_read8(uintptr_t address)
{
	return (uint8_t)get(number_of(address, false));
}

void mmio_write8(uintptr_t address, uint8_t value)
{
	set(number_of(address, false), value);
}

static int setup(void **state)
{
	(void)state;
	memset(&model, 0, sizeof(model));
	model.uart = &wide;
	model.status = LSR_THRE | LSR_TEMT;
	return 0;
}

static void starts(const struct ns16550 *uart, uint32_t before)
{
	model.uart = uart;
	model.registers[LCR] = before;
	model.registers[IER] = 0xf;
	ns16550_start(uart);
	assert_int_equal(model.registers[LCR], 3);
	assert_int_equal(model.registers[IER], 0);
	assert_int_equal(model.registers[FCR] & 1, 1);
	assert_int_equal(model.divisor, 13); /* 115385 baud */
	assert_int_equal(model.count, 0);
}

static void starts_a_silent_one(void **state)
{
	(void)state;
	starts(&wide, 0);
	starts(&narrow, 0);
	starts(&wide, 3 | DLAB);   /* left half set up */
	starts(&narrow, 3 | 0x18); /* even parity */
}

static void both_halves_of_the_divisor(void **state)
{
	const struct ns16550 fast = { BASE, 1000000000, 2, true };

	(void)state;
	model.uart = &fast;
	ns16550_start(&fast);
	assert_int_equal(model.divisor, 543);
}

static void leaves_a_running_one_alone(void **state)
{
	(void)state;
	model.registers[LCR] = 3;
	ns16550_start(&wide);
	assert_int_equal(model.writes, 0);
}

static void waits_for_room(void **state)
{
	(void)state;
	model.busy = 5;
	ns16550_put(&wide, 'h');
	ns16550_put(&wide, '\xe9');
	assert_int_equal(model.count, 2);
	assert_memory_equal(model.sent, "h\xe9", 2);
	assert_int_equal(model.registers[0], 0xe9);
	assert_int_equal(model.polls, 7);
}

static void a_stuck_one_loses_characters(void **state)
{
	(void)state;
	model.busy = ~0ul;
	ns16550_put(&wide, 'h');
	assert_int_equal(model.count, 0);
	assert_in_range(model.polls, 1000, 10000000);
}

static void drains_fifo_and_shifter(void **state)
{
	(void)state;
	model.busy = 3;
	model.busy_status = LSR_THRE;
	ns16550_drain(&wide);
	assert_int_equal(model.polls, 4);
	model.busy = ~0ul;
	ns16550_drain(&wide);
	assert_in_range(model.polls, 1000, 10000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(starts_a_silent_one, setup),
		cmocka_unit_test_setup(both_halves_of_the_divisor, setup),
		cmocka_unit_test_setup(leaves_a_running_one_alone, setup),
		cmocka_unit_test_setup(waits_for_room, setup),
		cmocka_unit_test_setup(a_stuck_one_loses_characters, setup),
		cmocka_unit_test_setup(drains_fifo_and_shifter, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
