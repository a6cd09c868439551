// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "pl011.h"

#include <stdbool.h>

#include "mmio.h"

#define DR 0x00
#define FR 0x18
#define FR_BUSY (1u << 3)
#define FR_TXFF (1u << 5)
#define IBRD 0x24
#define FBRD 0x28
#define LCRH 0x2c
#define LCRH_8BIT_FIFO (3u << 5 | 1u << 4)
#define CR 0x30
#define CR_UARTEN (1u << 0)
#define CR_TXE (1u << 8)

#define BAUD 115200u
/* Polls, not time: at 115200 baud a character takes 87 us, some tens of thousands of polls. */
#define PATIENCE 1000000u

void pl011_start(uintptr_t base, uint32_t clock_hz)
{
	uint32_t divisor = clock_hz * 4 / BAUD; /* 16ths of the bit time in 64ths */

	if (mmio_read32(base + CR) & CR_UARTEN)
		return;
	mmio_write32(base + IBRD, divisor >> 6);
	mmio_write32(base + FBRD, divisor & 0x3f);
	mmio_write32(base + LCRH, LCRH_8BIT_FIFO);
	mmio_write32(base + CR, CR_UARTEN | CR_TXE);
}

static bool wait_clear(uintptr_t base, uint32_t flag)
{
	for (uint32_t i = 0; i < PATIENCE; i++)
		if ((mmio_read32(base + FR) & flag) == 0)
			return true;
	return false;
}

void pl011_put(uintptr_t base, char c)
{
	if (wait_clear(base, FR_TXFF))
		mmio_write32(base + DR, (uint8_t)c);
}

void pl011_drain(uintptr_t base)
{
	(void)wait_clear(base, FR_BUSY);
}
