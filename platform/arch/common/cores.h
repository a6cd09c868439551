/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * cores.h - the other processors: started by PSCI when there is work for them (plat_share()), off
 * again before a kernel is entered.
 *
 * They run with the map, the vectors and the system registers that we have, each on a stack of its
 * own behind a guard page. An exception of theirs is reported like ours and resets the board, and
 * so does one that neither finishes an item nor stops. Which ones there are says the earlier
 * stage's tree, which is unsigned: one that firmware does not start does not help, and nothing else
 * comes of it.
 */
#ifndef HOLDFAST_CORES_H
#define HOLDFAST_CORES_H

#include <stdbool.h>
#include <stdint.h>

#include "banner.h"
#include "mmu.h"
#include "status.h"

/* For each: a guard page, a stack, and one for exceptions. link.ld has room for them. */
#define CORE_PAGE 0x1000
#define CORE_ROOM ((uintptr_t)3 * CORE_PAGE)
#define CORES_MAX 7

/* What a processor begins with; it is read with its caches off. core.S knows the layout. */
struct core {
	struct mmu_registers registers;
	uint64_t stack; /* top of the exceptions' stack, CORE_PAGE below it of the other */
	uint64_t affinity;
	bool helped; /* did an item since reset */
};

_Static_assert(sizeof(struct mmu_registers) == 32, "core.S reads struct core");

/* " cores=N": processors that the tree names, this one counted; 1 if firmware cannot be called. */
void cores_banner(struct banner *banner);

/*
 * Switch off those that were started, or may have been, and wait until firmware says that they are.
 * False: one is not, now or earlier, or one failed: it may still write to memory, and no kernel may
 * be entered.
 *
 * One of those themselves calls it on its way into plat_fail(): that only says for good that it
 * failed, and it has to reset the board or stay where it is.
 */
bool cores_stop(void);

/* The same for plat_quiesce(): OK, or ERR_MEDIA_IO with its hint. */
enum status cores_quiesce(void) MUST_CHECK;

/* Where core.S goes, MMU on: takes items until cores_stop(), then switches itself off. */
_Noreturn void core_main(struct core *core);

/* Offered by the architecture (core.S): where firmware starts a processor, with a struct core. */
void core_entry(void);

/* Offered by the architecture: our own affinity, as MPIDR has it without its other bits. */
uintptr_t core_self(void);

/*
 * Offered by the architecture: sleep until somebody calls core_wake(), now or since the last sleep;
 * may return early. core_wake(): what was written before is seen by who wakes.
 */
void core_sleep(void);
void core_wake(void);

/* Offered by the architecture: another processor may have better use for what we share with it. */
void core_yield(void);

#endif
