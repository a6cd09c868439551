// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "ns16550.h"

#include "mmio.h"

/* Register numbers; THR and IER are the divisor's halves while LCR_DLAB is set. */
#define THR 0
#define DLL 0
#define IER 1
#define DLM 1
#define FCR 2
#define FCR_ENABLE_CLEAR (7u << 0)
#define LCR 3
#define LCR_8N1 (3u << 0)
#define LCR_FORMAT (0x3fu << 0) /* length, stop bits, parity */
#define LCR_DLAB (1u << 7)
#define LSR 5
#define LSR_THRE (1u << 5) /* the holding register (with FIFOs: the FIFO) is empty */
#define LSR_TEMT (1u << 6) /* and the shifter too */

#define BAUD 115200u
/* Polls, not time: at 115200 baud a FIFO of 64 takes 6 ms, some hundred thousand polls. */
#define PATIENCE 4000000u

static uint32_t get(const struct ns16550 *uart, unsigned number)
{
	uintptr_t address = uart->base + ((uintptr_t)number << uart->shift);

	return uart->wide ? mmio_read32(address) & 0xff : mmio_read8(address);
}

static void set(const struct ns16550 *uart, unsigned number, uint32_t value)
{
	uintptr_t address = uart->base + ((uintptr_t)number << uart->shift);

	if (uart->wide)
		mmio_write32(address, value);
	else
		mmio_write8(address, (uint8_t)value);
}

void ns16550_start(const struct ns16550 *uart)
{
	uint32_t divisor = (uart->clock_hz + BAUD * 8) / (BAUD * 16);

	if ((get(uart, LCR) & (LCR_DLAB | LCR_FORMAT)) == LCR_8N1)
		return;
	set(uart, LCR, LCR_DLAB | LCR_8N1);
	set(uart, DLL, divisor & 0xff);
	set(uart, DLM, divisor >> 8 & 0xff);
	set(uart, LCR, LCR_8N1);
	set(uart, IER, 0);
	set(uart, FCR, FCR_ENABLE_CLEAR);
}

static bool wait_set(const struct ns16550 *uart, uint32_t flag)
{
	for (uint32_t i = 0; i < PATIENCE; i++)
		if ((get(uart, LSR) & flag) != 0)
			return true;
	return false;
}

void ns16550_put(const struct ns16550 *uart, char c)
{
	if (wait_set(uart, LSR_THRE))
		set(uart, THR, (uint8_t)c);
}

void ns16550_drain(const struct ns16550 *uart)
{
	(void)wait_set(uart, LSR_TEMT);
}
