// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "psci.h"

#include <stdint.h>

#include "sysreg.h"

#define PSCI_SYSTEM_RESET 0x84000009

/* 0, as bss reads before anything was set up: by the exception level. */
static enum stage_conduit conduit;

void psci_start(enum stage_conduit by)
{
	conduit = by;
}

/* SMC Calling Convention (DEN 0028): x0 to x17 may change. */
#define CALL(instruction, function)                                                                \
	do {                                                                                       \
		register uint64_t x0 __asm__("x0") = (function);                                   \
		__asm__ volatile(instruction " #0"                                                 \
				 : "+r"(x0)                                                        \
				 :                                                                 \
				 : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10",    \
				   "x11", "x12", "x13", "x14", "x15", "x16", "x17", "memory");     \
	} while (0)

void psci_system_reset(void)
{
	if (conduit == STAGE_SMC || (conduit == STAGE_NO_PSCI && exception_level() == 2))
		CALL("smc", PSCI_SYSTEM_RESET);
	else
		CALL("hvc", PSCI_SYSTEM_RESET);
}
