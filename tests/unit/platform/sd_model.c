// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* sd_model.c - see sd_model.h. */
#include "sd_model.h"

#define READY 0x80000000u
#define BY_BLOCK 0x40000000u
#define ILLEGAL 0x00400000u
#define RCA 0x45670000u
#define SWITCH_ERROR 0x80u
#define STATE_STANDBY 0x700u
#define STATE_TRANSFER 0x900u
#define STATE_DATA 0xb00u
#define STATE_PROGRAM 0xe00u
#define BUSY_POLLS 2u
#define EXT_CSD UINT32_MAX /* in place of a block */

struct sd_model sd_model;

uint64_t sd_model_now(void)
{
	return sd_model.time += 10;
}

void sd_model_insert(enum model_kind kind)
{
	memset(&sd_model, 0, sizeof(sd_model));
	sd_model.kind = kind;
	sd_model.blocks = MODEL_BLOCKS + (kind == EMMC_LARGE ? 0x400000 : 0);
}

void sd_model_power(void)
{
	sd_model.selected = sd_model.application = sd_model.reading = sd_model.wide = false;
	sd_model.polls = sd_model.busy = 0;
	if (sd_model.smaller_soon)
		sd_model.blocks = 8;
}

uint8_t sd_model_byte(uint64_t offset)
{
	return (uint8_t)(offset * 7 + (offset >> 9) * 13 + 5);
}

bool sd_model_same(const uint8_t *at, uint64_t offset, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (at[i] != sd_model_byte(offset + i))
			return false;
	return true;
}

static bool is_emmc(void)
{
	return sd_model.kind == EMMC_SMALL || sd_model.kind == EMMC_LARGE;
}

static bool is_by_block(void)
{
	return sd_model.kind == SD_NEW || sd_model.kind == EMMC_LARGE;
}

/* The register of SD 5.3 or JESD84 7.3; the large eMMC says its size elsewhere. */
static void write_csd(uint32_t csd[4])
{
	uint64_t size = sd_model.blocks / 1024 - 1;

	memset(csd, 0, 4 * sizeof(*csd));
	if (sd_model.csd[0] != 0) {
		memcpy(csd, sd_model.csd, sizeof(sd_model.csd));
		return;
	}
	if (sd_model.kind == SD_NEW) {
		csd[0] = 1u << 30;
		csd[2] = (uint32_t)size << 16;
		csd[1] = (uint32_t)(size >> 16);
		return;
	}
	/* (C_SIZE + 1) * 2^(0 + 2) * 2^10 bytes. */
	size = sd_model.kind == EMMC_LARGE ? 0xfff : sd_model.blocks / 8 - 1;
	csd[0] = is_emmc() ? 3u << 30 : 0;
	csd[1] = 10u << 16 | (uint32_t)(size >> 2);
	csd[2] = (uint32_t)(size & 3) << 30 | (sd_model.kind == EMMC_LARGE ? 7u << 15 : 0);
}

static bool operating_conditions(uint32_t argument, uint32_t *answer)
{
	bool ready = sd_model.polls++ >= 3 && !sd_model.never_ready;

	*answer = (argument & 0xff8000) | (ready ? READY : 0);
	if (ready && is_by_block())
		*answer |= BY_BLOCK;
	return true;
}

static bool application_command(uint8_t index, uint32_t argument, uint32_t response[4])
{
	sd_model.application = false;
	if (index == 41)
		return operating_conditions(argument, response);
	if (index == 6 && sd_model.selected) {
		sd_model.wide = argument == 2;
		return true;
	}
	response[0] = ILLEGAL;
	return true;
}

static bool begin_data(uint32_t block, bool several, uint32_t *answer, bool *data)
{
	*answer = 0;
	if (block >= sd_model.blocks && block != EXT_CSD) {
		*answer = READY; /* out of range */
		return true;
	}
	*data = sd_model.reading = true;
	sd_model.several = several;
	sd_model.next = block;
	return true;
}

static bool read_command(uint8_t index, uint32_t argument, uint32_t *answer, bool *data)
{
	uint32_t block = is_by_block() ? argument : argument / SD_BLOCK;

	if (!sd_model.selected || (!is_by_block() && argument % SD_BLOCK != 0)) {
		*answer = ILLEGAL;
		return true;
	}
	return begin_data(block, index == 18, answer, data);
}

/* What the card is at, and what went wrong before. */
static bool send_status(uint32_t argument, uint32_t *answer)
{
	uint32_t at = sd_model.selected ? STATE_TRANSFER : STATE_STANDBY;

	if (sd_model.reading && sd_model.several)
		at = STATE_DATA;
	if (sd_model.busy != 0) {
		at = STATE_PROGRAM;
		sd_model.busy -= sd_model.stays_busy ? 0 : 1;
	}
	*answer = at | sd_model.pending;
	sd_model.pending = 0;
	return argument == (is_emmc() ? 1u << 16 : RCA);
}

/* Four bits, of eMMC; it tells afterwards. */
static bool switch_width(uint32_t argument)
{
	sd_model.wide = argument == 0x03b70100 && !sd_model.no_switch;
	sd_model.pending = sd_model.wide ? 0 : SWITCH_ERROR;
	sd_model.busy = BUSY_POLLS;
	return is_emmc();
}

/* A card reads ahead: at the end of the medium it has been beyond. */
static bool stop_transmission(uint32_t *answer)
{
	*answer = sd_model.next >= sd_model.blocks ? READY : 0;
	sd_model.reading = false;
	sd_model.busy = BUSY_POLLS;
	return true;
}

static bool basic_command(uint8_t index, uint32_t argument, uint32_t response[4], bool *data)
{
	switch (index) {
	case 0:
		sd_model_power();
		return true;
	case 1:
		return is_emmc() && operating_conditions(argument, response);
	case 2:
		response[0] = 0x12345678;
		return true;
	case 3:
		response[0] = is_emmc() ? 0 : RCA | 0x500;
		return true;
	case 6:
		return switch_width(argument);
	case 7:
		sd_model.selected = argument == (is_emmc() ? 1u << 16 : RCA);
		sd_model.busy = BUSY_POLLS;
		return sd_model.selected;
	case 8:
		response[0] = argument;
		/* Who does not know it tells so later. */
		sd_model.pending = sd_model.kind == SD_OLD ? ILLEGAL : 0;
		if (!is_emmc())
			return sd_model.kind == SD_NEW && argument == 0x1aa;
		return sd_model.selected && begin_data(EXT_CSD, false, response, data);
	case 9:
		write_csd(response);
		return true;
	case 12:
		return stop_transmission(response);
	case 13:
		return send_status(argument, response);
	case 16:
		return argument == SD_BLOCK;
	case 17:
	case 18:
		return read_command(index, argument, response, data);
	case 55:
		sd_model.application = !is_emmc();
		response[0] = sd_model.pending;
		sd_model.pending = 0;
		return !is_emmc();
	default:
		return false;
	}
}

bool sd_model_command(uint8_t index, uint32_t argument, uint32_t response[4], bool *data)
{
	bool answers;

	memset(response, 0, 4 * sizeof(*response));
	*data = false;
	sd_model.commands++;
	sd_model.given = 0;
	if (sd_model.kind == NO_CARD ||
	    (sd_model.silent_at != 0 && sd_model.commands >= sd_model.silent_at))
		return index == 0; /* nobody answers this one anyway */
	if (sd_model.busy != 0 && index != 0 && index != 13)
		return false;
	answers = sd_model.application ? application_command(index, argument, response)
				       : basic_command(index, argument, response, data);
	if (sd_model.commands == sd_model.error_at)
		response[0] |= sd_model.error_bits;
	return answers;
}

bool sd_model_data(uint8_t block[SD_BLOCK])
{
	if (!sd_model.reading || (sd_model.cut_at != 0 && sd_model.given >= sd_model.cut_at))
		return false;
	sd_model.given++;
	sd_model.reading = sd_model.several;
	if (sd_model.next == EXT_CSD) {
		memset(block, 0, SD_BLOCK);
		memcpy(block + 212, &sd_model.blocks, 4);
		return true;
	}
	if (sd_model.next >= sd_model.blocks)
		return false;
	for (size_t i = 0; i < SD_BLOCK; i++)
		block[i] = sd_model_byte((uint64_t)sd_model.next * SD_BLOCK + i);
	sd_model.next++;
	return true;
}
