// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "cadence_uart.h"

#include <stdbool.h>

#include "mmio.h"

#define CR 0x00
#define CR_RESET_BOTH (1u << 0 | 1u << 1)
#define CR_TX_EN (1u << 4)
#define CR_TX_DIS (1u << 5)
#define MR 0x04
#define MR_8N1 (4u << 3) /* undivided clock, 8 bits, no parity, 1 stop bit */
#define BAUDGEN 0x18
#define SR 0x2c
#define SR_TXEMPTY (1u << 3)
#define SR_TXFULL (1u << 4)
#define SR_TACTIVE (1u << 11)
#define FIFO 0x30
#define BAUDDIV 0x34

#define BAUD 115200u
#define SAMPLES 7u /* per bit: BAUDDIV + 1 */
/* Polls, not time: at 115200 baud a character takes 87 us, some tens of thousands of polls. */
#define PATIENCE 1000000u

void cadence_uart_start(uintptr_t base, uint32_t clock_hz)
{
	if ((mmio_read32(base + CR) & (CR_TX_EN | CR_TX_DIS)) == CR_TX_EN)
		return;
	mmio_write32(base + CR, CR_TX_DIS);
	mmio_write32(base + MR, MR_8N1);
	mmio_write32(base + BAUDGEN, (clock_hz + BAUD * SAMPLES / 2) / (BAUD * SAMPLES));
	mmio_write32(base + BAUDDIV, SAMPLES - 1);
	mmio_write32(base + CR, CR_TX_EN | CR_RESET_BOTH);
}

static bool wait_for(uintptr_t base, uint32_t flags, uint32_t value)
{
	for (uint32_t i = 0; i < PATIENCE; i++)
		if ((mmio_read32(base + SR) & flags) == value)
			return true;
	return false;
}

void cadence_uart_put(uintptr_t base, char c)
{
	if (wait_for(base, SR_TXFULL, 0))
		mmio_write32(base + FIFO, (uint8_t)c);
}

void cadence_uart_drain(uintptr_t base)
{
	(void)wait_for(base, SR_TXEMPTY | SR_TACTIVE, SR_TXEMPTY);
}
