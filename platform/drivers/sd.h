/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sd.h - SD cards and eMMC, read only, over any host controller.
 *
 * Two halves. A host controller's driver (sdhci.h, sunxi_mmc.h, pl181.h) moves commands and blocks
 * and fills in a struct sd_host. sd_card.c knows the protocol (SD Physical Layer Simplified
 * Specification 6.00, chapter 4; JEDEC JESD84-B51, chapter 6) and makes a struct medium of it.
 *
 * Left out: writing, more than one card on a bus, UHS and HS200 speeds, passwords, boot partitions.
 */
#ifndef HOLDFAST_SD_H
#define HOLDFAST_SD_H

#include <stdbool.h>
#include <stdint.h>

#include "medium.h"
#include "status.h"

#define SD_BLOCK 512u
/* No command may take longer, busy included; microseconds. */
#define SD_COMMAND_US 1000000u
/* Frequencies of the card's clock: while it is identified, and afterwards. */
#define SD_CLOCK_IDENTIFY 400000u
#define SD_CLOCK_TRANSFER 25000000u

/* What follows a command (SD 4.9). */
enum sd_response {
	SD_NO_RESPONSE,
	SD_SHORT,     /* R1, R6, R7: 32 bits with CRC and command index */
	SD_SHORT_RAW, /* R3: 32 bits without them */
	SD_LONG,      /* R2: CID or CSD */
};

struct sd_command {
	uint8_t index;
	enum sd_response response;
	uint32_t argument;
};

/*
 * A host controller. All functions wait for a bounded time; an error is ERR_MEDIA_IO. One transfer
 * is in flight at most. Owned by the driver.
 *
 * reset: the controller as after power-on, nothing in flight, no DMA afterwards; the bus powered,
 *   one bit wide. The clock stands until set_clock(). ERR_MEDIA_IO: it does not become ready.
 * set_clock: the card's clock, at most hz, and the width of the bus (four bits or one).
 * command: send it, wait for its response. response: 32 bits in [0]; SD_LONG: bits 127 to 96 in
 *   [0], ..., 31 to 0 in [3], the CRC in the lowest 8 bits or not.
 * read: send a command that is answered by SD_SHORT and by blocks blocks of SD_BLOCK bytes, which
 *   go to destination (MEDIUM_ALIGN-aligned). A controller without DMA may leave the data, or all
 *   of it, for wait().
 * wait: until all blocks are at the destination, at most timeout_ms; owns cache invalidation.
 */
struct sd_host {
	const char *name;    /* of the medium: "sd0", "emmc" */
	bool wide;           /* four data lines are connected */
	uint32_t max_blocks; /* in one read */
	enum status (*reset)(struct sd_host *host);
	enum status (*set_clock)(struct sd_host *host, uint32_t hz, bool wide);
	enum status (*command)(struct sd_host *host, const struct sd_command *command,
			       uint32_t response[4]);
	enum status (*read)(struct sd_host *host, const struct sd_command *command, uint32_t blocks,
			    void *destination);
	enum status (*wait)(struct sd_host *host, uint32_t timeout_ms);
};

/* A card in a host. The caller owns the storage and never looks inside. */
struct sd_card {
	struct medium medium;
	struct sd_host *host;
	uint32_t address; /* relative card address, in the upper half as commands have it */
	bool ready;
	bool emmc;
	bool by_block; /* addresses are blocks, not bytes */
	bool several;  /* the read in flight has to be ended by CMD12 */
	bool failed;   /* a reset did not work: whether DMA goes on is not known */
	uint8_t ext_csd[SD_BLOCK] __attribute__((aligned(MEDIUM_ALIGN)));
};

/*
 * Bring up the card and make it a medium. NULL: no card answers, or it is not one we can read (that
 * is no error: a slot may be empty). Everything lives as long as card.
 */
const struct medium *sd_card_start(struct sd_card *card, struct sd_host *host);

/*
 * Reset the host for good, before Linux. false: it does not reset and may still write to memory.
 */
bool sd_card_quiesce(struct sd_card *card);

#endif
