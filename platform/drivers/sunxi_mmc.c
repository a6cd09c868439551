// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* sunxi_mmc.c - see sunxi_mmc.h. */
#include "sunxi_mmc.h"

#include <stddef.h>

#include "cache.h"
#include "mmio.h"
#include "platform.h"

#define CONTROL 0x00
#define CONTROL_RESET 7u /* controller, FIFO, DMA */
#define CONTROL_DMA_RESET (1u << 2)
#define CONTROL_DMA (1u << 5)
#define CLOCK 0x04
#define CLOCK_ENABLE (1u << 16)
#define TIMEOUT 0x08
#define WIDTH 0x0c
#define BLOCK_SIZE 0x10
#define BYTE_COUNT 0x14
#define COMMAND 0x18
#define COMMAND_RESPONSE (1u << 6)
#define COMMAND_LONG (1u << 7)
#define COMMAND_CRC (1u << 8)
#define COMMAND_DATA (1u << 9)
#define COMMAND_WAIT (1u << 13) /* for the data of the one before */
#define COMMAND_STOP (1u << 14)
#define COMMAND_INIT (1u << 15) /* 80 clocks first */
#define COMMAND_CLOCK (1u << 21)
#define COMMAND_START (1u << 31)
#define ARGUMENT 0x1c
#define RESPONSE 0x20
#define INTERRUPT_MASK 0x30
#define STATUS 0x38 /* raw; write 1 to clear */
#define STATUS_COMMAND (1u << 2)
#define STATUS_DATA (1u << 3)
#define STATUS_ERRORS 0xbfc2u
#define STATUS_ALL 0xffffffffu
#define THRESHOLDS 0x40
#define THRESHOLDS_BURST_8 0x20070008u
#define DMA 0x80
#define DMA_RESET (1u << 0)
#define DMA_FIXED_BURST (1u << 1)
#define DMA_ON (1u << 7)
#define DMA_CHAIN 0x84
#define DMA_STATUS 0x88
#define DMA_INTERRUPTS 0x8c

#define DESCRIPTOR_LAST (1u << 2)
#define DESCRIPTOR_FIRST (1u << 3)
#define DESCRIPTOR_CHAINED (1u << 4)
#define DESCRIPTOR_END (1u << 5)
#define DESCRIPTOR_OWN (1u << 31)
#define DESCRIPTOR_BYTES 0x8000u

#define MODULE_CLOCK_HZ 24000000u
#define MODULE_CLOCK_OSC24M 0x80000000u /* gate open, undivided */
#define GO_IDLE 0
#define STOP_TRANSMISSION 12
#define RESET_US 100000u

static struct sunxi_mmc *sunxi_mmc_of(struct sd_host *host)
{
	return (struct sunxi_mmc *)(void *)((uint8_t *)host - offsetof(struct sunxi_mmc, host));
}

static void put(const struct sunxi_mmc *mmc, uint32_t at, uint32_t value)
{
	mmio_write32(mmc->base + at, value);
}

/* Until the bits are 0. In a function of its own: its turns depend on the device. */
static __attribute__((noinline)) enum status sunxi_mmc_wait_clear(const struct sunxi_mmc *mmc,
								  uint32_t at, uint32_t bits)
{
	uint64_t start = plat_now_us();

	while ((mmio_read32(mmc->base + at) & bits) != 0) {
		if (plat_now_us() - start > RESET_US)
			return ERR_MEDIA_IO;
		relax();
	}
	return OK;
}

/* Until the status has what is waited for, or an error. */
static __attribute__((noinline)) enum status
sunxi_mmc_wait_status(const struct sunxi_mmc *mmc, uint32_t what, uint64_t timeout_us)
{
	uint64_t start = plat_now_us();
	uint32_t status;

	while (((status = mmio_read32(mmc->base + STATUS)) & (what | STATUS_ERRORS)) == 0) {
		if (plat_now_us() - start > timeout_us)
			return ERR_MEDIA_IO;
		relax();
	}
	return (status & STATUS_ERRORS) == 0 ? OK : ERR_MEDIA_IO;
}

static enum status reset(struct sd_host *host)
{
	struct sunxi_mmc *mmc = sunxi_mmc_of(host);

	mmc->blocks = 0;
	mmio_write32(mmc->clock, MODULE_CLOCK_OSC24M);
	put(mmc, DMA, DMA_RESET);
	put(mmc, CONTROL, CONTROL_RESET);
	TRY(sunxi_mmc_wait_clear(mmc, CONTROL, CONTROL_RESET));
	put(mmc, INTERRUPT_MASK, 0);
	put(mmc, DMA_INTERRUPTS, 0);
	put(mmc, STATUS, STATUS_ALL);
	put(mmc, DMA_STATUS, STATUS_ALL);
	put(mmc, TIMEOUT, STATUS_ALL);
	put(mmc, THRESHOLDS, THRESHOLDS_BURST_8);
	put(mmc, WIDTH, 0);
	return OK;
}

/* The card's clock only changes on command. */
static enum status update_clock(const struct sunxi_mmc *mmc, uint32_t clock)
{
	put(mmc, CLOCK, clock);
	put(mmc, COMMAND, COMMAND_START | COMMAND_CLOCK | COMMAND_WAIT);
	TRY(sunxi_mmc_wait_clear(mmc, COMMAND, COMMAND_START));
	put(mmc, STATUS, STATUS_ALL);
	return OK;
}

static enum status set_clock(struct sd_host *host, uint32_t hz, bool wide)
{
	const struct sunxi_mmc *mmc = sunxi_mmc_of(host);
	uint32_t half = MODULE_CLOCK_HZ <= hz ? 0 : (MODULE_CLOCK_HZ + 2 * hz - 1) / (2 * hz);

	TRY(update_clock(mmc, 0));
	put(mmc, WIDTH, wide ? 1 : 0);
	return update_clock(mmc, CLOCK_ENABLE | (half & 0xff));
}

static enum status issue(const struct sunxi_mmc *mmc, const struct sd_command *command,
			 uint32_t bits)
{
	static const uint32_t kinds[] = {
		[SD_NO_RESPONSE] = 0,
		[SD_SHORT] = COMMAND_RESPONSE | COMMAND_CRC,
		[SD_SHORT_RAW] = COMMAND_RESPONSE,
		[SD_LONG] = COMMAND_RESPONSE | COMMAND_LONG | COMMAND_CRC,
	};

	bits |= kinds[command->response] | command->index | COMMAND_START;
	put(mmc, STATUS, STATUS_ALL);
	put(mmc, ARGUMENT, command->argument);
	put(mmc, COMMAND, bits);
	return sunxi_mmc_wait_status(mmc, STATUS_COMMAND, SD_COMMAND_US);
}

static enum status command(struct sd_host *host, const struct sd_command *command,
			   uint32_t response[4])
{
	const struct sunxi_mmc *mmc = sunxi_mmc_of(host);
	uint32_t bits = command->index == GO_IDLE ? COMMAND_INIT : COMMAND_WAIT;

	if (command->index == STOP_TRANSMISSION)
		bits = COMMAND_STOP;
	TRY(issue(mmc, command, bits));
	response[0] = mmio_read32(mmc->base + RESPONSE);
	for (unsigned i = 0; command->response == SD_LONG && i < 4; i++)
		response[i] = mmio_read32(mmc->base + RESPONSE + (uintptr_t)4 * (3 - i));
	return OK;
}

/* The chain of descriptors for one read; in memory that the DMA controller reads. */
static void describe(struct sunxi_mmc *mmc, uint32_t size)
{
	unsigned count = (size + DESCRIPTOR_BYTES - 1) / DESCRIPTOR_BYTES;

	for (unsigned i = 0; i < count; i++) {
		uint32_t done = i * DESCRIPTOR_BYTES;
		bool last = i + 1 == count;

		mmc->chain[i] = (struct sunxi_mmc_descriptor){
			.status = DESCRIPTOR_OWN | DESCRIPTOR_CHAINED |
				  (i == 0 ? DESCRIPTOR_FIRST : 0) |
				  (last ? DESCRIPTOR_LAST | DESCRIPTOR_END : 0),
			.size = last ? size - done : DESCRIPTOR_BYTES,
			.address = (uint32_t)(mmc->destination + done),
			.next = last ? 0 : (uint32_t)(uintptr_t)&mmc->chain[i + 1],
		};
	}
	cache_clean_invalidate((uintptr_t)mmc->chain, (uintptr_t)(mmc->chain + count));
	put(mmc, CONTROL, CONTROL_DMA | CONTROL_DMA_RESET);
	put(mmc, DMA, DMA_RESET);
	put(mmc, DMA_STATUS, STATUS_ALL);
	put(mmc, DMA, DMA_FIXED_BURST | DMA_ON);
	put(mmc, DMA_CHAIN, (uint32_t)(uintptr_t)mmc->chain);
}

static enum status start_read(struct sd_host *host, const struct sd_command *command,
			      uint32_t blocks, void *destination)
{
	struct sunxi_mmc *mmc = sunxi_mmc_of(host);
	uint32_t size = blocks * SD_BLOCK;

	if (blocks == 0 || blocks > SUNXI_MMC_BLOCKS_MAX ||
	    !range_inside(UINT64_C(1) << 32, (uintptr_t)destination, size))
		return ERR_INTERNAL;
	mmc->destination = (uintptr_t)destination;
	mmc->blocks = blocks;
	cache_clean_invalidate(mmc->destination, mmc->destination + size);
	put(mmc, BLOCK_SIZE, SD_BLOCK);
	put(mmc, BYTE_COUNT, size);
	describe(mmc, size);
	dma_barrier();
	return issue(mmc, command, COMMAND_DATA | COMMAND_WAIT);
}

/*
 * Until every descriptor went back, which the controller writes after the data: it says that it is
 * done a little before. In a function of its own: it waits.
 */
static __attribute__((noinline)) enum status sunxi_mmc_wait_chain(struct sunxi_mmc *mmc,
								  unsigned count)
{
	const volatile struct sunxi_mmc_descriptor *chain = mmc->chain;
	uint64_t start = plat_now_us();
	uint32_t kept;

	do {
		dma_barrier();
		cache_invalidate((uintptr_t)chain, (uintptr_t)(chain + count));
		kept = 0;
		for (unsigned i = 0; i < count; i++)
			kept |= chain[i].status;
		if ((kept & DESCRIPTOR_OWN) == 0)
			return OK;
	} while (plat_now_us() - start <= RESET_US);
	return ERR_MEDIA_IO;
}

static enum status wait(struct sd_host *host, uint32_t timeout_ms)
{
	struct sunxi_mmc *mmc = sunxi_mmc_of(host);
	uint32_t size = mmc->blocks * SD_BLOCK;
	unsigned count = (size + DESCRIPTOR_BYTES - 1) / DESCRIPTOR_BYTES;

	if (size == 0)
		return ERR_MEDIA_IO;
	mmc->blocks = 0;
	TRY(sunxi_mmc_wait_status(mmc, STATUS_DATA, (uint64_t)timeout_ms * 1000));
	TRY(sunxi_mmc_wait_chain(mmc, count));
	cache_invalidate(mmc->destination, mmc->destination + size);
	return OK;
}

struct sd_host *sunxi_mmc_host(struct sunxi_mmc *mmc, const char *name, bool wide)
{
	mmc->host = (struct sd_host){
		.name = name,
		.wide = wide,
		.max_blocks = SUNXI_MMC_BLOCKS_MAX,
		.reset = reset,
		.set_clock = set_clock,
		.command = command,
		.read = start_read,
		.wait = wait,
	};
	mmc->blocks = 0;
	return &mmc->host;
}
