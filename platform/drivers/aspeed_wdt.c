// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "aspeed_wdt.h"

#include "mmio.h"

#define RELOAD 0x04 /* ticks of 1 MHz */
#define RESTART 0x08
#define RESTART_MAGIC 0x4755u
#define CONTROL 0x0c
#define CONTROL_ENABLE (1u << 0)
#define CONTROL_RESET (1u << 1)
#define CONTROL_1MHZ (1u << 4)
#define TENTH_SECOND 100000u

void aspeed_wdt_reset(uintptr_t base)
{
	mmio_write32(base + CONTROL, 0);
	mmio_write32(base + RELOAD, TENTH_SECOND);
	mmio_write32(base + RESTART, RESTART_MAGIC);
	mmio_write32(base + CONTROL, CONTROL_1MHZ | CONTROL_RESET | CONTROL_ENABLE);
}
