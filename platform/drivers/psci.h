/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * psci.h - Power State Coordination Interface (DEN 0022): what a loader needs of it.
 */
#ifndef HOLDFAST_PSCI_H
#define HOLDFAST_PSCI_H

#include <stdbool.h>
#include <stdint.h>

#include "stage_tree.h"

/*
 * How to call firmware, as the earlier tree's /psci says; STAGE_NO_PSCI: by the exception level
 * (HVC from EL1, SMC from EL2). Without this call STAGE_NO_PSCI is assumed.
 */
void psci_start(enum stage_conduit by);

/* SYSTEM_RESET. Returns only if the firmware refused, or if we run in the secure world. */
void psci_system_reset(void);

/*
 * Whether processors can be started: the tree has a /psci, and its method leads out of the
 * exception level that we run at.
 */
bool psci_starts_cpus(void);

/*
 * CPU_ON: start the processor of that affinity (MPIDR) at entry, a physical address, with context
 * in its first register, MMU and caches off. False: this surely starts nothing: it cannot be, or is
 * on already. True: it comes, or may yet, if firmware answers INTERNAL_FAILURE, ON_PENDING or what
 * nobody knows: what context points to is in use until psci_cpu_is_off().
 */
bool psci_cpu_on(uintptr_t affinity, uintptr_t entry, uintptr_t context) MUST_CHECK;

/* AFFINITY_INFO: whether it is off, and not on its way in or out. */
bool psci_cpu_is_off(uintptr_t affinity);

/* CPU_OFF, for the processor that calls. Returns only if the firmware refused. */
void psci_cpu_off(void);

#endif
