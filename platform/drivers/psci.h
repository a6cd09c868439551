/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * psci.h - Power State Coordination Interface (DEN 0022): what a loader needs of it.
 */
#ifndef HOLDFAST_PSCI_H
#define HOLDFAST_PSCI_H

/*
 * How to call firmware: "smc" or "hvc" as the earlier tree's /psci says; NULL: by the exception
 * level (HVC from EL1, SMC from EL2). Without this call NULL is assumed.
 */
void psci_start(const char *method);

/* SYSTEM_RESET. Returns only if the firmware refused. */
void psci_system_reset(void);

#endif
