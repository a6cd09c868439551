// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "arch_timer.h"

#include "sysreg.h"

uint64_t arch_timer_us(void)
{
	uint32_t frequency = counter_frequency();
	uint64_t ticks;

	isb();
	/* The virtual counter: the physical one may be trapped at EL1. At EL2 the offset is 0. */
	ticks = counter_virtual();
	if (frequency == 0)
		return 0;
	return ticks / frequency * 1000000 + ticks % frequency * 1000000 / frequency;
}
