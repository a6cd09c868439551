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

void psci_system_reset(void)
{
	/* Firmware is called from below: in the secure world there is nobody to ask. */
	if (cpu_is_secure())
		return;
	if (conduit == STAGE_SMC || (conduit == STAGE_NO_PSCI && exception_level() == 2))
		firmware_call("smc", PSCI_SYSTEM_RESET);
	else
		firmware_call("hvc", PSCI_SYSTEM_RESET);
}
