// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* pl181.c - see pl181.h. Register numbers: DDI 0205, table 3-1. */
#include "pl181.h"

#include <stddef.h>

#include "mmio.h"
#include "platform.h"

#define POWER 0x00
#define POWER_OFF 0u
#define POWER_ON 3u
#define CLOCK 0x04
#define CLOCK_ENABLE (1u << 8)
#define CLOCK_BYPASS (1u << 10)
#define CLOCK_WIDE (1u << 11)
#define ARGUMENT 0x08
#define COMMAND 0x0c
#define COMMAND_RESPONSE (1u << 6)
#define COMMAND_LONG (1u << 7)
#define COMMAND_ENABLE (1u << 10)
#define RESPONSE 0x14
#define DATA_TIMER 0x24
#define DATA_LENGTH 0x28 /* 16 bits */
#define DATA_CONTROL 0x2c
#define DATA_READ (9u << 4 | 1u << 1 | 1u << 0) /* blocks of 2^9 bytes, from the card */
#define STATUS 0x34
#define STATUS_COMMAND_CRC (1u << 0)
#define STATUS_COMMAND_TIMEOUT (1u << 2)
#define STATUS_DATA_ERRORS (1u << 1 | 1u << 3 | 1u << 5 | 1u << 9)
#define STATUS_RESPONSE (1u << 6)
#define STATUS_SENT (1u << 7)
#define STATUS_DATA_END (1u << 8)
#define STATUS_HALF_FULL (1u << 15)
#define CLEAR 0x38
#define CLEAR_ALL 0x7ffu
#define CLEAR_COMMAND 0x0c5u
#define MASK0 0x3c
#define MASK1 0x40
#define FIFO 0x80
#define HALF_FIFO 8u /* words; the FIFO answers at 16 addresses in a row */
/*
 * It overruns if nobody empties it, over a bus that may be slow: at this clock and four bits wide
 * half of it fills in 10 us.
 */
#define CLOCK_MAX 6000000u

#define BLOCKS_MAX (0xffffu / SD_BLOCK)
/* Between two writes to the clock or power register: three periods of MCLK (3.3). */
#define SETTLE_US 1000u

static struct pl181 *pl181_of(struct sd_host *host)
{
	return (struct pl181 *)(void *)((uint8_t *)host - offsetof(struct pl181, host));
}

static uint32_t get(const struct pl181 *pl181, uint32_t at)
{
	return mmio_read32(pl181->base + at);
}

static void put(const struct pl181 *pl181, uint32_t at, uint32_t value)
{
	mmio_write32(pl181->base + at, value);
}

static __attribute__((noinline)) void pl181_wait_settled(void)
{
	uint64_t start = plat_now_us();

	while (plat_now_us() - start < SETTLE_US)
		relax();
}

static enum status reset(struct sd_host *host)
{
	struct pl181 *pl181 = pl181_of(host);

	pl181->blocks = 0;
	put(pl181, COMMAND, 0);
	put(pl181, DATA_CONTROL, 0);
	put(pl181, MASK0, 0);
	put(pl181, MASK1, 0);
	put(pl181, CLEAR, CLEAR_ALL);
	put(pl181, CLOCK, 0);
	put(pl181, POWER, POWER_OFF);
	pl181_wait_settled();
	put(pl181, POWER, POWER_ON);
	pl181_wait_settled();
	return OK;
}

static enum status set_clock(struct sd_host *host, uint32_t hz, bool wide)
{
	struct pl181 *pl181 = pl181_of(host);
	uint32_t value = CLOCK_ENABLE | (wide ? CLOCK_WIDE : 0);
	uint32_t divide;

	hz = hz < CLOCK_MAX ? hz : CLOCK_MAX;
	divide = (pl181->clock_hz + 2 * hz - 1) / (2 * hz);
	if (pl181->clock_hz <= hz)
		value |= CLOCK_BYPASS;
	else
		value |= divide > 256 ? 255 : divide - 1;
	put(pl181, CLOCK, value);
	pl181_wait_settled();
	return OK;
}

/* In a function of its own: its turns depend on the device. */
static __attribute__((noinline)) enum status pl181_wait_status(const struct pl181 *pl181,
							       uint32_t what, uint64_t start,
							       uint64_t timeout_us,
							       uint32_t *status)
{
	while (((*status = get(pl181, STATUS)) & what) == 0) {
		if (plat_now_us() - start > timeout_us)
			return ERR_MEDIA_IO;
		relax();
	}
	return OK;
}

static enum status send(const struct pl181 *pl181, const struct sd_command *command)
{
	uint32_t done = STATUS_RESPONSE | STATUS_COMMAND_CRC;
	uint32_t bits = COMMAND_ENABLE | command->index | COMMAND_RESPONSE;
	uint32_t status;

	if (command->response == SD_NO_RESPONSE) {
		done = STATUS_SENT;
		bits &= ~COMMAND_RESPONSE;
	}
	if (command->response == SD_LONG)
		bits |= COMMAND_LONG;
	put(pl181, CLEAR, CLEAR_ALL);
	put(pl181, ARGUMENT, command->argument);
	put(pl181, COMMAND, bits);
	TRY(pl181_wait_status(pl181, done | STATUS_COMMAND_TIMEOUT, plat_now_us(), SD_COMMAND_US,
			      &status));
	/* The data may be on its way: what is wrong with it stays. */
	put(pl181, CLEAR, CLEAR_COMMAND);
	put(pl181, COMMAND, 0);
	/* An answer without CRC is one with a wrong CRC to it. */
	if ((status & STATUS_COMMAND_CRC) != 0 && command->response == SD_SHORT_RAW)
		return OK;
	return (status & (STATUS_COMMAND_CRC | STATUS_COMMAND_TIMEOUT)) == 0 ? OK : ERR_MEDIA_IO;
}

static enum status command(struct sd_host *host, const struct sd_command *command,
			   uint32_t response[4])
{
	const struct pl181 *pl181 = pl181_of(host);

	TRY(send(pl181, command));
	for (unsigned i = 0; i < 4; i++)
		response[i] = get(pl181, RESPONSE + 4 * i);
	return OK;
}

static enum status start_read(struct sd_host *host, const struct sd_command *command,
			      uint32_t blocks, void *destination)
{
	struct pl181 *pl181 = pl181_of(host);

	if (blocks == 0 || blocks > BLOCKS_MAX)
		return ERR_INTERNAL;
	pl181->command = *command;
	pl181->destination = destination;
	pl181->blocks = blocks;
	return OK;
}

/*
 * Take half FIFOs while there are any; a block is a multiple of them. The words taken; status is
 * what was seen last. In a function of its own, so that its few values stay in registers.
 */
static __attribute__((noinline)) uint32_t take(uintptr_t base, uint32_t *word, uint32_t count,
					       uint32_t *status)
{
	uint32_t taken = 0;

	for (; taken != count; taken += HALF_FIFO) {
		*status = mmio_read32(base + STATUS);
		if ((*status & (STATUS_DATA_ERRORS | STATUS_HALF_FULL)) != STATUS_HALF_FULL)
			break;
		mmio_read_8(base + FIFO, word + taken);
	}
	return taken;
}

/* The clock is only looked at while there is nothing to take. */
static __attribute__((noinline)) enum status pl181_wait_data(const struct pl181 *pl181,
							     uint32_t *word, uint32_t count,
							     uint64_t start, uint64_t timeout_us)
{
	uint32_t status = 0;

	for (;;) {
		uint32_t taken = take(pl181->base, word, count, &status);

		word += taken;
		count -= taken;
		if (count == 0)
			return OK;
		if ((status & STATUS_DATA_ERRORS) != 0 || plat_now_us() - start > timeout_us)
			return ERR_MEDIA_IO;
		relax();
	}
}

static enum status wait(struct sd_host *host, uint32_t timeout_ms)
{
	struct pl181 *pl181 = pl181_of(host);
	uint64_t timeout_us = (uint64_t)timeout_ms * 1000;
	uint64_t start = plat_now_us();
	uint32_t size = pl181->blocks * SD_BLOCK;
	uint32_t status;

	if (size == 0)
		return ERR_MEDIA_IO;
	pl181->blocks = 0;
	put(pl181, DATA_TIMER, UINT32_MAX);
	put(pl181, DATA_LENGTH, size);
	put(pl181, DATA_CONTROL, DATA_READ);
	TRY(send(pl181, &pl181->command));
	TRY(pl181_wait_data(pl181, (uint32_t *)(void *)pl181->destination, size / 4, start,
			    timeout_us));
	TRY(pl181_wait_status(pl181, STATUS_DATA_END | STATUS_DATA_ERRORS, start, timeout_us,
			      &status));
	put(pl181, DATA_CONTROL, 0);
	put(pl181, CLEAR, CLEAR_ALL);
	return (status & STATUS_DATA_ERRORS) == 0 ? OK : ERR_MEDIA_IO;
}

struct sd_host *pl181_host(struct pl181 *pl181, const char *name, bool wide)
{
	pl181->host = (struct sd_host){
		.name = name,
		.wide = wide,
		.max_blocks = BLOCKS_MAX,
		.reset = reset,
		.set_clock = set_clock,
		.command = command,
		.read = start_read,
		.wait = wait,
	};
	pl181->blocks = 0;
	return &pl181->host;
}
