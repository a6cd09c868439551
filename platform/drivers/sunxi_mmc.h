/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sunxi_mmc.h - the SD/MMC host of Allwinner's SoCs from the A31 on (Allwinner H3 Datasheet 1.2,
 * "SD/MMC"), by its internal DMA controller.
 *
 * Relied on from the stage before: the bus gate and the reset of the controller and the pins. The
 * module clock is set here, to the 24 MHz oscillator.
 */
#ifndef HOLDFAST_SUNXI_MMC_H
#define HOLDFAST_SUNXI_MMC_H

#include "sd.h"

#define SUNXI_MMC_BLOCKS_MAX 2048u
#define SUNXI_MMC_DESCRIPTORS 32u /* 32 KiB each */

struct sunxi_mmc_descriptor {
	uint32_t status;
	uint32_t size;
	uint32_t address;
	uint32_t next;
};

/* The board gives the addresses: of the controller, and of its clock's register in the CCU. */
struct sunxi_mmc {
	struct sd_host host;
	uintptr_t base;
	uintptr_t clock;

	/* The driver's: the read in flight. */
	uintptr_t destination;
	uint32_t blocks; /* 0: none */
	struct sunxi_mmc_descriptor chain[SUNXI_MMC_DESCRIPTORS]
		__attribute__((aligned(MEDIUM_ALIGN)));
};

/* The host of a controller; name and wide as struct sd_host has them. Touches no register. */
struct sd_host *sunxi_mmc_host(struct sunxi_mmc *mmc, const char *name, bool wide);

#endif
