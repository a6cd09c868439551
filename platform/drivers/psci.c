// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "psci.h"

#include "sysreg.h"

/* Functions that take addresses have two numbers: for registers of 32 and of 64 bits. */
#define WIDE (sizeof(uintptr_t) == 8 ? 0x40000000u : 0u)
#define PSCI_CPU_OFF 0x84000002u
#define PSCI_CPU_ON (0x84000003u | WIDE)
#define PSCI_AFFINITY_INFO (0x84000004u | WIDE)
#define PSCI_SYSTEM_RESET 0x84000009u

#define PSCI_IS_OFF 1

/* Answers of CPU_ON, all below 0 (DEN 0022, 5.2.1). */
#define PSCI_ON_PENDING 5
#define PSCI_INTERNAL_FAILURE 6
#define PSCI_INVALID_ADDRESS 9 /* the last one */

/* 0, as bss reads before anything was set up: by the exception level. */
static enum stage_conduit conduit;

void psci_start(enum stage_conduit by)
{
	conduit = by;
}

static intptr_t call(uint32_t function, uintptr_t a, uintptr_t b, uintptr_t c)
{
	if (conduit == STAGE_SMC || (conduit == STAGE_NO_PSCI && exception_level() == 2))
		return firmware_call("smc", function, a, b, c);
	return firmware_call("hvc", function, a, b, c);
}

void psci_system_reset(void)
{
	/* Firmware is called from below: in the secure world there is nobody to ask. */
	if (!cpu_is_secure())
		(void)call(PSCI_SYSTEM_RESET, 0, 0, 0);
}

bool psci_starts_cpus(void)
{
	return !cpu_is_secure() &&
	       (conduit == STAGE_SMC || (conduit == STAGE_HVC && exception_level() == 1));
}

bool psci_cpu_on(uintptr_t affinity, uintptr_t entry, uintptr_t context)
{
	uint32_t refusal;

	if (!psci_starts_cpus())
		return false;
	/* An answer is 32 bits, signed, in whatever register. */
	refusal = 0 - (uint32_t)call(PSCI_CPU_ON, affinity, entry, context);
	return refusal - 1 >= PSCI_INVALID_ADDRESS || refusal == PSCI_ON_PENDING ||
	       refusal == PSCI_INTERNAL_FAILURE;
}

bool psci_cpu_is_off(uintptr_t affinity)
{
	return call(PSCI_AFFINITY_INFO, affinity, 0, 0) == PSCI_IS_OFF;
}

void psci_cpu_off(void)
{
	(void)call(PSCI_CPU_OFF, 0, 0, 0);
}
