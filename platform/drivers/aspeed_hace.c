// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * aspeed_hace.c - see aspeed_hace.h. An answer counts if the engine was idle before, its done bit
 * was seen clear and then set, no error bit is up, and it wrote to a buffer that held the caller's
 * poison.
 */
#include "aspeed_hace.h"

#include <stddef.h>
#include <string.h>

#include "aspeed_scu.h"
#include "cache.h"
#include "mmio.h"
#include "platform.h"

#define STATUS 0x1c
#define STATUS_BUSY (1u << 0)
#define STATUS_DONE (1u << 9) /* write 1 to clear */
#define STATUS_OVERFLOW (1u << 23)
#define SOURCE 0x20
#define DIGEST 0x24 /* 8-byte aligned */
#define LENGTH 0x2c
#define COMMAND 0x30
#define COMMAND_BIG_ENDIAN (1u << 3) /* SHA's byte order; QEMU ignores it */
#define COMMAND_SHA256 0x050u
#define COMMAND_SHA384 0x460u
#define COMMAND_SHA512 0x060u
#define COMMAND_LIST (1u << 18)

#define LENGTH_MAX 0x0fffffffu /* of a message: HACE2C has 28 bits */
#define ENTRY_LAST (1u << 31)
#define REACH (UINT64_C(1) << 31) /* source addresses have 31 bits */

/* The engine makes more than 12 MB/s; give it a third of that, and a second. */
#define TIMEOUT_US 1000000u
#define BYTES_PER_US 4u
#define LINE 64u

/* One entry of a scatter list. */
struct entry {
	uint32_t size;
	uint32_t offset;
};

static struct aspeed_hace hace;
static bool loose; /* it could not be stopped */

/* What the engine reads and writes besides the message, in cache lines of their own. */
static struct entry list[DIGEST_PARTS_MAX] __attribute__((aligned(LINE)));
static uint8_t answer[DIGEST_SIZE_MAX] __attribute__((aligned(LINE)));

void aspeed_hace_start(const struct aspeed_hace *given)
{
	hace = *given;
	loose = false;
}

bool aspeed_hace_quiesce(void)
{
	return !loose;
}

static bool probe(enum digest_algorithm algorithm)
{
	(void)algorithm;
	if (hace.base == 0 || loose)
		return false;
	aspeed_scu_wake(hace.scu, ASPEED_CLOCK_HACE, ASPEED_RESET_CRYPTO);
	return true;
}

static uint32_t offset_of(const void *at)
{
	return (uint32_t)((uintptr_t)at - hace.ram);
}

static bool reaches(const void *at, size_t size)
{
	uint64_t limit = hace.ram_size < REACH ? hace.ram_size : REACH;

	return (uintptr_t)at >= hace.ram && range_inside(limit, (uintptr_t)at - hace.ram, size);
}

static void clean(const void *at, size_t size)
{
	cache_clean((uintptr_t)at, (uintptr_t)at + size);
}

/* Fill in the list and push the message out of the caches; *total is its length. */
static enum status gather(const struct span *parts, unsigned count, uint32_t *total)
{
	uint64_t size = 0;

	if (count == 0 || count > DIGEST_PARTS_MAX || !reaches(list, sizeof(list)) ||
	    !reaches(answer, sizeof(answer)))
		return ERR_UNSUPPORTED;
	for (unsigned i = 0; i < count; i++) {
		size += parts[i].size;
		if (!reaches(parts[i].at, parts[i].size) || size > LENGTH_MAX)
			return ERR_UNSUPPORTED;
		clean(parts[i].at, parts[i].size);
		list[i] = (struct entry){ (uint32_t)parts[i].size, offset_of(parts[i].at) };
	}
	list[count - 1].size |= ENTRY_LAST;
	clean(list, sizeof(list));
	*total = (uint32_t)size;
	return OK;
}

/* In a function of its own, never inlined: its turns depend on the device. */
static __attribute__((noinline)) bool hace_wait(uint64_t timeout_us)
{
	uint64_t start = plat_now_us();

	while ((mmio_read32(hace.base + STATUS) & STATUS_DONE) == 0) {
		if (plat_now_us() - start > timeout_us)
			return false;
		relax();
	}
	return true;
}

/* One command, from idle to done. */
static enum status run(uint32_t command, uint32_t source, uint32_t total)
{
	mmio_write32(hace.base + STATUS, STATUS_DONE);
	if ((mmio_read32(hace.base + STATUS) & (STATUS_DONE | STATUS_BUSY)) != 0)
		return ERR_MEDIA_IO;
	mmio_write32(hace.base + SOURCE, source);
	mmio_write32(hace.base + DIGEST, offset_of(answer));
	mmio_write32(hace.base + LENGTH, total);
	dma_barrier();
	mmio_write32(hace.base + COMMAND, command | COMMAND_BIG_ENDIAN);
	if (!hace_wait(TIMEOUT_US + total / BYTES_PER_US))
		return ERR_MEDIA_IO;
	if ((mmio_read32(hace.base + STATUS) & (STATUS_BUSY | STATUS_OVERFLOW)) != 0)
		return ERR_MEDIA_IO;
	return OK;
}

static uint32_t command_of(enum digest_algorithm algorithm)
{
	if (algorithm == DIGEST_SHA256)
		return COMMAND_SHA256;
	return algorithm == DIGEST_SHA384 ? COMMAND_SHA384 : COMMAND_SHA512;
}

static enum status whole(enum digest_algorithm algorithm, const struct span *parts, unsigned count,
			 uint8_t *digest)
{
	uint32_t command = command_of(algorithm);
	uintptr_t end = (uintptr_t)answer + sizeof(answer);
	enum status status;
	uint32_t total;

	if (loose)
		return ERR_UNSUPPORTED;
	TRY(gather(parts, count, &total));
	/* The caller's poison goes along: what the engine does not write stays recognisable. */
	memcpy(answer, digest, digest_size(algorithm));
	cache_clean_invalidate((uintptr_t)answer, end);
	status = count == 1 ? run(command, list[0].offset, total)
			    : run(command | COMMAND_LIST, offset_of(list), total);
	if (status != OK) {
		/* It may be at work still, and must not write later. */
		loose = !aspeed_scu_reset(hace.scu, ASPEED_RESET_CRYPTO);
		return status;
	}
	cache_invalidate((uintptr_t)answer, end);
	memcpy(digest, answer, digest_size(algorithm));
	return OK;
}

const struct digest_engine digest_engine_hace = {
	.name = "hace",
	.probe = probe,
	.whole = whole,
};
