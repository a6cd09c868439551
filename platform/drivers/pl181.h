/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * pl181.h - the PrimeCell Multimedia Card Interface PL180 and PL181 (Arm DDI 0172 and DDI 0205).
 *
 * No DMA: its FIFO of 64 bytes does not wait for the processor, so a read is only begun by wait(),
 * which takes the data as it comes.
 */
#ifndef HOLDFAST_PL181_H
#define HOLDFAST_PL181_H

#include "sd.h"

/* The board gives base and the frequency of MCLK. */
struct pl181 {
	struct sd_host host;
	uintptr_t base;
	uint32_t clock_hz;

	/* The driver's: the read that wait() will do. */
	struct sd_command command;
	uint8_t *destination;
	uint32_t blocks; /* 0: none */
};

/* The host of a controller at pl181->base; name and wide as struct sd_host has them. */
struct sd_host *pl181_host(struct pl181 *pl181, const char *name, bool wide);

#endif
