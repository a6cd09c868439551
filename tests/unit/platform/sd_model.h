/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sd_model.h - a card for the tests of the SD drivers: good, old, eMMC, absent, or lying.
 *
 * Also the clock, which goes on by 10 us at each look, so a wait that does not end by itself ends
 * by its time-out: a test's plat_now_us() is sd_model_now().
 */
#ifndef HOLDFAST_SD_MODEL_H
#define HOLDFAST_SD_MODEL_H

#include "../unit.h"

#include "sd.h"

#define MODEL_BLOCKS 4096u /* of the medium, 2 MiB; the large eMMC has 2 GiB more */

enum model_kind { NO_CARD, SD_OLD, SD_NEW, EMMC_SMALL, EMMC_LARGE };

struct sd_model {
	enum model_kind kind;
	uint32_t blocks;
	/* What it does wrong, counted in commands from the start; 0: never. */
	unsigned silent_at; /* does not answer, from there on: pulled out */
	unsigned error_at;  /* answers with error_bits in its status */
	uint32_t error_bits;
	unsigned cut_at;   /* data blocks it gives before it stops */
	bool never_ready;  /* always busy with powering up */
	uint32_t csd[4];   /* instead of its own, if csd[0] is not 0 */
	bool smaller_soon; /* halves at the next power-on */
	bool stays_busy;   /* after the next command that may keep it busy */
	bool no_switch;    /* cannot be switched to four bits */
	/* What happened. */
	unsigned commands, given;
	unsigned long long time;
	bool wide, selected, application, reading, several;
	uint32_t next;        /* block */
	unsigned polls, busy; /* looks at its status, until it is done */
	uint32_t pending;     /* status bits that the next answer shows */
};

extern struct sd_model sd_model;

uint64_t sd_model_now(void);

/* A card of this kind in the slot. */
void sd_model_insert(enum model_kind kind);

/* The power-on of the bus. */
void sd_model_power(void);

/*
 * A command on the bus; response as struct sd_host has it. false: no answer. *data: blocks follow.
 */
bool sd_model_command(uint8_t index, uint32_t argument, uint32_t response[4], bool *data);

/* The next block of a read. false: nothing comes. */
bool sd_model_data(uint8_t block[SD_BLOCK]);

/* What is on the medium. */
uint8_t sd_model_byte(uint64_t offset);

/* Whether size bytes at at are what the medium has from offset on. */
bool sd_model_same(const uint8_t *at, uint64_t offset, size_t size);

#endif
