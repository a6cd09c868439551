// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "aspeed_scu.h"

#include "mmio.h"
#include "platform.h"

#define KEY 0x000
#define KEY_VALUE 0x1688a8a8u
#define RESET 0x040
#define RESET_CLEAR 0x044
#define CLOCK_STOP 0x080
#define CLOCK_STOP_CLEAR 0x084

/* A reset must be held this long; a clock needs that long before it is let go. */
#define HOLD_US 100u
#define CLOCK_US 10000u

static void pause(uint64_t us)
{
	uint64_t start = plat_now_us();

	while (plat_now_us() - start < us)
		relax();
}

void aspeed_scu_wake(uintptr_t scu, uint32_t clock, uint32_t reset)
{
	mmio_write32(scu + KEY, KEY_VALUE);
	if ((mmio_read32(scu + CLOCK_STOP) & clock) == 0 && (mmio_read32(scu + RESET) & reset) == 0)
		return;
	/* The reset is not asserted first: another engine may share it and be at work. */
	mmio_write32(scu + CLOCK_STOP_CLEAR, clock);
	pause(CLOCK_US);
	mmio_write32(scu + RESET_CLEAR, reset);
	pause(HOLD_US);
}

bool aspeed_scu_reset(uintptr_t scu, uint32_t reset)
{
	bool held;

	mmio_write32(scu + KEY, KEY_VALUE);
	mmio_write32(scu + RESET, reset);
	pause(HOLD_US);
	held = (mmio_read32(scu + RESET) & reset) == reset;
	mmio_write32(scu + RESET_CLEAR, reset);
	pause(HOLD_US);
	return held;
}
