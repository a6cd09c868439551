/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * psci.h - Power State Coordination Interface (DEN 0022): what a loader needs of it.
 */
#ifndef HOLDFAST_PSCI_H
#define HOLDFAST_PSCI_H

#include "stage_tree.h"

/*
 * How to call firmware, as the earlier tree's /psci says; STAGE_NO_PSCI: by the exception level
 * (HVC from EL1, SMC from EL2). Without this call STAGE_NO_PSCI is assumed.
 */
void psci_start(enum stage_conduit by);

/* SYSTEM_RESET. Returns only if the firmware refused, or if we run in the secure world. */
void psci_system_reset(void);

#endif
