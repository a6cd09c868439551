// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* sdhci.c - see sdhci.h. Numbers in comments are sections of the specification. */
#include "sdhci.h"

#include <stddef.h>

#include "cache.h"
#include "mmio.h"
#include "platform.h"

#define BLOCK 0x04 /* size, count: 2.2.2, 2.2.3 */
#define ARGUMENT 0x08
#define TRANSFER 0x0c /* mode, command: 2.2.5, 2.2.6 */
#define MODE_DMA (1u << 0)
#define MODE_COUNT (1u << 1)
#define MODE_READ (1u << 4)
#define MODE_SEVERAL (1u << 5)
#define COMMAND_LONG (1u << 16)
#define COMMAND_SHORT (2u << 16)
#define COMMAND_CRC (1u << 19)
#define COMMAND_INDEX (1u << 20)
#define COMMAND_DATA (1u << 21)
#define COMMAND_ABORT (3u << 22)
#define STOP_TRANSMISSION 12
#define RESPONSE 0x10
#define PORT 0x20
#define PRESENT 0x24 /* 2.2.9 */
#define PRESENT_COMMAND (1u << 0)
#define PRESENT_DATA (1u << 1)
#define PRESENT_PORT (1u << 11) /* a block can be read */
#define CONTROL 0x28            /* host, power: 2.2.10, 2.2.11 */
#define CONTROL_WIDE (1u << 1)
#define CONTROL_ADMA (2u << 3)
#define CONTROL_POWER (1u << 8)
#define CONTROL_3V3 (7u << 9)
#define CONTROL_3V0 (6u << 9)
#define CONTROL_1V8 (5u << 9)
#define CLOCK 0x2c /* clock, time-out, reset: 2.2.14 to 2.2.16 */
#define CLOCK_INTERNAL (1u << 0)
#define CLOCK_STABLE (1u << 1)
#define CLOCK_CARD (1u << 2)
#define CLOCK_TIMEOUT (14u << 16) /* the longest */
#define CLOCK_RESET_ALL (1u << 24)
#define CLOCK_RESET_COMMAND (1u << 25)
#define STATUS 0x30 /* normal, error; write 1 to clear: 2.2.17, 2.2.18 */
#define ENABLE 0x34
#define SIGNAL 0x38
#define STATUS_COMMAND (1u << 0)
#define STATUS_TRANSFER (1u << 1)
#define STATUS_ERROR 0xffff8000u
#define STATUS_ALL 0xffffffffu
#define CAPABILITIES 0x40 /* 2.2.25 */
#define CAPABLE_ADMA (1u << 19)
#define CAPABLE_3V3 (1u << 24)
#define CAPABLE_3V0 (1u << 25)
#define CAPABLE_1V8 (1u << 26)
#define ADMA_ADDRESS 0x58
#define VERSION 0xfc
#define DIVIDER_MAX 1023u

#define DESCRIPTOR_VALID (1u << 0)
#define DESCRIPTOR_END (1u << 1)
#define DESCRIPTOR_DATA (4u << 3) /* act: transfer data */

#define RESET_US 100000u
/* Two clocks of 400 kHz, and some. */
#define SPACE_US 6u

static struct sdhci *sdhci_of(struct sd_host *host)
{
	return (struct sdhci *)(void *)((uint8_t *)host - offsetof(struct sdhci, host));
}

static uint32_t get(const struct sdhci *sdhci, uint32_t at)
{
	return mmio_read32(sdhci->base + at);
}

static __attribute__((noinline)) void sdhci_wait_space(void)
{
	uint64_t start = plat_now_us();

	while (plat_now_us() - start < SPACE_US)
		relax();
}

static void put(const struct sdhci *sdhci, uint32_t at, uint32_t value)
{
	mmio_write32(sdhci->base + at, value);
	if (sdhci->spaced_writes)
		sdhci_wait_space();
}

/*
 * Wait until (register & mask) == value. In a function of its own: its turns depend on the device.
 */
static __attribute__((noinline)) enum status sdhci_wait_for(const struct sdhci *sdhci, uint32_t at,
							    uint32_t mask, uint32_t value,
							    uint64_t timeout_us)
{
	uint64_t start = plat_now_us();

	while ((get(sdhci, at) & mask) != value) {
		if (plat_now_us() - start > timeout_us)
			return ERR_MEDIA_IO;
		relax();
	}
	return OK;
}

/* Until the status has what is waited for, or an error; what was seen is cleared. */
static __attribute__((noinline)) enum status
sdhci_wait_status(const struct sdhci *sdhci, uint32_t what, uint64_t start, uint64_t timeout_us)
{
	uint32_t status;

	while (((status = get(sdhci, STATUS)) & (what | STATUS_ERROR)) == 0) {
		if (plat_now_us() - start > timeout_us)
			return ERR_MEDIA_IO;
		relax();
	}
	put(sdhci, STATUS, status & (what | STATUS_ERROR));
	return (status & STATUS_ERROR) == 0 ? OK : ERR_MEDIA_IO;
}

/* What the bus is supplied with: 3.3 V where the controller has it, or does not say. */
static uint32_t power(uint32_t capabilities)
{
	if ((capabilities & CAPABLE_3V3) == 0 && (capabilities & CAPABLE_3V0) != 0)
		return CONTROL_POWER | CONTROL_3V0;
	if ((capabilities & CAPABLE_3V3) == 0 && (capabilities & CAPABLE_1V8) != 0)
		return CONTROL_POWER | CONTROL_1V8;
	return CONTROL_POWER | CONTROL_3V3;
}

static enum status reset(struct sd_host *host)
{
	struct sdhci *sdhci = sdhci_of(host);
	uint32_t capabilities;

	sdhci->blocks = 0;
	put(sdhci, CLOCK, CLOCK_RESET_ALL);
	TRY(sdhci_wait_for(sdhci, CLOCK, CLOCK_RESET_ALL, 0, RESET_US));
	capabilities = get(sdhci, CAPABILITIES);
	sdhci->dma = (capabilities & CAPABLE_ADMA) != 0;
	sdhci->control = power(capabilities) | (sdhci->dma ? CONTROL_ADMA : 0);
	put(sdhci, SIGNAL, 0);
	put(sdhci, ENABLE, STATUS_ALL);
	put(sdhci, STATUS, STATUS_ALL);
	put(sdhci, CONTROL, sdhci->control & ~CONTROL_POWER);
	put(sdhci, CONTROL, sdhci->control);
	return OK;
}

/* The divider's bits (2.2.14): twice the number divides, and ten bits of it are two fields. */
static uint32_t divider(const struct sdhci *sdhci, uint32_t hz)
{
	uint32_t base = sdhci->clock_hz;
	bool ten_bits = (get(sdhci, VERSION) >> 16 & 0xff) >= 2;
	uint32_t half;

	if (base == 0)
		base = (get(sdhci, CAPABILITIES) >> 8 & 0xff) * 1000000;
	if (!ten_bits)
		base = base < 63000000 ? base : 63000000;
	half = base <= hz ? 0 : (base + 2 * hz - 1) / (2 * hz);
	if (!ten_bits)
		while ((half & (half - 1)) != 0)
			half += half & -half;
	if (half > (ten_bits ? DIVIDER_MAX : 128))
		half = ten_bits ? DIVIDER_MAX : 128;
	return (half & 0xff) << 8 | (half >> 8) << 6;
}

static enum status set_clock(struct sd_host *host, uint32_t hz, bool wide)
{
	struct sdhci *sdhci = sdhci_of(host);
	uint32_t clock = divider(sdhci, hz) | CLOCK_TIMEOUT | CLOCK_INTERNAL;

	put(sdhci, CONTROL, sdhci->control | (wide ? CONTROL_WIDE : 0));
	put(sdhci, CLOCK, CLOCK_TIMEOUT);
	put(sdhci, CLOCK, clock);
	TRY(sdhci_wait_for(sdhci, CLOCK, CLOCK_STABLE, CLOCK_STABLE, RESET_US));
	put(sdhci, CLOCK, clock | CLOCK_CARD);
	return OK;
}

/* The command register's bits for a command (2.2.6). */
static uint32_t command_bits(const struct sd_command *command)
{
	static const uint32_t kinds[] = {
		[SD_NO_RESPONSE] = 0,
		[SD_SHORT] = COMMAND_SHORT | COMMAND_CRC | COMMAND_INDEX,
		[SD_SHORT_RAW] = COMMAND_SHORT,
		[SD_LONG] = COMMAND_LONG | COMMAND_CRC,
	};

	return kinds[command->response] | (uint32_t)command->index << 24 |
	       (command->index == STOP_TRANSMISSION ? COMMAND_ABORT : 0);
}

static enum status issue(struct sdhci *sdhci, const struct sd_command *command, uint32_t transfer)
{
	uint32_t busy = PRESENT_COMMAND | (transfer != 0 ? PRESENT_DATA : 0);

	TRY(sdhci_wait_for(sdhci, PRESENT, busy, 0, SD_COMMAND_US));
	put(sdhci, STATUS, STATUS_ALL);
	put(sdhci, ARGUMENT, command->argument);
	put(sdhci, TRANSFER, command_bits(command) | transfer);
	if (sdhci_wait_status(sdhci, STATUS_COMMAND, plat_now_us(), SD_COMMAND_US) == OK)
		return OK;
	/* After an error the command line stays as it is until it is reset (3.10.1). */
	put(sdhci, CLOCK, get(sdhci, CLOCK) | CLOCK_RESET_COMMAND);
	TRY(sdhci_wait_for(sdhci, CLOCK, CLOCK_RESET_COMMAND, 0, RESET_US));
	return ERR_MEDIA_IO;
}

static enum status command(struct sd_host *host, const struct sd_command *command,
			   uint32_t response[4])
{
	struct sdhci *sdhci = sdhci_of(host);
	uint32_t word[4];

	TRY(issue(sdhci, command, 0));
	for (unsigned i = 0; i < 4; i++)
		word[i] = get(sdhci, RESPONSE + 4 * i);
	response[0] = word[0];
	if (command->response != SD_LONG)
		return OK;
	/* The register leaves the CRC out: everything is one byte too low (2.2.7). */
	for (unsigned i = 0; i < 4; i++)
		response[i] = word[3 - i] << 8 | (i < 3 ? word[2 - i] >> 24 : 0);
	return OK;
}

/* Whether the controller reaches all of it with 32 bits. */
static bool reaches(uintptr_t at, uint64_t size)
{
	return range_inside(UINT64_C(0x100000000), at, size);
}

static void describe(struct sdhci *sdhci, uintptr_t at, uint32_t size)
{
	unsigned i = 0;

	for (uint32_t done = 0; done < size; done += SDHCI_DESCRIPTOR_BYTES, i++) {
		uint32_t left = size - done;
		bool last = left <= SDHCI_DESCRIPTOR_BYTES;

		sdhci->table[i].address = (uint32_t)(at + done);
		sdhci->table[i].attributes = (last ? left : SDHCI_DESCRIPTOR_BYTES) << 16 |
					     DESCRIPTOR_DATA | DESCRIPTOR_VALID |
					     (last ? DESCRIPTOR_END : 0);
	}
	cache_clean((uintptr_t)sdhci->table, (uintptr_t)(sdhci->table + i));
	put(sdhci, ADMA_ADDRESS, (uint32_t)(uintptr_t)sdhci->table);
}

static enum status start_read(struct sd_host *host, const struct sd_command *command,
			      uint32_t blocks, void *destination)
{
	struct sdhci *sdhci = sdhci_of(host);
	uint32_t size = blocks * SD_BLOCK;
	uintptr_t at = (uintptr_t)destination;
	uint32_t transfer = COMMAND_DATA | MODE_READ;
	bool by_dma = sdhci->dma && reaches(at, size) &&
		      reaches((uintptr_t)sdhci->table, sizeof(sdhci->table));

	if (blocks == 0 || blocks > SDHCI_BLOCKS_MAX)
		return ERR_INTERNAL;
	sdhci->destination = by_dma ? NULL : destination;
	sdhci->blocks = blocks;
	if (by_dma) {
		cache_clean_invalidate(at, at + size);
		describe(sdhci, at, size);
		dma_barrier();
		transfer |= MODE_DMA;
	}
	if (blocks > 1)
		transfer |= MODE_SEVERAL | MODE_COUNT;
	put(sdhci, BLOCK, blocks << 16 | SD_BLOCK);
	return issue(sdhci, command, transfer);
}

/* Until a whole block is in the data port. The clock is only looked at while there is none. */
static __attribute__((noinline)) enum status sdhci_wait_block(const struct sdhci *sdhci,
							      uint64_t start, uint64_t timeout_us)
{
	while ((get(sdhci, PRESENT) & PRESENT_PORT) == 0) {
		if ((get(sdhci, STATUS) & STATUS_ERROR) != 0 || plat_now_us() - start > timeout_us)
			return ERR_MEDIA_IO;
		relax();
	}
	return OK;
}

/* Loads first, stores together: half the instructions. */
static void read_block(const struct sdhci *sdhci, uint8_t *at)
{
	const uintptr_t port = sdhci->base + PORT;
	uint32_t *word = (uint32_t *)(void *)at;

	for (unsigned i = 0; i < SD_BLOCK / 4; i += 8, word += 8) {
		uint32_t a = mmio_read32(port), b = mmio_read32(port);
		uint32_t c = mmio_read32(port), d = mmio_read32(port);
		uint32_t e = mmio_read32(port), f = mmio_read32(port);
		uint32_t g = mmio_read32(port), h = mmio_read32(port);

		word[0] = a, word[1] = b, word[2] = c, word[3] = d;
		word[4] = e, word[5] = f, word[6] = g, word[7] = h;
	}
}

/*
 * After the last word. The controller's own count of what it moved is not looked at: it was told
 * one, and is done with all of it or says so; errors of any block stay in the status until then.
 */
static enum status wait(struct sd_host *host, uint32_t timeout_ms)
{
	struct sdhci *sdhci = sdhci_of(host);
	uint64_t timeout_us = (uint64_t)timeout_ms * 1000;
	uint64_t start = plat_now_us();
	uint32_t blocks = sdhci->blocks;

	sdhci->blocks = 0;
	if (blocks == 0)
		return ERR_MEDIA_IO;
	for (uint32_t i = 0; sdhci->destination && i < blocks; i++) {
		TRY(sdhci_wait_block(sdhci, start, timeout_us));
		read_block(sdhci, sdhci->destination + (size_t)i * SD_BLOCK);
	}
	TRY(sdhci_wait_status(sdhci, STATUS_TRANSFER, start, timeout_us));
	if (!sdhci->destination)
		cache_invalidate(sdhci->table[0].address,
				 sdhci->table[0].address + (uintptr_t)blocks * SD_BLOCK);
	return OK;
}

struct sd_host *sdhci_host(struct sdhci *sdhci, const char *name, bool wide)
{
	sdhci->host = (struct sd_host){
		.name = name,
		.wide = wide,
		.max_blocks = SDHCI_BLOCKS_MAX,
		.reset = reset,
		.set_clock = set_clock,
		.command = command,
		.read = start_read,
		.wait = wait,
	};
	sdhci->blocks = 0;
	return &sdhci->host;
}
