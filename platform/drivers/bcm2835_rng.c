// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "bcm2835_rng.h"

#include <string.h>

#include "mmio.h"
#include "platform.h"

#define CTRL 0x0
#define CTRL_ON (1u << 0)
#define STATUS 0x4
#define STATUS_WORDS 24       /* numbers that are ready */
#define STATUS_WARMUP 0x40000 /* so many are thrown away after the start */
#define DATA 0x8

#define PATIENCE_US 100000

static enum status wait_for_number(uintptr_t base)
{
	uint64_t start = plat_now_us();

	while (mmio_read32(base + STATUS) >> STATUS_WORDS == 0) {
		if (plat_now_us() - start > PATIENCE_US)
			return ERR_UNSUPPORTED;
		relax();
	}
	return OK;
}

enum status bcm2835_rng_read(uintptr_t base, void *destination, size_t size)
{
	uint8_t *at = destination;

	if ((mmio_read32(base + CTRL) & CTRL_ON) == 0) {
		mmio_write32(base + STATUS, STATUS_WARMUP);
		mmio_write32(base + CTRL, CTRL_ON);
	}
	while (size != 0) {
		uint32_t word;
		size_t part = size < sizeof(word) ? size : sizeof(word);

		TRY(wait_for_number(base));
		word = mmio_read32(base + DATA);
		memcpy(at, &word, part);
		at += part;
		size -= part;
	}
	return OK;
}
