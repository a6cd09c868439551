/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * aspeed_fmc.h - how the AST2600's firmware memory controller shows its first flash in the window
 * (AST2600 datasheet, FMC04 and FMC10).
 */
#ifndef HOLDFAST_ASPEED_FMC_H
#define HOLDFAST_ASPEED_FMC_H

#include <stdint.h>

/*
 * Let the window of the controller at base show all of a flash that is larger than 16 MiB: after
 * reset an address has three bytes, and what lies behind 16 MiB reads as what lies before. The
 * flash is not put into its own four-byte mode: a boot ROM that finds it there after a reset would
 * read it wrong. Not for flashes without the command READ4 (0x13). One data line; the clock stays
 * as it is.
 */
void aspeed_fmc_show_all(uintptr_t base);

#endif
