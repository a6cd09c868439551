// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "bcm2835_pm.h"

#include "mmio.h"

#define PASSWORD 0x5a000000u
#define RSTC 0x1c
#define RSTC_CONFIG (3u << 4)
#define RSTC_FULL_RESET (2u << 4)
#define WDOG 0x24
#define WDOG_TICKS 10u /* of 16 us */

void bcm2835_pm_reset(uintptr_t base)
{
	uint32_t control = mmio_read32(base + RSTC) & 0x00ffffff & ~RSTC_CONFIG;

	mmio_write32(base + WDOG, PASSWORD | WDOG_TICKS);
	mmio_write32(base + RSTC, PASSWORD | control | RSTC_FULL_RESET);
}
