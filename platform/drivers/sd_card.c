// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * sd_card.c - see sd.h.
 *
 * The card is an unsigned input: its numbers bound what may be asked of it, and nothing else. It
 * may be another card at each turn: after an error everything begins again from the reset, and a
 * card that has become smaller fails the reads beyond its end.
 */
#include "sd.h"

#include <string.h>

#include "platform.h"

/* Commands (SD 4.7.4, JESD84 6.10). */
#define GO_IDLE 0
#define SEND_OP_COND 1 /* eMMC */
#define ALL_SEND_CID 2
#define RELATIVE_ADDRESS 3
#define SELECT_CARD 7
#define SEND_IF_COND 8 /* SD */
#define SEND_EXT_CSD 8 /* eMMC */
#define SEND_CSD 9
#define STOP_TRANSMISSION 12
#define SEND_STATUS 13
#define SET_BLOCKLEN 16
#define READ_SINGLE 17
#define READ_MULTIPLE 18
#define SWITCH 6 /* eMMC */
#define APP_BUS_WIDTH 6
#define APP_OP_COND 41
#define APP_COMMAND 55

#define IF_COND 0x1aau     /* 2.7 to 3.6 V, and a pattern that comes back */
#define VOLTAGES 0xff8000u /* 2.7 to 3.6 V */
#define OP_READY (1u << 31)
#define OP_BY_BLOCK (1u << 30)
#define OP_TRIES_US 1000000u
/* The supply's ramp, 1 ms, and 74 clocks (SD 6.4.1). */
#define POWER_UP_US 2000u
/* Card status: every error bit (SD 4.10.1), and eMMC's of SWITCH (JESD84 6.13). */
#define STATUS_ERRORS 0xfdf98088u
/* After a read the end of the medium is none: a card reads ahead (SD 4.3.3). */
#define READ_ERRORS (STATUS_ERRORS & ~(1u << 31))
/* Ready for data, and in which state it is: "tran". */
#define STATUS_STATE 0x1f00u
#define STATUS_IDLE 0x0900u
/* The bits of R6 that say that the last command was none, had a CRC error, or another one. */
#define ADDRESS_ERRORS 0xe000u
#define EMMC_ADDRESS (1u << 16)
#define BUS_WIDTH_4 2u
/* Write byte 183 (BUS_WIDTH) of EXT_CSD: 1, four bits. */
#define EMMC_BUS_WIDTH_4 0x03b70100u
#define EXT_CSD_SECTORS 212
#define SECTORS_BY_BYTE 0x400000u

static enum status send(struct sd_card *card, uint8_t index, enum sd_response kind,
			uint32_t argument, uint32_t response[4])
{
	const struct sd_command command = { index, kind, argument };

	memset(response, 0, 4 * sizeof(*response));
	return card->host->command(card->host, &command, response);
}

/* A command whose answer is the card's status, with none of these errors in it. */
static enum status ask(struct sd_card *card, uint8_t index, uint32_t argument, uint32_t errors)
{
	uint32_t response[4];

	TRY(send(card, index, SD_SHORT, argument, response));
	return (response[0] & errors) == 0 ? OK : ERR_MEDIA_IO;
}

/*
 * Until the card waits for the next command, and has no error to tell of the last one: some keep it
 * busy. In a function of its own: it waits.
 */
static __attribute__((noinline)) enum status sd_wait_settled(struct sd_card *card)
{
	uint64_t start = plat_now_us();
	uint32_t response[4];

	do {
		TRY(send(card, SEND_STATUS, SD_SHORT, card->address, response));
		if ((response[0] & READ_ERRORS) != 0)
			return ERR_MEDIA_IO;
		if ((response[0] & STATUS_STATE) == STATUS_IDLE)
			return OK;
	} while (plat_now_us() - start < SD_COMMAND_US);
	return ERR_MEDIA_IO;
}

static __attribute__((noinline)) void sd_wait_power(void)
{
	uint64_t start = plat_now_us();

	while (plat_now_us() - start < POWER_UP_US)
		;
}

/*
 * Ask for the operating conditions until the card is ready. In a function of its own: it waits. An
 * old card may still tell that it did not know CMD8.
 */
static __attribute__((noinline)) enum status sd_wait_ready(struct sd_card *card, uint32_t argument)
{
	uint64_t start = plat_now_us();
	uint8_t index = card->emmc ? SEND_OP_COND : APP_OP_COND;
	uint32_t response[4];

	do {
		if (!card->emmc)
			TRY(ask(card, APP_COMMAND, 0, 0));
		TRY(send(card, index, SD_SHORT_RAW, argument, response));
		if ((response[0] & OP_READY) != 0) {
			card->by_block = (response[0] & OP_BY_BLOCK) != 0;
			return OK;
		}
	} while (plat_now_us() - start < OP_TRIES_US);
	return ERR_MEDIA_IO;
}

/* From power-on to the ready state: SD cards answer CMD55, eMMC does not (SD 4.2, JESD84 6.4). */
static enum status identify_kind(struct sd_card *card)
{
	uint32_t response[4];
	bool second;

	TRY(send(card, GO_IDLE, SD_NO_RESPONSE, 0, response));
	second = send(card, SEND_IF_COND, SD_SHORT, IF_COND, response) == OK &&
		 (response[0] & 0xfff) == IF_COND;
	/* An old card may hold the command that it does not know against the next one. */
	if (!second)
		TRY(send(card, GO_IDLE, SD_NO_RESPONSE, 0, response));
	if (sd_wait_ready(card, VOLTAGES | (second ? OP_BY_BLOCK : 0)) == OK)
		return OK;
	card->emmc = true;
	TRY(send(card, GO_IDLE, SD_NO_RESPONSE, 0, response));
	return sd_wait_ready(card, VOLTAGES | OP_BY_BLOCK);
}

static enum status give_address(struct sd_card *card)
{
	uint32_t response[4];

	TRY(send(card, ALL_SEND_CID, SD_LONG, 0, response));
	if (card->emmc) {
		card->address = EMMC_ADDRESS;
		return ask(card, RELATIVE_ADDRESS, card->address, STATUS_ERRORS);
	}
	TRY(send(card, RELATIVE_ADDRESS, SD_SHORT, 0, response));
	card->address = response[0] & 0xffff0000;
	return (response[0] & ADDRESS_ERRORS) == 0 ? OK : ERR_MEDIA_IO;
}

/* Bits [high, low] of a CSD, at most 32 of them. */
static uint32_t csd_bits(const uint32_t csd[4], unsigned high, unsigned low)
{
	uint64_t words = csd[3 - low / 32];

	if (low / 32 < 3)
		words |= (uint64_t)csd[2 - low / 32] << 32;
	return (uint32_t)(words >> low % 32) & (uint32_t)((UINT64_C(2) << (high - low)) - 1);
}

/*
 * Blocks of SD_BLOCK bytes (SD 5.3, JESD84 7.3). 0: not a card we know, or one that contradicts
 * what it said of its addresses.
 */
static uint64_t csd_blocks(const struct sd_card *card, const uint32_t csd[4])
{
	uint32_t version = csd_bits(csd, 127, 126);
	uint32_t length = csd_bits(csd, 83, 80);
	uint32_t multiplier = csd_bits(csd, 49, 47);

	if (!card->emmc && version != (card->by_block ? 1 : 0))
		return 0;
	if (!card->emmc && card->by_block)
		return ((uint64_t)csd_bits(csd, 69, 48) + 1) * 1024;
	if (length < 9 || length > 12)
		return 0;
	return ((uint64_t)csd_bits(csd, 73, 62) + 1) << (multiplier + 2 + length - 9);
}

static enum status read_csd(struct sd_card *card)
{
	uint32_t csd[4];

	TRY(send(card, SEND_CSD, SD_LONG, card->address, csd));
	card->medium.blocks = csd_blocks(card, csd);
	return card->medium.blocks != 0 ? OK : ERR_MEDIA_IO;
}

/*
 * eMMC says its size here, and only here if it is above 2 GiB; those and no others are addressed by
 * blocks (JESD84 7.4.52), whatever it answered before.
 */
static enum status read_ext_csd(struct sd_card *card)
{
	const struct sd_command command = { SEND_EXT_CSD, SD_SHORT, 0 };
	uint32_t sectors;

	if (!card->emmc)
		return OK;
	TRY(card->host->read(card->host, &command, 1, card->ext_csd));
	TRY(card->host->wait(card->host, MEDIUM_TIMEOUT_MS));
	TRY(sd_wait_settled(card));
	sectors = load_le32(card->ext_csd + EXT_CSD_SECTORS);
	card->by_block = sectors > SECTORS_BY_BYTE;
	if (sectors != 0)
		card->medium.blocks = sectors;
	return OK;
}

static enum status widen(struct sd_card *card)
{
	if (!card->host->wide)
		return OK;
	if (card->emmc) {
		TRY(ask(card, SWITCH, EMMC_BUS_WIDTH_4, STATUS_ERRORS));
		TRY(sd_wait_settled(card));
	} else {
		TRY(ask(card, APP_COMMAND, card->address, STATUS_ERRORS));
		TRY(ask(card, APP_BUS_WIDTH, BUS_WIDTH_4, STATUS_ERRORS));
	}
	return card->host->set_clock(card->host, SD_CLOCK_TRANSFER, true);
}

static enum status bring_up(struct sd_card *card)
{
	struct sd_host *host = card->host;

	card->address = 0;
	card->emmc = false;
	if (card->failed || host->reset(host) != OK) {
		card->failed = true;
		return ERR_MEDIA_IO;
	}
	TRY(host->set_clock(host, SD_CLOCK_IDENTIFY, false));
	sd_wait_power();
	TRY(identify_kind(card));
	TRY(give_address(card));
	TRY(read_csd(card));
	TRY(ask(card, SELECT_CARD, card->address, STATUS_ERRORS));
	TRY(sd_wait_settled(card));
	TRY(host->set_clock(host, SD_CLOCK_TRANSFER, false));
	TRY(widen(card));
	TRY(read_ext_csd(card));
	if (!card->by_block)
		TRY(ask(card, SET_BLOCKLEN, SD_BLOCK, STATUS_ERRORS));
	card->ready = true;
	return OK;
}

static enum status card_start(const struct medium *medium, uint64_t lba, uint32_t blocks,
			      void *destination)
{
	struct sd_card *card = medium->driver;
	struct sd_command command = { READ_SINGLE, SD_SHORT, 0 };
	uint64_t address;

	if (((uintptr_t)destination & (MEDIUM_ALIGN - 1)) != 0)
		return ERR_INTERNAL;
	/* After stop(), also on behalf of another slot, the card begins from nothing. */
	if (!card->ready && bring_up(card) != OK)
		return refuse(ERR_MEDIA_IO, medium->name, "the card does not answer: is it there?");
	address = card->by_block ? lba : lba * SD_BLOCK;
	if (!range_inside(card->medium.blocks, lba, blocks) || address > UINT32_MAX)
		return refuse(ERR_MEDIA_IO, medium->name, "the card is smaller than it was");
	card->several = blocks > 1;
	if (card->several)
		command.index = READ_MULTIPLE;
	command.argument = (uint32_t)address;
	if (card->host->read(card->host, &command, blocks, destination) != OK)
		return refuse(ERR_MEDIA_IO, medium->name, "the card does not take a read command");
	return OK;
}

static enum status card_wait(const struct medium *medium, uint32_t timeout_ms)
{
	struct sd_card *card = medium->driver;

	if (card->host->wait(card->host, timeout_ms) != OK)
		return refuse(ERR_MEDIA_IO, medium->name,
			      "the card's data did not come, or broken");
	if (card->several && ask(card, STOP_TRANSMISSION, 0, READ_ERRORS) != OK)
		return refuse(ERR_MEDIA_IO, medium->name, "the card does not end a read");
	/* It tells here of a block that it could not correct. */
	if (sd_wait_settled(card) != OK)
		return refuse(ERR_MEDIA_IO, medium->name, "the card read its memory with errors");
	return OK;
}

static void card_stop(const struct medium *medium)
{
	struct sd_card *card = medium->driver;

	card->ready = false;
	/* Once is enough: what was read since from other media may have been written over. */
	if (card->host->reset(card->host) != OK)
		card->failed = true;
}

const struct medium *sd_card_start(struct sd_card *card, struct sd_host *host)
{
	memset(card, 0, sizeof(*card));
	card->host = host;
	card->medium = (struct medium){
		.name = host->name,
		.block_size = SD_BLOCK,
		.max_blocks = host->max_blocks,
		.start = card_start,
		.wait = card_wait,
		.stop = card_stop,
		.driver = card,
	};
	if (bring_up(card) != OK) {
		card_stop(&card->medium);
		return NULL;
	}
	return &card->medium;
}

bool sd_card_quiesce(struct sd_card *card)
{
	if (card->host)
		card_stop(&card->medium);
	return !card->failed;
}
