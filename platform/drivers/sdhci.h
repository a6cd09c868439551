/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sdhci.h - host controllers of the SD Host Controller Simplified Specification, 3.00.
 *
 * Registers are only accessed as 32-bit words, which all of them take and the BCM2835's needs. Data
 * goes by ADMA2 where the capabilities have it and the destination lies below 4 GiB, else through
 * the data port.
 */
#ifndef HOLDFAST_SDHCI_H
#define HOLDFAST_SDHCI_H

#include "sd.h"

/* A megabyte, what the core asks for at most. */
#define SDHCI_BLOCKS_MAX 2048u
/* Bytes of a descriptor: not 64 KiB, which is written as 0, and 0 is nothing to some. */
#define SDHCI_DESCRIPTOR_BYTES 0x8000u
#define SDHCI_DESCRIPTORS (SDHCI_BLOCKS_MAX * SD_BLOCK / SDHCI_DESCRIPTOR_BYTES)

struct sdhci_descriptor {
	uint32_t attributes; /* valid, end, action; length in the upper half */
	uint32_t address;
};

/* The board fills in the first part and hands it to sdhci_host(). */
struct sdhci {
	struct sd_host host;
	uintptr_t base;
	uint32_t clock_hz;  /* the base clock, at most; 0: the capabilities are right about it */
	bool spaced_writes; /* the BCM2835: a write is lost within two card clocks of another */

	/* The driver's. */
	bool dma;
	uint32_t control;     /* the register's constant part */
	uint8_t *destination; /* of the read in flight */
	uint32_t blocks;
	struct sdhci_descriptor table[SDHCI_DESCRIPTORS] __attribute__((aligned(MEDIUM_ALIGN)));
};

/*
 * The host of a controller at sdhci->base; name and wide as struct sd_host has them. Touches no
 * register. The driver does not set up clocks, resets and pins outside the controller: the stage
 * before us, or the board, has.
 */
struct sd_host *sdhci_host(struct sdhci *sdhci, const char *name, bool wide);

#endif
